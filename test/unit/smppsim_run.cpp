// `smpp-sim run` on loopback against an ESME and an SMSC that know nothing of it: what passes, what fails and how it is
// told, and what is not run.
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

namespace {
namespace asio = boost::asio;
using smpp_sim::RunOptions;
using smpp_sim::ScriptRunner;
using tcp = asio::ip::tcp;

// The answer of an owner who takes everything.
smpp::Response yes_to(smpp::command_id request) {
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
  EagerEsme(asio::io_context& the_io, std::uint16_t the_port) : io(the_io), port(the_port) { connect(); }
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
    hooks.now = [] { return smpp::Now{}; };
    hooks.on_events = [this](smpp::net::Events events) {
      for (const smpp::Event& event : events) {
        const auto* received = std::get_if<smpp::Received>(&event);
        if (received) pump->session().respond(received->incoming, yes_to(received->pdu.id()));
      }
    };
    hooks.on_ended = [this](const std::string&) {
      if (!stopped) connect();
    };
    pump = std::make_shared<smpp::net::Pump>(smpp::net::make_plain_stream(std::move(socket)), smpp::Session({}),
                                             std::chrono::milliseconds(30'000), std::move(hooks));
    pump->start();
  }
  asio::io_context& io;
  std::uint16_t port;
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

std::set<std::filesystem::path> scripts() {
  std::set<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(BINDERY_SOURCE_DIR "/test/conformance")) {
    if (entry.path().extension() == ".smpp") found.insert(entry.path());
  }
  return found;
}

TEST_CASE("every script that needs nothing of the inside passes against an ESME and an SMSC of ours") {
  Running running;
  EagerSmsc smsc(running.io);
  running.options.connect = "127.0.0.1:" + std::to_string(smsc.listener.port());
  const EagerEsme esme(running.io, running.runner.port());
  for (const auto& file : scripts()) running.runner.run(file);
  for (const auto& line : running.lines) {
    if (line.starts_with("FAIL")) UNSCOPED_INFO(line);
  }
  CHECK(running.runner.failed == 0);
  CHECK(running.runner.passed >= 40);
  CHECK(running.runner.passed + running.runner.not_run == scripts().size());
}

TEST_CASE("what a script expects and what came instead is told with file and line") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port());
  running.run_text("< bind_transceiver\n> bind_transceiver_resp\n> enquire_link sequence_number=9\n< unbind\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.printed(".smpp:4: expected < unbind"));
  CHECK(running.printed("the session sent enquire_link_resp"));
}

TEST_CASE("what the script does not tell is a failure at its end") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port());
  running.run_text("< bind_transceiver\n> bind_transceiver_resp\n> submit_sm\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.printed("at the end: expected nothing more"));
  CHECK(running.printed("submit_sm_resp"));
}

TEST_CASE("a stranger that stays connected where it should close is found out") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port());
  // Only the line that waits for the end needs a limit, and it is the last.
  running.options.patience = std::chrono::milliseconds(2'000);
  running.run_text("< bind_transceiver\n> bind_transceiver_resp\nexpect wants_close\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.printed("it did not close the connection"));
}

TEST_CASE("a script that cannot be run says why, and with which line") {
  Running running;
  running.options.settings = {"bind=receiver"};
  running.run_text("< bind_transceiver\nadvance 30s\n");
  running.run_text("set bind=receiver\n< bind_receiver\nunbind\n");
  running.run_text("set window=1\n< bind_transceiver\n");
  running.run_text("role smsc\n> enquire_link\n");
  running.run_text("< bind_transceiver\nrespond deliver_sm_resp status=ESME_RSYSERR\n");
  CHECK(running.runner.not_run == 5);
  CHECK(running.runner.passed + running.runner.failed == 0);
  CHECK(running.printed("line 2, advance 30s: its clock cannot be moved; `pause` waits"));
  CHECK(running.printed("line 3, unbind: its owner would have to do that"));
  CHECK(running.printed("line 1, set window=1: it would have to be set so; if it is: --set window=1"));
  CHECK(running.printed("it is about an SMSC: --connect host:port"));
  CHECK(running.printed("line 2, respond deliver_sm_resp status=ESME_RSYSERR: its owner would have to answer so"));
}

TEST_CASE("nobody who connects is a failure, and so is a script with a mistake") {
  RunOptions options;
  options.patience = std::chrono::milliseconds(1);
  Running running(options);
  running.run_text("< bind_transceiver\n");
  running.run_text("< bind_transceiver\nrecieve nothing\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.runner.malformed == 1);
  CHECK(running.printed("no ESME connected"));
  CHECK(running.printed(".smpp:2:1: unknown verb \"recieve\""));
}

}  // namespace
