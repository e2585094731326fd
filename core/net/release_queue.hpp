// The bounded queue from the engine thread back to the io thread: what each turn lets out, and what it reports beside.
// One producer, one consumer; the io thread is told through the callback and empties the queue front to back.
#pragma once

#include "core/engine/engine.hpp"
#include "core/net/limits.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace core::net {

struct TurnOutcome {
  engine::Releases releases;
  std::uint64_t taken_out = 0;                  // of the inbox: see Inbox::put_in
  bool recovered = false;
  std::optional<engine::Figures> figures;       // as of this turn; not with every one
  std::vector<std::string> alarms;              // what an operator must see
  std::optional<std::string> stopped;           // the store ended it: nothing follows, nothing more is acknowledged
};

class ReleaseQueue {
 public:
  // `filled` runs on the engine thread when the queue was empty before; it makes the io thread call pop().
  explicit ReleaseQueue(std::function<void()> filled, std::size_t room = kReleaseLists) : filled_(std::move(filled)), room_(room) {}

  // ---- engine thread
  // False: closed, nobody executes releases any more.
  [[nodiscard]] bool wait_for_room() {
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [this] { return closed_ || lists_.size() < room_; });
    return !closed_;
  }
  void push(TurnOutcome outcome) {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      was_empty = lists_.empty();
      lists_.push_back(std::move(outcome));
    }
    if (was_empty) filled_();
  }

  // ---- io thread
  [[nodiscard]] std::optional<TurnOutcome> pop() {
    std::optional<TurnOutcome> first;
    {
      const std::lock_guard lock(mutex_);
      if (lists_.empty()) return first;
      first = std::move(lists_.front());
      lists_.pop_front();
    }
    emptied_.notify_one();
    return first;
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    emptied_.notify_one();
  }

 private:
  std::function<void()> filled_;
  const std::size_t room_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::deque<TurnOutcome> lists_;
  bool closed_ = false;
};

}  // namespace core::net
