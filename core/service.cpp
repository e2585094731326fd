#include "core/service.hpp"

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/net/limits.hpp"
#include "core/net/node.hpp"
#include "core/net/plan.hpp"
#include "core/net/side_thread.hpp"
#include "core/service_http.hpp"
#include "storage/sqlite/sqlite_reports.hpp"
#include "storage/sqlite/sqlite_store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <random>
#include <utility>

namespace core {

using storage::sqlite::OpenErrc;
using storage::sqlite::OpenError;

struct Service::Impl {
  Impl(ServiceOptions the_options, Prepared prepared)
      : options(std::move(the_options)),
        config(std::move(prepared.config)),
        program(std::move(prepared.program)),
        log(config.log),
        signals(io) {}

  bool start();
  bool open_store();
  void start_node();
  bool start_http();
  void announce();
  int fail(int exit_code, std::string_view why);
  void wait_for_signal();
  void on_signal(int signal);
  void reload();
  void reloaded(Prepared prepared);
  void drain(std::string_view why);
  void end(int exit_code);

  ServiceOptions options;
  Config config;
  std::shared_ptr<const rules::Program> program;
  Log log;
  Metrics metrics;
  // What is below ends first, in this order from the bottom: nothing outlives what it uses.
  std::unique_ptr<storage::sqlite::SqliteStore> store;
  std::unique_ptr<storage::sqlite::SqliteReports> reports;
  boost::asio::io_context io{1};
  boost::asio::signal_set signals;
  std::unique_ptr<net::SideThread> report_thread, worker;
  std::unique_ptr<net::Node> node;
  std::unique_ptr<ServiceHttp> http;
  bool reloading = false, reload_again = false, draining = false;
  int code = kExitOk;
};

int Service::Impl::fail(int exit_code, std::string_view why) {
  options.complain(why);
  code = exit_code;
  return exit_code;
}

bool Service::Impl::open_store() {
  auto opened = storage::sqlite::SqliteStore::open(config.data_dir);
  if (auto* error = std::get_if<OpenError>(&opened)) {
    fail(error->code == OpenErrc::locked ? kExitFailed : kExitStorage, error->message);
    return false;
  }
  store = std::move(std::get<std::unique_ptr<storage::sqlite::SqliteStore>>(opened));
  auto reading = storage::sqlite::SqliteReports::open(config.data_dir);
  if (auto* error = std::get_if<OpenError>(&reading)) {
    fail(kExitStorage, error->message);
    return false;
  }
  reports = std::move(std::get<std::unique_ptr<storage::sqlite::SqliteReports>>(reading));
  return true;
}

void Service::Impl::start_node() {
  net::NodeSettings settings;
  settings.engine.engine = net::engine_settings(config);
  settings.engine.inflight_path = config.data_dir + "/turn.inflight";
  std::random_device entropy;
  settings.engine.seed = (std::uint64_t{entropy()} << 32) | entropy();
  if (const char* trip = options.environment("BINDERY_TRIP_TEXT")) settings.engine.engine.trip_text = trip;
  settings.links = net::link_plans(config);
  settings.endpoints = net::endpoint_plans(config);
  settings.webhook_client = net::webhook_client(config);
  net::NodeOwner owner;
  owner.on_recovered = [this] { log.info("recovered", {field("run", node->status().run), field("binds", node->status().binds.size())}); };
  owner.on_stopped = [this](std::string_view why) {
    log.error("stopped", {field("why", why)});
    options.complain("the store failed, nothing more is acknowledged: " + std::string(why));
    end(kExitStorage);
  };
  node = std::make_unique<net::Node>(io, std::move(settings), program, *store, log, std::move(owner));
}

bool Service::Impl::start_http() {
  TokensAtHand tokens = tokens_at_hand(config);
  if (!tokens.failure.empty()) {
    fail(kExitFailed, tokens.failure);
    return false;
  }
  if (!tokens.said.empty()) options.say(tokens.said);
  http = std::make_unique<ServiceHttp>(config, std::move(tokens.tokens),
                                       ServiceHttp::Parts{io, *node, *report_thread, *reports, [this] { return reports->take_problem(); }, metrics, log});
  if (const auto failure = http->start()) {
    fail(kExitFailed, *failure + " ([http] listen in " + options.config_path + ")");
    return false;
  }
  return true;
}

// For the person who started it; what happens from here on is in the log.
void Service::Impl::announce() {
  const auto endpoint = http::parse_endpoint(config.http.listen);
  const std::string address = endpoint ? endpoint->address : config.http.listen;
  const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
  options.say("bindery " + options.version + ": http://" + host + ":" + std::to_string(http->port()) + ", data in " + config.data_dir);
  for (const net::BindStatus& bind : node->status().binds) {
    const SmscSettings* smsc = config.find_smsc(bind.account);
    options.say("  " + bind.account + "/" + std::to_string(bind.bind) + ": " + bind.type + " to " +
                (smsc && !smsc->hosts.empty() ? smsc->hosts.front() : std::string("nowhere")));
  }
  for (const rules::Campaign* campaign : program->campaigns()) options.say("  campaign " + campaign->name() + " on " + campaign->sender());
}

bool Service::Impl::start() {
  if (!open_store()) return false;
  report_thread = std::make_unique<net::SideThread>(io);
  worker = std::make_unique<net::SideThread>(io);
  start_node();
  if (!start_http()) return false;
  announce();
  signals.add(SIGHUP);
  signals.add(SIGTERM);
  signals.add(SIGINT);
  wait_for_signal();
  node->start();
  return true;
}

void Service::Impl::wait_for_signal() {
  signals.async_wait([this](const boost::system::error_code& cancelled, int signal) {
    if (cancelled) return;
    on_signal(signal);
    wait_for_signal();
  });
}

void Service::Impl::on_signal(int signal) {
  if (signal == SIGHUP) return reload();
  if (!draining) return drain(signal == SIGTERM ? "SIGTERM" : "SIGINT");
  // Asked twice: at once. What is on disk is on disk, as after any crash.
  log.warn("stopping.at_once");
  end(kExitFailed);
}

// Everything that takes time happens on the worker; the engine swaps between two turns.
void Service::Impl::reload() {
  if (draining) return;
  if (std::exchange(reloading, true)) {
    reload_again = true;
    return;
  }
  log.info("reload.begins", {field("file", options.config_path)});
  const bool taken = worker->run([this] {
    auto prepared = std::make_shared<Prepared>(prepare(options.config_path, LoadFor::run, options.environment));
    return net::SideThread::Then([this, prepared] { reloaded(std::move(*prepared)); });
  });
  if (!taken) reloading = false;
}

void Service::Impl::reloaded(Prepared prepared) {
  const auto over = [this] {
    reloading = false;
    if (std::exchange(reload_again, false)) reload();
  };
  for (const Mistake& warning : prepared.warnings) log.warn("reload.warning", {field("what", warning.to_string())});
  if (!prepared.ok()) {
    for (const Mistake& mistake : prepared.mistakes) log.error("reload.mistake", {field("what", mistake.to_string())});
    log.error("reload.refused", {field("mistakes", prepared.mistakes.size()), field("kept", "the configuration and the campaigns in use")});
    return over();
  }
  // The engine's senders and endpoints are those of the start; a campaign must not name others.
  const rules::Surroundings now = surroundings_of(config), then = surroundings_of(prepared.config);
  if (now.senders != then.senders || now.endpoints != then.endpoints) {
    log.error("reload.refused", {field("why", "a [[sender]] or [[endpoint]] came or went: restart to use it"), field("kept", "the campaigns in use")});
    return over();
  }
  for (const std::string& table : needs_restart(config, prepared.config)) {
    log.warn("reload.needs_restart", {field("changed", table)});
  }
  if (config.log != prepared.config.log) {
    config.log = prepared.config.log;
    log.set(config.log);
    log.info("reload.changed", {field("what", "[log]")});
  }
  if (prepared.program->revision() == program->revision()) {
    log.info("reload.done", {field("campaigns", "unchanged")});
    return over();
  }
  const bool asked = node->requests().ask(engine::NewRules{prepared.program, 0}, [this, next = prepared.program, over](const engine::Answered& answered) {
    if (const auto* problem = std::get_if<engine::Problem>(&answered)) {
      log.error("reload.refused", {field("why", problem->detail)});
    } else {
      for (const rules::Campaign* campaign : next->campaigns()) {
        if (!program->find(campaign->name())) log.info("reload.changed", {field("new", campaign->name())});
      }
      for (const rules::Campaign* campaign : program->campaigns()) {
        if (!next->find(campaign->name())) log.info("reload.changed", {field("gone", campaign->name())});
      }
      program = next;
      log.info("reload.done", {field("campaigns", next->campaigns().size()), field("revision", next->revision())});
    }
    over();
  });
  if (!asked) over();
}

void Service::Impl::drain(std::string_view why) {
  draining = true;
  log.info("stopping", {field("why", why)});
  // Requests that were taken are answered by the node, whatever becomes of them; new ones are refused.
  http->stop(net::kWindowDrain, [] {});
  node->drain([this] {
    log.info("stopped");
    end(kExitOk);
  });
}

void Service::Impl::end(int exit_code) {
  code = exit_code;
  io.stop();
}

Service::Service(ServiceOptions options, Prepared prepared) : impl_(new Impl(std::move(options), std::move(prepared))) {}

// The threads first, as their jobs use the rest; then who calls whom, callers before the called.
Service::~Service() {
  impl_->worker.reset();
  impl_->report_thread.reset();
  impl_->http.reset();
  impl_->node.reset();
}

int Service::run() {
  if (!impl_->start()) return impl_->code;
  impl_->io.run();
  impl_->log.flush();
  return impl_->code;
}

}  // namespace core
