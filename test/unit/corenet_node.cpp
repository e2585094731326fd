// The whole path on loopback with a store in memory: what leaves the process, and when (promises 1, 2 and 4).
#include "core/net/limits.hpp"
#include "core/net/suspects.hpp"
#include "smpp/codec.hpp"
#include "smpp/pdu.hpp"
#include "test/unit/corenet_place.hpp"

#include <atomic>
#include <future>

using namespace corenet_test;
using smpp::command_status;
using storage::memory::Injected;
namespace engine = core::engine;

TEST_CASE("an answer to a campaign is stored, acknowledged, and replied to in that order") {
  Place place;
  place.start();
  place.open_conversation("447700900001");
  place.smsc.order.clear();
  place.smsc.deliver("447700900001", "yes");
  REQUIRE(place.loop.until([&] { return place.smsc.submits.size() == 2; }));
  REQUIRE(place.smsc.statuses == std::vector{command_status::ESME_ROK});
  CHECK(place.smsc.order == std::vector<std::string>{"response", "submit"});
  CHECK(smpp::to_text(place.smsc.submits[1].short_message) == "Thanks.");
  CHECK(place.smsc.submits[1].destination.addr == "447700900001");
}

TEST_CASE("session epochs carry the run of the store, so that they grow over restarts") {
  Place place;
  place.start();
  place.open_conversation("447700900001");
  const auto& messages = place.store.image().messages.rows;
  REQUIRE(place.loop.until([&] { return place.node->status().figures.accepted == 1; }));
  place.node.reset();
  REQUIRE(messages.size() == 1);
  CHECK(messages.begin()->second.record->segments[0].session == ((place.store.fence().run << 32) | 1));
}

TEST_CASE("a commit that has not happened yet is not acknowledged (P39)") {
  std::promise<void> gate;
  std::shared_future<void> open = gate.get_future().share();
  std::atomic<bool> committing = false;
  Place place;
  place.store.on_commit([&](const storage::Changes& changes) {
    if (!changes.inbounds.empty()) {
      committing = true;
      open.wait();
    }
    return Injected::none;
  });
  place.start();
  place.smsc.deliver("447700900001", "hello");
  REQUIRE(place.loop.until([&] { return committing.load(); }));
  place.loop.io.poll();
  CHECK(place.smsc.statuses.empty());
  gate.set_value();
  REQUIRE(place.loop.until([&] { return place.smsc.statuses.size() == 1; }));
}

TEST_CASE("a full disk refuses what can come again, and nothing is lost") {
  std::atomic<bool> full = false;
  Place place;
  place.store.on_commit([&](const storage::Changes&) { return full ? Injected::full : Injected::none; });
  place.start();
  full = true;
  place.smsc.deliver("447700900001", "hello");
  REQUIRE(place.loop.until([&] { return place.smsc.statuses.size() == 1; }));
  CHECK(place.smsc.statuses[0] == command_status::ESME_RTHROTTLED);
  full = false;
  place.smsc.deliver("447700900001", "hello");
  REQUIRE(place.loop.until([&] { return place.smsc.statuses.size() == 2; }));
  CHECK(place.smsc.statuses[1] == command_status::ESME_ROK);
}

TEST_CASE("after a failed commit nothing more is acknowledged and the owner is told why") {
  Place place;
  place.store.on_commit([](const storage::Changes& changes) { return changes.inbounds.empty() ? Injected::none : Injected::failed; });
  place.start();
  place.smsc.deliver("447700900001", "hello");
  REQUIRE(place.loop.until([&] { return place.stopped.has_value(); }));
  place.smsc.deliver("447700900001", "again");
  place.loop.io.poll();
  CHECK(place.smsc.statuses.empty());
  CHECK(place.node->status().not_ready().find("the store failed") == 0);
}

TEST_CASE("a request that waits when the store fails is answered, not left hanging") {
  std::atomic<bool> failing = false;
  Place place;
  place.store.on_commit([&](const storage::Changes&) { return failing ? Injected::failed : Injected::none; });
  place.start();
  failing = true;
  std::optional<engine::Answered> answer;
  engine::SendMessage send;
  send.to = "447700900001";
  send.from = "80800";
  send.text = "hi";
  REQUIRE(place.node->requests().ask(send, [&](engine::Answered answered) { answer = std::move(answered); }));
  REQUIRE(place.loop.until([&] { return answer.has_value(); }));
  CHECK(std::get<engine::Problem>(*answer).status == 503);
  CHECK_FALSE(place.node->requests().ask(send, {}));
}

TEST_CASE("draining lets the window empty, unbinds, and leaves nothing in doubt") {
  Place place;
  place.start();
  place.smsc.answers = false;
  place.open_conversation("447700900001");
  bool drained = false;
  place.node->drain([&] { drained = true; });
  CHECK(place.node->status().draining);
  CHECK_FALSE(place.node->requests().open());
  place.smsc.deliver("447700900002", "too late");
  REQUIRE(place.loop.until([&] { return place.node->status().binds[0].refused == 1; }));
  CHECK_FALSE(drained);
  place.smsc.answer_all();
  REQUIRE(place.loop.until([&] { return drained; }));
  CHECK(place.smsc.unbound);
  CHECK(place.smsc.statuses.empty());
  place.node.reset();
  CHECK(place.store.in_doubt(10).empty());
  for (const auto& [id, row] : place.store.image().messages.rows) CHECK(row.record->state == storage::MessageState::accepted);
}

TEST_CASE("a segment claimed while the drain begins goes back to the queue unwritten") {
  std::promise<void> gate;
  std::shared_future<void> open = gate.get_future().share();
  std::atomic<bool> claiming = false;
  Place place;
  place.store.on_commit([&](const storage::Changes& changes) {
    if (!changes.messages.empty() && !claiming.exchange(true)) open.wait();
    return Injected::none;
  });
  place.start();
  engine::SendMessage send;
  send.to = "447700900001";
  send.from = "80800";
  send.text = "hi";
  bool answered = false;
  REQUIRE(place.node->requests().ask(send, [&](const engine::Answered&) { answered = true; }));
  REQUIRE(place.loop.until([&] { return claiming.load(); }));
  bool drained = false;
  place.node->drain([&] { drained = true; });
  gate.set_value();
  REQUIRE(place.loop.until([&] { return drained; }));
  CHECK(answered);
  place.node.reset();
  CHECK(place.smsc.submits.empty());
  REQUIRE(place.store.image().messages.rows.size() == 1);
  CHECK(place.store.image().messages.rows.begin()->second.record->state == storage::MessageState::queued);
}

TEST_CASE("a message that ended the process twice is stored as malformed, acknowledged and told as an alarm") {
  Place place;
  core::net::NodeSettings settings = node_settings(place.folder.path, place.smsc.listener.port());
  // The fingerprint under which it will come, and a file as two aborts leave it.
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, "447700900001"};
  pdu.destination = {3, 0, "80800"};
  pdu.short_message = smpp::to_octets("boom");
  smpp::Pdu whole;
  whole.sequence_number = 1;
  whole.body = pdu;
  const engine::Input mo = engine::input_of({"a", 1, 1}, {1, 1}, pdu, *smpp::encode(whole));
  for (unsigned i = 0; i < core::net::kPoisonous; ++i) {
    core::net::Suspects suspects(settings.engine.inflight_path);
    suspects.begin({&mo, 1});
  }
  settings.engine.engine.trip_text = "boom";
  place.start(std::move(settings));
  place.smsc.deliver("447700900001", "boom");
  REQUIRE(place.loop.until([&] { return place.smsc.statuses.size() == 1; }));
  CHECK(place.smsc.statuses[0] == command_status::ESME_ROK);
  place.node.reset();
  REQUIRE(place.store.image().inbounds.rows.size() == 1);
  CHECK(place.store.image().inbounds.rows.begin()->second.record->state == storage::InboundState::malformed);
  place.log.flush();
  CHECK(place.lines.str().find("alarm") != std::string::npos);
}

TEST_CASE("what is not known after a restart is in doubt before any link connects") {
  storage::memory::Image image;
  {
    Place place;
    place.start();
    place.smsc.answers = false;
    place.open_conversation("447700900001");
    place.node.reset();  // as kill -9: the session just ends
    image = place.store.snapshot();
  }
  Place after(std::move(image));
  after.start();
  CHECK(after.node->status().figures.in_doubt == 1);
  CHECK(after.store.in_doubt(10).size() == 1);
  after.node.reset();
  CHECK(after.smsc.submits.empty());
}

TEST_CASE("what a carrier does its own way is counted per bind with its first PDU (P19, P30, P71)") {
  Place place;
  place.start();
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, "447700900001"};
  pdu.destination = {3, 0, "80800"};
  pdu.short_message = smpp::to_octets("hello");
  pdu.validity_period = "0203";  // neither empty nor sixteen characters
  pdu.tlvs.add(0x1403, smpp::to_octets("x"));
  for (std::uint64_t token = 900; token < 902; ++token) REQUIRE(place.smsc.bound->session().request(pdu, token, core::net::steady_now()));
  place.smsc.bound->wake();
  REQUIRE(place.loop.until([&] { return place.smsc.statuses.size() == 2; }));
  const core::net::BindStatus bind = place.node->status().binds.at(0);
  REQUIRE(bind.deviations.size() == 2);
  CHECK(bind.deviations[0].kind == "time_length");
  CHECK(bind.deviations[1].kind == "unknown_tlv_0x1403");
  CHECK(bind.deviations[1].count == 2);
  CHECK(bind.deviations[1].first_hex.find("14030001" "78") != std::string::npos);
  CHECK(bind.tolerated == 2);
  CHECK(bind.bound);
  CHECK(bind.last_error.empty());
  CHECK(bind.window == 10);
  place.smsc.bound->reset();
  REQUIRE(place.loop.until([&] { return !place.node->status().binds.at(0).bound; }));
  REQUIRE(place.loop.until([&] { return place.node->status().binds.at(0).last_error.find("next attempt in") != std::string::npos; }));
}
