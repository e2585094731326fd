#include "test/bench/counted.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <ctime>

namespace {
std::atomic<std::uint64_t> calls{0};

double seconds_of(clockid_t clock) {
  timespec spent{};
  ::clock_gettime(clock, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}
}  // namespace

// Found by the loader before the C library's: SQLite calls this one.
extern "C" int fdatasync(int file) {
  calls.fetch_add(1, std::memory_order_relaxed);
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace bench {

std::uint64_t fdatasyncs() { return calls.load(std::memory_order_relaxed); }

double process_cpu_seconds() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

double thread_cpu_seconds(std::thread& thread) {
  clockid_t clock{};
  return ::pthread_getcpuclockid(thread.native_handle(), &clock) == 0 ? seconds_of(clock) : 0;
}

}  // namespace bench
