// A thread for work that must not hold up the loop or the engine: reports on their own connection, compiling a
// reload. One job after the other; each returns what the io thread does with the result.
#pragma once

#include "core/net/limits.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace boost::asio {
class io_context;
}

namespace core::net {

class SideThread {
 public:
  using Then = std::function<void()>;  // runs on the io thread; may be empty
  using Job = std::function<Then()>;   // runs on the side thread

  explicit SideThread(boost::asio::io_context& io, std::size_t room = kSideJobs);
  ~SideThread();                       // finishes the running job, drops the waiting ones
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  // False: kSideJobs wait already; the job was not taken. Called on the io thread.
  [[nodiscard]] bool run(Job job);

 private:
  void work();

  boost::asio::io_context& io_;
  const std::size_t room_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stop_ = false;
  std::thread thread_;                 // last: it uses all of the above
};

}  // namespace core::net
