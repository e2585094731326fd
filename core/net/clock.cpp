#include "core/net/clock.hpp"

#include <algorithm>
#include <chrono>

namespace core::net {

engine::SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

engine::WallTime wall_now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

engine::Now Clock::now() {
  last_ = std::max(last_, wall_now());
  return {steady_now(), last_};
}

}  // namespace core::net
