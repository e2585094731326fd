// Loading from memory: records by key, and the scans, which also load the records they name.
#include "storage/memory/memory_store.hpp"

namespace storage::memory {
namespace {

// A record that is in the set already is left as it is.
template <class Key, class Record>
void fetch(const Rows<Key, Record>& rows, const Key& key, Table<Key, Record>& into) {
  if (into.knows(key)) return;
  const auto at = rows.rows.find(key);
  if (at == rows.rows.end()) into.put_absent(key);
  else into.put(key, *at->second.record, at->second.version);
}

template <class Key, class Record>
void fetch_all(const Rows<Key, Record>& rows, const std::set<Key>& keys, Table<Key, Record>& into) {
  for (const Key& key : keys) fetch(rows, key, into);
}

// Rows above an id, in order, at most `limit`.
template <class Ids, class Record>
Scan<Id> scan_above(const Ids& ids, const Rows<Id, Record>& rows, const Keys::From& from, Table<Id, Record>& into) {
  Scan<Id> scan;
  for (auto at = ids.upper_bound(from.after); at != ids.end() && scan.found.size() < from.limit; ++at) {
    Id id = 0;
    if constexpr (requires { at->first; }) id = at->first;
    else id = *at;
    scan.found.push_back(id);
    fetch(rows, id, into);
  }
  scan.complete = scan.found.size() < from.limit;
  return scan;
}

}  // namespace

void MemoryStore::load_records(const Keys& keys, WorkingSet& into) const {
  fetch_all(image_.contacts, keys.contacts, into.contacts);
  fetch_all(image_.conversations, keys.closed_conversations, into.closed_conversations);
  fetch_all(image_.inbounds, keys.inbounds, into.inbounds);
  fetch_all(image_.parts, keys.parts, into.parts);
  fetch_all(image_.messages, keys.messages, into.messages);
  fetch_all(image_.smsc_ids, keys.smsc_ids, into.smsc_ids);
  fetch_all(image_.parked_receipts, keys.parked_receipts, into.parked_receipts);
  fetch_all(image_.events, keys.events, into.events);
  fetch_all(image_.recipients, keys.recipients, into.recipients);
  fetch_all(image_.launches, keys.launches, into.launches);
  fetch_all(image_.campaigns, keys.campaigns, into.campaigns);
  fetch_all(image_.idempotency, keys.idempotency, into.idempotency);
  fetch_all(image_.timers, keys.timers, into.timers);
  fetch_all(image_.link_marks, keys.link_marks, into.link_marks);
  fetch_all(image_.revisions, keys.revisions, into.revisions);
}

void MemoryStore::load_scans(const Keys& keys, WorkingSet& into) const {
  for (const auto& [key, limit] : keys.queue) {
    const auto lane = indexes_.queue.find(key);
    static const std::map<Id, std::uint32_t> kEmpty;
    into.queue[key] = scan_above(lane == indexes_.queue.end() ? kEmpty : lane->second, image_.messages,
                                 Keys::From{0, limit}, into.messages);
  }
  if (keys.claimed) into.claimed = scan_above(indexes_.claimed, image_.messages, *keys.claimed, into.messages);
  if (keys.inbound_since)
    into.inbound_since = scan_above(image_.inbounds.rows, image_.inbounds, *keys.inbound_since, into.inbounds);
  if (keys.sweep) {
    const std::string name(kSweepCursor);
    fetch(image_.cursors, name, into.cursors);
    const auto cursor = into.cursors.read(name);
    into.sweep = scan_above(image_.messages.rows, image_.messages, Keys::From{cursor ? *cursor : 0, *keys.sweep}, into.messages);
  }
  if (keys.running_launches) {
    into.running_launches.emplace();
    for (const auto& [id, row] : image_.launches.rows) {
      if (row.record->state != LaunchState::running) continue;
      into.running_launches->found.push_back(id);
      fetch(image_.launches, id, into.launches);
    }
  }
  if (keys.open_link_marks) {
    into.open_link_marks.emplace();
    for (const auto& [key, row] : image_.link_marks.rows) {
      into.open_link_marks->push_back(key);
      fetch(image_.link_marks, key, into.link_marks);
    }
  }
  if (keys.queue_counts) {
    into.queue_counts.emplace();
    for (const auto& [key, lane] : indexes_.queue)
      for (const auto& [id, ready] : lane) (*into.queue_counts)[key] += ready;
  }
}

void MemoryStore::load_due(const Keys& keys, WorkingSet& into) const {
  if (keys.due_timers) {
    DueTimers due;
    for (const auto& [due_at, entity, kind] : indexes_.timers) {
      if (due_at > keys.due_timers->now || due.found.size() >= keys.due_timers->limit) {
        due.next_due = due_at;
        break;
      }
      due.found.push_back({kind, entity});
      fetch(image_.timers, due.found.back(), into.timers);
    }
    due.complete = due.found.size() < keys.due_timers->limit;
    into.due_timers = std::move(due);
  }
  for (const auto& [endpoint, asked] : keys.due_events) {
    DueEvents due;
    const auto waiting = indexes_.due_events.find(endpoint);
    if (waiting != indexes_.due_events.end()) {
      for (const auto& [due_at, id] : waiting->second) {
        if (due_at > asked.now || due.found.size() >= asked.limit) {
          due.next_due = due_at;
          break;
        }
        due.found.push_back(id);
        fetch(image_.events, id, into.events);
      }
    }
    due.complete = due.found.size() < asked.limit;
    into.due_events[endpoint] = std::move(due);
  }
  for (const Id earlier : keys.events_after) {
    const auto blocked = indexes_.events_after.find(earlier);
    const bool any = blocked != indexes_.events_after.end() && !blocked->second.empty();
    into.events_after[earlier] = any ? *blocked->second.begin() : 0;
    if (any) fetch(image_.events, *blocked->second.begin(), into.events);
  }
}

std::optional<Failed> MemoryStore::load(const Keys& keys, WorkingSet& into) {
  if (failed_) return failed_;
  load_records(keys, into);
  load_due(keys, into);
  load_scans(keys, into);
  return std::nullopt;
}

}  // namespace storage::memory
