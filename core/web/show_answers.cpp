#include "core/engine/event_body.hpp"
#include "core/web/show.hpp"
#include "core/web/totals.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace core::web {
namespace {

namespace json = boost::json;
using storage::show_id;

http::Response respond(unsigned status, const json::value& body) {
  http::Response response;
  response.status = status;
  response.body = json::serialize(body);
  return response;
}

http::Response answer(const engine::Problem& problem) {
  return http::problem(problem.status, problem.title, problem.detail, problem.field);
}

// 202: it is on disk and will be sent; 200 for a repeated request, whose message is what it is by now.
http::Response answer(const engine::MessageAccepted& accepted) {
  const std::string id = show_id("msg_", accepted.message);
  json::object body{{"id", id}, {"state", storage::to_string(accepted.state)}};
  if (accepted.conversation != 0) body["conversation"] = show_id("cnv_", accepted.conversation);
  http::Response response = respond(accepted.replayed ? 200 : 202, body);
  response.headers.emplace_back("Location", "/api/v1/messages/" + id);
  if (accepted.replayed) response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

http::Response answer(const engine::RecipientsAdded& added) {
  json::array refused;
  for (const auto& row : added.refused) refused.push_back(json::object{{"line", row.line}, {"field", row.field}, {"detail", row.why}});
  return respond(200, json::object{{"launch", show_id("lch_", added.launch)}, {"added", added.added}, {"total", added.total}, {"refused", std::move(refused)}});
}

http::Response answer(const engine::Launched& launched) {
  http::Response response = respond(launched.replayed ? 200 : 202, json::object{{"launch", show_id("lch_", launched.launch)}, {"recipients", launched.recipients}});
  if (launched.replayed) response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

http::Response answer(const engine::MessageChanged& changed) {
  return respond(200, json::object{{"id", show_id("msg_", changed.message)}, {"state", storage::to_string(changed.state)}});
}

http::Response answer(const engine::Explained& explained) {
  json::object body{{"normalised", explained.normalised}, {"confidence", explained.confidence}, {"reason", explained.reason}};
  if (explained.conversation != 0) body["conversation"] = show_id("cnv_", explained.conversation);
  if (!explained.campaign.empty()) body["campaign"] = explained.campaign;
  if (!explained.step.empty()) body["step"] = explained.step;
  json::array candidates;
  for (const auto& one : explained.candidates) {
    candidates.push_back(json::object{{"conversation", show_id("cnv_", one.conversation)}, {"campaign", one.campaign}, {"why", one.why}});
  }
  body["candidates"] = std::move(candidates);
  body["trace"] = json::array(explained.trace.begin(), explained.trace.end());
  body["effects"] = json::array(explained.effects.begin(), explained.effects.end());
  if (!explained.reply.empty()) {
    body["reply"] = json::object{{"text", explained.reply}, {"coding", explained.reply_coding}, {"segments", explained.reply_segments}};
  }
  return respond(200, body);
}

http::Response answer(const engine::RulesSwapped& swapped) {
  return respond(200, json::object{{"revision", fmt::format("{:016x}", swapped.revision)}});
}

json::array binds_of(const net::NodeStatus& status) {
  json::array binds;
  for (const auto& bind : status.binds) {
    json::object one{{"account", bind.account}, {"bind", bind.bind}, {"type", bind.type}, {"bound", bind.bound}, {"line", bind.line},
                     {"since", engine::rfc3339(bind.since)}, {"window", bind.window}, {"in_flight", bind.in_flight},
                     {"unanswered", bind.unanswered}, {"sessions", bind.sessions}, {"refused", bind.refused},
                     {"tolerated", bind.tolerated}, {"malformed", bind.malformed}};
    if (!bind.last_error.empty()) one["last_error"] = bind.last_error;
    if (bind.round_trip) one["enquire_link_ms"] = bind.round_trip->count();
    json::array deviations;
    for (const auto& each : bind.deviations) {
      deviations.push_back(json::object{{"kind", each.kind}, {"was", each.refused ? "refused" : "tolerated"}, {"count", each.count},
                                        {"first_at", engine::rfc3339(each.first_at)}, {"last_at", engine::rfc3339(each.last_at)},
                                        {"first_pdu", each.first_hex}});
    }
    one["deviations"] = std::move(deviations);
    binds.push_back(std::move(one));
  }
  return binds;
}

// How each account's receipts write its ids, in a line each.
json::object receipt_ids_of(const engine::Figures& figures) {
  json::object lines;
  for (const auto& [account, rule] : figures.receipt_ids) lines[account] = rule.learnt();
  return lines;
}

// Segments a second, as configured or as it has turned out, and what throttling and congestion leave of it (P61, P71);
// without a limit neither.
json::object paces_of(const engine::Figures& figures) {
  json::object paces;
  for (const auto& each : figures.paces) {
    json::object pace;
    if (each.rate > 0) pace = {{"now", each.rate * each.factor}, {"of", each.rate}};
    if (each.open_window > 0) pace["window"] = each.open_window;
    paces[each.account] = std::move(pace);
  }
  return paces;
}

json::object figures_of(const engine::Figures& figures) {
  return {{"turns", figures.turns}, {"inputs", figures.inputs}, {"mo", figures.mo}, {"receipts", figures.receipts},
          {"orphan_receipts", figures.orphan_receipts}, {"conflicting_receipts", figures.conflicting_receipts},
          {"absorbed", figures.absorbed}, {"malformed", figures.malformed},
          {"submits", figures.submits}, {"accepted", figures.accepted}, {"throttled", figures.throttled}, {"in_doubt", figures.in_doubt},
          {"rejected", figures.rejected}, {"suppressed", figures.suppressed}, {"revoked", figures.revoked}, {"opt_outs", figures.opt_outs},
          {"opt_ins", figures.opt_ins}, {"webhooks", figures.webhooks}, {"webhook_failures", figures.webhook_failures},
          {"queued_reply", figures.queued_reply}, {"queued_transactional", figures.queued_transactional}, {"queued_bulk", figures.queued_bulk}};
}

}  // namespace

http::Response show(const engine::Answered& answered) {
  return std::visit([](const auto& each) { return answer(each); }, answered);
}

http::Response show(const net::NodeStatus& status, const storage::Totals& totals) {
  const std::string why_not = status.not_ready();
  json::object body{{"ready", why_not.empty()}};
  if (!why_not.empty()) body["not_ready"] = why_not;
  body["draining"] = status.draining;
  body["started"] = engine::rfc3339(status.started);
  body["run"] = status.run;
  body["turn"] = status.turn;
  body["revision"] = fmt::format("{:016x}", status.revision);
  body["inputs_waiting"] = status.inputs_waiting;
  body["requests_waiting"] = status.requests_waiting;
  body["binds"] = binds_of(status);
  json::array endpoints;
  for (const auto& endpoint : status.endpoints) {
    endpoints.push_back(json::object{{"endpoint", endpoint.endpoint}, {"sent", endpoint.sent}, {"failed", endpoint.failed},
                                     {"running", endpoint.running}, {"last_error", endpoint.last_error}});
  }
  body["endpoints"] = std::move(endpoints);
  body["totals"] = totals_of(totals);              // of what is on disk; figures: since the start
  body["figures"] = figures_of(status.figures);
  body["receipt_ids"] = receipt_ids_of(status.figures);
  body["pace"] = paces_of(status.figures);
  return respond(200, body);
}

}  // namespace core::web
