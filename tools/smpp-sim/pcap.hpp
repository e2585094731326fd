// A capture of what passed, as a pcap file: our octets wrapped in made-up IPv4 and TCP headers with the real
// addresses, ports and running sequence numbers, so that Wireshark and tshark reassemble and dissect them. No
// privilege and no interface is needed, and the capture holds nothing but SMPP.
#pragma once

#include "smpp/net/wire.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace smpp_sim {

using Wall = std::chrono::system_clock::time_point;

class Pcap {
 public:
  // Empty when the file is open; else one line for a person.
  [[nodiscard]] std::string open(const std::string& path);
  [[nodiscard]] bool is_open() const { return file_ != nullptr; }
  // `incoming`: from the peer to us. The first octets of a connection are preceded by a handshake.
  void octets(const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets, Wall now);
  void closed(const smpp::net::Peer& peer, Wall now);

 private:
  struct Flow {
    std::uint32_t address[2] = {};  // [0] ours, [1] the peer's
    std::uint16_t port[2] = {};
    std::uint32_t next[2] = {};  // sequence number of the next octet from each side
  };
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  Flow& flow_of(const smpp::net::Peer& peer, Wall now);
  void packet(Flow& flow, int from, std::uint8_t flags, std::span<const std::byte> payload, Wall now);

  std::unique_ptr<std::FILE, Close> file_;
  std::map<std::uint64_t, Flow> flows_;
};

}  // namespace smpp_sim
