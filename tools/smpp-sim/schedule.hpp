// Things to do later, on one timer. Equal times run in the order in which they were asked for.
#pragma once

#include "smpp/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace smpp_sim {

class Schedule {
 public:
  using Action = std::function<void()>;

  // `after_batch` runs once after all that was due at one moment: the place to write once for many actions.
  Schedule(boost::asio::io_context& io, std::function<smpp::Now()> now, Action after_batch)
      : timer_(io), now_(std::move(now)), after_batch_(std::move(after_batch)) {}

  void after(std::chrono::milliseconds delay, Action action) {
    const smpp::Now at = now_() + delay;
    queue_.push(Item{at, ++order_, std::move(action)});
    arm();
  }

 private:
  struct Item {
    smpp::Now at;
    std::uint64_t order;
    Action action;
    bool operator<(const Item& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void arm() {
    if (queue_.empty() || (armed_ && armed_at_ <= queue_.top().at)) return;
    armed_ = true;
    armed_at_ = queue_.top().at;
    timer_.expires_after(std::max(armed_at_ - now_(), smpp::Now::duration::zero()));
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) run();
    });
  }

  void run() {
    armed_ = false;
    const smpp::Now now = now_();
    while (!queue_.empty() && queue_.top().at <= now) {
      const Action action =
          std::move(const_cast<Item&>(queue_.top()).action);  // top() is const only to guard the order
      queue_.pop();
      action();
    }
    after_batch_();
    arm();
  }

  boost::asio::steady_timer timer_;
  std::function<smpp::Now()> now_;
  Action after_batch_;
  std::priority_queue<Item> queue_;
  std::uint64_t order_ = 0;
  bool armed_ = false;
  smpp::Now armed_at_{};
};

}  // namespace smpp_sim
