// What both sides of smpp/net share: addresses as written by people, the peer of a connection, the batch of events.
#pragma once

#include "smpp/session.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace smpp::net {

using Events = std::span<Event>;

// Sees every octet as it was read or written, before the session acts on it: traces and captures.
using Tap = std::function<void(bool incoming, std::span<const std::byte>)>;

// Whole PDUs as a session says them, and what goes out instead of them, appended. For simulators of peers that break the
// protocol, which the session itself never does.
using Change = std::function<void(std::span<const std::byte> said, Octets& goes_out)>;

struct HostPort {
  std::string host;  // without brackets
  std::string port;
};

// "host:port" or "[v6]:port"; absent when there is no port, the port is not 0..65535 or the host is empty.
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text);

struct Peer {
  std::uint64_t connection = 0;
  std::string local_address, remote_address;  // literal
  std::uint16_t local_port = 0, remote_port = 0;
  std::string tls = {};  // "TLSv1.3"; empty: plain
};

}  // namespace smpp::net
