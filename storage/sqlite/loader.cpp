#include "storage/sqlite/loader.hpp"

#include <string>

namespace storage::sqlite {
namespace {

// One writer: nothing changes between its reading and its writing, so one version serves for every row.
constexpr std::uint64_t kStored = 1;

}  // namespace

// A record that is in the set already is left as it is.
template <class Key, class Record>
void Loader::fetch(const Key& key, Table<Key, Record>& into) {
  if (into.knows(key)) return;
  if (auto record = read_.read<Record>(key)) into.put(key, std::move(*record), kStored);
  else if (!db_.problem()) into.put_absent(key);
}

template <class Key, class Record>
void Loader::fetch_all(const std::set<Key>& keys, Table<Key, Record>& into) {
  for (const Key& key : keys) fetch(key, into);
}

template <class Record, class... Args>
Scan<Id> Loader::scan(Statement& ids, std::uint32_t limit, Table<Id, Record>& into, const Args&... args) {
  Scan<Id> found;
  {
    auto rows = ids.select(limit, args...);
    while (rows.next()) found.found.push_back(rows.id(0));
  }
  found.complete = found.found.size() < limit;
  for (const Id id : found.found) fetch(id, into);
  return found;
}

void Loader::load(const Keys& keys, WorkingSet& into) {
  if (!db_.begin_read()) return;
  load_records(keys, into);
  load_due(keys, into);
  load_scans(keys, into);
  db_.commit();
}

void Loader::load_records(const Keys& keys, WorkingSet& into) {
  fetch_all(keys.contacts, into.contacts);
  fetch_all(keys.closed_conversations, into.closed_conversations);
  fetch_all(keys.inbounds, into.inbounds);
  fetch_all(keys.parts, into.parts);
  fetch_all(keys.messages, into.messages);
  fetch_all(keys.smsc_ids, into.smsc_ids);
  fetch_all(keys.parked_receipts, into.parked_receipts);
  fetch_all(keys.events, into.events);
  fetch_all(keys.recipients, into.recipients);
  fetch_all(keys.launches, into.launches);
  fetch_all(keys.campaigns, into.campaigns);
  fetch_all(keys.idempotency, into.idempotency);
  fetch_all(keys.timers, into.timers);
  fetch_all(keys.link_marks, into.link_marks);
  fetch_all(keys.revisions, into.revisions);
}

// The messages the sweep has not passed yet; where it stands is read with them, so that the two never disagree.
void Loader::load_sweep(std::uint32_t limit, WorkingSet& into) {
  const std::string name(kSweepCursor);
  if (!into.cursors.knows(name)) {
    auto rows = cursor_.select(name);
    if (rows.next()) into.cursors.put(name, rows.id(0), kStored);
    else if (!db_.problem()) into.cursors.put_absent(name);
  }
  const auto cursor = into.cursors.read(name);
  into.sweep = scan(sweep_, limit, into.messages, cursor ? *cursor : Id{0});
}

void Loader::load_due(const Keys& keys, WorkingSet& into) {
  // The row after the last one found tells when to look again, so these read until they meet it.
  if (keys.due_timers) {
    DueTimers due;
    {
      auto rows = due_timers_.select();
      while (rows.next()) {
        if (rows.time(0) > keys.due_timers->now || due.found.size() >= keys.due_timers->limit) {
          due.next_due = rows.time(0);
          break;
        }
        due.found.push_back({static_cast<TimerKind>(rows.number(2)), rows.id(1)});
      }
    }
    for (const TimerKey& key : due.found) fetch(key, into.timers);
    due.complete = due.found.size() < keys.due_timers->limit;
    into.due_timers = std::move(due);
  }
  for (const auto& [endpoint, asked] : keys.due_events) {
    DueEvents due;
    {
      auto rows = due_events_.select(endpoint);
      while (rows.next()) {
        if (rows.time(0) > asked.now || due.found.size() >= asked.limit) {
          due.next_due = rows.time(0);
          break;
        }
        due.found.push_back(rows.id(1));
      }
    }
    for (const Id id : due.found) fetch(id, into.events);
    due.complete = due.found.size() < asked.limit;
    into.due_events[endpoint] = std::move(due);
  }
  for (const Id earlier : keys.events_after) {
    Id blocked = 0;
    {
      auto rows = event_after_.select(earlier);
      if (rows.next()) blocked = rows.id(0);
    }
    into.events_after[earlier] = blocked;
    if (blocked != 0) fetch(blocked, into.events);
  }
}

void Loader::load_scans(const Keys& keys, WorkingSet& into) {
  for (const auto& [key, limit] : keys.queue)
    into.queue[key] = scan(queue_, limit, into.messages, key.account, key.lane);
  if (keys.claimed) into.claimed = scan(claimed_, keys.claimed->limit, into.messages, keys.claimed->after);
  if (keys.inbound_since)
    into.inbound_since = scan(inbound_since_, keys.inbound_since->limit, into.inbounds, keys.inbound_since->after);
  if (keys.sweep) load_sweep(*keys.sweep, into);
  if (keys.running_launches) {
    into.running_launches.emplace();
    {
      auto rows = running_launches_.select();
      while (rows.next()) into.running_launches->found.push_back(rows.id(0));
    }
    for (const Id id : into.running_launches->found) fetch(id, into.launches);
  }
  if (keys.open_link_marks) {
    into.open_link_marks.emplace();
    {
      auto rows = link_marks_.select();
      while (rows.next()) into.open_link_marks->push_back({std::string(rows.text(0)), rows.id(1)});
    }
    for (const LinkMarkKey& key : *into.open_link_marks) fetch(key, into.link_marks);
  }
  if (keys.queue_counts) {
    into.queue_counts.emplace();
    auto rows = queue_counts_.select();
    while (rows.next())
      (*into.queue_counts)[{std::string(rows.text(0)), static_cast<Lane>(rows.number(1))}] = rows.id(2);
  }
}

}  // namespace storage::sqlite
