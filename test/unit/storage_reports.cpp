// The questions of people, asked of both stores.
#include "test/unit/storage_place.hpp"

using namespace storage_test;

namespace {

Kind each_kind() { return GENERATE(Kind::memory, Kind::sqlite); }

Conversation conversation(Id id, const std::string& number, const std::string& campaign, ConversationState state) {
  Conversation made;
  made.id = id;
  made.number = number;
  made.campaign = campaign;
  made.sender = "80800";
  made.state = state;
  return made;
}

// Two people, two campaigns; the first person's conversation has moved on since it was opened.
void fill(Place& place) {
  WorkingSet set = place.load({.contacts = {"44771", "44772"}});
  Contact one;
  one.id = 1;
  one.number = "44771";
  one.chain_head = 23;
  one.open = {conversation(10, "44771", "spring", ConversationState::open)};
  one.open[0].contact = 1;
  set.closed_conversations.insert(10, one.open[0]);
  one.open[0].step = "asked";
  set.contacts.insert("44771", one);
  set.closed_conversations.insert(11, conversation(11, "44771", "spring", ConversationState::closed));
  set.closed_conversations.insert(12, conversation(12, "44772", "spring", ConversationState::opted_out));
  set.closed_conversations.insert(13, conversation(13, "44772", "autumn", ConversationState::closed));
  const auto message = [&](Id id, const std::string& campaign, MessageState state, Id prev) {
    Message made;
    made.id = id;
    made.campaign = campaign;
    made.state = state;
    made.prev = prev;
    made.segments.resize(1);
    made.segments[0].state = static_cast<SegmentState>(state);
    set.messages.insert(id, made);
  };
  message(20, "spring", MessageState::delivered, 0);
  message(22, "spring", MessageState::in_doubt, 21);
  message(24, "autumn", MessageState::in_doubt, 0);
  message(25, "autumn", MessageState::queued, 0);
  Inbound came;
  came.id = 21;
  came.conversation = 10;
  came.prev = 20;
  came.trace = {"YES: matched"};
  set.inbounds.insert(21, came);
  came.id = 23;
  came.conversation = 13;
  came.prev = 22;
  set.inbounds.insert(23, came);
  Event event;
  event.id = 30;
  event.conversation = 11;
  event.state = EventState::delivered;
  set.events.insert(30, event);
  event.id = 31;
  event.conversation = 13;
  event.state = EventState::dead;
  set.events.insert(31, event);
  Launch launch;
  launch.campaign = "spring";
  launch.id = 40;
  set.launches.insert(40, launch);
  launch.id = 41;
  set.launches.insert(41, launch);
  place.commit(set);
}

std::vector<Id> ids(const std::vector<Conversation>& conversations) {
  std::vector<Id> result;
  for (const Conversation& each : conversations) result.push_back(each.id);
  return result;
}

}  // namespace

TEST_CASE("records are found by id and number") {
  Place place(each_kind());
  fill(place);
  Reports& reports = place.reports();
  CHECK(reports.message(20)->campaign == "spring");
  CHECK_FALSE(reports.message(21));
  CHECK(reports.inbound(21)->trace == std::vector<std::string>{"YES: matched"});
  CHECK(reports.contact("44771")->id == 1);
  CHECK_FALSE(reports.contact("44779"));
}

TEST_CASE("conversations are listed newest first, filtered, page by page") {
  Place place(each_kind());
  fill(place);
  Reports& reports = place.reports();
  CHECK(ids(reports.conversations({})) == std::vector<Id>{13, 12, 11, 10});
  CHECK(ids(reports.conversations({.limit = 2})) == std::vector<Id>{13, 12});
  CHECK(ids(reports.conversations({.before = 12, .limit = 2})) == std::vector<Id>{11, 10});
  CHECK(ids(reports.conversations({.campaign = "spring"})) == std::vector<Id>{12, 11, 10});
  CHECK(ids(reports.conversations({.number = "44772"})) == std::vector<Id>{13, 12});
  CHECK(ids(reports.conversations({.number = "44772", .campaign = "spring"})) == std::vector<Id>{12});
  CHECK(ids(reports.conversations({.number = "44771", .before = 11})) == std::vector<Id>{10});
  CHECK(ids(reports.conversations({.sender = "80800", .state = "closed"})) == std::vector<Id>{13, 11});
  CHECK(reports.conversations({.sender = "80801"}).empty());
  CHECK(reports.conversations({.state = "ajar"}).empty());
}

TEST_CASE("an open conversation is shown as it is now, not as it was opened") {
  Place place(each_kind());
  fill(place);
  const auto open = place.reports().conversations({.state = "open"});
  REQUIRE(open.size() == 1);
  CHECK(open[0].step == "asked");
}

TEST_CASE("a chain is the exchange of a person, oldest first, messages and inbound") {
  Place place(each_kind());
  fill(place);
  const auto chain = place.reports().chain("44771", 10);
  REQUIRE(chain.size() == 4);
  CHECK(chain[0].message->id == 20);
  CHECK(chain[1].inbound->id == 21);
  CHECK(chain[2].message->id == 22);
  CHECK(chain[3].inbound->id == 23);
  const auto newest = place.reports().chain("44771", 2);
  REQUIRE(newest.size() == 2);
  CHECK(newest[0].message->id == 22);
  CHECK(place.reports().chain("44779", 10).empty());
}

TEST_CASE("messages in doubt, launches and totals are counted") {
  Place place(each_kind());
  fill(place);
  Reports& reports = place.reports();
  const auto doubtful = reports.in_doubt(10);
  REQUIRE(doubtful.size() == 2);
  CHECK(doubtful[0].id == 22);
  CHECK(reports.in_doubt(1).size() == 1);
  const auto launches = reports.launches("spring");
  REQUIRE(launches.size() == 2);
  CHECK(launches[0].id == 41);
  CHECK(reports.launches("autumn").empty());

  const Totals spring = reports.totals("spring");
  CHECK(spring.messages == 2);
  CHECK(spring.delivered == 1);
  CHECK(spring.in_doubt == 1);
  CHECK(spring.queued == 0);
  CHECK(spring.conversations == 3);
  CHECK(spring.open == 1);
  CHECK(spring.opted_out == 1);
  CHECK(spring.inbound == 1);
  CHECK(spring.events == 1);
  CHECK(spring.events_delivered == 1);
  CHECK(spring.events_dead == 0);
  const Totals all = reports.totals("");
  CHECK(all.messages == 4);
  CHECK(all.queued == 1);
  CHECK(all.conversations == 4);
  CHECK(all.inbound == 2);
  CHECK(all.events == 2);
  CHECK(all.events_dead == 1);
}

TEST_CASE("reports see each turn as soon as it is committed") {
  Place place(each_kind());
  Reports& reports = place.reports();
  CHECK_FALSE(reports.message(20));
  fill(place);
  CHECK(reports.message(20));
}
