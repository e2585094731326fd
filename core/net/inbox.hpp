// The bounded queue from the io thread to the engine thread. Owed inputs (links, submit results, webhook outcomes) are
// never refused: their number is bounded by windows, binds and the concurrency of endpoints. Offered ones (MO, receipts,
// API) are refused when kOfferedInputs of them wait (DESIGN 3.8).
//
// What is put in while a turn commits is the next turn's batch: group commit without a timer.
#pragma once

#include "core/engine/input.hpp"
#include "core/engine/limits.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace core::net {

class Inbox {
 public:
  explicit Inbox(std::size_t offered_limit = engine::kOfferedInputs) : offered_limit_(offered_limit) {}

  // ---- io thread
  // Takes them all under one lock; returns the offered ones that found no room, in order.
  [[nodiscard]] std::vector<engine::Input> put(std::vector<engine::Input> inputs);
  // For one that is owed.
  void owe(engine::Input input);
  // From now on every offered input is refused; those that wait are taken out and returned: they were not decided.
  [[nodiscard]] std::vector<engine::Input> refuse_offered();
  // take() returns at once when nothing waits, and says that it is over.
  void stop();
  // Inputs ever put in, for barriers: once the engine has taken so many, everything put in so far was decided.
  [[nodiscard]] std::uint64_t put_in() const;
  [[nodiscard]] std::size_t waiting() const;

  // ---- engine thread
  struct Taken {
    std::vector<engine::Input> inputs;
    std::uint64_t taken_out = 0;       // ever, these included; refused ones count when they leave
    bool over = false;                 // stopped and nothing left
    bool more = false;                 // something waits still
  };
  // Waits for an input until `until` (absent: for ever), then takes at most `most`, owed ones first. `alone` tells of
  // an offered input that it must be a batch by itself; may be empty.
  [[nodiscard]] Taken take(std::size_t most, std::optional<engine::SteadyTime> until,
                           const std::function<bool(const engine::Input&)>& alone = {});
  // Until `pause` is over or we are stopped.
  void wait(std::chrono::milliseconds pause);

 private:
  bool admit(engine::Input& input);

  const std::size_t offered_limit_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<engine::Input> owed_, offered_;
  std::uint64_t put_in_ = 0, taken_out_ = 0;
  bool refusing_ = false, stopped_ = false;
};

}  // namespace core::net
