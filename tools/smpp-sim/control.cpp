#include "tools/smpp-sim/control.hpp"

#include "tools/smpp-sim/control_request.hpp"
#include "tools/smpp-sim/page.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;
using core::http::problem;
using core::http::Reply;
using core::http::Request;
using core::http::Response;

constexpr std::size_t kMostSubscribers = 10'000;  // of one answer
constexpr std::size_t kMostOffNetwork = 10'000;   // handsets switched off by hand
constexpr std::chrono::seconds kMoWait{10};       // how long POST /mo waits for the ESME's answer

json::object mo_json(const HandsetReply& reply, const Smsc& smsc) {
  json::object object{
      {"id", reply.id}, {"from", reply.from}, {"to", reply.to}, {"parts", reply.parts}, {"attempts", reply.attempts}};
  if (reply.is_answered()) {
    object["outcome"] = "answered";
    object["status"] = smpp::status_name(reply.status);
  } else {
    object["outcome"] = "waiting";
    object["answered_parts"] = reply.answered;
    object["reason"] = smsc.receivers() == 0 ? "no receiver or transceiver is bound" : "the ESME has not answered yet";
  }
  return object;
}

}  // namespace

std::span<const Control::Route> Control::routes() {
  static constexpr Route kRoutes[] = {
      {"GET", "/", &Control::page},
      {"GET", "/page.css", &Control::page},
      {"GET", "/page.js", &Control::page},
      {"GET", "/icon.svg", &Control::page},
      {"GET", "/openapi.json", &Control::page},
      {"GET", "/health", &Control::get_health},
      {"GET", "/ledger", &Control::get_ledger},
      {"GET", "/subscribers", &Control::get_subscribers},
      {"GET", "/messages", &Control::get_messages},
      {"GET", "/pdus", &Control::get_pdus},
      {"GET", "/wait", &Control::get_wait},
      {"GET", "/events", &Control::get_events},
      {"GET", "/behaviour", &Control::get_behaviour},
      {"GET", "/certificate", &Control::get_certificate},
      {"POST", "/mo", &Control::mo},
      {"POST", "/behaviour", &Control::post_behaviour},
      {"POST", "/network", &Control::post_network},
      {"POST", "/links/drop", &Control::drop_links},
      {"POST", "/reset", &Control::post_reset},
      {"GET", "/behaviour/rules", &Control::get_rules},
      {"GET", "/faults", &Control::get_faults},
      {"POST", "/faults", &Control::post_fault},
      {"POST", "/enquire_link", &Control::enquire_link},
      {"POST", "/unbind", &Control::unbind},
      {"POST", "/alert_notification", &Control::alert_notification},
      {"POST", "/outbind", &Control::outbind},
      {"POST", "/pdu", &Control::post_pdu},
  };
  return kRoutes;
}

void Control::handle(const Request& request, Reply reply) {
  // There are no credentials, so a page of another site must not be able to use a visitor's browser for this.
  const auto origin = request.header("origin");
  if (!origin.empty() && origin != "http://" + std::string(request.header("host"))) {
    return reply(problem(403, "Forbidden", "pages of other origins may not use the control port"));
  }
  std::string known, methods;
  for (const Route& route : routes()) {
    if (route.path == request.path) {
      // HEAD is GET without the body, which the server leaves out.
      if (route.method == request.method || (route.method == "GET" && request.method == "HEAD")) {
        return (this->*route.serve)(request, std::move(reply));
      }
      methods += (methods.empty() ? "" : ", ") + std::string(route.method);
    }
    known += fmt::format("{}{} {}", known.empty() ? "" : ", ", route.method, route.path);
  }
  if (methods.empty()) return reply(problem(404, "Not found", "known are " + known));
  Response refusal = problem(405, "Method not allowed", request.path + " takes " + methods);
  refusal.headers = {{"Allow", methods}};
  reply(std::move(refusal));
}

void Control::page(const Request& request, Reply reply) {
  const std::string name = request.path == "/" ? "index.html" : request.path.substr(1);
  Response response;
  response.content_type = name.ends_with(".html")  ? "text/html; charset=utf-8"
                          : name.ends_with(".css") ? "text/css; charset=utf-8"
                          : name.ends_with(".js")  ? "text/javascript; charset=utf-8"
                          : name.ends_with(".svg") ? "image/svg+xml"
                                                   : "application/json";
  response.body = page_file(name);
  reply(std::move(response));
}

void Control::get_health(const Request&, Reply reply) { reply(health()); }

void Control::get_ledger(const Request&, Reply reply) {
  Response response;
  response.body = smsc_.ledger().to_json(smsc_.subscribers()) + "\n";
  reply(std::move(response));
}

void Control::get_certificate(const Request&, Reply reply) {
  if (smsc_.self_made_certificate().empty()) {
    return reply(problem(404, "Not found", "there is one with --tls and without --certificate"));
  }
  Response response;
  response.content_type = "application/x-pem-file";
  response.body = smsc_.self_made_certificate();
  reply(std::move(response));
}

void Control::get_subscribers(const Request& request, Reply reply) {
  Query query(request, {"limit"});
  const auto limit = static_cast<std::size_t>(query.number("limit", 100, 1, kMostSubscribers));
  if (query.wrong()) return reply(*query.wrong());
  const auto off = smsc_.off_network();
  json::array list;
  for (const auto& person : smsc_.subscribers().all()) {
    if (list.size() == limit) break;
    const bool is_off = std::find(off.begin(), off.end(), person.number()) != off.end();
    list.emplace_back(
        json::object{{"number", person.number()}, {"personality", person.personality()}, {"on_network", !is_off}});
  }
  json::array by_hand;
  for (const auto& number : off) by_hand.emplace_back(number);
  reply(ok({{"count", smsc_.subscribers().all().size()}, {"off_network", by_hand}, {"subscribers", std::move(list)}}));
}

void Control::get_messages(const Request& request, Reply reply) { inspection_.messages(request, std::move(reply)); }
void Control::get_pdus(const Request& request, Reply reply) { inspection_.pdus(request, std::move(reply)); }
void Control::get_wait(const Request& request, Reply reply) { inspection_.wait(request, std::move(reply)); }
void Control::get_events(const Request& request, Reply reply) { inspection_.events(request, std::move(reply)); }
void Control::get_behaviour(const Request&, Reply reply) { reply(behaviour_now()); }
void Control::post_behaviour(const Request& request, Reply reply) { reply(behaviour(request)); }

void Control::get_rules(const Request&, Reply reply) { reply(wire_.rules()); }
void Control::get_faults(const Request&, Reply reply) { reply(wire_.faults()); }
void Control::post_fault(const Request& request, Reply reply) { reply(wire_.let_happen(request)); }
void Control::enquire_link(const Request& request, Reply reply) { reply(wire_.enquire_link(request)); }
void Control::unbind(const Request& request, Reply reply) { reply(wire_.unbind(request)); }
void Control::alert_notification(const Request& request, Reply reply) { reply(wire_.alert_notification(request)); }
void Control::outbind(const Request& request, Reply reply) { wire_.outbind(request, std::move(reply)); }
void Control::post_pdu(const Request& request, Reply reply) { reply(wire_.write_raw(request)); }

void Control::post_network(const Request& request, Reply reply) {
  Body body(request, {"number", "on"});
  std::string number = body.text("number");
  const bool is_on = body.boolean("on", true);
  if (number.empty()) body.fail("number", "is missing");
  if (!body.has("on")) body.fail("on", "is missing: true, or false for a handset that cannot be reached");
  if (body.wrong()) return reply(*body.wrong());
  if (number.front() == '+') number.erase(0, 1);
  if (!is_on && smsc_.off_network().size() >= kMostOffNetwork) {
    return reply(problem(400, "Bad value", fmt::format("on: {} handsets are off already", kMostOffNetwork), "on"));
  }
  smsc_.set_network(number, is_on);
  reply(ok({{"number", number}, {"on", is_on}}));
}

void Control::drop_links(const Request&, Reply reply) {
  const std::size_t binds = smsc_.binds();
  smsc_.drop_links();
  reply(ok({{"dropped", binds}}));
}

void Control::post_reset(const Request&, Reply reply) {
  smsc_.reset();
  reply(ok({{"reset", true}, {"last_id", smsc_.pdus().last_id()}}));
}

Response Control::health() const {
  return ok({{"ok", true},
             {"port", smsc_.port()},
             {"binds", smsc_.binds()},
             {"receivers", smsc_.receivers()},
             {"owed", smsc_.owed()}});
}

void Control::mo(const Request& request, Reply reply) {
  Body body(request, {"from", "to", "text", "hex", "alphabet", "data_coding", "esm_class", "long", "parts", "reference",
                      "ports", "tlv", "command", "spoof_receipt", "max_attempts", "account", "wait"});
  const MoText mo = mo_of(body);
  const std::string account = body.text("account");
  const bool waits = !body.has("wait") || body.number("wait", 1) == 1;
  if (body.wrong()) return reply(*body.wrong());
  std::string error;
  const auto sent = smsc_.inject(mo, account, error);
  if (!sent) return reply(problem(400, "Cannot be sent", error, error.substr(0, error.find(':'))));
  if (!waits) return reply(ok(mo_json(*sent, smsc_)));

  // Answered by whichever comes first: the last part's response, or the end of the wait.
  auto held = std::make_shared<Reply>(std::move(reply));
  const auto finish = [this, held, sent] {
    if (*held) (*held)(ok(mo_json(*sent, smsc_)));
  };
  sent->when_answered.push_back(finish);
  schedule_.after(smsc_.receivers() == 0 ? std::chrono::milliseconds(0) : std::chrono::milliseconds(kMoWait), finish);
}

Response Control::behaviour(const Request& request) {
  Body body(request, {"bind_status", "submit_status", "submit_status_times", "response_delay_ms", "receipt_delay_ms",
                      "receipt_stat", "throttle", "rules"});
  Behaviour next = smsc_.behaviour();
  constexpr std::uint64_t kHour = 3'600'000;
  if (const auto status = body.status("bind_status")) next.bind_status = *status;
  if (const auto status = body.status("submit_status")) {
    next.submit_status = *status;
    next.submit_status_times = 0;
  }
  if (body.has("submit_status_times")) next.submit_status_times = body.number("submit_status_times", 1'000'000'000);
  if (body.has("response_delay_ms"))
    next.response_delay = std::chrono::milliseconds(body.number("response_delay_ms", kHour));
  if (body.has("receipt_delay_ms"))
    next.receipt_delay = std::chrono::milliseconds(body.number("receipt_delay_ms", kHour));
  if (body.has("throttle")) next.throttle = body.number("throttle", 1'000'000);
  if (body.has("receipt_stat")) {
    next.receipt_stat = body.text("receipt_stat");
    if (!message_state_of(next.receipt_stat))
      body.fail("receipt_stat", "must be DELIVRD, UNDELIV, EXPIRED, DELETED, ACCEPTD, UNKNOWN, REJECTD or ENROUTE");
  }
  auto rules = rules_of(body);
  if (body.wrong()) return *body.wrong();
  smsc_.behaviour() = next;
  if (rules) smsc_.set_rules(std::move(*rules));
  return behaviour_now();
}

Response Control::behaviour_now() const {
  const Behaviour& next = smsc_.behaviour();
  json::array lines;
  for (const Rule& rule : smsc_.rules()) lines.emplace_back(rule.line);
  return ok({{"bind_status", smpp::status_name(next.bind_status)},
             {"submit_status", smpp::status_name(next.submit_status)},
             {"submit_status_times", next.submit_status_times},
             {"response_delay_ms", next.response_delay.count()},
             {"receipt_delay_ms", next.receipt_delay.count()},
             {"receipt_stat", next.receipt_stat},
             {"throttle", next.throttle},
             {"rules", std::move(lines)}});
}

}  // namespace smpp_sim
