#include "core/net/node_metrics.hpp"

#include <chrono>

namespace core::net {

namespace {

// A counter that shows somebody else's total.
void follow(const Counter& counter, std::uint64_t total) {
  const double behind = static_cast<double>(total) - counter.value();
  if (behind > 0) counter.add(behind);
}

struct Named { const char* name; const char* help; std::uint64_t engine::Figures::*figure; };
using F = engine::Figures;
constexpr Named kTotals[] = {
    {"bindery_turns_total", "Turns decided", &F::turns},
    {"bindery_inputs_total", "Inputs decided", &F::inputs},
    {"bindery_load_passes_total", "Passes over a batch until everything it needs was loaded", &F::passes},
    {"bindery_store_conflicts_total", "Batches decided again because the store had changed", &F::conflicts},
    {"bindery_store_full_total", "Batches refused because the disk was full", &F::full},
    {"bindery_mo_total", "Messages received (whole ones)", &F::mo},
    {"bindery_mo_parts_total", "Parts of long messages received", &F::parts},
    {"bindery_receipts_total", "Delivery receipts received", &F::receipts},
    {"bindery_receipts_orphan_total", "Receipts whose message is not known", &F::orphan_receipts},
    {"bindery_doubts_settled_by_receipt_total", "Messages in doubt whose receipt came", &F::settled_by_receipt},
    {"bindery_receipts_late_total", "Receipts after the message was final", &F::late_receipts},
    {"bindery_receipts_conflicting_total", "Receipts whose text and TLVs said different things", &F::conflicting_receipts},
    {"bindery_mo_absorbed_total", "Redelivered messages recognised as such", &F::absorbed},
    {"bindery_mo_malformed_total", "Messages stored as malformed", &F::malformed},
    {"bindery_submits_total", "Segments handed to a session", &F::submits},
    {"bindery_segments_accepted_total", "Segments accepted by an SMSC", &F::accepted},
    {"bindery_segments_throttled_total", "Segments refused for pace and queued again", &F::throttled},
    {"bindery_segments_in_doubt_total", "Segments of which it is not known whether they arrived", &F::in_doubt},
    {"bindery_segments_rejected_total", "Segments refused for good", &F::rejected},
    {"bindery_messages_suppressed_total", "Messages not sent because of an opt-out", &F::suppressed},
    {"bindery_segments_revoked_total", "Segments called back by an opt-out", &F::revoked},
    {"bindery_opt_outs_total", "Opt-outs", &F::opt_outs},
    {"bindery_opt_ins_total", "Opt-ins", &F::opt_ins},
    {"bindery_webhooks_total", "Webhook requests made", &F::webhooks},
    {"bindery_webhook_failures_total", "Webhook requests that failed", &F::webhook_failures},
};

}  // namespace

NodeMetrics::NodeMetrics(Metrics& metrics) : metrics_(metrics) {
  for (const Named& each : kTotals) totals_.push_back({metrics.counter(each.name, each.help), each.figure});
  recovered_ = metrics.gauge("bindery_recovered", "1 once the last run's state was read and links may connect");
  inputs_waiting_ = metrics.gauge("bindery_inputs_waiting", "Inputs waiting for their turn");
  requests_waiting_ = metrics.gauge("bindery_requests_waiting", "API requests waiting for their answer");
  const std::string help = "Segments waiting to be sent";
  queued_reply_ = metrics.gauge("bindery_queued_segments", help, {{"lane", "reply"}});
  queued_transactional_ = metrics.gauge("bindery_queued_segments", help, {{"lane", "transactional"}});
  queued_bulk_ = metrics.gauge("bindery_queued_segments", help, {{"lane", "bulk"}});
  turn_ = metrics.gauge("bindery_turn", "Number of the last turn");
  started_ = metrics.gauge("bindery_start_time_seconds", "When this process started, Unix time");
}

NodeMetrics::BindSeries& NodeMetrics::series_of(const BindStatus& bind) {
  const auto [found, fresh] = binds_.try_emplace({bind.account, bind.bind});
  if (!fresh) return found->second;
  const Labels labels{{"account", bind.account}, {"bind", std::to_string(bind.bind)}, {"type", bind.type}};
  BindSeries& series = found->second;
  series.bound = metrics_.gauge("bindery_bound", "1 while the bind is up", labels);
  series.in_flight = metrics_.gauge("bindery_submits_in_flight", "submit_sm without an answer", labels);
  series.unanswered = metrics_.gauge("bindery_deliveries_unanswered", "deliver_sm not answered yet", labels);
  series.sessions = metrics_.counter("bindery_sessions_total", "Connections begun", labels);
  series.refused = metrics_.counter("bindery_deliveries_refused_total", "deliver_sm answered busy", labels);
  series.tolerated = metrics_.counter("bindery_deviations_tolerated_total", "Deviations of the peer that were accepted", labels);
  series.malformed = metrics_.counter("bindery_pdus_malformed_total", "PDUs that were refused", labels);
  return series;
}

void NodeMetrics::update(const NodeStatus& status) {
  for (const Total& total : totals_) follow(total.counter, status.figures.*total.figure);
  recovered_.set(status.recovered ? 1 : 0);
  inputs_waiting_.set(static_cast<double>(status.inputs_waiting));
  requests_waiting_.set(static_cast<double>(status.requests_waiting));
  queued_reply_.set(static_cast<double>(status.figures.queued_reply));
  queued_transactional_.set(static_cast<double>(status.figures.queued_transactional));
  queued_bulk_.set(static_cast<double>(status.figures.queued_bulk));
  turn_.set(static_cast<double>(status.turn));
  started_.set(static_cast<double>(status.started.time_since_epoch().count()) / 1000.0);
  for (const BindStatus& bind : status.binds) {
    BindSeries& series = series_of(bind);
    series.bound.set(bind.bound ? 1 : 0);
    series.in_flight.set(bind.in_flight);
    series.unanswered.set(static_cast<double>(bind.unanswered));
    follow(series.sessions, bind.sessions);
    follow(series.refused, bind.refused);
    follow(series.tolerated, bind.tolerated);
    follow(series.malformed, bind.malformed);
    for (const Deviation& deviation : bind.deviations) {
      const auto [found, fresh] = deviations_.try_emplace({bind.account, bind.bind, deviation.kind});
      if (fresh) {
        found->second = metrics_.counter("bindery_deviations_total", "Deviations of the peer, tolerated or refused",
                                         {{"account", bind.account}, {"bind", std::to_string(bind.bind)}, {"kind", deviation.kind}});
      }
      follow(found->second, deviation.count);
    }
  }
  for (const WebhookStatus& endpoint : status.endpoints) {
    const auto [found, fresh] = endpoints_.try_emplace(endpoint.endpoint);
    EndpointSeries& series = found->second;
    if (fresh) {
      const Labels labels{{"endpoint", endpoint.endpoint}};
      series.sent = metrics_.counter("bindery_webhooks_delivered_total", "Webhooks answered with 2xx", labels);
      series.failed = metrics_.counter("bindery_webhooks_failed_total", "Webhook attempts that failed", labels);
      series.running = metrics_.gauge("bindery_webhooks_running", "Webhook requests under way", labels);
    }
    follow(series.sent, endpoint.sent);
    follow(series.failed, endpoint.failed);
    series.running.set(static_cast<double>(endpoint.running));
  }
  for (std::size_t from = 0; from < storage::kMessageStates; ++from) {
    for (std::size_t to = 0; to < storage::kMessageStates; ++to) {
      const std::uint64_t count = status.figures.transitions[from][to];
      if (count == 0) continue;
      const auto [found, fresh] = transitions_.try_emplace({from, to});
      if (fresh) {
        const auto name = [](std::size_t state) { return std::string(storage::to_string(static_cast<storage::MessageState>(state))); };
        found->second = metrics_.counter("bindery_segment_transitions_total", "Changes of a segment's state", {{"from", name(from)}, {"to", name(to)}});
      }
      follow(found->second, count);
    }
  }
}

}  // namespace core::net
