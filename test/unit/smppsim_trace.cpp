// What is printed and kept of what passes: cut from the stream, named, filtered, bounded.
#include "smpp/pdu_text.hpp"
#include "test/unit/smppsim_place.hpp"
#include "tools/smpp-sim/pdu_log.hpp"
#include "tools/smpp-sim/trace.hpp"
#include "tools/smpp-sim/wiretap.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <cstdlib>

using namespace smpp_sim;

namespace {

const Wall kNoon{std::chrono::days(20'000) + std::chrono::hours(12)};

smpp::net::Peer peer_of(std::uint64_t connection) {
  smpp::net::Peer peer;
  peer.connection = connection;
  peer.local_address = peer.remote_address = "127.0.0.1";
  peer.local_port = 2775;
  peer.remote_port = 40001;
  return peer;
}
smpp::Octets octets(std::string_view digits) { return *smpp::from_hex(digits); }

// system_id "esme", password "secret"
const smpp::Octets kBind = octets(
    "00000023000000090000000000000001"
    "65736d6500"
    "73656372657400"
    "00"
    "34"
    "00"
    "00"
    "00"
    "00"
    "00");
const smpp::Octets kBindResp = octets(
    "00000015800000090000000000000001"
    "7369"
    "6d3100");
const smpp::Octets kThrottled = octets("00000010800000040000005800000002");
const smpp::Octets kMo = octets(
    "00000030000000050000000000000003"
    "00"
    "0101343400"
    "0300383000"
    "00"
    "00"
    "00"
    "00"
    "00"
    "00"
    "00"
    "00"
    "00"
    "0a"
    "484922c3a9071b5b306d00");

struct Printed {
  explicit Printed(TraceStyle style) : file(::open_memstream(&text, &size)), trace(style, file) { tap.add(trace); }
  ~Printed() {
    std::fclose(file);
    std::free(text);
  }
  std::string all() {
    std::fflush(file);
    return {text, size};
  }
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* file;
  Trace trace;
  Wiretap tap;
};

smpp::Octets enquire(std::uint32_t sequence) {
  auto pdu = octets("00000010000000150000000000000000");
  pdu[15] = static_cast<std::byte>(sequence & 0xFF);
  return pdu;
}

}  // namespace

TEST_CASE("a trace has a line per PDU, whatever the pieces it came in, and no password") {
  Printed printed({});
  const auto peer = peer_of(3);
  printed.tap.link(peer, LinkEvent::connected, {}, kNoon);
  for (const auto octet : kBind) printed.tap.octets(peer, true, std::span(&octet, 1), kNoon);
  printed.tap.octets(peer, false, kThrottled, kNoon);
  printed.tap.link(peer, LinkEvent::closed, {}, kNoon);
  CHECK(printed.all() ==
        "12:00:00.000 #3 -- connected from 127.0.0.1:40001\n"
        "12:00:00.000 #3 <- bind_transceiver seq=1 system_id=\"esme\"\n"
        "12:00:00.000 #3 -> submit_sm_resp seq=2 ESME_RTHROTTLED\n"
        "12:00:00.000 #3 -- connection ended\n");
}

TEST_CASE("colours are for terminals: errors red, and no message can bring its own") {
  TraceStyle style;
  style.colour = true;
  Printed printed(style);
  printed.tap.octets(peer_of(1), false, kThrottled, kNoon);
  CHECK(printed.all() == "\x1b[31m12:00:00.000 #1 -> submit_sm_resp seq=2 ESME_RTHROTTLED\x1b[0m\n");
  CHECK(quoted("a\x1b[31m") == "\"a\\x1b[31m\"");
}

TEST_CASE("a JSON trace is one object a line with every field, and the octets where asked") {
  SmscOptions options;
  const auto arguments = smppsim_test::given({"--trace", "json", "--hex"});
  REQUIRE(make_options(arguments, [](const std::string&) { return std::nullopt; }, options).empty());
  Printed printed(options.trace);
  printed.tap.link(peer_of(1), LinkEvent::connected, {}, kNoon);
  printed.tap.octets(peer_of(1), true, kBind, kNoon);
  const std::string all = printed.all();
  const auto end = all.find('\n');
  const auto link = boost::json::parse(all.substr(0, end)).as_object();
  CHECK(link.at("link").as_string() == "connected");
  const auto bind = boost::json::parse(all.substr(end + 1)).as_object();
  CHECK(bind.at("command").as_string() == "bind_transceiver");
  CHECK(bind.at("direction").as_string() == "in");
  CHECK(bind.at("account").as_string() == "esme");
  CHECK(bind.at("at").as_string() == "2024-10-04T12:00:00.000Z");
  CHECK(bind.at("fields").as_object().at("interface_version").as_string() == "52");
  CHECK_FALSE(bind.at("fields").as_object().contains("password"));
  CHECK(bind.at("hex").as_string() == smpp::to_hex(kBind));
}

TEST_CASE("octets under a line are what passed") {
  TraceStyle style;
  style.hex = true;
  Printed printed(style);
  printed.tap.octets(peer_of(1), true, enquire(5), kNoon);
  CHECK(printed.all().find("\n" + smpp::hex_dump(enquire(5))) != std::string::npos);
}

TEST_CASE("what is no PDU is told, also when the connection ends inside one") {
  Wiretap tap;
  PduLog log;
  tap.add(log);
  tap.octets(peer_of(1), true, smpp::to_octets("GET / HTTP/1.1\r\n\r\n"), kNoon);
  tap.octets(peer_of(1), true, smpp::to_octets("more"), kNoon);
  tap.octets(peer_of(2), true, std::span(kBind).first(10), kNoon);
  tap.link(peer_of(2), LinkEvent::closed, {}, kNoon);
  REQUIRE(log.all().size() == 3);
  CHECK(log.all()[0].fault == "not SMPP: this is HTTP");
  CHECK(log.all()[1].fault == "behind what was no PDU");
  CHECK(log.all()[2].fault == "the connection ended 10 octets into a PDU");
  CHECK(to_json(log.all()[2], true).find("\"hex\":\"00000023000000090000\"") != std::string::npos);
}

TEST_CASE("the log is filtered by header, account, addresses and text") {
  Wiretap tap;
  PduLog log;
  tap.add(log);
  tap.octets(peer_of(1), true, kBind, kNoon);
  tap.octets(peer_of(1), false, kBindResp, kNoon);
  tap.octets(peer_of(1), false, kThrottled, kNoon);
  tap.octets(peer_of(2), false, kMo, kNoon);
  const auto ids = [&](auto set) {
    PduFilter filter;
    set(filter);
    std::string found;
    for (const auto& pdu : log.all()) found += filter.fits(pdu) ? std::to_string(pdu.id) : "";
    return found;
  };
  CHECK(ids([](auto&) {}) == "1234");
  CHECK(ids([](auto& f) { f.incoming = true; }) == "1");
  CHECK(ids([](auto& f) { f.account = "esme"; }) == "123");
  CHECK(ids([](auto& f) { f.connection = 2; }) == "4");
  CHECK(ids([](auto& f) { f.after = 2; }) == "34");
  CHECK(ids([](auto& f) { f.commands = {smpp::command_id::deliver_sm, smpp::command_id::bind_transceiver}; }) == "14");
  CHECK(ids([](auto& f) { f.status = smpp::command_status::ESME_RTHROTTLED; }) == "3");
  CHECK(ids([](auto& f) { f.status = smpp::command_status::ESME_ROK; }) == "2");  // requests have none
  CHECK(ids([](auto& f) { f.to = "80"; }) == "4");
  CHECK(ids([](auto& f) { f.from = "80"; }) == "");
  CHECK(ids([](auto& f) { f.text = "HI"; }) == "4");
  CHECK(ids([](auto& f) { f.text = "hi"; }) == "");
}

TEST_CASE("the log keeps the newest, bounded in number and octets, and ids are never used again") {
  Wiretap tap;
  PduLog log;
  tap.add(log);
  for (std::size_t i = 0; i < PduLog::kKept + 5; ++i) tap.octets(peer_of(1), true, enquire(1), kNoon);
  CHECK(log.all().size() == PduLog::kKept);
  CHECK(log.all().front().id == 6);
  CHECK(log.forgotten() == 5);
  CHECK(log.find(5) == nullptr);
  REQUIRE(log.find(6) != nullptr);
  CHECK(log.find(6)->id == 6);
  log.clear();
  CHECK(log.find(6) == nullptr);
  tap.octets(peer_of(1), true, enquire(1), kNoon);
  CHECK(log.all().front().id == PduLog::kKept + 6);
  smpp::Octets big(60'000, std::byte{0});
  big[2] = std::byte{0xEA};
  big[3] = std::byte{0x60};
  big[7] = std::byte{0x15};
  for (int i = 0; i < 400; ++i) tap.octets(peer_of(1), true, big, kNoon);
  CHECK(log.all().size() < 300);
}

TEST_CASE("an address can neither end the line nor lead the terminal") {
  smpp::SubmitSm pdu;
  pdu.source.addr = "1\n00:00:00.000 #1 -> submit_sm_resp";
  pdu.destination.addr = "\x1b]0;x";
  const std::string line = one_line({smpp::command_status::ESME_ROK, 1, pdu, false});
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find("\\n00:00:00.000") != std::string::npos);
}
