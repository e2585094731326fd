// When to connect again after a connection failed or a bind was refused (P49, P50, P51). Pure: the caller gives
// the random number.
#pragma once

#include "smpp/status.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace smpp {

class Backoff {
 public:
  // `status` of a refused bind, or nothing for a connection that failed or ended. `random` in [0, 1): jitter of 20 %.
  std::chrono::milliseconds next(std::optional<command_status> status, double random);
  // Call when a session has been bound for kStableAfter.
  void reset();
  static constexpr std::chrono::seconds kStableAfter{60};

 private:
  std::uint32_t attempt_ = 0;
};

}  // namespace smpp
