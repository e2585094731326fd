#include "core/net/deviations.hpp"

#include "core/net/limits.hpp"
#include "smpp/pdu_text.hpp"

#include <algorithm>

namespace core::net {

bool Deviations::note(std::string_view kind, bool refused, std::span<const std::byte> raw, engine::WallTime now) {
  auto found = std::ranges::find_if(all_, [&](const Deviation& each) { return each.kind == kind && each.refused == refused; });
  if (found == all_.end() && all_.size() >= kDeviationKinds) {
    // A peer can invent kinds without end (tags, commands); the rest is one.
    kind = "others";
    found = std::ranges::find_if(all_, [&](const Deviation& each) { return each.kind == kind && each.refused == refused; });
  }
  const bool fresh = found == all_.end();
  if (fresh) {
    all_.push_back({std::string(kind), refused, 0, now, now, smpp::to_hex(raw.first(std::min(raw.size(), kDeviationOctets)))});
    told_at_.push_back(now);
    found = all_.end() - 1;
  }
  ++found->count;
  found->last_at = now;
  engine::WallTime& told = told_at_[static_cast<std::size_t>(found - all_.begin())];
  const bool tell = fresh || now - told >= kDeviationEvery;
  if (tell) told = now;
  return tell;
}

}  // namespace core::net
