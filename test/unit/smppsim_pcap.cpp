// The capture: exported PDUs whose tags a dissector can follow.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/pcap.hpp"

#include <unistd.h>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

using namespace smpp_sim;

namespace {

using Bytes = std::vector<unsigned char>;

struct Packet {
  std::map<unsigned, Bytes> tags;
  Bytes pdu;
  explicit Packet(const Bytes& octets) {
    std::size_t at = 0;
    for (;;) {
      const unsigned tag = octets.at(at) * 256U + octets.at(at + 1),
                     length = octets.at(at + 2) * 256U + octets.at(at + 3);
      at += 4;
      if (tag == 0) break;
      const auto begin = octets.begin() + static_cast<std::ptrdiff_t>(at);
      tags[tag] = Bytes(begin, begin + length);
      CHECK(length % 4 == 0);
      at += length;
    }
    pdu.assign(octets.begin() + static_cast<std::ptrdiff_t>(at), octets.end());
  }
};

std::uint32_t little(const Bytes& all, std::size_t at) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | all.at(at + static_cast<std::size_t>(i));
  return value;
}

struct Capture {
  std::uint32_t link_type = 0;
  std::vector<Packet> packets;
};

Capture read_capture(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Bytes all{std::istreambuf_iterator<char>(file), {}};
  Capture capture;
  capture.link_type = little(all, 20);
  for (std::size_t at = 24; at + 16 <= all.size();) {
    const std::uint32_t size = little(all, at + 8);
    at += 16;
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    capture.packets.emplace_back(Bytes(begin, begin + size));
    at += size;
  }
  return capture;
}

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

TEST_CASE("each PDU of a capture names its dissector, its addresses and its ports") {
  const std::string path = "/tmp/bindery-pcap-" + std::to_string(::getpid()) + ".pcap";
  smpp::net::Peer peer;
  peer.connection = 1;
  peer.local_address = "127.0.0.1";
  peer.remote_address = "127.0.0.2";
  peer.local_port = 2775;
  peer.remote_port = 40001;
  const std::vector<std::byte> enquire{{}, {}, {}, std::byte{16}, {}, {}, {}, std::byte{0x15}, {}, {}, {}, {},
                                       {}, {}, {}, std::byte{1}};
  const auto account = std::make_shared<std::string>("a");
  {
    Pcap pcap;
    REQUIRE(pcap.open(path).empty());
    pcap.pdu({peer, true, enquire, account, {}, Wall{}});
    pcap.pdu({peer, false, enquire, account, "not a PDU", Wall{}});
  }
  const auto capture = read_capture(path);
  std::remove(path.c_str());
  CHECK(capture.link_type == 252);
  REQUIRE(capture.packets.size() == 2);
  const auto& in = capture.packets[0];
  CHECK(in.tags.at(12) == bytes("smpp"));
  CHECK(in.tags.at(20) == Bytes{127, 0, 0, 2});
  CHECK(in.tags.at(21) == Bytes{127, 0, 0, 1});
  CHECK(in.tags.at(24) == Bytes{0, 0, 0, 2});  // TCP
  CHECK(in.tags.at(25) == Bytes{0, 0, 40001 >> 8, 40001 & 255});
  CHECK(in.tags.at(26) == Bytes{0, 0, 2775 >> 8, 2775 & 255});
  CHECK(in.pdu == Bytes{0, 0, 0, 16, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1});
  CHECK(capture.packets[1].tags.at(12) == bytes("data"));
  CHECK(capture.packets[1].tags.at(20) == Bytes{127, 0, 0, 1});
}

TEST_CASE("a capture shows the addresses of IPv6 peers") {
  const std::string path = "/tmp/bindery-pcap6-" + std::to_string(::getpid()) + ".pcap";
  smpp::net::Peer peer;
  peer.local_address = peer.remote_address = "::1";
  {
    Pcap pcap;
    REQUIRE(pcap.open(path).empty());
    pcap.pdu({peer, true, {}, std::make_shared<std::string>(), {}, Wall{}});
  }
  const auto capture = read_capture(path);
  std::remove(path.c_str());
  REQUIRE(capture.packets.size() == 1);
  CHECK(capture.packets[0].tags.at(22) == Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  CHECK(capture.packets[0].tags.count(20) == 0);
}

TEST_CASE("a capture that cannot be written says so") {
  Pcap pcap;
  CHECK(pcap.open("/nonexistent/link.pcap") == "/nonexistent/link.pcap: No such file or directory");
}
