// Each fault over TCP as a client without a session sees it: the octets, or the end of the connection.
#include "smpp/pdu_text.hpp"
#include "test/unit/smppsim_place.hpp"

using namespace smppsim_test;
using smpp::command_status;

namespace {

// The octets of a submit_sm_resp with a message id of 16 digits, as those of this simulator.
constexpr std::size_t kResponse = 16 + 17;

struct Faulty : Place {
  explicit Faulty(const std::string& rule) : Place({"--when", rule}) {}
};

}  // namespace

TEST_CASE("a connection ends before or behind the response, at the N-th message") {
  SECTION("RST before: the first two are answered, the third is not") {
    Faulty place("at=3 fault=reset_before_response");
    RawEsme esme(place);
    esme.bound();
    for (int i = 0; i < 3; ++i) esme.submit("x");
    REQUIRE(esme.ended());
    CHECK(esme.peer.was_reset);
    CHECK(esme.peer.received.size() == 2 * kResponse);
  }
  SECTION("RST behind") {
    Faulty place("at=2 fault=reset_after_response");
    RawEsme esme(place);
    esme.bound();
    for (int i = 0; i < 3; ++i) esme.submit("x");
    REQUIRE(esme.ended());
    CHECK(esme.peer.was_reset);
    CHECK(esme.peer.received.size() == 2 * kResponse);
  }
  SECTION("FIN before") {
    Faulty place("fault=fin_before_response");
    RawEsme esme(place);
    esme.bound().submit("x");
    REQUIRE(esme.ended());
    CHECK_FALSE(esme.peer.was_reset);
    CHECK(esme.peer.received.empty());
  }
  SECTION("FIN behind") {
    Faulty place("fault=fin_after_response");
    RawEsme esme(place);
    esme.bound().submit("x");
    REQUIRE(esme.ended());
    CHECK_FALSE(esme.peer.was_reset);
    CHECK(esme.peer.received.size() == kResponse);
  }
  SECTION("unbind before") {
    Faulty place("fault=unbind_before_response");
    RawEsme esme(place);
    esme.bound().submit("x");
    CHECK(esme.next().id() == smpp::command_id::unbind);
  }
  SECTION("unbind behind, and the connection ends when it is answered") {
    Faulty place("fault=unbind_after_response");
    RawEsme esme(place);
    esme.bound().submit("x");
    CHECK(esme.next().id() == smpp::command_id::submit_sm_resp);
    const smpp::Pdu unbind = esme.next();
    REQUIRE(unbind.id() == smpp::command_id::unbind);
    esme.peer.send(encoded(smpp::UnbindResp{}, unbind.sequence_number));
    CHECK(esme.ended());
  }
}

TEST_CASE("a connection ends so long after its bind, whatever it does meanwhile") {
  const auto fault = GENERATE(std::string("reset"), std::string("fin"), std::string("unbind"));
  Faulty place("command=bind fault=" + fault + " after=20ms");
  RawEsme esme(place);
  esme.bound();
  if (fault == "unbind") {
    CHECK(esme.next().id() == smpp::command_id::unbind);
  } else {
    REQUIRE(esme.ended());
    CHECK(esme.peer.was_reset == (fault == "reset"));
  }
  CHECK(place.smsc->faults().at(fault) == 1);
}

TEST_CASE("it accepts the connection and never answers") {
  Faulty place("command=connect fault=mute");
  RawEsme esme(place);
  esme.bind();
  esme.send(smpp::EnquireLink{});
  REQUIRE(place.loop.until([&] { return place.smsc->binds() == 1; }));
  CHECK_FALSE(esme.peer.ended);
  place.smsc->let_happen({}, {Fault::healthy, {}, {}});
  CHECK(esme.is_silent());  // the first that it says is the answer to what is asked now
}

TEST_CASE("enquire_link stays unanswered while submits are answered") {
  Faulty place("command=bind fault=mute_enquire_link");
  RawEsme esme(place);
  esme.bound();
  esme.send(smpp::EnquireLink{});
  esme.submit("x");
  CHECK(esme.next().id() == smpp::command_id::submit_sm_resp);
  CHECK(esme.peer.received.empty());
}

TEST_CASE("it stops reading, and reads on when it is told to") {
  Faulty place("at=1 fault=stop_reading");
  RawEsme esme(place);
  esme.bound().submit("one");
  CHECK(esme.next_status() == command_status::ESME_ROK);
  CHECK(place.smsc->faults().at("stop_reading") == 1);
  // So much that no buffer between us holds it all.
  const smpp::Octets pdu = encoded(submit_of(std::string(200, 'x')), 99);
  smpp::Octets many;
  for (int i = 0; i < 100'000; ++i) many.insert(many.end(), pdu.begin(), pdu.end());
  bool written = false;
  asio::async_write(esme.peer.socket, asio::buffer(many),
                    [&](const boost::system::error_code& error, std::size_t) { written = !error; });
  for (int i = 0; i < 2000; ++i) place.loop.io.poll_one();
  CHECK_FALSE(written);
  CHECK(place.smsc->ledger().counters.submits == 1);
  place.smsc->let_happen({}, {Fault::healthy, {}, {}});
  REQUIRE(place.loop.until([&] { return written && place.smsc->ledger().counters.submits == 100'001; }));
}

TEST_CASE("one octet a write, each seen by itself") {
  Faulty place("fault=byte_by_byte");
  RawEsme esme(place);
  esme.bound();
  std::size_t reads = 0, seen = 0;
  esme.submit("x");
  REQUIRE(place.loop.until([&] {
    if (esme.peer.received.size() != seen) ++reads;
    seen = esme.peer.received.size();
    return seen == kResponse;
  }));
  CHECK(reads > kResponse / 2);  // the machine may be too slow to see all of them apart
}

TEST_CASE("each PDU in two segments, cut in its header") {
  Faulty place("fault=split");
  RawEsme esme(place);
  esme.bound().submit("x");
  REQUIRE(esme.has(1));
  CHECK(esme.peer.received.size() == 10);
  CHECK(esme.next_status() == command_status::ESME_ROK);
}

TEST_CASE("four PDUs in one segment") {
  Faulty place("fault=merged");
  RawEsme esme(place);
  esme.bound();
  for (int i = 0; i < 4; ++i) {
    CHECK(esme.peer.received.empty());
    esme.submit("x");
    const auto submits = static_cast<std::uint64_t>(i) + 1;
    REQUIRE(place.loop.until([&] { return place.smsc->ledger().counters.submits == submits; }));
  }
  REQUIRE(esme.has(1));
  CHECK(esme.peer.received.size() == 4 * kResponse);
}

TEST_CASE("less than four PDUs go out in one segment after a while") {
  Faulty place("fault=merged");
  RawEsme esme(place);
  esme.bound();
  esme.submit("x");
  esme.submit("y");
  REQUIRE(esme.has(1));
  CHECK(esme.peer.received.size() == 2 * kResponse);
}

TEST_CASE("the octets of a spoiled response are on the wire, and the response before is well") {
  struct Case {
    std::string fault, before, after;  // hexadecimal: in front of and behind the message id
  };
  const std::string command = "8000000400000000", number = "00000003";
  const auto one = GENERATE_COPY(values<Case>({
      {"length_0", "00000000" + command + number, "00"},
      {"length_15", "0000000f" + command + number, "00"},
      {"length_over_limit", "00011011" + command + number, "00"},
      {"length_huge", "ffffffff" + command + number, "00"},
      {"length_too_short", "00000010" + command + number, "00"},
      {"length_too_long", "00000025" + command + number, "00"},
      {"unknown_command", "0000001000000600000000000000060000000021" + command + number, "00"},
      {"truncated_tlv", "00000024" + command + number, "00140300"},
      {"overlong_tlv", "00000026" + command + number, "00140300c841"},
      {"missing_nul", "00000020" + command + number, ""},
      {"trailing_octets", "00000026" + command + number, "00deadbeef99"},
      {"garbage", "ffffffffffffffff00000021" + command + number, "00"},
      {"http_banner",
       smpp::to_hex(smpp::octets_of("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")) + "00000021" + command +
           number, "00"},
      {"tls_alert", "1503030002020a00000021" + command + number, "00"},
      {"sequence_0", "00000021" + command + "00000000", "00"},
      {"sequence_high", "00000021" + command + "80000001", "00"},
  }));
  INFO(one.fault);
  Faulty place("at=2 fault=" + one.fault);
  RawEsme esme(place);
  esme.bound().submit("well");
  CHECK(esme.next_status() == command_status::ESME_ROK);
  esme.submit("spoiled");
  const std::string got = smpp::to_hex(esme.take(one.before.size() / 2 + 16 + one.after.size() / 2));
  CHECK(got.substr(0, one.before.size()) == one.before);
  CHECK(got.substr(one.before.size() + 32) == one.after);
}

TEST_CASE("a deliver_sm is spoiled as it goes out, chosen by its addresses") {
  Place place({"--when", "command=deliver_sm from=4477* at=2 fault=sequence_repeated"});
  RawEsme esme(place);
  esme.bound();
  MoText mo;
  mo.from = "447700900999";
  mo.to = "80800";
  mo.text = "YES";
  std::string error;
  for (int i = 0; i < 2; ++i) place.smsc->inject(mo, {}, error);
  const auto first = esme.next_octets(), second = esme.next_octets();
  CHECK(first == second);
  CHECK(number_at(first, 4) == 0x00000005);
}

TEST_CASE("a deliver_sm comes before the bind_resp") {
  Faulty place("command=bind fault=deliver_before_bind_resp");
  RawEsme esme(place);
  esme.bind();
  CHECK(esme.next().id() == smpp::command_id::deliver_sm);
  CHECK(esme.next().id() == smpp::command_id::bind_transceiver_resp);
}

TEST_CASE("after a disconnect the account is still bound for a while") {
  Faulty place("command=bind fault=still_bound(1h)");
  {
    RawEsme first(place);
    first.bound();
  }
  REQUIRE(place.loop.until([&] { return place.smsc->binds() == 0; }));
  RawEsme again(place), other(place);
  again.bind();
  CHECK(again.next_status() == command_status::ESME_RALYBND);
  other.bind("bob");
  CHECK(other.next_status() == command_status::ESME_ROK);
  CHECK(place.smsc->faults().at("still_bound") == 1);
}

TEST_CASE("a bind is refused with each status that has a name") {
  for (const std::string status : {"ESME_RINVPASWD", "ESME_RINVSYSID", "ESME_RBINDFAIL", "ESME_RALYBND", "ESME_RSYSERR",
                                   "ESME_RINVSYSTYP", "ESME_RPROHIBITED", "0x5A"}) {
    Faulty place("command=bind_transceiver status=" + status);
    RawEsme esme(place);
    esme.bind();
    CHECK(esme.next_status() == smpp::status_of(status));
    CHECK(place.smsc->binds() == 0);
  }
}

TEST_CASE("a bind is never answered") {
  Faulty place("command=bind delay=never");
  RawEsme esme(place);
  esme.bind();
  CHECK(esme.is_silent());
  CHECK(place.smsc->binds() == 0);
}

TEST_CASE("a response comes twice, with another number, without its body, or not at all") {
  SECTION("duplicate") {
    Faulty place("response=duplicate");
    RawEsme esme(place);
    esme.bound().submit("x");
    const auto first = esme.next_octets();
    CHECK(first.size() == kResponse);
    CHECK(esme.next_octets() == first);
    CHECK(esme.is_silent());
  }
  SECTION("wrong sequence") {
    Faulty place("response=wrong_sequence");
    RawEsme esme(place);
    const auto number = esme.bound().submit("x");
    CHECK(number_at(esme.next_octets(), 12) == number + 1000);
  }
  SECTION("without body") {
    Faulty place("response=without_body");
    RawEsme esme(place);
    esme.bound().submit("x");
    CHECK(smpp::to_hex(esme.next_octets()) == "00000010800000040000000000000002");
  }
  SECTION("none") {
    const auto rule = GENERATE(std::string("response=none"), std::string("delay=never"));
    Faulty place(rule);
    RawEsme esme(place);
    esme.bound().submit("x");
    CHECK(esme.is_silent());
    CHECK(place.smsc->ledger().counters.accepted == 1);
  }
}

TEST_CASE("a response comes behind the next one, or alone after a while") {
  Faulty place("at=1 response=reordered");
  RawEsme esme(place);
  const auto one = esme.bound().submit("one");
  const auto two = esme.submit("two");
  CHECK(esme.next().sequence_number == two);
  CHECK(esme.next().sequence_number == one);
}

TEST_CASE("a late response comes after the answer to what was asked later") {
  Faulty place("response=late(30ms)");
  RawEsme esme(place);
  const auto number = esme.bound().submit("x");
  CHECK(esme.is_silent());
  CHECK(esme.next().sequence_number == number);
}
