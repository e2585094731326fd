// What a stretch of work cost: processor time by thread, and calls of fdatasync in the whole process.
#pragma once

#include <cstdint>
#include <thread>

namespace bench {

[[nodiscard]] std::uint64_t fdatasyncs();                  // since the start of the process
[[nodiscard]] double process_cpu_seconds();                // all threads, user and system
[[nodiscard]] double thread_cpu_seconds(std::thread& thread);

}  // namespace bench
