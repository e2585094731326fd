// What lies between the peer of a script and the session under test: nothing, or a TCP connection.
#pragma once

#include "smpp/session.hpp"
#include "tools/smpp-sim/script/peer.hpp"

#include <deque>
#include <memory>
#include <span>
#include <string>

namespace conformance {

class Line {
 public:
  virtual ~Line() = default;

  virtual void start(smpp::Session session) = 0;  // and connects it
  [[nodiscard]] virtual smpp::Session& session() = 0;
  [[nodiscard]] virtual smpp::Now now() const = 0;  // a clock of its own, which only `advance` moves
  virtual void advance(smpp::Now now) = 0;
  virtual void deliver(std::span<const std::byte> octets) = 0;  // from the peer
  virtual void close(bool reset) = 0;                           // by the peer
  // Until nothing moves any more: what the session wrote reaches the peer, its events are appended. Empty, or what
  // kept it from coming to rest.
  [[nodiscard]] virtual std::string settle(smpp_sim::script::Peer& peer, std::deque<smpp::Event>& events) = 0;
  // The session wanted to close, and the connection is gone.
  [[nodiscard]] virtual bool has_closed() const = 0;

  // A socket that takes nothing, or so many octets once. False: this line cannot.
  [[nodiscard]] virtual bool block(bool blocked) = 0;
  [[nodiscard]] virtual bool write(std::size_t octets, smpp_sim::script::Peer& peer) = 0;
};

[[nodiscard]] std::unique_ptr<Line> make_memory_line();
[[nodiscard]] std::unique_ptr<Line> make_tcp_line();  // over loopback, with the pump of smpp/net

}  // namespace conformance
