// The one place of the daemon that asks the time; everything else is told.
#pragma once

#include "core/engine/input.hpp"

namespace core::net {

[[nodiscard]] engine::SteadyTime steady_now();
[[nodiscard]] engine::WallTime wall_now();

// Both at once, for turns. The wall time of one Clock never goes back, whatever is done to the machine's: due times
// are wall time, and one that went back would hold every timer up.
class Clock {
 public:
  [[nodiscard]] engine::Now now();

 private:
  engine::WallTime last_{};
};

}  // namespace core::net
