// Random turns against a model: whatever is inserted, changed, erased, in any order, over restarts, is what is read.
#include "test/unit/storage_place.hpp"
#include "test/unit/storage_random.hpp"

using namespace storage_test;

namespace {

constexpr std::uint64_t kKeys = 12;   // few, so that they are met again
constexpr int kTurns = 60;

// What the store must hold, kind by kind.
struct Model {
  std::map<std::string, Contact> contacts;
  std::map<Id, Conversation> conversations;
  std::map<Id, Inbound> inbounds;
  std::map<PartKey, PartSet> parts;
  std::map<Id, Message> messages;
  std::map<SmscIdKey, SmscId> smsc_ids;
  std::map<SmscIdKey, ParkedReceipts> receipts;
  std::map<Id, Event> events;
  std::map<RecipientKey, Recipient> recipients;
  std::map<Id, Launch> launches;
  std::map<std::string, CampaignRow> campaigns;
  std::map<IdempotencyKey, Idempotency> idempotency;
  std::map<TimerKey, Timer> timers;
  std::map<LinkMarkKey, LinkMark> link_marks;
  std::map<std::uint64_t, RuleRevision> revisions;
};

Keys all_keys() {
  Keys keys;
  for (std::uint64_t n = 1; n <= kKeys; ++n) {
    keys.contacts.insert(n % 3 == 0 ? "name" + std::to_string(n) : "44770090" + std::to_string(n));
    keys.closed_conversations.insert(n);
    keys.inbounds.insert(n);
    keys.messages.insert(n);
    keys.events.insert(n);
    keys.launches.insert(n);
    keys.parts.insert({"a", std::to_string(n), "80800", static_cast<std::uint16_t>(n), 8, 3});
    keys.smsc_ids.insert({"a", std::to_string(n)});
    keys.parked_receipts.insert({"b", std::to_string(n)});
    keys.recipients.insert({n % 2, n});
    keys.campaigns.insert("campaign" + std::to_string(n));
    keys.idempotency.insert({"crm", std::to_string(n)});
    keys.timers.insert({static_cast<TimerKind>(n % 4), n});
    keys.link_marks.insert({"a", n});
    keys.revisions.insert(n << 60);
  }
  return keys;
}

// Inserts, rewrites or erases one key of a table and of the model.
template <class Key, class Record, class Make>
void change(Random& r, const std::set<Key>& keys, Table<Key, Record>& table, std::map<Key, Record>& model, Make make) {
  for (const Key& key : keys) {
    if (r.below(4) != 0) continue;
    if (!table.read(key)) {
      model[key] = make(key);
      table.insert(key, model[key]);
    } else if (r.below(3) == 0) {
      model.erase(key);
      table.erase(key);
    } else {
      model[key] = make(key);
      table.write(key) = model[key];
    }
  }
}

void change_all(Random& r, const Keys& keys, WorkingSet& set, Model& model) {
  change(r, keys.contacts, set.contacts, model.contacts, [&](const auto& n) { return random_contact(r, n); });
  change(r, keys.closed_conversations, set.closed_conversations, model.conversations,
         [&](Id id) { return random_conversation(r, id, r.id(), "4477" + std::to_string(id)); });
  change(r, keys.inbounds, set.inbounds, model.inbounds, [&](Id id) { return random_inbound(r, id); });
  change(r, keys.parts, set.parts, model.parts, [&](const auto&) { return random_parts(r); });
  change(r, keys.messages, set.messages, model.messages, [&](Id id) { return random_message(r, id); });
  change(r, keys.smsc_ids, set.smsc_ids, model.smsc_ids,
         [&](const auto&) { return SmscId{r.id(), r.number<std::uint16_t>()}; });
  change(r, keys.parked_receipts, set.parked_receipts, model.receipts, [&](const auto&) { return random_receipts(r); });
  change(r, keys.events, set.events, model.events, [&](Id id) { return random_event(r, id); });
  change(r, keys.recipients, set.recipients, model.recipients, [&](const auto&) { return random_recipient(r); });
  change(r, keys.launches, set.launches, model.launches, [&](Id id) { return random_launch(r, id); });
  change(r, keys.campaigns, set.campaigns, model.campaigns, [&](const auto&) { return CampaignRow{r.id(), r.id()}; });
  change(r, keys.idempotency, set.idempotency, model.idempotency,
         [&](const auto&) { return Idempotency{r.word(), r.id(), r.time()}; });
  change(r, keys.timers, set.timers, model.timers, [&](const auto&) { return Timer{r.time(), r.word()}; });
  change(r, keys.link_marks, set.link_marks, model.link_marks,
         [&](const auto&) { return LinkMark{r.id(), r.id(), r.time()}; });
  change(r, keys.revisions, set.revisions, model.revisions,
         [&](std::uint64_t revision) { return RuleRevision{revision, r.text(), r.time()}; });
}

template <class Key, class Record>
bool same(const std::set<Key>& keys, const Table<Key, Record>& table, const std::map<Key, Record>& model) {
  for (const Key& key : keys) {
    const auto read = table.read(key);
    const auto wanted = model.find(key);
    if (wanted == model.end() ? read.presence != Presence::absent : !read || !(*read == wanted->second)) return false;
  }
  return true;
}

void compare(const Keys& keys, const WorkingSet& set, const Model& model) {
  CHECK(same(keys.contacts, set.contacts, model.contacts));
  CHECK(same(keys.closed_conversations, set.closed_conversations, model.conversations));
  CHECK(same(keys.inbounds, set.inbounds, model.inbounds));
  CHECK(same(keys.parts, set.parts, model.parts));
  CHECK(same(keys.messages, set.messages, model.messages));
  CHECK(same(keys.smsc_ids, set.smsc_ids, model.smsc_ids));
  CHECK(same(keys.parked_receipts, set.parked_receipts, model.receipts));
  CHECK(same(keys.events, set.events, model.events));
  CHECK(same(keys.recipients, set.recipients, model.recipients));
  CHECK(same(keys.launches, set.launches, model.launches));
  CHECK(same(keys.campaigns, set.campaigns, model.campaigns));
  CHECK(same(keys.idempotency, set.idempotency, model.idempotency));
  CHECK(same(keys.timers, set.timers, model.timers));
  CHECK(same(keys.link_marks, set.link_marks, model.link_marks));
  CHECK(same(keys.revisions, set.revisions, model.revisions));
}

// The scans, computed from the model.
void compare_scans(Place& place, const Model& model) {
  const Keys::Due due{WallTime(std::chrono::milliseconds(1LL << 41)), 5};
  Keys keys;
  for (const char* account : {"a", "b"})
    for (const Lane lane : {Lane::reply, Lane::transactional, Lane::bulk}) keys.queue[{account, lane}] = 3;
  keys.claimed = Keys::From{4, 3};
  keys.sweep = 3;
  keys.due_timers = due;
  keys.due_events = {{"crm", due}, {"billing", due}};
  keys.queue_counts = true;
  const WorkingSet set = place.load(keys);

  std::map<QueueKey, std::vector<Id>> queue;
  std::map<QueueKey, std::uint64_t> counts;
  std::vector<Id> claimed, unswept;
  for (const auto& [id, m] : model.messages) {
    if (is_ready(m)) {
      queue[{m.account, m.lane}].push_back(id);
      counts[{m.account, m.lane}] += ready_segments(m);
    }
    if (id > 4 && has_segment(m, SegmentState::submitting)) claimed.push_back(id);
    unswept.push_back(id);
  }
  const auto first = [](auto list, std::size_t n) {
    if (list.size() > n) list.resize(n);
    return list;
  };
  for (const auto& [key, limit] : keys.queue) CHECK(set.queue.at(key).found == first(queue[key], limit));
  CHECK(*set.queue_counts == counts);
  CHECK(set.claimed->found == first(claimed, 3));
  CHECK(set.sweep->found == first(unswept, 3));

  std::vector<std::tuple<WallTime, Id, TimerKind>> timers;
  for (const auto& [key, timer] : model.timers) timers.emplace_back(timer.due_at, key.entity, key.kind);
  std::sort(timers.begin(), timers.end());
  std::vector<TimerKey> found;
  for (const auto& [due_at, entity, kind] : timers)
    if (due_at <= due.now && found.size() < due.limit) found.push_back({kind, entity});
  CHECK(set.due_timers->found == found);
  CHECK(set.due_timers->next_due.has_value() == (found.size() < timers.size()));
  for (const auto& [endpoint, asked] : keys.due_events) {
    std::vector<std::pair<WallTime, Id>> events;
    for (const auto& [id, e] : model.events)
      if (e.state == EventState::due && e.endpoint == endpoint) events.emplace_back(e.due, id);
    std::sort(events.begin(), events.end());
    std::vector<Id> ids;
    for (const auto& [when, id] : events)
      if (when <= due.now && ids.size() < due.limit) ids.push_back(id);
    CHECK(set.due_events.at(endpoint).found == ids);
  }
}

}  // namespace

TEST_CASE("random turns leave exactly what they wrote") {
  const Kind kind = GENERATE(Kind::memory, Kind::sqlite);
  const std::uint64_t seed = GENERATE(1U, 2U, 3U);
  INFO("seed " << seed << (kind == Kind::memory ? ", in memory" : ", on disk"));
  Random r(seed);
  Place place(kind);
  Model model;
  const Keys keys = all_keys();
  for (int turn = 1; turn <= kTurns; ++turn) {
    INFO("turn " << turn);
    WorkingSet set = place.load(keys);
    compare(keys, set, model);
    compare_scans(place, model);
    if (r.below(5) == 0) {  // a pass that is discarded leaves no trace
      Model forgotten = model;
      change_all(r, keys, set, forgotten);
      set.discard();
    }
    change_all(r, keys, set, model);
    place.commit(set);
    if (r.below(10) == 0) place.reopen();
  }
}
