// Virtual time: work in the order of its moment, ties in the order in which it was put down. Time jumps from one to the
// next, so an hour in which nothing happens costs nothing.
#pragma once

#include "core/engine/input.hpp"
#include "test/sim/random.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace sim {

class Schedule {
 public:
  using Work = std::function<void()>;

  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] Duration elapsed() const { return now_ - kStart; }
  // Wall time goes with steady time: it never goes back within a process (DESIGN 3.7).
  [[nodiscard]] core::engine::WallTime wall() const {
    return core::engine::WallTime{std::chrono::milliseconds{1'700'000'000'000}} +
           std::chrono::duration_cast<std::chrono::milliseconds>(elapsed());
  }
  [[nodiscard]] core::engine::Now both() const { return {now_, wall()}; }

  void at(Time when, Work work) {
    heap_.push_back({std::max(when, now_), ++last_, std::move(work)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  void after(Duration delay, Work work) { at(now_ + delay, std::move(work)); }

  // Does what is due next, at most until `end`; false: nothing before it, and it is `end` now.
  bool step(Time end) {
    if (heap_.empty() || heap_.front().when > end) {
      now_ = std::max(now_, end);
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Item item = std::move(heap_.back());
    heap_.pop_back();
    now_ = item.when;
    item.work();
    return true;
  }

 private:
  struct Item {
    Time when;
    std::uint64_t order;
    Work work;
  };
  static bool later(const Item& left, const Item& right) {
    return left.when != right.when ? left.when > right.when : left.order > right.order;
  }
  static constexpr Time kStart{std::chrono::hours{1000}};

  Time now_ = kStart;
  std::uint64_t last_ = 0;
  std::vector<Item> heap_;
};

}  // namespace sim
