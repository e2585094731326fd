#include "core/net/status.hpp"

#include <algorithm>

namespace core::net {

std::string NodeStatus::not_ready() const {
  if (stopped) return "the store failed: " + why_stopped;
  if (draining) return "stopping";
  if (!recovered) return "still reading what the last run left";
  for (const BindStatus& bind : binds) {
    const bool one = std::ranges::any_of(binds, [&](const BindStatus& each) { return each.account == bind.account && each.bound; });
    if (!one) return "account " + bind.account + " has no bind: " + bind.line;
  }
  return {};
}

}  // namespace core::net
