// What `decode`, `lint` and `replay` read: digits, octets and captures, good and bad.
#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/annotate.hpp"
#include "tools/smpp-sim/pcap.hpp"
#include "tools/smpp-sim/pdu_input.hpp"
#include "tools/smpp-sim/tcp_order.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

using namespace smpp_sim;
using smpp::Octets;

namespace {

Octets hex(std::string_view digits) {
  Octets octets;
  const std::string wrong = read_hex(digits, octets);
  INFO(wrong);
  REQUIRE(wrong.empty());
  return octets;
}

void add(Octets& to, const Octets& more) { to.insert(to.end(), more.begin(), more.end()); }

Octets big(std::uint32_t value, unsigned octets) {
  Octets out;
  for (unsigned i = octets; i > 0; --i) out.push_back(static_cast<std::byte>(value >> 8 * (i - 1) & 0xFF));
  return out;
}

// A classic capture, big-endian, of packets of one link type.
Octets capture_of(std::uint32_t link, const std::vector<Octets>& packets) {
  Octets file = hex("a1b2c3d4 0002 0004 00000000 00000000 0000ffff");
  add(file, big(link, 4));
  std::uint32_t second = 1000;
  for (const Octets& packet : packets) {
    add(file, big(second++, 4));
    add(file, big(500'000, 4));
    add(file, big(static_cast<std::uint32_t>(packet.size()), 4));
    add(file, big(static_cast<std::uint32_t>(packet.size()), 4));
    add(file, packet);
  }
  return file;
}

Octets tcp(std::uint16_t from, std::uint16_t to, std::uint32_t sequence, unsigned flags, const Octets& payload) {
  Octets out = big(from, 2);
  add(out, big(to, 2));
  add(out, big(sequence, 4));
  add(out, big(0, 4));
  add(out, big(0x5000U | flags, 2));
  add(out, hex("ffff00000000"));
  add(out, payload);
  return out;
}
Octets ipv4(const Octets& segment) {
  Octets out = hex("4500");
  add(out, big(static_cast<std::uint32_t>(20 + segment.size()), 2));
  add(out, hex("00004000400600000a0000010a000002"));
  add(out, segment);
  return out;
}
Octets ipv6(const Octets& segment) {
  Octets out = hex("60000000");
  add(out, big(static_cast<std::uint32_t>(segment.size()), 2));
  add(out, hex("0640 20010db8000000000000000000000001 20010db8000000000000000000000002"));
  add(out, segment);
  return out;
}
Octets behind(std::string_view header, const Octets& packet) {
  Octets out = header.empty() ? Octets() : hex(header);
  add(out, packet);
  return out;
}

const std::string kBind = "0000001f 00000009 00000000 00000001 6c6f616400 6c6f616400 00 34 00 00 00";
const std::string kLink = "00000010 00000015 00000000 00000002";

constexpr unsigned kSyn = 2, kAck = 16;

}  // namespace

TEST_CASE("digits are read in any dress, and a mistake is told with its place") {
  CHECK(hex("00 01,0x02 \\x03\n04:05-06").size() == 7);
  Octets octets;
  CHECK(read_hex("00 0g", octets) == "line 1, column 5: 'g' is no hexadecimal digit");
  CHECK(read_hex("00\n01 2", octets) == "line 2, column 4: a digit stands alone; two make an octet");
  CHECK(read_hex("0 1", octets) == "line 1, column 2: a digit stands alone; two make an octet");
  Octets none;
  CHECK(read_hex(" \n", none) == "there are no digits");
}

TEST_CASE("several PDUs in a row are read from digits and from octets alike") {
  Octets octets = hex(kBind + kLink);
  Capture of_octets, of_digits;
  CHECK(read_pdus(octets, of_octets).empty());
  CHECK(read_pdus(smpp::octets_of(kBind + "\n" + kLink), of_digits).empty());
  REQUIRE(of_octets.pdus.size() == 2);
  REQUIRE(of_digits.pdus.size() == 2);
  CHECK(of_octets.pdus[1].octets == of_digits.pdus[1].octets);
  octets.pop_back();
  Capture cut;
  CHECK(read_pdus(octets, cut) == "octet 31: 15 octets of a PDU of 16: it is cut off");
  CHECK(cut.pdus.size() == 1);
  CHECK(read_pdus(hex("0000000f 00000015 00000000"), cut).starts_with("octet 0: a command_length of 15 is impossible"));
}

TEST_CASE("the capture that smpp-sim writes is read back, PDU by PDU and side by side") {
  const std::string path = "/tmp/bindery-decode-" + std::to_string(::getpid()) + ".pcap";
  smpp::net::Peer peer;
  peer.connection = 1;
  peer.local_address = peer.remote_address = "127.0.0.1";
  peer.local_port = 2775;
  peer.remote_port = 40001;
  const Octets both = hex(kBind + kLink);
  {
    Pcap pcap;
    REQUIRE(pcap.open(path).empty());
    Wiretap tap;
    tap.add(pcap);
    tap.octets(peer, true, std::span(both).first(5), Wall{});
    tap.octets(peer, true, std::span(both).subspan(5), Wall{});
    tap.octets(peer, false, hex("00000010 80000015 00000000 00000002"), Wall{});
    tap.link(peer, LinkEvent::closed, {}, Wall{});
  }
  Octets file;
  REQUIRE(read_file(path, file).empty());
  std::remove(path.c_str());
  Capture capture;
  REQUIRE(read_capture(file, capture).empty());
  REQUIRE(capture.pdus.size() == 3);
  CHECK(capture.pdus[0].from_client);
  CHECK(capture.pdus[1].from_client);
  CHECK_FALSE(capture.pdus[2].from_client);
  CHECK(capture.pdus[1].octets == hex(kLink));
}

TEST_CASE("every link type leads to the same PDU") {
  const Octets first = tcp(40001, 2775, 100, kSyn, {});
  const Octets second = tcp(40001, 2775, 101, kAck, hex(kBind));
  const auto read = [&](std::uint32_t link, std::string_view header, bool v6) {
    const auto packet = [&](const Octets& segment) { return behind(header, v6 ? ipv6(segment) : ipv4(segment)); };
    Capture capture;
    const std::string wrong = read_capture(capture_of(link, {packet(first), packet(second)}), capture);
    INFO(link << ' ' << wrong);
    REQUIRE(capture.pdus.size() == 1);
    CHECK(capture.pdus[0].octets == hex(kBind));
    CHECK(capture.pdus[0].at == std::chrono::microseconds(1'001'500'000));
    CHECK(capture.connections[0].client.address == (v6 ? "2001:db8::1" : "10.0.0.1"));
    CHECK(capture.connections[0].server.port == 2775);
  };
  read(1, "ffffffffffff000000000001 0800", false);
  read(1, "ffffffffffff000000000001 8100 0007 0800", false);
  read(1, "ffffffffffff000000000001 86dd", true);
  read(113, "0000 0001 0006 0000000000000000 0800", false);
  read(276, "0800 0000 00000001 0001 00 06 0000000000000000", false);
  read(0, "02000000", false);
  read(108, "00000002", false);
  read(101, "", false);
  read(229, "", true);
}

TEST_CASE("PDUs that Wireshark has exported are read") {
  Octets packet = hex("000c 0004 736d7070 0014 0004 0a000001 0015 0004 0a000002 0019 0004 00009c41 001a 0004 00000ad7 0000 0000");
  add(packet, hex(kBind));
  Capture capture;
  REQUIRE(read_capture(capture_of(252, {packet}), capture).empty());
  REQUIRE(capture.pdus.size() == 1);
  CHECK(capture.pdus[0].from_client);
  CHECK(capture.connections[0].server.port == 2775);
  CHECK(capture.connections[0].client.port == 40001);
  CHECK(capture.connections[0].client.address == "10.0.0.1");
}

TEST_CASE("segments that come twice, late and overlapping make one stream, across the wrap of their numbers") {
  TcpOrder order;
  std::string heard;
  bool gap = false;
  const auto take = [&](std::span<const std::byte> octets, bool after_gap) {
    heard += smpp::to_text(octets);
    gap = gap || after_gap;
  };
  const auto segment = [&](std::uint32_t sequence, std::string_view text) { order.segment(sequence, smpp::octets_of(text), take); };
  order.syn(0xFFFFFFFB);
  segment(0xFFFFFFFC, "abcd");
  segment(0xFFFFFFFC, "abcd");
  segment(4, "ijkl");
  segment(2, "gh");
  CHECK(heard == "abcd");
  segment(0xFFFFFFFE, "cdef");
  CHECK(heard == "abcdefghijkl");
  segment(6, "klmn");
  CHECK(heard == "abcdefghijklmn");
  CHECK(order.lost() == 0);
  segment(15, "st");
  order.acknowledged(17, take);
  CHECK(heard == "abcdefghijklmnst");
  CHECK(gap);
  CHECK(order.lost() == 5);
}

TEST_CASE("a capture that begins within a PDU is read from the next one on, and tells the sides by what they say") {
  const Octets half = tcp(2775, 40001, 500, kAck, hex("0102030405"));
  const Octets response = tcp(2775, 40001, 505, kAck, hex("00000011 80000004 00000000 00000001 00"));
  Capture capture;
  REQUIRE(read_capture(capture_of(101, {ipv4(half), ipv4(response)}), capture).empty());
  REQUIRE(capture.pdus.size() == 1);
  CHECK_FALSE(capture.pdus[0].from_client);
  CHECK(capture.connections[0].server.port == 2775);
}

TEST_CASE("files that are none, damaged or cut say so") {
  Capture capture;
  CHECK(read_capture(hex("0a0d0d0a 00000000"), capture).starts_with("a pcapng file, which is not read here; write it anew as pcap"));
  CHECK(read_capture(hex("a1b2c3d4 0002"), capture) == "the file ends within its own header");
  CHECK(read_capture(capture_of(147, {}), capture).starts_with("link type 147 is not read here"));
  CHECK(read_capture(capture_of(101, {}), capture).starts_with("no SMPP in it"));
  Octets damaged = capture_of(101, {ipv4(tcp(1, 2775, 1, kSyn, {}))});
  damaged[24 + 8] = std::byte{0x7F};
  CHECK(read_capture(damaged, capture).starts_with("packet 1 at octet 24 is said to be"));
  Octets cut = capture_of(101, {ipv4(tcp(1, 2775, 1, kSyn, {})), ipv4(tcp(1, 2775, 2, kAck, hex(kBind)))});
  cut.resize(cut.size() - 3);
  CHECK(read_capture(cut, capture).starts_with("no SMPP in it"));
  Octets file;
  CHECK(read_file("/nonexistent/x.pcap", file) == "/nonexistent/x.pcap: No such file or directory");
  CHECK(read_file("/tmp", file) == "/tmp: a folder; give a file");
}

TEST_CASE("a receipt is annotated with its text, its fields and what they mean; a password is not shown") {
  smpp::Pdu pdu = smpp::make_pdu(smpp::command_id::deliver_sm);
  REQUIRE(smpp::set_field(pdu, "esm_class", "4"));
  REQUIRE(smpp::set_field(pdu, "short_message", "id:42 sub:001 dlvrd:000 stat:UNDELIV err:07b text:hi"));
  const auto octets = smpp::encode(pdu);
  REQUIRE(octets);
  const Annotated annotated = annotate(*octets);
  CHECK(annotated.receipt.front() == std::pair<std::string, std::string>("id", "42"));
  const std::string table = to_table(annotated, *octets);
  CHECK(table.find("4  (delivery receipt)") != std::string::npos);
  CHECK(table.find("UNDELIVERABLE, final") != std::string::npos);
  CHECK(table.find("  001f  04") == std::string::npos);
  const std::string bind = to_table(annotate(hex(kBind)), hex(kBind));
  CHECK(bind.find("0010  6c 6f 61 64 00           system_id                \"load\"") != std::string::npos);
  CHECK(bind.find("0015  ** ** ** ** **           password                 ***") != std::string::npos);
}

TEST_CASE("a deviation is named, and what cannot be decoded is said") {
  const Octets stray = hex("00000011 00000015 00000000 00000002 00");
  REQUIRE(annotate(stray).deviations.size() == 1);
  CHECK(annotate(stray).deviations[0].starts_with("body_ignored: "));
  CHECK(annotate(hex("00000012 00000005 00000000 00000002 0001")).malformed.find("mandatory field") != std::string::npos);
}
