// An ESME and an SMSC that know nothing of scripts, and a runner with what it printed.
#pragma once

#include "smpp/net/listener.hpp"
#include "smpp/net/pump.hpp"
#include "smpp/net/stream.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smppnet_loop.hpp"
#include "tools/smpp-sim/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace smppsim_test {
namespace asio = boost::asio;
using smpp_sim::RunOptions;
using smpp_sim::ScriptRunner;
using tcp = asio::ip::tcp;

// The answer of an owner who takes everything.
inline smpp::Response yes_to(smpp::command_id request) {
  smpp::Response response;
  switch (request) {
    case smpp::command_id::deliver_sm: response.body = smpp::DeliverSmResp{}; break;
    case smpp::command_id::data_sm: response.body = smpp::DataSmResp{}; break;
    case smpp::command_id::submit_multi: response.body = smpp::SubmitMultiResp{}; break;
    case smpp::command_id::query_sm: response.body = smpp::QuerySmResp{}; break;
    case smpp::command_id::cancel_sm: response.body = smpp::CancelSmResp{}; break;
    case smpp::command_id::bind_transceiver: response.body = smpp::BindTransceiverResp{}; break;
    case smpp::command_id::bind_receiver: response.body = smpp::BindReceiverResp{}; break;
    case smpp::command_id::bind_transmitter: response.body = smpp::BindTransmitterResp{}; break;
    default: response.body = smpp::SubmitSmResp{}; break;
  }
  return response;
}

// Connects again as soon as a session has ended, as no back-off of a Link would.
struct EagerEsme {
  EagerEsme(asio::io_context& the_io, std::uint16_t the_port, smpp::SessionSettings the_settings = {}, unsigned the_submits = 0)
      : io(the_io), port(the_port), settings(std::move(the_settings)), submits(the_submits) {
    connect();
  }
  ~EagerEsme() {
    stopped = true;
    if (pump) pump->abandon();
  }
  void connect() {
    auto socket = std::make_shared<tcp::socket>(io);
    socket->async_connect({asio::ip::address_v4::loopback(), port}, [this, socket](const auto& error) {
      if (!error && !stopped) begin(std::move(*socket));
    });
  }
  void begin(tcp::socket socket) {
    smpp::net::prepare_socket(socket);
    smpp::net::Pump::Hooks hooks;
    hooks.now = smppnet_test::steady;
    left = submits;
    hooks.on_events = [this](smpp::net::Events events) {
      for (const smpp::Event& event : events) {
        const auto* received = std::get_if<smpp::Received>(&event);
        if (received) pump->session().respond(received->incoming, yes_to(received->pdu.id()));
        if (std::holds_alternative<smpp::Bound>(event)) submit(2);
        if (std::holds_alternative<smpp::Done>(event)) submit(1);
      }
    };
    hooks.on_ended = [this](const std::string&) {
      if (!stopped) connect();
    };
    pump = std::make_shared<smpp::net::Pump>(smpp::net::make_plain_stream(std::move(socket)), smpp::Session(settings),
                                             std::chrono::milliseconds(30'000), std::move(hooks));
    pump->start();
  }
  void submit(unsigned count) {
    for (; count > 0 && left > 0; --count, --left) {
      smpp::SubmitSm pdu;
      pdu.short_message = smpp::to_octets("hello");
      static_cast<void>(pump->session().request(pdu, ++token, smppnet_test::steady()).has_value());
    }
  }
  asio::io_context& io;
  std::uint16_t port;
  smpp::SessionSettings settings;
  unsigned submits = 0, left = 0;  // in each session
  smpp::Token token = 0;
  std::shared_ptr<smpp::net::Pump> pump;
  bool stopped = false;
};

struct EagerSmsc {
  explicit EagerSmsc(asio::io_context& io) : listener(io, {.listen = "127.0.0.1:0"}, owner()) {
    REQUIRE(listener.start().empty());
  }
  static smpp::net::ListenerOwner owner() {
    smpp::net::ListenerOwner owner;
    owner.now = [] { return smpp::Now{}; };
    owner.make_session = [](const smpp::net::Peer&) {
      smpp::SessionSettings settings;
      settings.role = smpp::Role::smsc;
      return smpp::Session(settings);
    };
    owner.on_events = [](smpp::net::Connection& connection, smpp::net::Events events) {
      for (const smpp::Event& event : events) {
        if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) {
          connection.session().respond(bind->incoming, yes_to(bind->pdu.id()));
        } else if (const auto* received = std::get_if<smpp::Received>(&event)) {
          connection.session().respond(received->incoming, yes_to(received->pdu.id()));
        }
      }
    };
    return owner;
  }
  smpp::net::Listener listener;
};

// A runner with what it printed; files may stand in a folder of their own.
struct Running {
  explicit Running(RunOptions the_options = {}) : options(std::move(the_options)) {
    options.listen = "127.0.0.1:0";
    REQUIRE(runner.start().empty());
  }
  void run_text(const std::string& text) {
    const auto file =
        std::filesystem::temp_directory_path() / ("smppsim_run_" + std::to_string(runner.port()) + ".smpp");
    std::ofstream(file) << text;
    runner.run(file);
    std::filesystem::remove(file);
  }
  bool printed(const std::string& part) const {
    return std::ranges::any_of(lines, [&](const auto& line) { return line.find(part) != std::string::npos; });
  }
  asio::io_context io{1};
  RunOptions options;
  std::vector<std::string> lines;
  ScriptRunner runner{io, options, smppnet_test::steady, [this](const std::string& line) { lines.push_back(line); }};
};


}  // namespace smppsim_test
