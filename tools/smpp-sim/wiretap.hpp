// Cuts what passes on the connections into PDUs, once for all who look on: trace, capture and the log that GET /pdus
// shows. What they see is what was on the wire, whatever the session made of it.
#pragma once

#include "smpp/framer.hpp"
#include "smpp/net/wire.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

using Wall = std::chrono::system_clock::time_point;

// A PDU as it passed, valid during the call.
struct Passed {
  const smpp::net::Peer& peer;
  bool incoming = false;  // from the peer to us
  std::span<const std::byte> octets;
  std::shared_ptr<const std::string> account;  // of the connection's last bind request, as in --account; empty before it
  std::string_view fault = {};                 // why these octets are no PDU; empty: they are one
  Wall at;
};

enum class LinkEvent { connected, refused, closed };  // refused: its TLS handshake failed

class Onlooker {
 public:
  virtual ~Onlooker() = default;
  virtual void pdu(const Passed& passed) = 0;
  virtual void link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) = 0;
  virtual void batch_ended() {}  // all PDUs of one read or write have been seen
};

class Wiretap {
 public:
  void add(Onlooker& onlooker) { onlookers_.push_back(&onlooker); }

  // The accounts of this connection are called system_id@name.
  void belongs_to(std::uint64_t connection, const std::string& name) { lines_[connection].place = name; }
  void link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at);
  void octets(const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets, Wall at);

 private:
  static constexpr std::uint32_t kLimit = 69'648;  // P2
  struct Stream {
    smpp::Framer framer{kLimit};
    bool lost = false;
  };
  struct Line {
    Stream in, out;
    std::string place;  // the SMSC's name, empty for the one of --listen
    std::shared_ptr<const std::string> account = std::make_shared<std::string>();
  };

  void tell(const Passed& passed) const;

  std::vector<Onlooker*> onlookers_;
  std::map<std::uint64_t, Line> lines_;  // by connection
};

}  // namespace smpp_sim
