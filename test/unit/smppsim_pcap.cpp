// The capture: made-up headers that a dissector can follow.
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/pcap.hpp"

#include <unistd.h>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace smpp_sim;

namespace {

struct Packet {
  std::vector<unsigned char> octets;
  std::uint32_t u16(std::size_t at) const { return static_cast<std::uint32_t>(octets[at]) << 8 | octets[at + 1]; }
  std::uint32_t u32(std::size_t at) const { return u16(at) << 16 | u16(at + 2); }
  std::uint32_t sequence() const { return u32(24); }
  std::uint32_t acknowledged() const { return u32(28); }
  std::uint32_t source_port() const { return u16(20); }
  std::size_t payload() const { return octets.size() - 40; }
  // RFC 1071: over a correct header with its checksum in place the sum is all ones.
  bool ip_checksum_holds() const {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 20; i += 2) sum += u16(i);
    while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
    return sum == 0xFFFF;
  }
};

std::vector<Packet> read_packets(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<unsigned char> all{std::istreambuf_iterator<char>(file), {}};
  std::vector<Packet> packets;
  for (std::size_t at = 24; at + 16 <= all.size();) {
    std::uint32_t size = 0;
    for (int i = 3; i >= 0; --i) size = size << 8 | all[at + 8 + static_cast<std::size_t>(i)];
    at += 16;
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    packets.push_back({{begin, begin + size}});
    at += size;
  }
  return packets;
}

}  // namespace

TEST_CASE("a capture begins with a handshake and its sequence numbers run on") {
  const std::string path = "/tmp/bindery-pcap-" + std::to_string(::getpid()) + ".pcap";
  smpp::net::Peer peer;
  peer.connection = 1;
  peer.local_address = peer.remote_address = "127.0.0.1";
  peer.local_port = 2775;
  peer.remote_port = 40001;
  const std::vector<std::byte> big(100'000, std::byte{7});
  {
    Pcap pcap;
    REQUIRE(pcap.open(path).empty());
    pcap.octets(peer, true, std::span(big).first(16), Wall{});
    pcap.octets(peer, false, std::span(big).first(17), Wall{});
    pcap.octets(peer, true, big, Wall{});
    pcap.closed(peer, Wall{});
  }
  const auto packets = read_packets(path);
  std::remove(path.c_str());
  REQUIRE(packets.size() == 3 + 4 + 3);
  std::size_t total = 0;
  for (const auto& packet : packets) {
    CHECK(packet.ip_checksum_holds());
    CHECK(packet.u16(2) == packet.octets.size());
    total += packet.payload();
  }
  CHECK(total == 16 + 17 + 100'000);
  CHECK(packets[0].source_port() == 40001);
  CHECK(packets[1].source_port() == 2775);
  CHECK(packets[3].sequence() == packets[0].sequence() + 1);
  CHECK(packets[4].acknowledged() == packets[3].sequence() + 16);
  CHECK(packets[5].sequence() == packets[3].sequence() + 16);
  CHECK(packets[5].acknowledged() == packets[4].sequence() + 17);
  CHECK(packets[6].sequence() == packets[5].sequence() + packets[5].payload());
}

TEST_CASE("a capture that cannot be written says so") {
  Pcap pcap;
  CHECK(pcap.open("/nonexistent/link.pcap") == "/nonexistent/link.pcap: No such file or directory");
}
