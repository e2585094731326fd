// Ids as people see them and the states of a message.
#include "storage/records.hpp"
#include "test/unit/catch.hpp"

using namespace storage;
using M = MessageState;
using S = SegmentState;

namespace {

std::vector<Segment> segments(std::initializer_list<S> states) {
  std::vector<Segment> result;
  for (const S state : states) result.emplace_back().state = state;
  return result;
}

}  // namespace

TEST_CASE("an id is shown in 13 digits of Crockford base32 and read back") {
  const Id id = make_id(123456, 5, 77);
  CHECK(show_id("msg_", 0) == "msg_0000000000000");
  CHECK(show_id("msg_", 31) == "msg_000000000000Z");
  CHECK(show_id("msg_", 32) == "msg_0000000000010");
  CHECK(parse_id("msg_", show_id("msg_", id)) == id);
  CHECK(turn_of(id) == 123456);
  const Id largest = (Id{1} << 63) - 1;
  CHECK(show_id("in_", largest) == "in_7ZZZZZZZZZZZZ");
  CHECK(parse_id("in_", show_id("in_", largest)) == largest);
}

TEST_CASE("ids copied by hand are understood, others are not ids") {
  CHECK(parse_id("msg_", "msg_00000000000z0") == parse_id("msg_", "msg_00000000000Z0"));
  CHECK(parse_id("msg_", "msg_OOOOOOOOOOOIl") == 33);
  for (const char* text : {"", "msg_", "msg_000000000000", "msg_00000000000001", "evt_0000000000001", "0000000000001",
                           "msg_000000000000U", "msg_00000000000-1", "msg_8000000000000", "msg_\xc3\xa9 0000000000"}) {
    INFO(text);
    CHECK(parse_id("msg_", text) == 0);
  }
}

TEST_CASE("shown ids sort as ids") {
  CHECK(show_id("", make_id(1, 0, 0)) > show_id("", make_id(0, 63, 131071)));
  CHECK(show_id("", 9) < show_id("", 10));
}

TEST_CASE("the permitted transitions are exactly those of the table of states") {
  const std::vector<std::pair<M, std::vector<M>>> table{
      {M::queued, {M::submitting, M::suppressed, M::expired, M::cancelled}},
      {M::submitting, {M::accepted, M::queued, M::rejected, M::in_doubt}},
      {M::in_doubt, {M::accepted, M::queued, M::unknown}},
      {M::accepted, {M::delivered, M::undelivered, M::expired_at_smsc, M::deleted, M::no_receipt}},
      {M::undelivered, {M::delivered}},
      {M::expired_at_smsc, {M::delivered}},
      {M::no_receipt, {M::delivered}},
      {M::unknown, {M::delivered}},
  };
  for (std::size_t from = 0; from < kMessageStates; ++from) {
    for (std::size_t to = 0; to < kMessageStates; ++to) {
      const M a = static_cast<M>(from), b = static_cast<M>(to);
      bool permitted = false;
      for (const auto& [state, next] : table)
        if (state == a) permitted = std::find(next.begin(), next.end(), b) != next.end();
      INFO(to_string(a) << " -> " << to_string(b));
      CHECK(may_become(a, b) == permitted);
      CHECK(may_become(static_cast<S>(from), static_cast<S>(to)) == permitted);
    }
  }
}

TEST_CASE("the states that end a message are final") {
  for (const M open : {M::queued, M::submitting, M::in_doubt, M::accepted}) CHECK_FALSE(is_final(open));
  for (const M ended : {M::delivered, M::undelivered, M::expired_at_smsc, M::deleted, M::no_receipt, M::rejected,
                        M::unknown, M::suppressed, M::expired, M::cancelled}) {
    CHECK(is_final(ended));
  }
}

TEST_CASE("segments and messages use the same words") {
  for (std::size_t i = 0; i < kMessageStates; ++i)
    CHECK(to_string(static_cast<S>(i)) == to_string(static_cast<M>(i)));
  CHECK(to_string(S::expired_at_smsc) == "expired_at_smsc");
}

TEST_CASE("a message is as far as its last segment until all are final") {
  CHECK(state_of({}) == M::queued);
  CHECK(state_of(segments({S::accepted, S::queued})) == M::queued);
  CHECK(state_of(segments({S::in_doubt, S::submitting})) == M::submitting);
  CHECK(state_of(segments({S::accepted, S::in_doubt})) == M::in_doubt);
  CHECK(state_of(segments({S::rejected, S::accepted})) == M::accepted);
  CHECK(state_of(segments({S::delivered, S::accepted})) == M::accepted);
}

TEST_CASE("a message whose segments are all final is as bad as the worst") {
  CHECK(state_of(segments({S::delivered, S::delivered})) == M::delivered);
  CHECK(state_of(segments({S::delivered, S::undelivered})) == M::undelivered);
  CHECK(state_of(segments({S::suppressed, S::undelivered})) == M::suppressed);
  // Worst first, as records.hpp says.
  const std::vector<S> order{S::rejected, S::deleted, S::suppressed, S::cancelled, S::expired, S::undelivered,
                             S::expired_at_smsc, S::unknown, S::no_receipt, S::delivered};
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = i; j < order.size(); ++j)
      CHECK(state_of(segments({order[j], order[i]})) == as_message(order[i]));
}

TEST_CASE("a message is ready while a segment is queued and no hold lasts") {
  using namespace std::chrono_literals;
  Message message;
  message.created_at = WallTime(1000s);
  CHECK_FALSE(is_ready(message));
  message.segments = segments({S::accepted, S::queued, S::queued});
  CHECK(ready_segments(message) == 2);
  message.not_before = WallTime(1000s);
  CHECK(is_ready(message));
  message.not_before = WallTime(1001s);
  CHECK_FALSE(is_ready(message));
  CHECK(has_segment(message, S::accepted));
  CHECK_FALSE(has_segment(message, S::in_doubt));
}
