// What a batch looked at and changed: forgetting a pass, and the net difference a commit writes.
#include "storage/store.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace storage {
namespace {

// Every table of a working set beside its list of changes, named once.
template <class Set, class Visit>
void each_table(Set& set, Visit&& visit) {
  visit(set.contacts, &Changes::contacts);
  visit(set.closed_conversations, &Changes::closed_conversations);
  visit(set.inbounds, &Changes::inbounds);
  visit(set.parts, &Changes::parts);
  visit(set.messages, &Changes::messages);
  visit(set.smsc_ids, &Changes::smsc_ids);
  visit(set.parked_receipts, &Changes::parked_receipts);
  visit(set.events, &Changes::events);
  visit(set.recipients, &Changes::recipients);
  visit(set.launches, &Changes::launches);
  visit(set.campaigns, &Changes::campaigns);
  visit(set.idempotency, &Changes::idempotency);
  visit(set.timers, &Changes::timers);
  visit(set.link_marks, &Changes::link_marks);
  visit(set.consent_entries, &Changes::consent_entries);
  visit(set.revisions, &Changes::revisions);
  visit(set.cursors, &Changes::cursors);
}

template <class T>
void add(std::set<T>& into, const std::set<T>& from) { into.insert(from.begin(), from.end()); }

void add(std::optional<Keys::Due>& into, const std::optional<Keys::Due>& from) {
  if (!from) return;
  if (!into) into = from;
  into->now = std::max(into->now, from->now);
  into->limit = std::max(into->limit, from->limit);
}

void add(std::optional<Keys::From>& into, const std::optional<Keys::From>& from) {
  if (!from) return;
  if (!into) into = from;
  into->after = std::min(into->after, from->after);
  into->limit = std::max(into->limit, from->limit);
}

}  // namespace

void broken_invariant(std::string_view what) {
  std::fprintf(stderr, "storage: broken invariant: %.*s\n", static_cast<int>(what.size()), what.data());
  std::fflush(stderr);
  std::abort();
}

bool Keys::empty() const {
  return contacts.empty() && inbounds.empty() && messages.empty() && events.empty() && launches.empty() &&
         closed_conversations.empty() && parts.empty() && smsc_ids.empty() && parked_receipts.empty() &&
         recipients.empty() && campaigns.empty() && idempotency.empty() && timers.empty() && link_marks.empty() &&
         revisions.empty() && queue.empty() && !due_timers && due_events.empty() && events_after.empty() && !claimed &&
         !inbound_since && !sweep && !running_launches && !open_link_marks && !queue_counts;
}

void Keys::merge(const Keys& other) {
  add(contacts, other.contacts);
  add(inbounds, other.inbounds);
  add(messages, other.messages);
  add(events, other.events);
  add(launches, other.launches);
  add(closed_conversations, other.closed_conversations);
  add(parts, other.parts);
  add(smsc_ids, other.smsc_ids);
  add(parked_receipts, other.parked_receipts);
  add(recipients, other.recipients);
  add(campaigns, other.campaigns);
  add(idempotency, other.idempotency);
  add(timers, other.timers);
  add(link_marks, other.link_marks);
  add(revisions, other.revisions);
  add(events_after, other.events_after);
  for (const auto& [key, limit] : other.queue) queue[key] = std::max(queue[key], limit);
  add(due_timers, other.due_timers);
  for (const auto& [endpoint, due] : other.due_events) {
    const auto [at, is_new] = due_events.emplace(endpoint, due);
    at->second.now = std::max(at->second.now, due.now);
    at->second.limit = std::max(at->second.limit, due.limit);
  }
  add(claimed, other.claimed);
  add(inbound_since, other.inbound_since);
  if (other.sweep) sweep = std::max(sweep.value_or(0), *other.sweep);
  running_launches = running_launches || other.running_launches;
  open_link_marks = open_link_marks || other.open_link_marks;
  queue_counts = queue_counts || other.queue_counts;
}

void WorkingSet::discard() {
  each_table(*this, [](auto& table, auto) { table.discard(); });
}

bool Changes::empty() const { return rows() == 0; }

std::size_t Changes::rows() const {
  return contacts.size() + closed_conversations.size() + inbounds.size() + parts.size() + messages.size() +
         smsc_ids.size() + parked_receipts.size() + events.size() + recipients.size() + launches.size() +
         campaigns.size() + idempotency.size() + timers.size() + link_marks.size() + consent_entries.size() +
         revisions.size() + cursors.size();
}

Changes changes_of(const WorkingSet& set, Turn turn, WallTime now) {
  Changes changes;
  changes.turn = turn;
  changes.now = now;
  each_table(set, [&changes](const auto& table, auto list) { changes.*list = table.changes(); });
  return changes;
}

}  // namespace storage
