// One readable line per PDU, from the octets as they passed: what the trace shows is what was on the wire, whatever
// the session made of it.
#pragma once

#include "smpp/framer.hpp"
#include "smpp/net/wire.hpp"
#include "smpp/pdu.hpp"
#include "tools/smpp-sim/options.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace smpp_sim {

// `submit_sm seq=3 80800 -> 447700900001 "Hi Ann" receipt wanted`. Passwords are not shown.
[[nodiscard]] std::string one_line(const smpp::Pdu& pdu);
// In quotes, control characters escaped: a message must not be able to write to the terminal.
[[nodiscard]] std::string quoted(std::string_view text);

class Trace {
 public:
  explicit Trace(const Clocks& clocks) : clocks_(clocks) {}
  void connected(const smpp::net::Peer& peer);
  void refused(const smpp::net::Peer& peer, std::string_view why);  // its TLS handshake failed
  void closed(const smpp::net::Peer& peer);
  void octets(const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets);

 private:
  struct Streams {
    smpp::Framer in{kLimit}, out{kLimit};
  };
  static constexpr std::uint32_t kLimit = 69'648;  // P2

  void say(const smpp::net::Peer& peer, std::string_view direction, std::string_view text) const;

  const Clocks& clocks_;
  std::map<std::uint64_t, Streams> streams_;
};

}  // namespace smpp_sim
