// Waits that cause something are rows (DESIGN 3.7); waits that cause nothing are found by the sweep, in slices.
#include "core/engine/pass.hpp"

#include <algorithm>

namespace core::engine {

using storage::MessageState;
using storage::SegmentState;
using storage::TimerKey;
using storage::TimerKind;

void Pass::set_timer(TimerKind kind, Id entity, WallTime due) {
  const TimerKey key{kind, entity};
  // A new entity of this turn cannot have a row yet; of others the key must be loaded.
  const bool fresh = storage::turn_of(entity) == turn_;
  if (!fresh && missing(set_.timers, key, want_.timers)) return;
  if (set_.timers.read(key)) {
    set_.timers.write(key).due_at = due;
  } else {
    set_.timers.insert(key, {due, 0});
  }
  memory.next_timer = std::min(memory.next_timer.value_or(due), due);
}

void Pass::fire_due() {
  if (memory.next_timer && *memory.next_timer > now_.wall) return;
  if (!set_.due_timers) {
    if (!memory.next_timer) return;
    want_.due_timers = storage::Keys::Due{now_.wall, kTimersPerTurn};
    return;
  }
  // The scan answers for the rows as they were loaded; those that this turn set are later than now by their nature.
  std::optional<WallTime> next = set_.due_timers->next_due;
  if (!set_.due_timers->complete) next = now_.wall;
  set_.timers.for_each_changed([&](const TimerKey&, const storage::Timer*, const storage::Timer* after) {
    if (after) next = std::min(next.value_or(after->due_at), after->due_at);
  });
  memory.next_timer = next;
  const std::vector<TimerKey> due = set_.due_timers->found;
  for (const TimerKey& key : due) {
    const auto timer = set_.timers.read(key);
    if (!timer || timer->due_at > now_.wall) continue;
    fire(key);
    if (set_.timers.read(key)) set_.timers.erase(key);
  }
}

void Pass::fire(const TimerKey& key) {
  switch (key.kind) {
    case TimerKind::message_due: {
      const auto read = message(key.entity);
      if (read && read->not_before != WallTime{}) set_.messages.write(key.entity).not_before = {};
      return;
    }
    case TimerKind::parts_incomplete: parts_overdue(key.entity); return;
    case TimerKind::in_doubt_validity: {
      const auto read = message(key.entity);
      if (!read || !storage::has_segment(*read, SegmentState::in_doubt)) return;
      storage::Message& m = set_.messages.write(key.entity);
      for (std::size_t i = 0; i < m.segments.size(); ++i) {
        if (m.segments[i].state == SegmentState::in_doubt) change(m, i, MessageState::unknown);
      }
      settle(m, "nothing settled the doubt while the message was valid");
      return;
    }
    case TimerKind::no_receipt: return;
  }
}

// Looks along the right edge for messages whose time has passed: accepted without a receipt, queued beyond validity.
void Pass::sweep() {
  if (memory.next_sweep && now_.steady < *memory.next_sweep) {
    at(*memory.next_sweep);
    return;
  }
  if (!set_.sweep) {
    want_.sweep = kSweepSlice;
    return;
  }
  advance_idle_marks();
  expire_unbound();
  const std::string name{storage::kSweepCursor};
  const auto cursor = set_.cursors.read(name);
  const Id after = cursor ? *cursor : 0;
  Id passed = after;
  for (const Id id : set_.sweep->found) {
    const auto read = set_.messages.read(id);
    if (!read) continue;
    if (now_.wall < read->valid_until + kReceiptGrace) break;
    passed = id;
    if (storage::is_final(read->state)) continue;
    storage::Message& m = set_.messages.write(id);
    for (std::size_t i = 0; i < m.segments.size(); ++i) {
      if (m.segments[i].state == SegmentState::accepted) change(m, i, MessageState::no_receipt);
      if (m.segments[i].state == SegmentState::queued) change(m, i, MessageState::expired);
    }
    settle(m, "its time has passed");
  }
  if (passed != after) {
    if (cursor) {
      set_.cursors.write(name) = passed;
    } else {
      set_.cursors.insert(name, passed);
    }
  }
  const bool more = !set_.sweep->found.empty() && passed == set_.sweep->found.back() && !set_.sweep->complete;
  memory.next_sweep = more ? now_.steady : now_.steady + kSweepEvery;
  at(*memory.next_sweep);
}

// A session that was sent nothing lately has all of it: its mark follows, or a start would read what all of its life
// brought in on other sessions.
void Pass::advance_idle_marks() {
  for (const auto& [id, account] : memory.links.accounts()) {
    for (const BoundBind& bind : account.binds) {
      const bool busy = redelivery_.waits_for(bind.link) || std::ranges::find(journal.received, bind.link, &RedeliveryJournal::Received::link) != journal.received.end() ||
                        std::ranges::find(journal.absorbed, bind.link, &RedeliveryJournal::Received::link) != journal.absorbed.end();
      const storage::LinkMarkKey key{bind.link.account, bind.link.epoch};
      if (!bind.receives || busy || missing(set_.link_marks, key, want_.link_marks)) continue;
      const auto mark = set_.link_marks.read(key);
      if (mark && mark->acked_turn + kMarkLag < turn_) set_.link_marks.write(key).acked_turn = turn_ - 1;
    }
  }
}

// Where no bind is up nothing comes to the door; what waits there expires here, a slice at a time.
void Pass::expire_unbound() {
  for (const auto& [key, count] : memory.queued) {
    const AccountLinks* links = memory.links.account(key.account);
    if (count <= 0 || (links && std::ranges::any_of(links->binds, &BoundBind::transmits))) continue;
    if (!set_.queue.contains(key)) {
      want_.queue[key] = kSweepSlice;
      continue;
    }
    std::size_t expired = 0;
    for (const Id id : ready_in(key)) {
      if (now_.wall < set_.messages.read(id)->valid_until) break;
      if (contact(set_.messages.read(id)->to).presence == storage::Presence::not_loaded) continue;
      door(set_.messages.write(id));
      ++expired;
    }
    if (expired >= kSweepSlice) at(now_.steady);
  }
}

void Pass::at(SteadyTime when) {
  releases.deadline = std::min(releases.deadline.value_or(when), when);
}

void Pass::at(WallTime when) {
  const auto wait = std::max(when - now_.wall, std::chrono::milliseconds{0});
  at(now_.steady + wait);
}

void Pass::deadline() {
  if (memory.next_timer) at(*memory.next_timer);
}

}  // namespace core::engine
