// Messages kept for query, cancel and replace; deliver_sm that may go on some binds only.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/message_store.hpp"
#include "tools/smpp-sim/outbox.hpp"

#include <memory>

namespace {
using namespace smpp_sim;

SegmentPtr segment_of(const std::string& id, const std::string& to = "4477", const std::string& account = "alice") {
  auto segment = std::make_shared<Segment>();
  segment->account = account;
  segment->id = id;
  segment->pdu.source.addr = "80800";
  segment->pdu.destination.addr = to;
  return segment;
}

Delivery delivery_of(Route route, std::uint64_t origin) {
  Delivery delivery;
  delivery.account = "alice";
  delivery.route = route;
  delivery.origin = origin;
  return delivery;
}

}  // namespace

TEST_CASE("a message is found by account, id and source (P25)") {
  MessageStore store;
  store.add(segment_of("1"));
  CHECK(store.find("alice", "1", "80800"));
  CHECK_FALSE(store.find("bob", "1", "80800"));
  CHECK_FALSE(store.find("alice", "2", "80800"));
  CHECK_FALSE(store.find("alice", "1", "80801"));
}

TEST_CASE("the oldest message is forgotten first, and no longer counts for its destination") {
  MessageStore store(2);
  for (const char* id : {"1", "2", "3"}) store.add(segment_of(id));
  CHECK(store.size() == 2);
  CHECK_FALSE(store.find("alice", "1", "80800"));
  CHECK(store.find("alice", "3", "80800"));
  CHECK(store.queued("4477") == 2);
}

TEST_CASE("a final state stays, a soft one may change") {
  MessageStore store;
  const auto one = segment_of("1"), two = segment_of("2");
  store.add(one);
  store.add(two);
  store.done(*one, smpp::MessageState::DELETED, {});
  store.done(*one, smpp::MessageState::DELIVERED, {});
  CHECK(one->state == smpp::MessageState::DELETED);
  store.done(*two, smpp::MessageState::ACCEPTED, {});
  store.done(*two, smpp::MessageState::DELIVERED, {});
  CHECK(two->state == smpp::MessageState::DELIVERED);
  CHECK(store.queued("4477") == 0);
}

TEST_CASE("without an id all of one source and destination are meant that are under way") {
  MessageStore store;
  const auto one = segment_of("1"), two = segment_of("2"), other = segment_of("3", "4478");
  for (const auto& each : {one, two, other}) store.add(each);
  store.done(*two, smpp::MessageState::DELIVERED, {});
  CHECK(store.under_way("alice", "", "80800", "4477") == std::vector<SegmentPtr>{one});
  CHECK(store.under_way("alice", "WAP", "80800", "4477").empty());
}

TEST_CASE("a receipt for the same bind waits for no other, and goes anywhere once that is gone") {
  Outbox outbox;
  const auto id = outbox.add(delivery_of(Route::same, 1));
  CHECK(outbox.take("alice", 2) == 0);
  CHECK(outbox.has_waiting());
  SECTION("its bind takes it") { CHECK(outbox.take("alice", 1) == id); }
  SECTION("its bind ends while it waits") {
    outbox.connection_ended(1);
    CHECK(outbox.take("alice", 2) == id);
  }
  SECTION("its bind ends while it is in flight") {
    REQUIRE(outbox.take("alice", 1) == id);
    outbox.connection_ended(1);
    CHECK(outbox.take("alice", 2) == id);
  }
  SECTION("it was refused for now, and its bind ends before it is offered again") {
    REQUIRE(outbox.take("alice", 1) == id);
    outbox.rest(id);
    outbox.connection_ended(1);
    outbox.wake(id);
    CHECK(outbox.take("alice", 2) == id);
  }
}

TEST_CASE("a receipt for another bind goes on any but its own") {
  Outbox outbox;
  const auto id = outbox.add(delivery_of(Route::other, 1));
  const auto plain = outbox.add(delivery_of(Route::any, 1));
  CHECK(outbox.take("alice", 1) == plain);
  CHECK(outbox.take("alice", 1) == 0);
  CHECK(outbox.take("alice", 2) == id);
}

TEST_CASE("a receipt for after the reconnect rests until the account binds") {
  Outbox outbox;
  Delivery delivery = delivery_of(Route::any, 1);
  delivery.after_reconnect = true;
  const auto id = outbox.add(std::move(delivery));
  CHECK_FALSE(outbox.has_waiting());
  CHECK(outbox.take("alice", 1) == 0);
  outbox.bound("alice");
  CHECK(outbox.take("alice", 2) == id);
}
