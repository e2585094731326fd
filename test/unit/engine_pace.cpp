// How fast an account may go, and what its answers do to that (P38, P60 to P62).
#include "test/unit/engine_desk.hpp"

using namespace desk;
using smpp::command_status;

namespace {

std::string number_of(int i) { return "4477009" + std::to_string(10000 + i); }
void queue(Desk& d, int count, int from = 0) {
  for (int i = 0; i < count; ++i) send(d, number_of(from + i));
}
// What was submitted since the last look is answered so; how many that were.
std::size_t answer(Desk& d, command_status status, std::optional<std::uint8_t> congestion = {}) {
  std::vector<Input> batch;
  for (const Submit& submit : std::exchange(d.submitted, {})) {
    SubmitDone done = d.result(submit, SubmitOutcome::answered, status, status == command_status::ESME_ROK ? "m" + submit.pdu.destination.addr : "");
    done.congestion_state = congestion;
    batch.push_back(std::move(done));
  }
  const std::size_t count = batch.size();
  d.turn(std::move(batch));
  return count;
}
double pace(const Desk& d) { return d.engine->figures().paces.at(0).rate * d.engine->figures().paces.at(0).factor; }

}  // namespace

TEST_CASE("a status means what the account's own table says, before the library's (P38)") {
  Desk d(with([](AccountSettings& a) {
    a.status_map[command_status::ESME_RSUBMITFAIL] = smpp::status_class::retry;
    a.status_map[static_cast<command_status>(0x40A)] = smpp::status_class::throttle;
  }));
  d.up();
  const Id failed = send(d, kAnn), vendor = send(d, kBob);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RSUBMITFAIL),
          d.result(d.submitted.at(1), SubmitOutcome::answered, static_cast<command_status>(0x40A))});
  CHECK(d.message(failed).state == MessageState::queued);
  CHECK(d.message(failed).attempt == 1);
  CHECK(d.message(vendor).state == MessageState::queued);
  CHECK(d.message(vendor).attempt == 0);
}

TEST_CASE("a throttled account halves its pace and grows back by a tenth each ten seconds (P61)") {
  Desk d(with([](AccountSettings& a) { a.rate = 100; }));
  d.up();
  queue(d, 1);
  answer(d, command_status::ESME_RTHROTTLED);
  CHECK(pace(d) == Approx(50));
  d.pass(1s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 1);  // what was throttled goes first again
  answer(d, command_status::ESME_ROK);
  for (int i = 1; i <= 5; ++i) {
    d.pass(10s);
    queue(d, 1, 10 * i);
    answer(d, command_status::ESME_ROK);
    CHECK(pace(d) == Approx(50 + 10 * i));
  }
}

TEST_CASE("an account without a configured pace is slowed to half of what it did, and is free again later (P61)") {
  Desk d;
  d.up(100);
  queue(d, 40);
  CHECK(answer(d, command_status::ESME_RTHROTTLED) == 40);
  CHECK(pace(d) == Approx(20));
  d.pass(1s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 1);
  d.pass(60s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 40);
  CHECK(d.engine->figures().paces.at(0).rate == 0);
}

TEST_CASE("a full queue of one person leaves that person alone for half a minute, others go on (P61)") {
  Desk d;
  d.up();
  const Id full = send(d, kAnn);
  answer(d, command_status::ESME_RMSGQFUL);
  const Id other = send(d, kBob);
  REQUIRE(d.submitted.size() == 1);
  CHECK(d.submitted[0].pdu.destination.addr == kBob);
  answer(d, command_status::ESME_ROK);
  CHECK(d.message(other).state == MessageState::accepted);
  CHECK(d.message(full).attempt == 0);
  d.pass(29s);
  d.turn({Tick{}});
  CHECK(d.submitted.empty());
  d.pass(2s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 1);
}

TEST_CASE("full queues of three people within ten seconds are the SMSC's: the account pauses (P61)") {
  Desk d(with([](AccountSettings& a) { a.rate = 100; }));
  d.up();
  for (int i = 0; i < 3; ++i) {
    queue(d, 1, i);
    CHECK(answer(d, command_status::ESME_RMSGQFUL) == 1);
    d.pass(100ms);
  }
  CHECK(pace(d) == Approx(50));
  queue(d, 1, 50);
  CHECK(d.submitted.empty());
  d.pass(1s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 1);
}

TEST_CASE("congestion slows from 90, stops for a second at 100, and below 80 leaves the pace alone (P62)") {
  Desk d(with([](AccountSettings& a) { a.rate = 100; }));
  d.up();
  queue(d, 1);
  answer(d, command_status::ESME_ROK, 79);
  CHECK(pace(d) == Approx(100));
  queue(d, 1, 1);
  answer(d, command_status::ESME_ROK, 90);
  CHECK(pace(d) == Approx(90));
  queue(d, 1, 2);
  answer(d, command_status::ESME_ROK, 95);  // within the same second: told once
  CHECK(pace(d) == Approx(90));
  d.pass(2s);
  queue(d, 1, 3);
  answer(d, command_status::ESME_ROK, 100);
  CHECK(pace(d) == Approx(81));
  queue(d, 1, 4);
  d.pass(900ms);  // at this pace long enough for one, were it not for the pause
  d.turn({Tick{}});
  CHECK(d.submitted.empty());
  d.pass(100ms);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 1);
}

TEST_CASE("between 80 and 90 a slowed pace does not grow (P62)") {
  Desk d(with([](AccountSettings& a) { a.rate = 100; }));
  d.up();
  queue(d, 1);
  answer(d, command_status::ESME_ROK, 95);
  for (int i = 1; i <= 4; ++i) {
    d.pass(8s);
    queue(d, 1, i);
    answer(d, command_status::ESME_ROK, 85);
    CHECK(pace(d) == Approx(90));
  }
  d.pass(11s);
  queue(d, 1, 9);
  CHECK(pace(d) == Approx(100));
}

TEST_CASE("a burst is what may leave at once, whatever the pace (P61)") {
  Desk d(with([](AccountSettings& a) { a.rate = 1; a.burst = 4; }));
  d.up();
  queue(d, 8);
  CHECK(d.submitted.size() == 4);
  d.pass(1s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 5);
}

TEST_CASE("of several binds the one with the most room is taken, so that they fill alike (P52)") {
  Desk d;
  d.up(10);
  d.turn({LinkUp{{"a", 1, d.link.epoch + 500}, 10, true, true}});
  queue(d, 10);
  std::map<std::uint32_t, int> by_bind;
  for (const Submit& submit : d.submitted) ++by_bind[submit.link.bind];
  CHECK(by_bind == std::map<std::uint32_t, int>{{0, 5}, {1, 5}});
}

TEST_CASE("an automatic window begins with one, widens while nothing is throttled, and halves when something is (P60)") {
  Desk d(with([](AccountSettings& a) { a.window_auto = true; }));
  d.up(8);
  queue(d, 60);
  std::vector<std::size_t> seen;
  for (int i = 0; i < 9; ++i) seen.push_back(answer(d, command_status::ESME_ROK));
  CHECK(seen == std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 8});
  answer(d, command_status::ESME_RTHROTTLED);
  d.pass(60s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 4);
}

TEST_CASE("twenty of the last fifty refused for a wrong setting pause the account for a minute, with an alarm") {
  Desk d;
  d.up(100);
  queue(d, 19);
  answer(d, command_status::ESME_RINVSRCTON);
  queue(d, 1, 30);
  REQUIRE(d.submitted.size() == 1);
  const Releases releases = d.turn({d.result(std::exchange(d.submitted, {}).at(0), SubmitOutcome::answered, command_status::ESME_RINVSRCTON)});
  REQUIRE(releases.alarms.size() == 1);
  CHECK(releases.alarms[0] == "a: 20 of the last 50 messages were refused with ESME_RINVSRCTON: sending pauses for 60 s; a setting of the account is wrong");
  queue(d, 1, 40);
  CHECK(d.submitted.empty());
  d.pass(61s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 1);
}
