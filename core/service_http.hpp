// The admin port of the service: the API over the running node, its reports and its metrics, on one HTTP server.
#pragma once

#include "core/config.hpp"
#include "core/http/server.hpp"
#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/net/node.hpp"
#include "core/net/node_metrics.hpp"
#include "core/net/side_thread.hpp"
#include "core/web/api.hpp"
#include "storage/reports.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace core {

class ServiceHttp {
 public:
  // `reports` is used on `report_thread` only. All outlive this.
  struct Parts {
    boost::asio::io_context& io;
    net::Node& node;
    net::SideThread& report_thread;
    storage::Reports& reports;
    std::function<std::optional<std::string>()> report_problem;  // on the report thread: why the last answer was not complete
    Metrics& metrics;
    Log& log;
  };
  ServiceHttp(const Config& config, std::vector<TokenSettings> tokens, Parts parts);

  // What went wrong, for a person; then nothing listens.
  [[nodiscard]] std::optional<std::string> start() { return server_.start(); }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  void stop(std::chrono::milliseconds grace, std::function<void()> stopped) { server_.stop(grace, std::move(stopped)); }

 private:
  web::Ports ports();
  static http::ServerSettings settings_of(const Config& config);

  Parts parts_;
  net::NodeMetrics node_metrics_;
  web::Api api_;
  http::Server server_;               // last: its connections call the API
};

// The tokens of the configuration; without any, the admin token of data_dir, made on the first start. `said`: a line
// for the operator; `failure`: there is none and cannot be.
struct TokensAtHand { std::vector<TokenSettings> tokens; std::string said, failure; };
[[nodiscard]] TokensAtHand tokens_at_hand(const Config& config);

}  // namespace core
