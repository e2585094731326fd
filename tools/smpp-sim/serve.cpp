#include "tools/smpp-sim/serve.hpp"

#include "core/http/server.hpp"
#include "smpp/net/wire.hpp"
#include "tools/smpp-sim/control.hpp"
#include "tools/smpp-sim/smsc.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string_view>

namespace smpp_sim {
namespace {

bool is_local(const std::string& host) { return host == "localhost" || core::http::is_loopback(host); }

// Empty when it may listen there. An SMSC that takes anybody, or a control port without credentials, on a public
// address would be a relay for whoever finds it.
std::string refusal_of(const SmscOptions& options, const std::string& what, const std::string& listen,
                       const std::string& name) {
  const auto where = smpp::net::parse_host_port(listen);
  if (!where) return what + " " + listen + ": not host:port";
  const bool has_accounts = std::any_of(options.accounts.begin(), options.accounts.end(),
                                        [&](const auto& account) { return account.smsc == name; });
  if (is_local(where->host) || has_accounts) return {};
  return what + " " + listen + ": beyond loopback it needs accounts: add --account system_id:password" +
         (name.empty() ? "" : " smsc=" + name);
}

std::string refusal_of(const SmscOptions& options) {
  std::string refusal = refusal_of(options, "--listen", options.listen, {});
  for (const SmscPlace& place : options.places) {
    if (refusal.empty()) refusal = refusal_of(options, "--smsc name=" + place.name, place.listen, place.name);
  }
  if (!refusal.empty()) return refusal;
  const auto control = smpp::net::parse_host_port(options.control);
  if (!control) return "--control " + options.control + ": not host:port";
  if (is_local(control->host)) return {};
  return "--control " + options.control + ": the control port has no credentials and listens on loopback only";
}

std::string_view tls_text(const SmscOptions& options) {
  if (!options.tls) return "no";
  return options.client_ca.empty() ? "1.2 or 1.3" : "1.2 or 1.3, with a client certificate";
}

// A JSON trace is for a program: nothing else may stand between its lines.
std::FILE* messages_of(const SmscOptions& options) { return options.trace.json ? stderr : stdout; }

void print_banner(const SmscOptions& options, const Smsc& smsc, std::uint16_t control_port) {
  std::FILE* const out = messages_of(options);
  const auto listen = smpp::net::parse_host_port(options.listen);
  const auto first = std::find_if(options.accounts.begin(), options.accounts.end(),
                                  [](const auto& account) { return account.smsc.empty(); });
  const bool any = first == options.accounts.end();
  fmt::print(out, "smpp-sim: SMSC on {}:{}, control on http://127.0.0.1:{}\n\n", listen->host, smsc.port(), control_port);
  fmt::print(out, "Client settings\n  host {}   port {}   TLS {}   SMPP 3.4\n", listen->host, smsc.port(), tls_text(options));
  fmt::print(out, "  system_id {}   password {}   bind transceiver, or transmitter and receiver\n",
             any ? "any" : first->system_id, any ? "any" : "as given by --account");
  for (std::size_t i = 0; i < options.places.size(); ++i) {
    const SmscPlace& place = options.places[i];
    fmt::print(out, "  SMSC {}: {}   port {}   TLS {}\n", place.name, place.listen, smsc.port(i + 1),
               place.tls ? "1.2 or 1.3" : "no");
  }
  if (!smsc.rules().empty()) {
    fmt::print(out, "  {} rules, the first is: {}\n", smsc.rules().size(), smsc.rules().front().line);
  }
  fmt::print(out, "  receipts {} after {} ms, where registered_delivery asks for one\n", options.behaviour.receipt_stat,
             options.behaviour.receipt_delay.count());
  if (const auto people = smsc.subscribers().all().size(); people != 0) {
    fmt::print(out, "  {} subscribers who answer: {} to {}\n", people, smsc.subscribers().all().front().number(),
               smsc.subscribers().all().back().number());
  }
  const std::string where = control_port == 2780 ? "" : fmt::format("--control 127.0.0.1:{} ", control_port);
  fmt::print(out, "\nTry next\n");
  if (!smsc.self_made_certificate().empty())
    fmt::print(out, "  curl -s http://127.0.0.1:{}/certificate > smpp-sim.pem     what a client must trust\n", control_port);
  fmt::print(out, "  smpp-sim mo {}--from 447700900001 --to 80800 \"YES\"\n", where);
  fmt::print(out, "  curl -s http://127.0.0.1:{}/ledger\n", control_port);
  fmt::print(out, 
      "  curl -s -d '{{\"submit_status\":\"ESME_RTHROTTLED\",\"submit_status_times\":5}}' "
      "http://127.0.0.1:{}/behaviour\n\n",
      control_port);
  std::fflush(out);
}

void print_summary(const SmscOptions& options, const Ledger& ledger) {
  std::FILE* const out = messages_of(options);
  const Counters& n = ledger.counters;
  fmt::print(out, 
      "{} connections, {} binds ({} refused), {} submit_sm ({} refused), {} deliver_sm, {} of {} receipts "
      "acknowledged\n",
      n.connections, n.binds, n.binds_refused, n.submits, n.refused, n.deliver_attempts, n.receipts_answered,
      n.receipts);
}

}  // namespace

int run_smsc(const SmscOptions& options, const Clocks& clocks) {
  const auto give_up = [](const std::string& why) {
    fmt::print(stderr, "smpp-sim: {}\n", why);
    return 1;
  };
  if (const auto why = refusal_of(options); !why.empty()) return give_up(why);
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io(1);
  Smsc smsc(io, options, clocks);
  if (const auto why = smsc.start(); !why.empty()) return give_up(why);

  Schedule waits(io, clocks.steady, [] {});
  Control control(smsc, waits);
  core::http::ServerSettings settings;
  settings.listen = options.control;
  core::http::ServerHooks hooks;
  hooks.handle = [&](core::http::Request request, core::http::Reply reply) {
    control.handle(request, std::move(reply));
  };
  core::http::Server server(io, settings, std::move(hooks));
  if (const auto failed = server.start()) return give_up(*failed);
  print_banner(options, smsc, server.port());
  smsc.outbind_all([](const std::string& why) { fmt::print(stderr, "smpp-sim: --outbind {}\n", why); });

  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& cancelled, int) {
    if (cancelled) return;
    server.stop(std::chrono::milliseconds(200), [&] { smsc.stop([&io] { io.stop(); }); });
  });
  io.run();
  print_summary(options, smsc.ledger());
  return 0;
}

}  // namespace smpp_sim
