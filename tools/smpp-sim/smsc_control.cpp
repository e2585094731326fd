#include "tools/smpp-sim/smsc_control.hpp"

#include "smpp/pdu_text.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <limits>
#include <memory>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;
using core::http::problem;
using core::http::Reply;
using core::http::Request;
using core::http::Response;

// "account" (globs) and "connection" (its number in the trace); neither: all.
Which which_of(Body& body) {
  Which which;
  which.account = Pattern(body.text("account"));
  which.connection = body.number("connection", std::numeric_limits<std::int64_t>::max());
  return which;
}

Response done_to(std::size_t connections) { return ok({{"connections", connections}}); }

}  // namespace

std::optional<std::vector<Rule>> rules_of(Body& body) {
  const json::value* const value = body.raw("rules");
  if (value == nullptr) return std::nullopt;
  const json::array* const list = value->if_array();
  if (list == nullptr) {
    body.fail("rules", "must be an array of rules, each a line such as \"to=4479* status=ESME_RSUBMITFAIL\"");
    return std::nullopt;
  }
  std::vector<Rule> parsed;
  for (const json::value& line : *list) {
    const std::string field = fmt::format("rules[{}]", parsed.size());
    if (!line.is_string()) return body.fail(field, "must be a string"), std::nullopt;
    RuleMistake mistake;
    auto rule = parse_rule(std::string_view(line.as_string().data(), line.as_string().size()), mistake);
    if (!rule) return body.fail(field, fmt::format("column {}: {}", mistake.column, mistake.what)), std::nullopt;
    parsed.push_back(std::move(*rule));
  }
  return parsed;
}

Response SmscControl::rules() const {
  json::array rules;
  for (const Rule& rule : smsc_.rules())
    rules.push_back(json::object{{"rule", rule.line}, {"matched", rule.matched}, {"obeyed", rule.obeyed}});
  return ok({{"rules", std::move(rules)}});
}

Response SmscControl::faults() const {
  json::object counts;
  for (const auto& [name, count] : smsc_.faults()) counts[name] = count;
  return ok({{"faults", std::move(counts)}});
}

Response SmscControl::let_happen(const Request& request) {
  Body body(request, {"fault", "after", "account", "connection"});
  const std::string name = body.text("fault");
  const FaultName* known = find_fault(name);
  if (known == nullptr || known->scope == FaultScope::bind) {
    std::string names;
    for (const FaultName& each : fault_names()) {
      if (each.scope != FaultScope::bind) names += (names.empty() ? "" : ", ") + std::string(each.name);
    }
    body.fail("fault", fmt::format("must be one of {}", names));
  }
  FaultPlan plan;
  plan.after = body.millis("after");
  const Which which = which_of(body);
  if (body.wrong()) return *body.wrong();
  plan.fault = known->fault;
  return ok({{"fault", name}, {"connections", smsc_.let_happen(which, plan)}});
}

Response SmscControl::enquire_link(const Request& request) {
  Body body(request, {"account", "connection"});
  const Which which = which_of(body);
  if (body.wrong()) return *body.wrong();
  return done_to(smsc_.enquire_link(which));
}

Response SmscControl::unbind(const Request& request) {
  Body body(request, {"account", "connection"});
  const Which which = which_of(body);
  if (body.wrong()) return *body.wrong();
  return done_to(smsc_.unbind(which));
}

Response SmscControl::write_raw(const Request& request) {
  Body body(request, {"account", "connection", "hex"});
  const Which which = which_of(body);
  const auto octets = smpp::from_hex(body.text("hex"));
  if (!octets || octets->empty()) body.fail("hex", "must be hexadecimal digits in pairs: what goes out as it is");
  if (body.wrong()) return *body.wrong();
  return done_to(smsc_.write_raw(which, *octets));
}

Response SmscControl::alert_notification(const Request& request) {
  Body body(request, {"account", "connection", "source", "esme_addr", "ms_availability_status"});
  const Which which = which_of(body);
  smpp::AlertNotification alert;
  alert.source = {1, 1, body.text("source")};
  alert.esme_addr = {0, 0, body.text("esme_addr")};
  if (alert.source.addr.empty()) body.fail("source", "is missing: the number that can be reached again");
  if (body.has("ms_availability_status"))
    alert.tlvs.add_integer(smpp::tag::ms_availability_status, body.number("ms_availability_status", 2));
  if (body.wrong()) return *body.wrong();
  return done_to(smsc_.alert(which, alert));
}

void SmscControl::outbind(const Request& request, Reply reply) {
  Body body(request, {"to", "system_id", "password"});
  OutbindTo to{body.text("to"), body.text("system_id"), body.text("password")};
  if (to.address.empty()) body.fail("to", "is missing: host:port of an ESME that waits for an outbind");
  if (body.wrong()) return reply(*body.wrong());
  const auto held = std::make_shared<Reply>(std::move(reply));
  smsc_.outbind(to, [held](const std::string& why) {
    (*held)(why.empty() ? ok({{"outbind", "sent"}}) : problem(502, "No outbind", why));
  });
}

}  // namespace smpp_sim
