#include "tools/smpp-sim/lint_run.hpp"

#include "smpp/framer.hpp"
#include "smpp/net/listener.hpp"
#include "tools/smpp-sim/capture.hpp"
#include "tools/smpp-sim/healthy_smsc.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/pdu_input.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>

#include <csignal>
#include <cstdio>
#include <map>
#include <variant>

namespace smpp_sim {
namespace {

namespace json = boost::json;

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1" || address.empty(); }

std::string time_text(LintTime at) { return utc_text(std::chrono::system_clock::time_point(at)).substr(11, 12); }

int report(const std::vector<Finding>& findings, std::size_t pdus, const std::vector<std::string>& notes, bool as_json) {
  if (as_json) {
    fmt::print("{}\n", lint_json(findings, pdus, notes));
  } else {
    fmt::print("{}", lint_table(findings, pdus));
    for (const std::string& note : notes) fmt::print(stderr, "smpp-sim lint: {}\n", note);
  }
  return has_error(findings) ? 1 : 0;
}

int lint_capture(const LintOptions& options) {
  smpp::Octets file;
  Capture capture;
  std::string wrong = read_file(options.capture, file);
  if (wrong.empty()) {
    wrong = is_capture(file) ? read_capture(file, capture) : "not a pcap file; `smpp-sim decode` reads digits";
    if (!wrong.empty()) wrong = options.capture + ": " + wrong;
  }
  if (!wrong.empty()) {
    fmt::print(stderr, "smpp-sim lint: {}\n", wrong);
    return 1;
  }
  Lint lint;
  std::map<std::size_t, bool> begun;
  LintTime last{0};
  // Ends are told in their place among the PDUs of all connections.
  const auto close_until = [&](LintTime at, bool all) {
    for (std::size_t i = 0; i < capture.connections.size(); ++i) {
      const auto& one = capture.connections[i];
      const bool closed = one.closed_by_client || one.closed_by_server;
      if (!closed || !begun[i] || (!all && one.closed_at >= at)) continue;
      lint.closed(i + 1, one.closed_at, one.closed_by_client, one.reset);
    }
  };
  for (const CapturedPdu& pdu : capture.pdus) {
    const auto& connection = capture.connections[pdu.connection];
    close_until(pdu.at, false);
    if (!std::exchange(begun[pdu.connection], true)) {
      Lint::Where where;
      where.loopback = is_loopback(connection.client.address) && is_loopback(connection.server.address);
      where.from_begin = connection.began;
      lint.connected(pdu.connection + 1, where, pdu.at);
    }
    lint.pdu(pdu.connection + 1, pdu.number, pdu.at, pdu.from_client, pdu.octets);
    last = pdu.at;
  }
  close_until(last, true);
  return report(lint.finish(last), capture.pdus.size(), capture.notes, options.json);
}

// The SMSC that a client is watched from: takes every bind, accepts everything, sends receipts.
class Watch {
 public:
  Watch(boost::asio::io_context& io, const LintOptions& options, const Clocks& clocks)
      : io_(io), options_(options), clocks_(clocks), end_(io), listener_(io, {.listen = options.listen}, owner()) {}

  [[nodiscard]] std::string start() {
    std::string wrong = listener_.start();
    if (!wrong.empty() || options_.duration.count() == 0) return wrong;
    end_.expires_after(options_.duration);
    end_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) io_.stop();
    });
    return wrong;
  }
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] int report() {
    return smpp_sim::report(lint_.finish(now()), pdus_, {}, options_.json);
  }

 private:
  struct Streams {
    smpp::Framer in{69'648}, out{69'648};
    bool unbound = false;
  };

  LintTime now() const {
    return std::chrono::duration_cast<LintTime>(clocks_.wall().time_since_epoch());
  }
  smpp::net::ListenerOwner owner() {
    smpp::net::ListenerOwner owner;
    owner.now = clocks_.steady;
    owner.make_session = [this](const smpp::net::Peer& peer) {
      Lint::Where where;
      where.loopback = is_loopback(peer.remote_address);
      lint_.connected(peer.connection, where, now());
      streams_.try_emplace(peer.connection);
      smpp::SessionSettings settings;
      settings.role = smpp::Role::smsc;
      settings.epoch = peer.connection;
      return smpp::Session(settings);
    };
    owner.tap = [this](const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets) {
      saw(peer.connection, incoming, octets);
    };
    owner.on_events = [this](smpp::net::Connection& connection, smpp::net::Events events) {
      for (const smpp::Event& event : events) smsc_.answer(connection.session(), event, clocks_.steady());
    };
    // Who closed is not told; a session that ended without an unbind ended by the client, for we never do that.
    owner.on_closed = [this](smpp::net::Connection& connection) {
      lint_.closed(connection.id(), now(), !streams_[connection.id()].unbound, false);
      streams_.erase(connection.id());
      if (streams_.empty() && options_.duration.count() == 0) io_.stop();
    };
    return owner;
  }
  void saw(std::uint64_t connection, bool incoming, std::span<const std::byte> octets) {
    Streams& streams = streams_[connection];
    smpp::Framer& framer = incoming ? streams.in : streams.out;
    framer.append(octets);
    std::span<const std::byte> pdu;
    while (framer.next(pdu) == smpp::Framer::Found::pdu) {
      lint_.pdu(connection, ++pdus_, now(), incoming, pdu);
      streams.unbound = streams.unbound || smpp::read_header(pdu).id == smpp::command_id::unbind;
    }
  }

  boost::asio::io_context& io_;
  const LintOptions& options_;
  const Clocks& clocks_;
  boost::asio::steady_timer end_;
  Lint lint_;
  HealthySmsc smsc_;
  std::map<std::uint64_t, Streams> streams_;
  std::size_t pdus_ = 0;
  smpp::net::Listener listener_;
};

}  // namespace

std::string lint_table(const std::vector<Finding>& findings, std::size_t pdus) {
  std::string out;
  for (const Finding& finding : findings) {
    const RuleText& rule = text_of(finding.rule);
    const std::string where = finding.pdu > 0 ? fmt::format("PDU {}, {}", finding.pdu, time_text(finding.at)) : "";
    const std::string times = finding.times > 1 ? fmt::format(", {} times", finding.times) : "";
    out += fmt::format("{:<8} {}: {}\n", name_of(rule.severity), rule.name, finding.what);
    out += fmt::format("         connection {}{}{}{} ({})\n", finding.connection, where.empty() ? "" : ", ", where, times, rule.clause);
    out += fmt::format("         {}\n", rule.advice);
  }
  std::size_t counts[3] = {};
  for (const Finding& finding : findings) ++counts[static_cast<std::size_t>(text_of(finding.rule).severity)];
  return out + fmt::format("{} PDUs: {} errors, {} warnings, {} hints\n", pdus, counts[0], counts[1], counts[2]);
}

std::string lint_json(const std::vector<Finding>& findings, std::size_t pdus, const std::vector<std::string>& notes) {
  json::array list;
  for (const Finding& finding : findings) {
    const RuleText& rule = text_of(finding.rule);
    list.push_back(json::object{{"rule", rule.name},
                                {"severity", name_of(rule.severity)},
                                {"clause", rule.clause},
                                {"connection", finding.connection},
                                {"pdu", finding.pdu},
                                {"at", utc_text(std::chrono::system_clock::time_point(finding.at))},
                                {"times", finding.times},
                                {"what", finding.what},
                                {"advice", rule.advice}});
  }
  const json::object out{{"findings", std::move(list)},
                         {"pdus", pdus},
                         {"ok", !has_error(findings)},
                         {"notes", json::array(notes.begin(), notes.end())}};
  return json::serialize(out);
}

int run_lint(const LintOptions& options, const Clocks& clocks) {
  if (options.capture.empty() == options.listen.empty()) {
    fmt::print(stderr, "smpp-sim lint: a capture, or --listen host:port, and one of them only\n");
    return 2;
  }
  if (!options.capture.empty()) return lint_capture(options);
  const auto where = smpp::net::parse_host_port(options.listen);
  if (where && where->host != "localhost" && !is_loopback(where->host)) {
    fmt::print(stderr, "smpp-sim lint: --listen {}: it takes anybody, so it listens on loopback only; record a client elsewhere "
               "with `smpp-sim --pcap` or tcpdump and give the capture\n", options.listen);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io(1);
  Watch watch(io, options, clocks);
  if (const std::string wrong = watch.start(); !wrong.empty()) {
    fmt::print(stderr, "smpp-sim lint: {}\n", wrong);
    return 1;
  }
  fmt::print(stderr, "smpp-sim lint: an SMSC on port {}; any system_id and password; Ctrl-C ends it\n", watch.port());
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&io](const boost::system::error_code& cancelled, int) {
    if (!cancelled) io.stop();
  });
  io.run();
  return watch.report();
}

}  // namespace smpp_sim
