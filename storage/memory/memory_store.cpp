// Commit in memory: conflict detection by version, injected failures, and the indexes the scans use.
#include "storage/memory/memory_store.hpp"

#include <type_traits>

namespace storage::memory {
namespace {

// Each list of changes beside its rows and the set of a Conflict's keys (null where a kind has no key to load by).
template <class Visit>
void each_kind(const Changes& c, Visit&& visit) {
  visit(c.contacts, &Image::contacts, &Keys::contacts);
  visit(c.closed_conversations, &Image::conversations, &Keys::closed_conversations);
  visit(c.inbounds, &Image::inbounds, &Keys::inbounds);
  visit(c.parts, &Image::parts, &Keys::parts);
  visit(c.messages, &Image::messages, &Keys::messages);
  visit(c.smsc_ids, &Image::smsc_ids, &Keys::smsc_ids);
  visit(c.parked_receipts, &Image::parked_receipts, &Keys::parked_receipts);
  visit(c.events, &Image::events, &Keys::events);
  visit(c.recipients, &Image::recipients, &Keys::recipients);
  visit(c.launches, &Image::launches, &Keys::launches);
  visit(c.campaigns, &Image::campaigns, &Keys::campaigns);
  visit(c.idempotency, &Image::idempotency, &Keys::idempotency);
  visit(c.timers, &Image::timers, &Keys::timers);
  visit(c.link_marks, &Image::link_marks, &Keys::link_marks);
  visit(c.consent_entries, &Image::consent_entries, nullptr);
  visit(c.revisions, &Image::revisions, &Keys::revisions);
  visit(c.cursors, &Image::cursors, nullptr);
}

}  // namespace

Indexes::Indexes(const Image& image) {
  for (const auto& [id, row] : image.messages.rows) message(id, nullptr, row.record.get());
  for (const auto& [id, row] : image.events.rows) event(id, nullptr, row.record.get());
  for (const auto& [key, row] : image.timers.rows) timer(key, nullptr, row.record.get());
}

void Indexes::message(Id id, const Message* before, const Message* after) {
  if (before != nullptr) {
    const auto lane = queue.find(QueueKey{before->account, before->lane});
    if (lane != queue.end() && lane->second.erase(id) > 0 && lane->second.empty()) queue.erase(lane);
    claimed.erase(id);
  }
  if (after == nullptr) return;
  if (const std::uint32_t ready = ready_segments(*after); ready > 0) queue[{after->account, after->lane}][id] = ready;
  if (has_segment(*after, SegmentState::submitting)) claimed.insert(id);
}

void Indexes::event(Id id, const Event* before, const Event* after) {
  if (before != nullptr && before->state == EventState::due) due_events[before->endpoint].erase({before->due, id});
  if (before != nullptr && before->state == EventState::blocked) events_after[before->after].erase(id);
  if (after != nullptr && after->state == EventState::due) due_events[after->endpoint].insert({after->due, id});
  if (after != nullptr && after->state == EventState::blocked) events_after[after->after].insert(id);
}

void Indexes::timer(const TimerKey& key, const Timer* before, const Timer* after) {
  if (before != nullptr) timers.erase({before->due_at, key.entity, key.kind});
  if (after != nullptr) timers.insert({after->due_at, key.entity, key.kind});
}

Keys MemoryStore::conflicts(const Changes& changes) const {
  Keys keys;
  each_kind(changes, [&](const auto& list, auto rows, auto set) {
    // A conversation's report row is written without being loaded: its contact's version guards it.
    if constexpr (std::is_same_v<decltype(set), std::set<Id> Keys::*>)
      if (set == &Keys::closed_conversations) return;
    for (const auto& change : list) {
      if ((image_.*rows).version(*change.key) == change.version) continue;
      if constexpr (!std::is_null_pointer_v<decltype(set)>) (keys.*set).insert(*change.key);
    }
  });
  return keys;
}

// What makes a commit wrong whatever is stored; also a changed key that a Conflict could not name.
std::optional<Failed> MemoryStore::why_not(const Changes& changes) const {
  if (changes.turn != image_.turn + 1) {
    return Failed{"turn " + std::to_string(changes.turn) + " committed after turn " + std::to_string(image_.turn) +
                  ": turns are numbered without gaps"};
  }
  for (const auto& change : changes.consent_entries) {
    if (!change.inserted || image_.consent_entries.find(*change.key) != nullptr)
      return Failed{"consent entry " + show_id("", *change.key) + ": the ledger is append-only"};
  }
  return std::nullopt;
}

void MemoryStore::apply(const Changes& changes) {
  for (const auto& change : changes.messages)
    indexes_.message(*change.key, image_.messages.find(*change.key), change.record);
  for (const auto& change : changes.events)
    indexes_.event(*change.key, image_.events.find(*change.key), change.record);
  for (const auto& change : changes.timers)
    indexes_.timer(*change.key, image_.timers.find(*change.key), change.record);
  each_kind(changes, [&](const auto& list, auto member, auto) {
    auto& rows = (image_.*member).rows;
    for (const auto& change : list) {
      if (change.record == nullptr) {
        rows.erase(*change.key);
        continue;
      }
      using Record = std::remove_cvref_t<decltype(*change.record)>;
      rows[*change.key] = {std::make_shared<const Record>(*change.record), ++image_.last_version};
    }
  });
  image_.turn = changes.turn;
}

CommitResult MemoryStore::commit(const Changes& changes, Fence fence) {
  if (failed_) return *failed_;
  if (fence.run != image_.run) return Fenced{};
  if (auto wrong = why_not(changes)) {
    failed_ = wrong;
    return *wrong;
  }
  if (Keys keys = conflicts(changes); !keys.empty()) return Conflict{std::move(keys)};

  const Injected injected = hook_ ? hook_(changes) : Injected::none;
  switch (injected) {
    case Injected::none: break;
    case Injected::conflict: {
      Keys keys;
      each_kind(changes, [&](const auto& list, auto, auto set) {
        if constexpr (!std::is_null_pointer_v<decltype(set)>)
          for (const auto& change : list) (keys.*set).insert(*change.key);
      });
      return Conflict{std::move(keys)};
    }
    case Injected::full: return Full{};
    case Injected::fenced: return Fenced{};
    case Injected::failed:
    case Injected::failed_after_write:
      if (injected == Injected::failed_after_write) apply(changes);
      failed_ = Failed{"injected failure of the commit of turn " + std::to_string(changes.turn)};
      return *failed_;
  }
  apply(changes);
  return Committed{changes.turn};
}

}  // namespace storage::memory
