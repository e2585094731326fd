// A simulated SMSC set up as on its command line, and a client that sees its octets as they come.
#pragma once

#include "smpp/codec.hpp"
#include "test/unit/smppnet_loop.hpp"
#include "tools/smpp-sim/control.hpp"
#include "tools/smpp-sim/option_table.hpp"
#include "tools/smpp-sim/smsc.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smppsim_test {
using namespace smppnet_test;
using namespace smpp_sim;

// The arguments as a person would write them: {"--when", "to=1* status=8", "--tls"}.
inline std::vector<Given> given(const std::vector<std::string>& arguments) {
  std::vector<Given> all;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string name = arguments[i].substr(2);
    const SmscOption* option = find_option(name);
    REQUIRE(option != nullptr);
    const bool is_flag = option->values.empty();
    all.push_back({arguments[i], name, is_flag ? "yes" : arguments.at(i + 1), 0});
    if (!is_flag) ++i;
  }
  return all;
}

inline std::vector<std::string> mistakes_of(const std::vector<std::string>& arguments) {
  SmscOptions ignored;
  return make_options(given(arguments), [](const std::string&) { return std::nullopt; }, ignored);
}

// A day in 2026, which never passes: no result depends on it.
inline Wall wall() { return Wall(std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + std::chrono::hours(10)); }

// On free ports, without receipt delay unless one is given.
struct Place {
  explicit Place(std::vector<std::string> arguments = {}) {
    std::vector<std::string> all{"--listen", "127.0.0.1:0", "--quiet", "--redeliver-after", "1ms"};
    if (std::find(arguments.begin(), arguments.end(), "--receipt-delay") == arguments.end())
      all.insert(all.end(), {"--receipt-delay", "0"});
    all.insert(all.end(), arguments.begin(), arguments.end());
    for (const std::string& mistake : make_options(given(all), [](const std::string&) { return std::nullopt; }, options))
      FAIL(mistake);
    clocks.steady = steady;
    clocks.wall = wall;
    smsc = std::make_unique<Smsc>(loop.io, options, clocks);
    REQUIRE(smsc->start().empty());
  }
  Loop loop;
  SmscOptions options;
  Clocks clocks;
  std::unique_ptr<Smsc> smsc;
};

// A TCP client without a session: it writes PDUs and shows what came, octet for octet.
struct RawEsme {
  explicit RawEsme(Place& the_place, std::size_t which = 0) : place(the_place), peer(the_place.loop) {
    REQUIRE(peer.connect(place.smsc->port(which)));
    peer.socket.set_option(tcp::no_delay(true));  // else what is sent second waits for an acknowledgement
    peer.collect();
  }
  std::uint32_t send(smpp::PduBody body) {
    peer.send(encoded(std::move(body), ++sequence_number));
    return sequence_number;
  }
  std::uint32_t bind(const std::string& system_id = "alice", const std::string& password = "secret",
                     std::uint8_t version = 0x34) {
    smpp::BindTransceiver body;
    body.system_id = system_id;
    body.password = password;
    body.interface_version = version;
    return send(body);
  }
  // Bound, its response taken.
  RawEsme& bound(const std::string& system_id = "alice", std::uint8_t version = 0x34) {
    bind(system_id, "secret", version);
    const smpp::Pdu answer = next();
    REQUIRE(answer.status == smpp::command_status::ESME_ROK);
    return *this;
  }
  std::uint32_t submit(const std::string& text, const std::string& to = "447700900001", std::uint8_t receipt = 0) {
    smpp::SubmitSm pdu = submit_of(text);
    pdu.destination.addr = to;
    pdu.registered_delivery = receipt;
    return send(pdu);
  }
  bool has(std::size_t octets) {
    return place.loop.until([&] { return peer.received.size() >= octets || peer.ended; }) && peer.received.size() >= octets;
  }
  smpp::Octets take(std::size_t octets) {
    REQUIRE(has(octets));
    const auto end = peer.received.begin() + static_cast<std::ptrdiff_t>(octets);
    smpp::Octets taken(peer.received.begin(), end);
    peer.received.erase(peer.received.begin(), end);
    return taken;
  }
  // The next whole PDU, as it came.
  smpp::Octets next_octets() {
    REQUIRE(has(4));
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | std::to_integer<std::uint32_t>(peer.received[i]);
    return take(length);
  }
  smpp::Pdu next() {
    auto decoded = smpp::decode(next_octets());
    REQUIRE(decoded);
    return decoded->pdu;
  }
  template <class Body>
  Body next_as() {
    const smpp::Pdu pdu = next();
    last = pdu;
    const Body* body = std::get_if<Body>(&pdu.body);
    REQUIRE(body != nullptr);
    return *body;
  }
  smpp::command_status next_status() { return next().status; }
  bool ended() {
    return place.loop.until([&] { return peer.ended; });
  }
  // Nothing more was said. Asked twice, for a session answers the first enquire_link at once, before its owner answers
  // what came with it. Only for connections that are well.
  bool is_silent() {
    for (int i = 0; i < 2; ++i) {
      const std::uint32_t number = send(smpp::EnquireLink{});
      const smpp::Pdu pdu = next();
      if (pdu.id() != smpp::command_id::enquire_link_resp || pdu.sequence_number != number) return false;
    }
    return true;
  }

  Place& place;
  RawPeer peer;
  std::uint32_t sequence_number = 0;
  smpp::Pdu last;
};

// What the control port said.
struct Said {
  unsigned status = 0;
  boost::json::object body;
};

inline Said ask(Place& place, const std::string& method, const std::string& path, const std::string& body = {}) {
  Schedule waits(place.loop.io, steady, [] {});
  Control control(*place.smsc, waits);
  core::http::Request request;
  request.method = method;
  REQUIRE(core::http::read_target(path, request));
  request.body = body;
  std::optional<core::http::Response> said;
  control.handle(request, core::http::Reply([&](core::http::Response response) { said = std::move(response); }));
  REQUIRE(place.loop.until([&] { return said.has_value(); }));
  return {said->status, boost::json::parse(said->body).as_object()};
}

inline std::uint32_t number_at(const smpp::Octets& octets, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(octets.at(at + i));
  return value;
}

}  // namespace smppsim_test
