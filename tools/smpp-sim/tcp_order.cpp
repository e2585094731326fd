#include "tools/smpp-sim/tcp_order.hpp"

#include <algorithm>

namespace smpp_sim {
namespace {

// RFC 1982: before, by less than half the space of numbers.
bool is_before(std::uint32_t left, std::uint32_t right) { return static_cast<std::int32_t>(left - right) < 0; }

}  // namespace

void TcpOrder::segment(std::uint32_t sequence, std::span<const std::byte> octets, const Take& take) {
  if (octets.empty()) return;
  if (!next_) next_ = sequence;
  if (is_before(sequence, *next_)) {  // sent again, in part or whole
    const std::uint32_t known = *next_ - sequence;
    if (known >= octets.size()) return;
    octets = octets.subspan(known);
    sequence = *next_;
  }
  if (sequence == *next_) {
    next_ = sequence + static_cast<std::uint32_t>(octets.size());
    take(octets, false);
    drain(take, false);
    return;
  }
  smpp::Octets& kept = waiting_[sequence];
  if (kept.size() < octets.size()) kept.assign(octets.begin(), octets.end());
  if (waiting_.size() > kMostWaiting) skip(take);
}

// Numbers wrap, so the first that waits is the one nearest to next_.
void TcpOrder::skip(const Take& take) {
  const auto nearest = std::ranges::min_element(
      waiting_, [this](const auto& left, const auto& right) { return left.first - *next_ < right.first - *next_; });
  if (nearest == waiting_.end()) return;
  lost_ += nearest->first - *next_;
  next_ = nearest->first;
  drain(take, true);
}

void TcpOrder::drain(const Take& take, bool after_gap) {
  for (;;) {
    const auto found = std::ranges::find_if(waiting_, [this](const auto& one) { return !is_before(*next_, one.first); });
    if (found == waiting_.end()) return;
    const std::uint32_t known = *next_ - found->first;
    const smpp::Octets octets = std::move(found->second);
    waiting_.erase(found);
    if (known >= octets.size()) continue;
    next_ = *next_ + static_cast<std::uint32_t>(octets.size()) - known;
    take(std::span(octets).subspan(known), after_gap);
    after_gap = false;
  }
}

void TcpOrder::acknowledged(std::uint32_t sequence, const Take& take) {
  while (next_ && !waiting_.empty() && is_before(*next_, sequence)) {
    const bool reached = std::ranges::any_of(waiting_, [&](const auto& one) { return is_before(one.first, sequence); });
    if (!reached) return;
    skip(take);
  }
}

void TcpOrder::end(const Take& take) {
  while (!waiting_.empty()) skip(take);
}

}  // namespace smpp_sim
