#include "smpp/outstanding.hpp"

namespace smpp {

const SentRequest* Outstanding::find(std::uint32_t sequence_number) {
  if (sequence_number == 0) return nullptr;
  const std::uint32_t* slot = index_.find(sequence_number);
  return slot ? &slots_[*slot].request : nullptr;
}

void Outstanding::add(const SentRequest& request) {
  std::uint32_t slot = free_;
  if (slot == kNone) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    free_ = slots_[slot].next;
  }
  slots_[slot] = {request, last_, kNone};
  (last_ == kNone ? first_ : slots_[last_].next) = slot;
  last_ = slot;
  index_.insert(request.sequence_number, slot);
}

void Outstanding::erase(std::uint32_t sequence_number) {
  const std::uint32_t* found = index_.find(sequence_number);
  if (!found) return;
  const std::uint32_t slot = *found;
  index_.erase(sequence_number);
  Slot& gone = slots_[slot];
  (gone.previous == kNone ? first_ : slots_[gone.previous].next) = gone.next;
  (gone.next == kNone ? last_ : slots_[gone.next].previous) = gone.previous;
  gone.next = free_;
  free_ = slot;
}

}  // namespace smpp
