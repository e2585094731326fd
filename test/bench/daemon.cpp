#include "test/bench/daemon.hpp"

#include "core/net/plan.hpp"
#include "rules/program.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

namespace bench {
namespace {

constexpr const char* kFile = R"(
[campaign]
name = "bench"
sender = "80800"
message = "Hi, your check-up is on Tuesday at 10:00. Reply YES to confirm or NO to change it."
window = "72h"
[[rule]]
keyword = ["YES", "Y", "CONFIRM"]
do = [ { reply = "Confirmed. See you on Tuesday at 10:00." } ]
[[rule]]
otherwise = true
do = [ { reply = "Please reply YES or NO." } ]
)";

std::shared_ptr<const rules::Program> program() {
  const std::vector<rules::Source> sources{{"bench.toml", kFile}};
  rules::Compiled compiled = rules::compile(sources, {{"80800"}, {}});
  if (!compiled.program) throw std::runtime_error(compiled.mistakes.front().to_string());
  return compiled.program;
}

template <class Opened, class Result>
Opened take(Result result) {
  if (auto* error = std::get_if<storage::sqlite::OpenError>(&result)) throw std::runtime_error(error->message);
  return std::move(std::get<Opened>(result));
}

core::Config config(const std::string& data_dir, std::uint16_t smsc_port, std::uint32_t window) {
  core::Config config;
  config.data_dir = data_dir;
  config.http.listen = "127.0.0.1:0";
  core::TokenSettings token;
  token.name = "bench";
  token.role = core::Role::operate;
  token.token.value = kToken;
  config.http.tokens = {token};
  core::SmscSettings smsc;
  smsc.id = "carrier-a";
  smsc.hosts = {"127.0.0.1:" + std::to_string(smsc_port)};
  smsc.system_id = "bench";
  smsc.binds = 1;
  smsc.window = window;
  config.smsc = {smsc};
  core::SenderSettings sender;
  sender.number = "80800";
  sender.smsc = {"carrier-a"};
  config.senders = {sender};
  return config;
}

}  // namespace

Daemon::Daemon(const std::string& data_dir, std::uint16_t smsc_port, std::uint32_t window)
    : config_(config(data_dir, smsc_port, window)),
      log_(core::LogSettings{core::LogLevel::warn}, lines_),
      store_(take<std::unique_ptr<storage::sqlite::SqliteStore>>(storage::sqlite::SqliteStore::open(data_dir))),
      reports_(take<std::unique_ptr<storage::sqlite::SqliteReports>>(storage::sqlite::SqliteReports::open(data_dir))),
      report_thread_(std::make_unique<core::net::SideThread>(io_)) {
  core::net::NodeSettings settings;
  settings.engine.engine = core::net::engine_settings(config_);
  settings.engine.inflight_path = data_dir + "/turn.inflight";
  settings.engine.seed = 1;
  settings.links = core::net::link_plans(config_);
  core::net::NodeOwner owner;
  owner.on_stopped = [](std::string_view why) { throw std::runtime_error(std::string(why)); };
  node_ = std::make_unique<core::net::Node>(io_, std::move(settings), program(), *store_, log_, std::move(owner));
  http_ = std::make_unique<core::ServiceHttp>(config_, config_.http.tokens,
                                              core::ServiceHttp::Parts{io_, *node_, *report_thread_, *reports_, [this] { return reports_->take_problem(); }, metrics_, log_});
  if (const auto why = http_->start()) throw std::runtime_error(*why);
  node_->start();
  thread_ = std::thread([this] {
    const auto work = boost::asio::make_work_guard(io_);
    io_.run();
  });
}

Daemon::~Daemon() {
  if (thread_.joinable()) stop();
}

storage::sqlite::WriteFigures Daemon::stop() {
  std::promise<void> drained;
  boost::asio::post(io_, [&] {
    node_->drain([&] { drained.set_value(); });
  });
  drained.get_future().wait();
  io_.stop();
  thread_.join();
  node_.reset();
  return store_->figures();
}

}  // namespace bench
