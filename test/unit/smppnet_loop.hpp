// A loop for tests of smpp/net on loopback: runs until a condition holds, with a limit that only a defect reaches.
// Plain sockets play the peers that break the protocol.
#pragma once

#include "smpp/codec.hpp"
#include "smpp/net/link.hpp"
#include "smpp/net/listener.hpp"
#include "test/unit/catch.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace smppnet_test {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

struct Loop {
  asio::io_context io;

  bool until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      if (io.stopped()) io.restart();
      io.run_one_for(std::chrono::milliseconds(50));
    }
    return true;
  }
};

inline smpp::Now steady() { return std::chrono::steady_clock::now(); }

// An SMSC that accepts every bind, answers every submit_sm, and keeps what happened.
struct TestSmsc {
  explicit TestSmsc(Loop& loop, std::string listen = "127.0.0.1:0", smpp::Timers timers = {})
      : TestSmsc(loop, settings_of(std::move(listen)), timers) {}
  TestSmsc(Loop& loop, smpp::net::ListenerSettings settings, smpp::Timers timers = {})
      : listener(loop.io, std::move(settings), owner_of(timers)) {}

  static smpp::net::ListenerSettings settings_of(std::string listen) {
    smpp::net::ListenerSettings settings;
    settings.listen = std::move(listen);
    return settings;
  }
  smpp::net::ListenerOwner owner_of(smpp::Timers timers) {
    smpp::net::ListenerOwner owner;
    owner.now = steady;
    owner.make_session = [this, timers](const smpp::net::Peer& peer) {
      peers.push_back(peer);
      smpp::SessionSettings session;
      session.role = smpp::Role::smsc;
      session.epoch = ++sessions;
      session.timers = timers;
      return smpp::Session(session);
    };
    owner.on_events = [this](smpp::net::Connection& connection, smpp::net::Events events) {
      ++batches;
      for (auto& event : events) on_event(connection, event);
    };
    owner.on_closed = [this](smpp::net::Connection&) { ++closed; };
    owner.on_refused = [this](const smpp::net::Peer&, const std::string& why) { refused.push_back(why); };
    return owner;
  }
  void on_event(smpp::net::Connection& connection, smpp::Event& event) {
    if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) {
      smpp::Response response;
      response.status = bind_status;
      response.body = smpp::BindTransceiverResp{};
      connection.session().respond(bind->incoming, response);
      if (bind_status == smpp::command_status::ESME_ROK) bound = &connection;
    } else if (auto* received = std::get_if<smpp::Received>(&event)) {
      smpp::SubmitSmResp body;
      body.message_id = "id-" + std::to_string(submits.size() + 1);
      submits.push_back(std::get<smpp::SubmitSm>(received->pdu.body));
      smpp::Response response;
      response.body = body;
      connection.session().respond(received->incoming, response);
    } else if (const auto* done = std::get_if<smpp::Done>(&event)) {
      delivered.push_back(done->token);
    } else if (const auto* bad = std::get_if<smpp::Malformed>(&event)) {
      malformed.push_back(bad->kind);
    } else if (const auto* end = std::get_if<smpp::Closed>(&event)) {
      closed_reasons.push_back(end->reason);
      bound = nullptr;
    }
  }

  smpp::command_status bind_status = smpp::command_status::ESME_ROK;
  smpp::net::Connection* bound = nullptr;
  std::vector<smpp::SubmitSm> submits;
  std::vector<smpp::Token> delivered;
  std::vector<std::string> malformed, closed_reasons, refused;
  std::vector<smpp::net::Peer> peers;
  std::uint64_t sessions = 0, batches = 0, closed = 0;
  smpp::net::Listener listener;
};

// An ESME on a Link, which keeps what happened.
struct TestEsme {
  TestEsme(Loop& loop, std::initializer_list<std::string> hosts) : TestEsme(loop, settings_of(hosts)) {}
  TestEsme(Loop& loop, smpp::net::LinkSettings settings) : link(loop.io, std::move(settings), owner_of()) {}

  static smpp::net::LinkSettings settings_of(std::vector<std::string> hosts) {
    smpp::net::LinkSettings settings;
    settings.name = "carrier-a";
    settings.hosts = std::move(hosts);
    return settings;
  }
  smpp::net::LinkOwner owner_of() {
    smpp::net::LinkOwner owner;
    owner.now = steady;
    owner.random = [] { return 0.0; };
    owner.make_session = [this] {
      smpp::SessionSettings session;
      session.epoch = ++sessions;
      session.bind.system_id = "test";
      session.timers.inactivity = inactivity;
      return smpp::Session(session);
    };
    owner.on_events = [this](smpp::Session& session, smpp::net::Events events) {
      for (auto& event : events) on_event(session, event);
    };
    owner.on_state = [this](std::string_view text) { states.emplace_back(text); };
    owner.on_alarm = [this](std::string_view text) { alarms.emplace_back(text); };
    owner.resolve = [this](const std::string& host) {
      asked_for.push_back(host);
      return addresses;
    };
    return owner;
  }
  void on_event(smpp::Session& session, smpp::Event& event) {
    kinds.push_back(event.index());
    if (std::holds_alternative<smpp::Bound>(event)) {
      ++bound;
      if (on_bound) on_bound(session);
    } else if (auto* received = std::get_if<smpp::Received>(&event)) {
      received_pdus.push_back(std::get<smpp::DeliverSm>(received->pdu.body));
      incoming.push_back(received->incoming);
      smpp::Response response;
      response.body = smpp::DeliverSmResp{};
      if (answers) session.respond(received->incoming, response);
    } else if (const auto* done = std::get_if<smpp::Done>(&event)) {
      done_tokens.push_back(done->token);
    } else if (const auto* lost = std::get_if<smpp::Lost>(&event)) {
      lost_tokens.push_back(lost->token);
    } else if (const auto* end = std::get_if<smpp::Closed>(&event)) {
      closed.push_back(end->reason);
    }
  }
  bool has_state(std::string_view part) const {
    for (const auto& text : states) {
      if (text.find(part) != std::string::npos) return true;
    }
    return false;
  }

  std::function<void(smpp::Session&)> on_bound;
  bool answers = true;
  std::chrono::milliseconds inactivity{0};
  std::uint64_t sessions = 0, bound = 0;
  std::vector<std::size_t> kinds;
  std::vector<smpp::DeliverSm> received_pdus;
  std::vector<smpp::Incoming> incoming;  // of the present and earlier sessions
  std::vector<smpp::Token> done_tokens, lost_tokens;
  std::vector<std::string> states, alarms, closed;
  std::vector<std::string> addresses{"127.0.0.1"};  // of every name
  std::vector<std::string> asked_for;
  smpp::net::Link link;
};

inline smpp::SubmitSm submit_of(const std::string& text) {
  smpp::SubmitSm pdu;
  pdu.source.addr = "80800";
  pdu.destination.addr = "447700900001";
  pdu.short_message = smpp::to_octets(text);
  return pdu;
}

inline smpp::Octets encoded(smpp::PduBody body, std::uint32_t sequence_number) {
  smpp::Pdu pdu;
  pdu.sequence_number = sequence_number;
  pdu.body = std::move(body);
  return *smpp::encode(pdu);
}

inline std::string local(const smpp::net::Listener& listener) { return "127.0.0.1:" + std::to_string(listener.port()); }

// A client or server socket under the test's own control.
struct RawPeer {
  explicit RawPeer(Loop& the_loop) : loop(the_loop), socket(the_loop.io) {}
  bool connect(std::uint16_t port) {
    boost::system::error_code error;
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port), error);
    return !error;
  }
  void send(const smpp::Octets& octets) { asio::write(socket, asio::buffer(octets)); }
  // Reads in the background until the end; `received` grows.
  void collect() {
    // The peer may be gone when the loop tells that its read was given up.
    socket.async_read_some(asio::buffer(chunk), [this, here = std::weak_ptr(alive)](const boost::system::error_code& error, std::size_t count) {
      if (here.expired()) return;
      received.insert(received.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(count));
      if (error) {
        ended = true;
        was_reset = error == asio::error::connection_reset;
      } else {
        collect();
      }
    });
  }

  Loop& loop;
  tcp::socket socket;
  std::array<std::byte, 4096> chunk{};
  smpp::Octets received;
  bool ended = false, was_reset = false;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

}  // namespace smppnet_test
