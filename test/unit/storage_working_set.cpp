// What a pass of decide may read and change, what is forgotten with it, and what remains to be committed.
#include "storage/store.hpp"
#include "test/unit/catch.hpp"

using namespace storage;

namespace {

Contact named(const std::string& number, const std::string& zone = {}) {
  Contact contact;
  contact.number = number;
  contact.zone = zone;
  return contact;
}

WorkingSet loaded() {
  WorkingSet set;
  set.contacts.put("1", named("1", "UTC"), 7);
  set.contacts.put_absent("2");
  return set;
}

}  // namespace

TEST_CASE("a read answers present, absent or not loaded") {
  const WorkingSet set = loaded();
  CHECK(set.contacts.read("1").presence == Presence::present);
  CHECK(set.contacts.read("1")->zone == "UTC");
  CHECK(set.contacts.read("2").presence == Presence::absent);
  CHECK(set.contacts.read("3").presence == Presence::not_loaded);
}

TEST_CASE("a later input reads what an earlier one wrote") {
  WorkingSet set = loaded();
  set.contacts.write("1").zone = "CET";
  set.contacts.insert("2", named("2"));
  CHECK(set.contacts.read("1")->zone == "CET");
  CHECK(set.contacts.read("2"));
  set.contacts.erase("1");
  CHECK(set.contacts.read("1").presence == Presence::absent);
}

TEST_CASE("a discarded pass leaves what was loaded") {
  WorkingSet set = loaded();
  set.contacts.write("1").zone = "CET";
  set.contacts.insert("2", named("2"));
  set.messages.insert(99, Message{});
  set.contacts.erase("1");
  set.discard();
  CHECK(set.contacts.read("1")->zone == "UTC");
  CHECK(set.contacts.read("2").presence == Presence::absent);
  CHECK(set.messages.read(99).presence == Presence::not_loaded);
  CHECK(changes_of(set, 1, {}).empty());
  set.contacts.write("1").zone = "EET";  // and it can be decided again
  CHECK(changes_of(set, 1, {}).rows() == 1);
}

TEST_CASE("what is committed is the net difference") {
  WorkingSet set = loaded();
  CHECK(changes_of(set, 3, {}).empty());
  set.contacts.write("1").zone = "CET";
  set.contacts.write("1").zone = "UTC";  // back to what it was
  set.messages.insert(5, Message{});
  set.messages.erase(5);                 // never existed for the store
  CHECK(changes_of(set, 3, {}).empty());

  set.contacts.write("1").zone = "EET";
  set.contacts.insert("2", named("2"));
  set.messages.insert(8, Message{});
  set.messages.insert(6, Message{});
  const Changes changes = changes_of(set, 3, {});
  CHECK(changes.turn == 3);
  CHECK(changes.rows() == 4);
  REQUIRE(changes.contacts.size() == 2);
  CHECK(*changes.contacts[0].key == "1");
  CHECK_FALSE(changes.contacts[0].inserted);
  CHECK(changes.contacts[0].version == 7);
  REQUIRE(changes.contacts[0].before != nullptr);
  CHECK(changes.contacts[0].before->zone == "UTC");
  CHECK(changes.contacts[0].record->zone == "EET");
  CHECK(changes.contacts[1].inserted);
  CHECK(changes.contacts[1].version == 0);
  CHECK(changes.contacts[1].before == nullptr);
  REQUIRE(changes.messages.size() == 2);
  CHECK(*changes.messages[0].key == 6);  // in the order of the keys
}

TEST_CASE("erased and inserted again is one rewritten row") {
  WorkingSet set = loaded();
  set.contacts.erase("1");
  Changes changes = changes_of(set, 1, {});
  REQUIRE(changes.contacts.size() == 1);
  CHECK(changes.contacts[0].record == nullptr);
  CHECK(changes.contacts[0].version == 7);
  set.contacts.insert("1", named("1", "JST"));
  changes = changes_of(set, 1, {});
  REQUIRE(changes.contacts.size() == 1);
  CHECK_FALSE(changes.contacts[0].inserted);
  CHECK(changes.contacts[0].record->zone == "JST");
}

TEST_CASE("a forgotten key is not loaded any more, changed or not") {
  WorkingSet set = loaded();
  set.contacts.write("1").zone = "CET";
  set.contacts.forget("1");
  set.contacts.forget("2");
  CHECK(set.contacts.read("1").presence == Presence::not_loaded);
  CHECK(changes_of(set, 1, {}).empty());
  set.contacts.for_each_changed([](const auto&, const auto*, const auto*) { FAIL("nothing is changed"); });
  set.contacts.put("1", named("1", "JST"), 8);
  set.discard();
  CHECK(set.contacts.read("1")->zone == "JST");
}

TEST_CASE("keys know whether they ask for anything and can be joined") {
  CHECK(Keys{}.empty());
  Keys one;
  one.contacts = {"1"};
  one.queue[{"a", Lane::bulk}] = 5;
  one.due_timers = Keys::Due{WallTime(std::chrono::seconds(5)), 64};
  Keys two;
  two.contacts = {"2"};
  two.queue[{"a", Lane::bulk}] = 9;
  two.claimed = Keys::From{10, 3};
  two.queue_counts = true;
  CHECK_FALSE(one.empty());
  CHECK_FALSE(two.empty());
  one.merge(two);
  CHECK(one.contacts == std::set<std::string>{"1", "2"});
  CHECK(one.queue.at({"a", Lane::bulk}) == 9);
  CHECK(one.due_timers->limit == 64);
  CHECK(one.claimed->after == 10);
  CHECK(one.queue_counts);
}
