// The first turns after a start, before any link connects: what may be sent to us again, what is in doubt, what
// waits (DESIGN 3.9, FAILURES 4.9). One slice a turn, so that no start reads without bound.
#include "core/engine/pass.hpp"

#include <algorithm>

namespace core::engine {

using storage::SegmentState;

void Pass::on(const Recover&) {
  switch (memory.recovery) {
    case Recovery::marks: recover_marks(); return;
    case Recovery::inbound: recover_inbound(); return;
    case Recovery::claims: recover_claims(); return;
    case Recovery::done: return;
  }
}

void Pass::recover_marks() {
  want_.open_link_marks = !set_.open_link_marks;
  if (!set_.open_link_marks) return;
  want_.open_link_marks = false;
  Turn lowest = 0;
  bool any = false;
  const std::vector<storage::LinkMarkKey> keys = *set_.open_link_marks;
  for (const storage::LinkMarkKey& key : keys) {
    const auto mark = set_.link_marks.read(key);
    if (!mark) continue;
    if (mark->closed_at == WallTime{}) set_.link_marks.write(key).closed_at = now_.wall;  // the process ended before its session did
    if (now_.wall - mark->closed_at >= kRedeliveryWindow) {
      set_.link_marks.erase(key);
      continue;
    }
    lowest = any ? std::min(lowest, mark->acked_turn) : mark->acked_turn;
    any = true;
  }
  memory.recovery = any ? Recovery::inbound : Recovery::claims;
  memory.recovery_cursor = any ? storage::make_id(lowest + 1, 0, 0) : 0;
}

void Pass::recover_inbound() {
  if (!set_.inbound_since) want_.inbound_since = storage::Keys::From{memory.recovery_cursor, kRecoverySlice};
  if (!set_.open_link_marks) want_.open_link_marks = true;
  if (!want_.empty()) return;
  for (const Id id : set_.inbound_since->found) {
    const auto row = set_.inbounds.read(id);
    memory.recovery_cursor = id;
    if (!row || now_.wall - row->received_at >= kRedeliveryWindow) continue;
    const auto mark = set_.link_marks.read({row->account, row->session});
    if (!mark || row->answered <= mark->acked_turn) continue;
    journal.received.push_back({{row->account, 0, row->session}, {id, row->fingerprint, row->received_at, row->answered}, false});
  }
  if (set_.inbound_since->complete) {
    memory.recovery = Recovery::claims;
    memory.recovery_cursor = 0;
  }
}

void Pass::recover_claims() {
  if (!set_.claimed) want_.claimed = storage::Keys::From{memory.recovery_cursor, kRecoverySlice};
  if (!set_.queue_counts) want_.queue_counts = true;
  if (!set_.running_launches) want_.running_launches = true;
  if (!want_.empty()) return;
  for (const Id id : set_.claimed->found) {
    memory.recovery_cursor = id;
    const auto read = message(id);
    if (!read) continue;
    storage::Message& m = set_.messages.write(id);
    for (std::size_t i = 0; i < m.segments.size(); ++i) {
      if (m.segments[i].state == SegmentState::submitting) doubt(m, i, "the process ended before the response");
    }
  }
  if (!set_.claimed->complete) return;
  for (const auto& [key, count] : *set_.queue_counts) memory.queued[key] += static_cast<std::int64_t>(count);
  memory.running = set_.running_launches->found;
  memory.next_timer = WallTime{};  // long past: the first turn looks
  memory.recovery = Recovery::done;
}

}  // namespace core::engine
