// What only the store in memory does: honest conflicts, injected failures, images of a crash.
#include "storage/memory/memory_store.hpp"
#include "test/unit/catch.hpp"

// Keys and filters are written with the fields that matter; GCC would have every other one named.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

using namespace storage;
using memory::Injected;
using memory::MemoryStore;

namespace {

Contact contact(const std::string& number) {
  Contact made;
  made.number = number;
  return made;
}

WorkingSet load(MemoryStore& store, const std::string& number) {
  WorkingSet set;
  REQUIRE_FALSE(store.load({.contacts = {number}}, set));
  return set;
}

CommitResult commit(MemoryStore& store, const WorkingSet& set) {
  return store.commit(changes_of(set, store.last_turn() + 1, {}), store.fence());
}

void put(MemoryStore& store, const std::string& number) {
  WorkingSet set = load(store, number);
  set.contacts.insert(number, contact(number));
  REQUIRE(std::holds_alternative<Committed>(commit(store, set)));
}

}  // namespace

TEST_CASE("a change of what moved since it was loaded is a conflict that names it and writes nothing") {
  MemoryStore store;
  put(store, "1");
  WorkingSet mine = load(store, "1");
  WorkingSet theirs = load(store, "1");
  theirs.contacts.write("1").zone = "CET";
  REQUIRE(std::holds_alternative<Committed>(commit(store, theirs)));

  mine.contacts.write("1").zone = "UTC";
  mine.messages.insert(5, Message{});
  const CommitResult result = commit(store, mine);
  REQUIRE(std::holds_alternative<Conflict>(result));
  CHECK(std::get<Conflict>(result).keys.contacts == std::set<std::string>{"1"});
  CHECK(store.contact("1")->zone == "CET");
  CHECK_FALSE(store.message(5));

  mine.discard();
  mine.contacts.forget("1");
  REQUIRE_FALSE(store.load(std::get<Conflict>(result).keys, mine));
  mine.contacts.write("1").zone = "UTC";
  CHECK(std::holds_alternative<Committed>(commit(store, mine)));
}

TEST_CASE("two that insert the same key: the second conflicts; erased and inserted again is seen as moved") {
  MemoryStore store;
  WorkingSet first = load(store, "1");
  WorkingSet second = load(store, "1");
  first.contacts.insert("1", contact("1"));
  second.contacts.insert("1", contact("1"));
  REQUIRE(std::holds_alternative<Committed>(commit(store, first)));
  CHECK(std::holds_alternative<Conflict>(commit(store, second)));

  WorkingSet stale = load(store, "1");
  WorkingSet erasing = load(store, "1");
  erasing.contacts.erase("1");
  REQUIRE(std::holds_alternative<Committed>(commit(store, erasing)));
  put(store, "1");
  stale.contacts.write("1").zone = "UTC";
  CHECK(std::holds_alternative<Conflict>(commit(store, stale)));
}

TEST_CASE("an injected outcome comes instead of the commit") {
  const auto [injected, written, usable] = GENERATE(table<Injected, bool, bool>({
      {Injected::none, true, true},
      {Injected::conflict, false, true},
      {Injected::full, false, true},
      {Injected::fenced, false, true},
      {Injected::failed, false, false},
      {Injected::failed_after_write, true, false},
  }));
  MemoryStore store;
  store.on_commit([outcome = injected](const Changes&) { return outcome; });
  WorkingSet set = load(store, "1");
  set.contacts.insert("1", contact("1"));
  const CommitResult result = commit(store, set);
  CHECK(std::holds_alternative<Committed>(result) == (injected == Injected::none));
  CHECK(std::holds_alternative<Conflict>(result) == (injected == Injected::conflict));
  CHECK(std::holds_alternative<Full>(result) == (injected == Injected::full));
  CHECK(std::holds_alternative<Fenced>(result) == (injected == Injected::fenced));
  CHECK(std::holds_alternative<Failed>(result) == !usable);
  CHECK((store.image().contacts.find("1") != nullptr) == written);
  store.on_commit({});
  WorkingSet next;
  CHECK(!store.load({.contacts = {"1"}}, next) == usable);
  MemoryStore reopened(store.snapshot());  // after the crash
  CHECK(reopened.contact("1").has_value() == written);
  CHECK(reopened.last_turn() == (written ? 1 : 0));
}

TEST_CASE("an image is what a crash leaves: later turns do not reach it, and opening it counts a run") {
  MemoryStore store;
  put(store, "1");
  const memory::Image image = store.snapshot();
  put(store, "2");
  WorkingSet set = load(store, "1");
  set.contacts.write("1").zone = "CET";
  REQUIRE(std::holds_alternative<Committed>(commit(store, set)));

  MemoryStore reopened(image);
  CHECK(reopened.last_turn() == 1);
  CHECK(reopened.fence().run == store.fence().run + 1);
  CHECK(reopened.contact("1")->zone.empty());
  CHECK_FALSE(reopened.contact("2"));
}

TEST_CASE("after a takeover every commit is fenced") {
  MemoryStore store;
  put(store, "1");
  store.take_over();
  WorkingSet set = load(store, "1");
  set.contacts.write("1").zone = "CET";
  CHECK(std::holds_alternative<Fenced>(commit(store, set)));
  CHECK(store.contact("1")->zone.empty());
}

TEST_CASE("the consent ledger is append-only") {
  MemoryStore store;
  WorkingSet set;
  set.consent_entries.insert(7, {7, 1, "4477", "80800", "opted_out", "STOP", 3, {}});
  REQUIRE(std::holds_alternative<Committed>(commit(store, set)));
  CHECK(store.image().consent_entries.find(7)->wording == "STOP");
  CHECK(std::holds_alternative<Failed>(commit(store, set)));
}
