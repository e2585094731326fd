// What every store does, asked of the one in memory and of the one on disk.
#include "test/unit/storage_place.hpp"
#include "test/unit/storage_random.hpp"

using namespace storage_test;
using namespace std::chrono_literals;

namespace {

WallTime at(std::int64_t second) { return WallTime(std::chrono::seconds(second)); }

Kind each_kind() {
  const Kind kind = GENERATE(Kind::memory, Kind::sqlite);
  UNSCOPED_INFO((kind == Kind::memory ? "in memory" : "on disk"));
  return kind;
}

Message queued(Id id, const std::string& account, Lane lane, std::size_t segments = 1) {
  Message message;
  message.id = id;
  message.account = account;
  message.lane = lane;
  message.segments.resize(segments);
  return message;
}

Event event(Id id, const std::string& endpoint, EventState state, WallTime due, Id after = 0) {
  Event made;
  made.id = id;
  made.endpoint = endpoint;
  made.state = state;
  made.due = due;
  made.after = after;
  return made;
}

}  // namespace

TEST_CASE("an empty store: keys are absent, what was not asked is not loaded") {
  Place place(each_kind());
  CHECK(place.store().last_turn() == 0);
  Keys keys;
  keys.contacts = {"447700900001", "INFO"};
  keys.messages = {1};
  const WorkingSet set = place.load(keys);
  CHECK(set.contacts.read("447700900001").presence == Presence::absent);
  CHECK(set.contacts.read("INFO").presence == Presence::absent);
  CHECK(set.messages.read(1).presence == Presence::absent);
  CHECK(set.contacts.read("447700900002").presence == Presence::not_loaded);
  CHECK(set.inbounds.read(1).presence == Presence::not_loaded);
  CHECK(set.cursors.read(std::string(kSweepCursor)).presence == Presence::not_loaded);
  CHECK_FALSE(set.due_timers);
  CHECK(set.queue.empty());
}

TEST_CASE("what a turn committed the next one reads, and the one after a restart") {
  Place place(each_kind());
  Random r(7);
  const Contact contact = random_contact(r, "447700900001");
  const Contact named = random_contact(r, "INFO");
  const Message message = random_message(r, make_id(1, 0, 1));
  WorkingSet set = place.load({.contacts = {"447700900001", "INFO"}});
  set.contacts.insert(contact.number, contact);
  set.contacts.insert(named.number, named);
  set.messages.insert(message.id, message);
  place.commit(set);
  for (int opening = 0; opening < 2; ++opening) {
    Keys keys;
    keys.contacts = {contact.number, named.number};
    keys.messages = {message.id};
    const WorkingSet read = place.load(keys);
    REQUIRE(read.contacts.read(contact.number));
    CHECK(*read.contacts.read(contact.number) == contact);
    REQUIRE(read.contacts.read("INFO"));
    CHECK(*read.contacts.read("INFO") == named);
    REQUIRE(read.messages.read(message.id));
    CHECK(*read.messages.read(message.id) == message);
    CHECK(place.store().last_turn() == 1);
    place.reopen();
  }
}

TEST_CASE("numbers that look alike are different contacts") {
  Place place(each_kind());
  const std::vector<std::string> numbers{"791", "0791", "00791", "1791", "999999999999999999", "9999999999999999999", "",
                                         "+791", "80800", "INFO", "info", std::string("7\0001", 3), "123456789012345678"};
  Keys keys;
  keys.contacts.insert(numbers.begin(), numbers.end());
  WorkingSet set = place.load(keys);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Contact contact;
    contact.id = i + 1;
    contact.number = numbers[i];
    set.contacts.insert(numbers[i], contact);
  }
  place.commit(set);
  const WorkingSet read = place.load(keys);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    INFO(numbers[i]);
    REQUIRE(read.contacts.read(numbers[i]));
    CHECK(read.contacts.read(numbers[i])->id == i + 1);
    CHECK(read.contacts.read(numbers[i])->number == numbers[i]);
  }
}

TEST_CASE("loading leaves alone what the set has already") {
  Place place(each_kind());
  WorkingSet set = place.load({.messages = {5}});
  set.messages.insert(5, queued(5, "a", Lane::reply));
  place.commit(set);
  WorkingSet again = place.load({.messages = {5}});
  again.messages.write(5).text = "changed in this pass";
  Keys more;
  more.messages = {5, 6};
  more.queue[{"a", Lane::reply}] = 10;
  REQUIRE_FALSE(place.store().load(more, again));
  CHECK(again.messages.read(5)->text == "changed in this pass");
  CHECK(again.messages.read(6).presence == Presence::absent);
  again.discard();
  CHECK(again.messages.read(5)->text.empty());
}

TEST_CASE("a queue lists the ready messages of its account and lane by id") {
  Place place(each_kind());
  WorkingSet set;
  for (const Id id : {40U, 10U, 30U, 20U}) set.messages.insert(id, queued(id, "a", Lane::bulk, id == 30 ? 3 : 1));
  set.messages.insert(11, queued(11, "a", Lane::reply));
  set.messages.insert(12, queued(12, "b", Lane::bulk));
  Message held = queued(13, "a", Lane::bulk);
  held.not_before = at(100);
  set.messages.insert(13, held);
  Message gone = queued(14, "a", Lane::bulk);
  gone.segments[0].state = SegmentState::accepted;
  set.messages.insert(14, gone);
  place.commit(set);

  Keys keys;
  keys.queue = {{{"a", Lane::bulk}, 3}, {{"a", Lane::reply}, 9}, {{"c", Lane::bulk}, 9}};
  keys.queue_counts = true;
  WorkingSet read = place.load(keys);
  CHECK(read.queue.at({"a", Lane::bulk}).found == std::vector<Id>{10, 20, 30});
  CHECK_FALSE(read.queue.at({"a", Lane::bulk}).complete);
  CHECK(read.queue.at({"a", Lane::reply}).found == std::vector<Id>{11});
  CHECK(read.queue.at({"a", Lane::reply}).complete);
  CHECK(read.queue.at({"c", Lane::bulk}).found.empty());
  CHECK(read.messages.read(30)->segments.size() == 3);  // scans load their records
  CHECK(read.messages.read(40).presence == Presence::not_loaded);
  CHECK(*read.queue_counts == std::map<QueueKey, std::uint64_t>{
                                  {{"a", Lane::bulk}, 6}, {{"a", Lane::reply}, 1}, {{"b", Lane::bulk}, 1}});

  // Claimed: out of the queue. Returned: in it again. The hold ends: in it. Moved to another account: there.
  read.messages.write(10).segments[0].state = SegmentState::submitting;
  read.messages.write(30).segments[0].state = SegmentState::submitting;
  place.commit(read);
  WorkingSet next = place.load({.messages = {10, 13, 20}, .claimed = Keys::From{0, 10}});
  CHECK(next.claimed->found == std::vector<Id>{10, 30});
  CHECK(place.load({.queue = {{{"a", Lane::bulk}, 9}}}).queue.at({"a", Lane::bulk}).found == std::vector<Id>{20, 30, 40});
  next.messages.write(10).segments[0].state = SegmentState::queued;
  next.messages.write(13).not_before = {};
  next.messages.write(20).account = "b";
  place.commit(next);
  place.reopen();
  const WorkingSet last = place.load({.queue = {{{"a", Lane::bulk}, 9}, {{"b", Lane::bulk}, 9}}, .claimed = Keys::From{10, 9}});
  CHECK(last.queue.at({"a", Lane::bulk}).found == std::vector<Id>{10, 13, 30, 40});
  CHECK(last.queue.at({"b", Lane::bulk}).found == std::vector<Id>{12, 20});
  CHECK(last.claimed->found == std::vector<Id>{30});
  CHECK(last.claimed->complete);
}

TEST_CASE("timers fall due in order of time, then of id") {
  Place place(each_kind());
  WorkingSet set;
  set.timers.insert({TimerKind::no_receipt, 3}, {at(10), 1});
  set.timers.insert({TimerKind::message_due, 9}, {at(10), 2});
  set.timers.insert({TimerKind::message_due, 3}, {at(10), 3});
  set.timers.insert({TimerKind::message_due, 50}, {at(5), 4});
  set.timers.insert({TimerKind::message_due, 1}, {at(20), 5});
  place.commit(set);

  WorkingSet read = place.load({.due_timers = Keys::Due{at(10), 64}});
  CHECK(read.due_timers->found == std::vector<TimerKey>{{TimerKind::message_due, 50},
                                                        {TimerKind::message_due, 3},
                                                        {TimerKind::no_receipt, 3},
                                                        {TimerKind::message_due, 9}});
  CHECK(read.due_timers->complete);
  CHECK(read.due_timers->next_due == at(20));
  CHECK(read.timers.read({TimerKind::message_due, 9})->entity_version == 2);

  WorkingSet limited = place.load({.due_timers = Keys::Due{at(100), 2}});
  CHECK(limited.due_timers->found.size() == 2);
  CHECK_FALSE(limited.due_timers->complete);
  CHECK(limited.due_timers->next_due == at(10));

  read.timers.erase({TimerKind::message_due, 50});
  read.timers.write({TimerKind::message_due, 3}).due_at = at(30);
  place.commit(read);
  const WorkingSet rest = place.load({.due_timers = Keys::Due{at(100), 64}});
  CHECK(rest.due_timers->found == std::vector<TimerKey>{{TimerKind::no_receipt, 3},
                                                        {TimerKind::message_due, 9},
                                                        {TimerKind::message_due, 1},
                                                        {TimerKind::message_due, 3}});
  CHECK_FALSE(rest.due_timers->next_due);
}

TEST_CASE("due events are listed per endpoint; a blocked one is found by the one it waits for") {
  Place place(each_kind());
  WorkingSet set;
  set.events.insert(1, event(1, "crm", EventState::due, at(10)));
  set.events.insert(2, event(2, "crm", EventState::due, at(5)));
  set.events.insert(3, event(3, "crm", EventState::due, at(90)));
  set.events.insert(4, event(4, "billing", EventState::due, at(1)));
  set.events.insert(5, event(5, "crm", EventState::blocked, at(1), 1));
  set.events.insert(6, event(6, "crm", EventState::delivered, at(1), 2));
  place.commit(set);

  WorkingSet read = place.load({.due_events = {{"crm", {at(10), 9}}, {"none", {at(10), 9}}}, .events_after = {1, 2, 4}});
  CHECK(read.due_events.at("crm").found == std::vector<Id>{2, 1});
  CHECK(read.due_events.at("crm").complete);
  CHECK(read.due_events.at("crm").next_due == at(90));
  CHECK(read.due_events.at("none").found.empty());
  CHECK_FALSE(read.due_events.at("none").next_due);
  CHECK(read.events_after == std::map<Id, Id>{{1, 5}, {2, 0}, {4, 0}});
  CHECK(read.events.read(5)->after == 1);

  read.events.write(1).state = EventState::delivered;
  read.events.write(5).state = EventState::due;
  place.commit(read);
  const WorkingSet next = place.load({.due_events = {{"crm", {at(10), 1}}}, .events_after = {1}});
  CHECK(next.due_events.at("crm").found == std::vector<Id>{5});
  CHECK_FALSE(next.due_events.at("crm").complete);
  CHECK(next.due_events.at("crm").next_due == at(5));
  CHECK(next.events_after == std::map<Id, Id>{{1, 0}});
}

TEST_CASE("rows above an id are read in slices") {
  Place place(each_kind());
  WorkingSet set;
  Random r(3);
  for (const Id id : {5U, 2U, 9U, 7U}) {
    set.inbounds.insert(id, random_inbound(r, id));
    set.messages.insert(id + 100, queued(id + 100, "a", Lane::reply));
  }
  set.cursors.insert(std::string(kSweepCursor), 105);
  place.commit(set);
  const WorkingSet read = place.load({.inbound_since = Keys::From{2, 2}, .sweep = 2});
  CHECK(read.inbound_since->found == std::vector<Id>{5, 7});
  CHECK_FALSE(read.inbound_since->complete);
  CHECK(*read.inbounds.read(7) == *set.inbounds.read(7));
  CHECK(read.sweep->found == std::vector<Id>{107, 109});
  CHECK_FALSE(read.sweep->complete);
  CHECK(place.load({.inbound_since = Keys::From{9, 2}}).inbound_since->found.empty());
}

TEST_CASE("running launches and all link marks are found") {
  Place place(each_kind());
  WorkingSet set;
  Random r(4);
  for (Id id = 1; id <= 4; ++id) {
    Launch launch = random_launch(r, id);
    launch.state = static_cast<LaunchState>(id - 1);
    set.launches.insert(id, launch);
  }
  set.link_marks.insert({"b", 9}, {4, 2, at(7)});
  set.link_marks.insert({"a", 1ULL << 63}, {3, 1, {}});
  place.commit(set);
  WorkingSet read = place.load({.running_launches = true, .open_link_marks = true});
  CHECK(read.running_launches->found == std::vector<Id>{2});
  CHECK(*read.launches.read(2) == *set.launches.read(2));
  CHECK(*read.open_link_marks == std::vector<LinkMarkKey>{{"a", 1ULL << 63}, {"b", 9}});
  CHECK(read.link_marks.read({"b", 9})->closed_at == at(7));
  read.link_marks.erase({"b", 9});
  place.commit(read);
  CHECK(place.load({.open_link_marks = true}).open_link_marks->size() == 1);
}

TEST_CASE("the sweep cursor comes with what the sweep reads") {
  Place place(each_kind());
  const std::string sweep(kSweepCursor);
  WorkingSet set = place.load({.sweep = 1});
  REQUIRE(set.cursors.read(sweep).presence == Presence::absent);
  set.cursors.insert(sweep, 17);
  place.commit(set);
  WorkingSet read = place.load({.sweep = 1});
  REQUIRE(read.cursors.read(sweep));
  CHECK(*read.cursors.read(sweep) == 17);
  read.cursors.write(sweep) = ~0ULL;
  place.commit(read);
  place.reopen();
  CHECK(*place.load({.sweep = 1}).cursors.read(sweep) == ~0ULL);
}

TEST_CASE("a conversation's report row is written when it opens and closes, without being loaded") {
  Place place(each_kind());
  Random r(5);
  const Id id = make_id(1, 0, 9);
  Conversation conversation = random_conversation(r, id, 3, "4477");
  conversation.state = ConversationState::open;
  WorkingSet opening;
  opening.closed_conversations.insert(id, conversation);
  place.commit(opening);
  conversation.state = ConversationState::closed;
  conversation.outcome = "confirmed";
  WorkingSet closing;
  closing.closed_conversations.insert(id, conversation);
  place.commit(closing);
  const WorkingSet read = place.load({.closed_conversations = {id}});
  REQUIRE(read.closed_conversations.read(id));
  CHECK(*read.closed_conversations.read(id) == conversation);
}

TEST_CASE("an inbound keeps its explanation when it is changed, and takes a new one") {
  Place place(each_kind());
  Random r(6);
  WorkingSet set;
  for (Id id = 1; id <= 3; ++id) {
    Inbound inbound = random_inbound(r, id);
    inbound.trace = {"YES: matched", "otherwise: not reached"};
    inbound.reason = "the only open conversation";
    set.inbounds.insert(id, inbound);
  }
  place.commit(set);
  WorkingSet second = place.load({.inbounds = {1, 2, 3}});
  ++second.inbounds.write(1).answered;
  second.inbounds.write(2).trace = {"answered the question: 2"};
  second.inbounds.write(2).candidates.clear();
  second.inbounds.write(3).trace.clear();
  second.inbounds.write(3).candidates.clear();
  second.inbounds.write(3).reason.clear();
  place.commit(second);
  place.reopen();
  const WorkingSet read = place.load({.inbounds = {1, 2, 3}});
  for (Id id = 1; id <= 3; ++id) CHECK(*read.inbounds.read(id) == *second.inbounds.read(id));
}

TEST_CASE("a run is counted at every opening, and another's right to write is refused") {
  Place place(each_kind());
  const std::uint64_t first = place.store().fence().run;
  place.reopen();
  CHECK(place.store().fence().run == first + 1);
  WorkingSet set;
  set.messages.insert(1, queued(1, "a", Lane::reply));
  const Changes changes = changes_of(set, 1, {});
  CHECK(std::holds_alternative<Fenced>(place.store().commit(changes, Fence{first})));
  CHECK(place.store().last_turn() == 0);
  CHECK(place.load({.messages = {1}}).messages.read(1).presence == Presence::absent);
}

TEST_CASE("turns are numbered without gaps: any other number is a failure for good") {
  Place place(each_kind());
  WorkingSet set;
  set.messages.insert(1, queued(1, "a", Lane::reply));
  const CommitResult result = place.store().commit(changes_of(set, 2, {}), place.store().fence());
  REQUIRE(std::holds_alternative<Failed>(result));
  CHECK(std::get<Failed>(result).what.find("turn 2") != std::string::npos);
  WorkingSet other;
  CHECK(place.store().load({.messages = {1}}, other));
  CHECK(std::holds_alternative<Failed>(place.store().commit(changes_of(set, 1, {}), place.store().fence())));
}

TEST_CASE("big rows come back whole") {
  Place place(each_kind());
  Message message = queued(1, "a", Lane::bulk, 255);
  message.text.assign(std::size_t{1} << 20, 'x');
  for (Segment& segment : message.segments) segment.body.assign(140, std::byte{0x41});
  Inbound inbound;
  inbound.id = 2;
  inbound.raw.assign(64 * 1024, std::byte{0xff});
  inbound.trace.assign(1000, std::string(200, 't'));
  WorkingSet set;
  set.messages.insert(1, message);
  set.inbounds.insert(2, inbound);
  place.commit(set);
  place.reopen();
  const WorkingSet read = place.load({.inbounds = {2}, .messages = {1}});
  CHECK((*read.messages.read(1) == message));
  CHECK((*read.inbounds.read(2) == inbound));
}

TEST_CASE("rules' revisions, keys once used, parts and receipts are found by their keys") {
  Place place(each_kind());
  const PartKey parts{"a", "1", "2", 0xffff, 16, 255};
  const SmscIdKey smsc_id{"a", "0000ABCDEF"};
  const IdempotencyKey used{"crm", std::string("k\0ey", 4)};
  Random r(8);
  WorkingSet set;
  const RuleRevision revision{~0ULL, "[campaign]\n", at(3)};
  set.revisions.insert(~0ULL, revision);
  set.idempotency.insert(used, {~0ULL, 5, at(4)});
  set.parts.insert(parts, random_parts(r));
  set.smsc_ids.insert(smsc_id, {77, 254});
  set.parked_receipts.insert(smsc_id, random_receipts(r));
  set.recipients.insert({9, 1}, random_recipient(r));
  set.campaigns.insert("spring", {4, 5});
  place.commit(set);
  Keys keys;
  keys.revisions = {~0ULL};
  keys.idempotency = {used};
  keys.parts = {parts, {"a", "1", "2", 0xffff, 8, 255}};
  keys.smsc_ids = keys.parked_receipts = {smsc_id, {"b", "0000ABCDEF"}};
  keys.recipients = {{9, 1}, {9, 2}};
  keys.campaigns = {"spring", "autumn"};
  WorkingSet read = place.load(keys);
  CHECK(*read.revisions.read(~0ULL) == revision);
  CHECK(*read.idempotency.read(used) == *set.idempotency.read(used));
  CHECK(*read.parts.read(parts) == *set.parts.read(parts));
  CHECK(read.parts.read({"a", "1", "2", 0xffff, 8, 255}).presence == Presence::absent);
  CHECK(*read.smsc_ids.read(smsc_id) == SmscId{77, 254});
  CHECK(read.smsc_ids.read({"b", "0000ABCDEF"}).presence == Presence::absent);
  CHECK(*read.parked_receipts.read(smsc_id) == *set.parked_receipts.read(smsc_id));
  CHECK(*read.recipients.read({9, 1}) == *set.recipients.read({9, 1}));
  CHECK(*read.campaigns.read("spring") == CampaignRow{4, 5});
  read.parts.erase(parts);
  read.parked_receipts.erase(smsc_id);
  place.commit(read);
  const WorkingSet rest = place.load(keys);
  CHECK(rest.parts.read(parts).presence == Presence::absent);
  CHECK(rest.parked_receipts.read(smsc_id).presence == Presence::absent);
}
