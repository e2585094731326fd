// Two sessions talk to each other over a wire that cuts, delays and breaks, under random orders of everything. The
// behaviours one by one are scripts: test/conformance.
#include "smpp/codec.hpp"
#include "smpp/number_map.hpp"
#include "smpp/session.hpp"
#include "test/unit/catch.hpp"

#include <deque>
#include <map>
#include <random>
#include <set>

namespace {

using namespace std::chrono_literals;

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }

 private:
  std::mt19937 engine_;
};

struct Unanswered {
  smpp::Incoming incoming;
  smpp::command_id id;
};

struct Side {
  explicit Side(smpp::SessionSettings settings) : session(std::move(settings)) {}
  smpp::Session session;
  smpp::Octets wire;  // written by the other side, not yet received
  std::deque<Unanswered> unanswered;
  smpp::Token next_token = 1;
  std::set<smpp::Token> accepted;
  std::map<smpp::Token, int> ended;
  std::map<smpp::Token, smpp::command_id> asked;
  std::set<smpp::Token> timed_out;
  std::set<std::uint64_t> answered;
  std::size_t received = 0, sent = 0, done = 0, returned = 0, lost = 0, late = 0;
  std::uint64_t acknowledged = 0;
  bool closed = false;
};

struct Pair {
  explicit Pair(std::uint32_t seed) : random(seed), esme(settings(smpp::Role::esme)), smsc(settings(smpp::Role::smsc)) {
    esme.session.connected(now);
    smsc.session.connected(now);
  }

  smpp::SessionSettings settings(smpp::Role role) {
    smpp::SessionSettings made;
    made.role = role;
    made.window = 1 + random.below(20);
    made.max_unanswered_incoming = 1 + random.below(30);
    made.timers.response = 5s;
    return made;
  }
  Side& other(Side& side) { return &side == &esme ? smsc : esme; }

  void collect(Side& side) {
    while (auto event = side.session.next_event()) {
      REQUIRE_FALSE(side.closed);
      std::visit([&](auto& what) { on(side, what); }, *event);
    }
  }
  template <class Event>
  void on(Side&, Event&) {}
  void end(Side& side, smpp::Token token) {
    CHECK(side.accepted.contains(token));
    CHECK(++side.ended[token] == 1);
  }
  void on(Side& side, smpp::Done& done) {
    end(side, done.token), ++side.done;
    CHECK(done.response.id() == smpp::response_to(side.asked.at(done.token)));
  }
  void on(Side& side, smpp::Sent& sent) { end(side, sent.token), ++side.sent; }
  void on(Side& side, smpp::Returned& returned) { end(side, returned.token), ++side.returned; }
  void on(Side& side, smpp::Lost& lost) { end(side, lost.token), ++side.lost; }
  void on(Side& side, smpp::TimedOut& out) { end(side, out.token), side.timed_out.insert(out.token); }
  void on(Side& side, smpp::Late& late) {
    CHECK(side.timed_out.erase(late.token) == 1);
    ++side.late;
  }
  void on(Side& side, smpp::BindRequested& bind) {
    side.answered.insert(bind.incoming.number);
    side.session.respond(bind.incoming, {smpp::command_status::ESME_ROK, smpp::BindTransceiverResp{}});
  }
  void on(Side& side, smpp::Received& received) {
    side.unanswered.push_back({received.incoming, received.pdu.id()});
    ++side.received;
  }
  void on(Side& side, smpp::Acknowledged& acknowledged) {
    CHECK(side.answered.contains(acknowledged.incoming.number));
    ++side.acknowledged;
  }
  void on(Side& side, smpp::Closed&) { side.closed = true; }

  smpp::Request a_request(const Side& side) {
    const auto choice = random.below(6);
    if (choice == 0) return smpp::DataSm{};
    if (&side == &smsc) return choice == 1 ? smpp::Request(smpp::AlertNotification{}) : smpp::DeliverSm{};
    if (choice == 1) return smpp::QuerySm{};
    if (choice == 2) return smpp::CancelSm{};
    if (choice > 3) return smpp::SubmitSm{};
    smpp::SubmitMulti multi;
    multi.dest_address.emplace_back(smpp::DistributionList{"all"});
    return multi;
  }
  void request(Side& side) {
    const smpp::Request made = a_request(side);
    const auto slots = side.session.free_slots();
    const auto accepted = side.session.request(made, side.next_token, now);
    const bool takes_slot = smpp::is_answered(smpp::id_of(made));
    if (takes_slot) CHECK(accepted.has_value() == (slots > 0));
    if (!accepted) return;
    side.asked[side.next_token] = smpp::id_of(made);
    side.accepted.insert(side.next_token++);
    CHECK(side.session.free_slots() == slots - (takes_slot ? 1 : 0));
  }
  void answer(Side& side) {
    if (side.unanswered.empty()) return;
    const auto at = random.below(static_cast<std::uint32_t>(side.unanswered.size()));
    const auto [incoming, id] = side.unanswered[at];
    side.unanswered.erase(side.unanswered.begin() + at);
    side.answered.insert(incoming.number);
    smpp::Response response;
    switch (id) {
      case smpp::command_id::deliver_sm: response.body = smpp::DeliverSmResp{}; break;
      case smpp::command_id::data_sm: response.body = smpp::DataSmResp{}; break;
      case smpp::command_id::query_sm: response.body = smpp::QuerySmResp{}; break;
      case smpp::command_id::cancel_sm: response.body = smpp::CancelSmResp{}; break;
      case smpp::command_id::submit_multi: response.body = smpp::SubmitMultiResp{"id", {}, {}}; break;
      default: response.body = smpp::SubmitSmResp{{"id", {}}};
    }
    side.session.respond(incoming, response);
  }
  void write(Side& side) {
    const auto output = side.session.output();
    if (output.empty()) return;
    const auto count = 1 + random.below(static_cast<std::uint32_t>(output.size()));
    auto& wire = other(side).wire;
    wire.insert(wire.end(), output.begin(), output.begin() + count);
    side.session.written(count);
  }
  void read(Side& side) {
    if (side.wire.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(1 + random.below(static_cast<std::uint32_t>(side.wire.size())));
    const smpp::Octets octets(side.wire.begin(), side.wire.begin() + count);
    side.wire.erase(side.wire.begin(), side.wire.begin() + count);
    side.session.receive(octets, now);
  }
  void step() {
    Side& side = random.below(2) == 0 ? esme : smsc;
    switch (random.below(12)) {
      case 0:
      case 1: request(side); break;
      case 2:
      case 3: answer(side); break;
      case 4:
      case 5:
      case 6: write(side); break;
      case 7:
      case 8:
      case 9: read(side); break;
      case 10: side.session.revoke(random.below(static_cast<std::uint32_t>(side.next_token) + 1)); break;
      default:
        now += std::chrono::milliseconds(random.below(600));
        esme.session.tick(now);
        smsc.session.tick(now);
    }
    collect(esme);
    collect(smsc);
  }
  void disconnect() {
    for (Side* side : {&esme, &smsc}) {
      side->session.disconnected({}, now);
      collect(*side);
      CHECK(side->closed);
      CHECK(side->session.state() == smpp::State::closed);
      CHECK(side->ended.size() == side->accepted.size());
    }
  }

  Random random;
  smpp::Now now{};
  Side esme, smsc;
};

}  // namespace

TEST_CASE("every accepted request ends exactly once, whatever happens between") {
  std::size_t done = 0, sent = 0, returned = 0, lost = 0, timed_out = 0, late = 0, received = 0, acknowledged = 0;
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    Pair pair(seed);
    const auto steps = 200 + pair.random.below(1500);
    for (std::uint32_t i = 0; i < steps; ++i) pair.step();
    if (pair.random.below(4) == 0) pair.esme.session.unbind(pair.now);
    if (pair.random.below(4) == 0) pair.smsc.session.unbind(pair.now);
    for (std::uint32_t i = 0; i < pair.random.below(100); ++i) pair.step();
    pair.disconnect();
    for (const Side* side : {&pair.esme, &pair.smsc}) {
      done += side->done, sent += side->sent, returned += side->returned, lost += side->lost, late += side->late;
      received += side->received, acknowledged += side->acknowledged;
      for (const auto& [token, times] : side->ended) timed_out += side->timed_out.contains(token) ? 1 : 0;
    }
  }
  // A run in which one of these never happened has proven nothing about it.
  CHECK(done > 1000);
  CHECK(sent > 100);
  CHECK(returned > 10);
  CHECK(lost > 10);
  CHECK(timed_out > 10);
  CHECK(late > 10);
  CHECK(received > 1000);
  CHECK(acknowledged > 100);
}

TEST_CASE("responses of the SMSC side to requests it never handed out are none") {
  smpp::SessionSettings settings;
  settings.epoch = 3;
  smpp::Session session(settings);
  session.connected(smpp::Now{});
  const auto before = session.output().size();
  for (const smpp::Incoming incoming : {smpp::Incoming{3, 0}, smpp::Incoming{3, 1}, smpp::Incoming{2, 1}}) {
    session.respond(incoming, {smpp::command_status::ESME_ROK, smpp::DeliverSmResp{}});
  }
  CHECK(session.output().size() == before);
}

TEST_CASE("a session that never connected does nothing") {
  smpp::Session session(smpp::SessionSettings{});
  session.receive(smpp::Octets(100), smpp::Now{});
  session.tick(smpp::Now{} + 1h);
  session.disconnected({}, smpp::Now{});
  session.unbind(smpp::Now{});
  CHECK(session.output().empty());
  CHECK_FALSE(session.next_event().has_value());
  CHECK_FALSE(session.next_deadline().has_value());
  CHECK(session.state() == smpp::State::closed);
}

TEST_CASE("the map of numbers agrees with a plain one") {
  std::mt19937 engine(7);
  smpp::NumberMap<int> map;
  std::map<std::uint64_t, int> plain;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t number = 1 + engine() % 97 * (engine() % 3 == 0 ? 64 : 1);
    if (engine() % 2 == 0) {
      if (plain.emplace(number, i).second) map.insert(number, i);
    } else {
      plain.erase(number);
      map.erase(number);
    }
    const auto found = plain.find(number);
    const int* value = map.find(number);
    REQUIRE((value != nullptr) == (found != plain.end()));
    if (value) REQUIRE(*value == found->second);
    REQUIRE(map.size() == plain.size());
  }
}

TEST_CASE("a peer that goes on asking and never reads costs a megabyte, then its session (P67)") {
  smpp::SessionSettings settings;
  settings.role = smpp::Role::smsc;
  smpp::Session session(settings);
  const smpp::Now now{};
  session.connected(now);
  const smpp::Octets enquire_link = smpp::encode({smpp::command_status::ESME_ROK, 1, smpp::EnquireLink{}, false}).value();
  smpp::Octets many;
  for (int i = 0; i < 4096; ++i) many.insert(many.end(), enquire_link.begin(), enquire_link.end());
  std::size_t asked = 0;
  for (; asked < 1000 && !session.wants_close(); ++asked) session.receive(many, now);
  CHECK(asked == 17);  // 64 KiB each
  CHECK(session.output().size() < 1024 * 1024 + 64);
  session.disconnected({}, now);
  std::string reason;
  for (auto event = session.next_event(); event; event = session.next_event()) {
    if (const auto* closed = std::get_if<smpp::Closed>(&*event)) reason = closed->reason;
  }
  CHECK(reason.starts_with("the peer does not read: "));
}

TEST_CASE("the largest PDU that a message_payload makes is taken, one octet beyond the cap is not (P2)") {
  const auto heard = [](std::size_t length) {
    smpp::SessionSettings settings;
    settings.role = smpp::Role::smsc;
    smpp::Session session(settings);
    session.connected(smpp::Now{});
    smpp::Octets octets(length, std::byte{'x'});
    for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::byte>(length >> (24 - 8 * i) & 0xFF);
    for (std::size_t i = 4; i < 16; ++i) octets[i] = std::byte{0};
    octets[6] = std::byte{1};  // a command of nobody, whatever its body is
    octets[15] = std::byte{1};
    session.receive(octets, smpp::Now{});
    return smpp::read_header(session.output()).status;
  };
  CHECK(heard(69'648) == smpp::command_status::ESME_RINVCMDID);
  CHECK(heard(69'649) == smpp::command_status::ESME_RINVCMDLEN);
}
