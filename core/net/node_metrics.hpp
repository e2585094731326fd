// The node's figures as metrics. Counters follow the engine's own totals; each series is resolved once.
#pragma once

#include "core/metrics.hpp"
#include "core/net/status.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace core::net {

class NodeMetrics {
 public:
  explicit NodeMetrics(Metrics& metrics);
  // On the io thread, before an exposition.
  void update(const NodeStatus& status);

 private:
  struct Total { Counter counter; std::uint64_t engine::Figures::*figure; };
  struct BindSeries { Gauge bound, in_flight, unanswered; Counter sessions, refused, tolerated, malformed; };
  struct EndpointSeries { Counter sent, failed; Gauge running; };
  BindSeries& series_of(const BindStatus& bind);

  Metrics& metrics_;
  std::vector<Total> totals_;
  Gauge recovered_, inputs_waiting_, requests_waiting_, queued_reply_, queued_transactional_, queued_bulk_, turn_, started_;
  std::map<std::pair<std::string, std::uint32_t>, BindSeries> binds_;
  std::map<std::tuple<std::string, std::uint32_t, std::string>, Counter> deviations_;  // account, bind, kind
  std::map<std::string, EndpointSeries> endpoints_;
  std::map<std::pair<std::size_t, std::size_t>, Counter> transitions_;
};

}  // namespace core::net
