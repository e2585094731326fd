// Reads SMPP out of a capture file: what `decode`, `lint` and `replay` are given. Classic pcap with Ethernet, Linux cooked
// (SLL, SLL2), raw IP, loopback, or exported PDUs (DLT 252, as `smpp-sim --pcap` and Wireshark write them).
// Flow: file -> packets -> TCP segments put in order, per connection and direction -> PDUs, in order of arrival.
// Pure: octets in, PDUs out.
#pragma once

#include "smpp/octets.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace smpp_sim {

// One side of a connection.
struct Endpoint {
  std::string address;  // as Wireshark writes it
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

struct CapturedConnection {
  Endpoint client, server;      // the client is who connected, else who asks to bind
  bool began = false;           // its first packet is in the capture
  bool reset = false;
  bool closed_by_client = false, closed_by_server = false;
  std::chrono::microseconds closed_at{0};
};

struct CapturedPdu {
  std::size_t number = 0;       // in the capture, from 1
  std::size_t packet = 0;       // Wireshark's frame number of its last octet
  std::chrono::microseconds at{0};  // since 1970, of its last octet
  std::size_t connection = 0;   // index
  bool from_client = false;
  smpp::Octets octets;
};

struct Capture {
  std::vector<CapturedConnection> connections;
  std::vector<CapturedPdu> pdus;
  std::vector<std::string> notes;  // what could not be read, for a person
};

// The most that a capture may hold: all of it is in memory, several times over.
inline constexpr std::size_t kMaxCaptureOctets = 1024UL * 1024 * 1024;

[[nodiscard]] bool is_capture(std::span<const std::byte> file);
// Empty, or why nothing could be read: "a pcapng file; ...". A file that ends within a packet is read so far, with a note.
[[nodiscard]] std::string read_capture(std::span<const std::byte> file, Capture& capture);

}  // namespace smpp_sim
