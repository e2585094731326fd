#include "core/net/side_thread.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace core::net {

SideThread::SideThread(boost::asio::io_context& io, std::size_t room) : io_(io), room_(room), thread_([this] { work(); }) {}

SideThread::~SideThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool SideThread::run(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || jobs_.size() >= room_) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void SideThread::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
      if (stop_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    if (Then then = job()) boost::asio::post(io_, std::move(then));
  }
}

}  // namespace core::net
