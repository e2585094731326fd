// The bounded queue into the engine (DESIGN 3.8).
#include "core/net/inbox.hpp"
#include "test/unit/catch.hpp"

using core::engine::Input;
using core::net::Inbox;
namespace engine = core::engine;

namespace {

Input mo(std::uint64_t fingerprint = 1) {
  engine::Mo mo;
  mo.fingerprint = fingerprint;
  return mo;
}
Input done(storage::Id message = 1) { return engine::SubmitDone{{"a", 1, 1}, {message, 0}, engine::SubmitOutcome::returned, {}, {}, 0, {}}; }
std::vector<Input> several(std::size_t count, const Input& input) { return std::vector<Input>(count, input); }

}  // namespace

TEST_CASE("offered inputs beyond the limit come back, in order; owed ones always go in") {
  Inbox inbox(3);
  std::vector<Input> five;
  for (std::uint64_t i = 1; i <= 5; ++i) five.push_back(mo(i));
  const auto refused = inbox.put(std::move(five));
  REQUIRE(refused.size() == 2);
  CHECK(std::get<engine::Mo>(refused[0]).fingerprint == 4);
  CHECK(std::get<engine::Mo>(refused[1]).fingerprint == 5);
  CHECK(inbox.put(several(1000, done())).empty());
  CHECK(inbox.waiting() == 1003);
}

TEST_CASE("a batch takes owed inputs first and no more than it may") {
  Inbox inbox;
  CHECK(inbox.put({mo(), mo(), done(7), done(8)}).empty());
  auto first = inbox.take(3, {});
  REQUIRE(first.inputs.size() == 3);
  CHECK(std::holds_alternative<engine::SubmitDone>(first.inputs[0]));
  CHECK(std::holds_alternative<engine::SubmitDone>(first.inputs[1]));
  CHECK(std::holds_alternative<engine::Mo>(first.inputs[2]));
  CHECK(first.more);
  const auto second = inbox.take(3, {});
  CHECK(second.inputs.size() == 1);
  CHECK_FALSE(second.more);
  CHECK(second.taken_out == inbox.put_in());
}

TEST_CASE("however many results pour in, a batch keeps a share for messages and requests (promise 4)") {
  Inbox inbox;
  CHECK(inbox.put(several(1000, done())).empty());
  CHECK(inbox.put(several(100, mo())).empty());
  const auto batch = inbox.take(engine::kTurnInputs, {});
  REQUIRE(batch.inputs.size() == engine::kTurnInputs);
  std::size_t offered = 0;
  for (const Input& input : batch.inputs) offered += std::holds_alternative<engine::Mo>(input);
  CHECK(offered == engine::kOfferedShare);
}

TEST_CASE("an input that must be decided alone begins and ends its batch") {
  Inbox inbox;
  CHECK(inbox.put({mo(1), mo(2), mo(3)}).empty());
  const auto alone = [](const Input& input) { return std::get<engine::Mo>(input).fingerprint == 2; };
  CHECK(inbox.take(10, {}, alone).inputs.size() == 1);
  const auto second = inbox.take(10, {}, alone);
  REQUIRE(second.inputs.size() == 1);
  CHECK(std::get<engine::Mo>(second.inputs[0]).fingerprint == 2);
  CHECK(inbox.take(10, {}, alone).inputs.size() == 1);
}

TEST_CASE("acknowledgements of one session that wait behind each other become the last one") {
  Inbox inbox;
  const engine::LinkRef a{"a", 1, 5}, b{"b", 1, 6};
  for (engine::Turn turn = 1; turn <= 9; ++turn) inbox.owe(engine::LinkAcknowledged{a, turn});
  inbox.owe(engine::LinkAcknowledged{b, 3});
  const auto taken = inbox.take(10, {});
  REQUIRE(taken.inputs.size() == 2);
  CHECK(std::get<engine::LinkAcknowledged>(taken.inputs[0]).turn == 9);
  CHECK(std::get<engine::LinkAcknowledged>(taken.inputs[1]).link == b);
}

TEST_CASE("once offered inputs are refused, those that waited are handed back and owed ones still pass") {
  Inbox inbox;
  CHECK(inbox.put({mo(1), done(), mo(2)}).empty());
  CHECK(inbox.refuse_offered().size() == 2);
  CHECK(inbox.put({mo(3)}).size() == 1);
  const auto taken = inbox.take(10, {});
  CHECK(taken.inputs.size() == 1);
  CHECK(taken.taken_out == inbox.put_in());
}

TEST_CASE("a stopped inbox gives what it has and then says that it is over") {
  Inbox inbox;
  inbox.owe(done());
  inbox.stop();
  CHECK_FALSE(inbox.take(10, {}).over);
  CHECK(inbox.take(10, {}).over);
}

TEST_CASE("waiting ends at the deadline with nothing") {
  Inbox inbox;
  CHECK(inbox.take(10, engine::SteadyTime{}).inputs.empty());
}
