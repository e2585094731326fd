#include "tools/smpp-sim/run.hpp"

#include "smpp/net/wire.hpp"
#include "tools/smpp-sim/play.hpp"
#include "tools/smpp-sim/script/script.hpp"
#include "tools/smpp-sim/script/stranger.hpp"

#include <fmt/format.h>
#include <boost/asio/connect.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

namespace smpp_sim {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string name_of(const tcp::socket& socket) {
  error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  return gone ? "a peer that has gone" : fmt::format("{}:{}", peer.address().to_string(), peer.port());
}

// Empty when the stranger did all that the script says, else "12: what it says: what happened instead".
std::string play(Play& play, const script::Script& script, const std::function<void(const std::string&)>& print) {
  for (const script::Step& step : script.steps) {
    const bool unseen = script::is_unseen(step);
    if (!unseen) {
      const std::string wrong = play.step(step);
      if (!wrong.empty()) return fmt::format("{}: expected {}\n  {}", step.line, step.text, wrong);
    }
    print(fmt::format("  {} {:>3}  {}", unseen ? "--" : "ok", step.line, step.text));
  }
  const std::string wrong = play.finish();
  return wrong.empty() ? wrong : "at the end: expected nothing more\n  " + wrong;
}

}  // namespace

ScriptRunner::ScriptRunner(asio::io_context& io, const RunOptions& options,
                           std::function<void(const std::string&)> print)
    : io_(io), options_(options), print_(std::move(print)), acceptor_(io) {}

std::string ScriptRunner::start() {
  const auto where = smpp::net::parse_host_port(options_.listen);
  if (!where) return "--listen " + options_.listen + ": not host:port";
  error_code error;
  const auto address = asio::ip::make_address(where->host == "localhost" ? "127.0.0.1" : where->host, error);
  if (error) return "--listen " + options_.listen + ": not a literal address";
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(std::stoul(where->port)));
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  return error ? options_.listen + ": " + error.message() : "";
}

std::uint16_t ScriptRunner::port() const {
  error_code not_open;
  return acceptor_.local_endpoint(not_open).port();
}

std::string ScriptRunner::accepted(std::optional<tcp::socket>& socket) {
  struct Accepting {
    bool done = false;
    error_code error;
    tcp::socket socket;
  };
  const auto accepting = std::make_shared<Accepting>(Accepting{false, {}, tcp::socket(io_)});
  acceptor_.async_accept(accepting->socket, [accepting](const error_code& error) {
    accepting->done = true;
    accepting->error = error;
  });
  const bool done = run_until(io_, options_.patience, [&] { return accepting->done; });
  if (!done) acceptor_.cancel();
  if (!done) return fmt::format("no ESME connected to {} within {} ms", options_.listen, options_.patience.count());
  if (accepting->error) return accepting->error.message();
  socket.emplace(std::move(accepting->socket));
  return {};
}

std::string ScriptRunner::connected(bool to_smsc, std::optional<tcp::socket>& socket) {
  if (!to_smsc) return accepted(socket);
  const auto where = smpp::net::parse_host_port(options_.connect);
  if (!where) return "--connect " + options_.connect + ": not host:port";
  error_code error;
  const auto found = tcp::resolver(io_).resolve(where->host, where->port, error);
  socket.emplace(io_);
  if (!error) asio::connect(*socket, found, error);
  return error ? "connect to " + options_.connect + ": " + error.message() : "";
}

void ScriptRunner::run(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::string name = file.string();
  const auto fail = [&](const std::string& why) {
    ++failed;
    print_("FAIL " + name + why);
  };
  if (!stream) return fail(": cannot be read");
  const script::Script script = script::parse(text);
  if (!script.mistakes.empty()) return fail(":" + script.mistakes.front());
  const bool to_smsc = script::is_about_smsc(script);
  std::string why = script::why_not(script, options_.settings);
  if (why.empty() && to_smsc && options_.connect.empty()) why = "it is about an SMSC: --connect host:port";
  if (!why.empty()) {
    ++not_run;
    return print_("not run " + name + ": " + why);
  }
  std::optional<tcp::socket> socket;
  if (const std::string wrong = connected(to_smsc, socket); !wrong.empty()) return fail(": " + wrong);
  print_(fmt::format("{}: {}", name, name_of(*socket)));
  Play one(io_, std::move(*socket), options_.patience);
  const std::string wrong = play(one, script, print_);
  if (!wrong.empty()) return fail(":" + wrong);
  ++passed;
  print_("ok   " + name);
}

int run_scripts(const RunOptions& options) {
  asio::io_context io(1);
  ScriptRunner runner(io, options, [](const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  });
  if (const std::string wrong = runner.start(); !wrong.empty()) {
    fmt::print(stderr, "smpp-sim run: {}\n", wrong);
    return 1;
  }
  fmt::print(stderr, "smpp-sim run: the ESME under test connects to port {}\n", runner.port());
  for (const std::string& path : options.paths) {
    std::vector<std::filesystem::path> files;
    std::error_code not_a_folder;
    for (const auto& entry : std::filesystem::directory_iterator(path, not_a_folder)) {
      if (entry.path().extension() == ".smpp") files.push_back(entry.path());
    }
    if (not_a_folder) files.emplace_back(path);
    std::sort(files.begin(), files.end());
    for (const auto& file : files) runner.run(file);
  }
  fmt::print("{} passed, {} failed, {} not run\n", runner.passed, runner.failed, runner.not_run);
  return runner.failed == 0 && runner.passed > 0 ? 0 : 1;
}

}  // namespace smpp_sim
