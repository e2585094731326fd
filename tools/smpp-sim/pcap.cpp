#include "tools/smpp-sim/pcap.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace smpp_sim {
namespace {

constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kPush = 0x08, kAck = 0x10;
constexpr std::size_t kHeaders = 40;         // IPv4 and TCP without options
constexpr std::size_t kMaxPayload = 65'000;  // an IPv4 packet holds 65,535 octets
constexpr std::uint32_t kLinkTypeRaw = 101;  // LINKTYPE_RAW: packets begin with the IP header

void put16(std::byte* at, std::uint32_t value) {
  at[0] = static_cast<std::byte>(value >> 8 & 0xFF);
  at[1] = static_cast<std::byte>(value & 0xFF);
}
void put32(std::byte* at, std::uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value & 0xFFFF);
}

// RFC 1071, over an even or odd number of octets.
std::uint32_t sum16(std::span<const std::byte> octets, std::uint32_t sum) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto octet = std::to_integer<std::uint32_t>(octets[i]);
    sum += i % 2 == 0 ? octet << 8 : octet;
  }
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return sum;
}

std::uint32_t ipv4_of(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) == 1) return ntohl(address.s_addr);
  return 0x7F000001;  // an IPv6 peer is shown as 127.0.0.1: the ports still tell the connections apart
}

}  // namespace

std::string Pcap::open(const std::string& path) {
  file_.reset(std::fopen(path.c_str(), "wb"));
  if (!file_) return path + ": " + std::strerror(errno);
  // Magic with microseconds, version 2.4, no zone, snapshot length, link type; in our own byte order.
  const std::array<std::uint32_t, 6> header{0xA1B2C3D4, 0x00040002, 0, 0, 262'144, kLinkTypeRaw};
  if (std::fwrite(header.data(), sizeof header, 1, file_.get()) != 1 || std::fflush(file_.get()) != 0) {
    file_.reset();
    return path + ": " + std::strerror(errno);
  }
  return {};
}

Pcap::Flow& Pcap::flow_of(const smpp::net::Peer& peer, Wall now) {
  const auto [found, is_new] = flows_.try_emplace(peer.connection);
  Flow& flow = found->second;
  if (!is_new) return flow;
  flow.address[0] = ipv4_of(peer.local_address);
  flow.address[1] = ipv4_of(peer.remote_address);
  flow.port[0] = peer.local_port;
  flow.port[1] = peer.remote_port;
  flow.next[0] = 0x20000000;
  flow.next[1] = 0x10000000;
  packet(flow, 1, kSyn, {}, now);
  packet(flow, 0, kSyn | kAck, {}, now);
  packet(flow, 1, kAck, {}, now);
  return flow;
}

void Pcap::octets(const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets, Wall now) {
  if (!file_) return;
  Flow& flow = flow_of(peer, now);
  while (!octets.empty()) {
    const auto some = octets.first(std::min(octets.size(), kMaxPayload));
    packet(flow, incoming ? 1 : 0, kPush | kAck, some, now);
    octets = octets.subspan(some.size());
  }
  std::fflush(file_.get());
}

void Pcap::closed(const smpp::net::Peer& peer, Wall now) {
  const auto found = flows_.find(peer.connection);
  if (!file_ || found == flows_.end()) return;
  packet(found->second, 0, kFin | kAck, {}, now);
  packet(found->second, 1, kFin | kAck, {}, now);
  packet(found->second, 0, kAck, {}, now);
  std::fflush(file_.get());
  flows_.erase(found);
}

void Pcap::packet(Flow& flow, int from, std::uint8_t flags, std::span<const std::byte> payload, Wall now) {
  const int to = 1 - from;
  std::vector<std::byte> bytes(kHeaders + payload.size());
  std::byte* ip = bytes.data();
  ip[0] = std::byte{0x45};
  put16(ip + 2, static_cast<std::uint32_t>(bytes.size()));
  put16(ip + 6, 0x4000);  // do not fragment
  ip[8] = std::byte{64};
  ip[9] = std::byte{6};
  put32(ip + 12, flow.address[from]);
  put32(ip + 16, flow.address[to]);
  put16(ip + 10, ~sum16({ip, 20}, 0) & 0xFFFF);

  std::byte* tcp = ip + 20;
  put16(tcp, flow.port[from]);
  put16(tcp + 2, flow.port[to]);
  put32(tcp + 4, flow.next[from]);
  if ((flags & kAck) != 0) put32(tcp + 8, flow.next[to]);
  tcp[12] = std::byte{5 << 4};
  tcp[13] = static_cast<std::byte>(flags);
  put16(tcp + 14, 65'535);
  std::copy(payload.begin(), payload.end(), tcp + 20);
  const auto length = static_cast<std::uint32_t>(bytes.size() - 20);
  const std::uint32_t pseudo = sum16({ip + 12, 8}, 6 + length);
  put16(tcp + 16, ~sum16({tcp, length}, pseudo) & 0xFFFF);

  flow.next[from] += static_cast<std::uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0 ? 1U : 0U);

  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const std::array<std::uint32_t, 4> record{static_cast<std::uint32_t>(us / 1'000'000),
                                            static_cast<std::uint32_t>(us % 1'000'000), size, size};
  std::fwrite(record.data(), sizeof record, 1, file_.get());
  std::fwrite(bytes.data(), bytes.size(), 1, file_.get());
}

}  // namespace smpp_sim
