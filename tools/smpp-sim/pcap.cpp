#include "tools/smpp-sim/pcap.hpp"

#include "smpp/octets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace smpp_sim {
namespace {

// LINKTYPE_WIRESHARK_UPPER_PDU: tags of 16-bit type and length, each value padded to 4 octets, before the PDU.
constexpr std::uint32_t kLinkTypeUpperPdu = 252;
enum class Tag : std::uint16_t {
  end = 0,
  dissector_name = 12,
  ipv4_source = 20,
  ipv4_destination = 21,
  ipv6_source = 22,
  ipv6_destination = 23,
  port_type = 24,
  source_port = 25,
  destination_port = 26,
};
constexpr std::uint32_t kTcp = 2;  // of port_type
constexpr std::uint32_t kSnapLength = 262'144;

void put16(smpp::Octets& out, std::uint32_t value) {
  out.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
  out.push_back(static_cast<std::byte>(value & 0xFF));
}

void put_tag(smpp::Octets& out, Tag tag, std::span<const std::byte> value) {
  const std::size_t padded = (value.size() + 3) / 4 * 4;
  put16(out, static_cast<std::uint16_t>(tag));
  put16(out, static_cast<std::uint32_t>(padded));
  out.insert(out.end(), value.begin(), value.end());
  out.resize(out.size() + padded - value.size());
}

void put_number(smpp::Octets& out, Tag tag, std::uint32_t value) {
  smpp::Octets octets;
  put16(octets, value >> 16);
  put16(octets, value & 0xFFFF);
  put_tag(out, tag, octets);
}

void put_address(smpp::Octets& out, const std::string& address, bool is_source) {
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    put_tag(out, is_source ? Tag::ipv4_source : Tag::ipv4_destination, std::as_bytes(std::span(&v4, 1)));
  } else if (::inet_pton(AF_INET6, address.c_str(), &v6) == 1) {
    put_tag(out, is_source ? Tag::ipv6_source : Tag::ipv6_destination, std::as_bytes(std::span(&v6, 1)));
  }
}

}  // namespace

std::string Pcap::open(const std::string& path) {
  file_.reset(std::fopen(path.c_str(), "wb"));
  if (!file_) return path + ": " + std::strerror(errno);
  // Magic with microseconds, version 2.4, no zone, snapshot length, link type; in our own byte order.
  const std::array<std::uint32_t, 6> header{0xA1B2C3D4, 0x00040002, 0, 0, kSnapLength, kLinkTypeUpperPdu};
  if (std::fwrite(header.data(), sizeof header, 1, file_.get()) != 1 || std::fflush(file_.get()) != 0) {
    file_.reset();
    return path + ": " + std::strerror(errno);
  }
  return {};
}

void Pcap::pdu(const Passed& passed) {
  if (!file_) return;
  const smpp::net::Peer& peer = passed.peer;
  smpp::Octets packet;
  packet.reserve(64 + passed.octets.size());
  put_tag(packet, Tag::dissector_name, smpp::octets_of(passed.fault.empty() ? "smpp" : "data"));
  put_address(packet, passed.incoming ? peer.remote_address : peer.local_address, true);
  put_address(packet, passed.incoming ? peer.local_address : peer.remote_address, false);
  put_number(packet, Tag::port_type, kTcp);
  put_number(packet, Tag::source_port, passed.incoming ? peer.remote_port : peer.local_port);
  put_number(packet, Tag::destination_port, passed.incoming ? peer.local_port : peer.remote_port);
  put_tag(packet, Tag::end, {});
  packet.insert(packet.end(), passed.octets.begin(), passed.octets.end());

  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(passed.at.time_since_epoch()).count();
  const auto size = static_cast<std::uint32_t>(packet.size());
  const std::array<std::uint32_t, 4> record{static_cast<std::uint32_t>(us / 1'000'000),
                                            static_cast<std::uint32_t>(us % 1'000'000), size, size};
  std::fwrite(record.data(), sizeof record, 1, file_.get());
  std::fwrite(packet.data(), packet.size(), 1, file_.get());
}

void Pcap::batch_ended() {
  if (file_) std::fflush(file_.get());
}

}  // namespace smpp_sim
