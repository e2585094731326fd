#include "tools/smpp-sim/message_store.hpp"

#include <utility>

namespace smpp_sim {

void MessageStore::add(SegmentPtr segment) {
  if (order_.size() >= kept_) forget_oldest();
  segment->is_under_way = true;
  ++under_way_[segment->pdu.destination.addr];
  if (!segment->id.empty()) by_id_.emplace(segment->id, segment);
  order_.push_back(std::move(segment));
}

void MessageStore::clear() {
  for (const SegmentPtr& segment : order_) segment->is_under_way = false;  // some are held elsewhere
  order_.clear();
  by_id_.clear();
  under_way_.clear();
}

void MessageStore::forget_oldest() {
  const SegmentPtr oldest = std::move(order_.front());
  order_.pop_front();
  arrived(*oldest);
  const auto [begin, end] = by_id_.equal_range(oldest->id);
  for (auto it = begin; it != end; ++it) {
    if (it->second != oldest) continue;
    by_id_.erase(it);
    return;
  }
}

void MessageStore::arrived(Segment& segment) {
  if (!std::exchange(segment.is_under_way, false)) return;
  const auto found = under_way_.find(segment.pdu.destination.addr);
  if (found != under_way_.end() && --found->second == 0) under_way_.erase(found);
}

SegmentPtr MessageStore::find(std::string_view account, std::string_view id, std::string_view source) const {
  SegmentPtr newest;
  const auto [begin, end] = by_id_.equal_range(id);
  for (auto it = begin; it != end; ++it) {
    const Segment& segment = *it->second;
    if (segment.account != account || segment.pdu.source.addr != source) continue;
    if (!newest || segment.submitted_at > newest->submitted_at) newest = it->second;
  }
  return newest;
}

std::vector<SegmentPtr> MessageStore::under_way(std::string_view account, std::string_view service_type,
                                                std::string_view source, std::string_view destination) const {
  std::vector<SegmentPtr> found;
  for (const SegmentPtr& segment : order_) {
    if (!segment->is_under_way || segment->account != account) continue;
    if (segment->pdu.source.addr != source || segment->pdu.destination.addr != destination) continue;
    if (!service_type.empty() && segment->pdu.service_type != service_type) continue;
    found.push_back(segment);
  }
  return found;
}

std::uint32_t MessageStore::queued(const std::string& destination) const {
  const auto found = under_way_.find(destination);
  return found == under_way_.end() ? 0 : found->second;
}

void MessageStore::done(Segment& segment, smpp::MessageState state, Wall at) {
  if (smpp::finality_of(segment.state) == smpp::Finality::final_state) return;
  segment.state = state;
  segment.done_at = at;
  arrived(segment);
}

}  // namespace smpp_sim
