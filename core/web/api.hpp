// The admin API: one table of routes, each with the role it needs; requests become engine inputs or questions to the
// store's reports, their answers JSON. Runs on the io thread and touches neither engine nor store itself.
//
//   hooks() -> Server -> Api::handle -> read_*() -> Ports::ask -> engine ... Answered -> show() -> Reply
#pragma once

#include "core/engine/release.hpp"
#include "core/http/server.hpp"
#include "core/net/status.hpp"
#include "core/web/tokens.hpp"
#include "storage/reports.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace core::web {

// What the API needs of the running node; in tests, of a pretended one.
struct Ports {
  using Done = std::function<void(engine::Answered)>;
  // net::Requests::ask: false: nothing was taken.
  std::function<bool(engine::Input, Done)> ask;
  // net::Requests::open: false: we are stopping, so that a refusal is 503 and not 429.
  std::function<bool()> open;
  // Runs a question beside the engine and its answer on the io thread; false: too many wait.
  using Question = std::function<http::Response(storage::Reports&)>;
  std::function<bool(Question, std::function<void(http::Response)>)> report;
  std::function<net::NodeStatus()> status;
  std::function<std::string()> metrics;                // text exposition
  std::function<std::chrono::steady_clock::time_point()> now;
  // Who did or was refused what, for the log: caller, method, path, status. May be empty.
  std::function<void(std::string_view caller, const http::Request&, unsigned status)> audit;
};

class Api {
 public:
  Api(Ports ports, Tokens tokens);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  void handle(http::Request request, http::Reply reply);
  // Recipients are streamed; everything else is not.
  [[nodiscard]] std::unique_ptr<http::BodySink> open_sink(const http::Request& head, http::Reply& reply);
  // Both, for a Server that this outlives.
  [[nodiscard]] http::ServerHooks hooks();

  // Role "none" is open to everybody. For tests: every route, and who may use it.
  struct RouteView { std::string_view method, pattern, role; };
  [[nodiscard]] static std::vector<RouteView> routes();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace core::web
