#include "tools/smpp-sim/smsc_control.hpp"

#include "smpp/pdu_text.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;
using core::http::problem;
using core::http::Reply;
using core::http::Request;
using core::http::Response;

Response ok(const json::object& object) {
  Response response;
  response.body = json::serialize(object) + "\n";
  return response;
}

// A request body whose members are known; the first mistake is kept as the answer. An empty body is an empty object.
class Body {
 public:
  Body(const Request& request, std::initializer_list<std::string_view> known) {
    boost::system::error_code failed;
    json::value value = request.body.empty() ? json::value(json::object()) : json::parse(request.body, failed);
    if (failed || !value.is_object()) {
      wrong_ = problem(400, "Not a JSON object", failed ? failed.message() : "the body must be one JSON object");
      return;
    }
    object_ = std::move(value.as_object());
    for (const auto& entry : object_) {
      const std::string_view key(entry.key().data(), entry.key().size());
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail(std::string(key), fmt::format("unknown; known are {}", fmt::join(known, ", ")));
    }
  }
  [[nodiscard]] const json::value* find(const char* key) const { return object_.if_contains(key); }
  std::string text(const char* key) {
    const auto* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_string()) return fail(key, "must be a string"), std::string();
    return std::string(value->as_string());
  }
  std::uint64_t number(const char* key, std::int64_t most) {
    const auto* value = find(key);
    if (value == nullptr) return 0;
    if (!value->is_int64() || value->as_int64() < 0 || value->as_int64() > most)
      return fail(key, fmt::format("must be a number from 0 to {}", most)), 0;
    return static_cast<std::uint64_t>(value->as_int64());
  }
  Millis millis(const char* key) {
    if (find(key) == nullptr) return Millis(0);
    const auto parsed = parse_millis(text(key));
    if (!parsed) fail(key, "must be a time such as \"5s\"");
    return parsed.value_or(Millis(0));
  }
  // "account" (globs) and "connection" (its number in the trace); neither: all.
  Which which() {
    Which which;
    which.account = Pattern(text("account"));
    which.connection = number("connection", std::numeric_limits<std::int64_t>::max());
    return which;
  }
  void fail(const std::string& field, const std::string& what) {
    if (!wrong_) wrong_ = problem(400, "Bad value", field + ": " + what, field);
  }
  [[nodiscard]] const std::optional<Response>& wrong() const { return wrong_; }

 private:
  json::object object_;
  std::optional<Response> wrong_;
};

json::object rules_json(const Smsc& smsc) {
  json::array rules;
  for (const Rule& rule : smsc.rules())
    rules.push_back(json::object{{"rule", rule.line}, {"matched", rule.matched}, {"obeyed", rule.obeyed}});
  return {{"rules", std::move(rules)}};
}

}  // namespace

bool SmscControl::takes(const Request& request) const {
  if (request.method == "GET") return request.path == "/behaviour/rules" || request.path == "/faults";
  if (request.method != "POST") return false;
  if (request.path == "/behaviour") return request.body.find("\"rules\"") != std::string::npos;
  return request.path == "/faults" || request.path == "/enquire_link" || request.path == "/unbind" ||
         request.path == "/alert_notification" || request.path == "/outbind" || request.path == "/pdu";
}

void SmscControl::handle(const Request& request, Reply reply) {
  if (request.path == "/outbind") return outbind(request, std::move(reply));
  if (request.path == "/behaviour") return reply(rules(request));
  if (request.path == "/behaviour/rules") return reply(ok(rules_json(smsc_)));
  if (request.path == "/faults" && request.method == "GET") {
    json::object counts;
    for (const auto& [name, count] : smsc_.faults()) counts[name] = count;
    return reply(ok({{"faults", std::move(counts)}}));
  }
  reply(request.path == "/faults" ? fault(request) : ask(request));
}

// All rules at once, or none of them: the mistake is told by its index and column.
Response SmscControl::rules(const Request& request) {
  Body body(request, {"rules"});
  if (body.wrong()) return *body.wrong();
  const json::value* list = body.find("rules");
  if (list == nullptr || !list->is_array()) {
    body.fail("rules", "must be an array of rules, each a line such as \"to=4479* status=ESME_RSUBMITFAIL\"");
    return *body.wrong();
  }
  std::vector<Rule> parsed;
  for (const json::value& line : list->as_array()) {
    const std::string field = fmt::format("rules[{}]", parsed.size());
    if (!line.is_string()) {
      body.fail(field, "must be a string");
      return *body.wrong();
    }
    RuleMistake mistake;
    auto rule = parse_rule(std::string_view(line.as_string().data(), line.as_string().size()), mistake);
    if (!rule) {
      body.fail(field, fmt::format("column {}: {}", mistake.column, mistake.what));
      return *body.wrong();
    }
    parsed.push_back(std::move(*rule));
  }
  smsc_.set_rules(std::move(parsed));
  return ok(rules_json(smsc_));
}

Response SmscControl::fault(const Request& request) {
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
  const Which which = body.which();
  if (body.wrong()) return *body.wrong();
  plan.fault = known->fault;
  return ok({{"fault", name}, {"connections", smsc_.let_happen(which, plan)}});
}

Response SmscControl::ask(const Request& request) {
  Body body(request, {"account", "connection", "source", "esme_addr", "ms_availability_status", "hex"});
  const Which which = body.which();
  std::size_t count = 0;
  if (request.path == "/pdu") {
    const auto octets = smpp::from_hex(body.text("hex"));
    if (!octets || octets->empty()) body.fail("hex", "must be hexadecimal digits in pairs: what goes out as it is");
    if (body.wrong()) return *body.wrong();
    count = smsc_.write_raw(which, *octets);
  } else if (request.path == "/alert_notification") {
    smpp::AlertNotification alert;
    alert.source = {1, 1, body.text("source")};
    alert.esme_addr = {0, 0, body.text("esme_addr")};
    if (alert.source.addr.empty()) body.fail("source", "is missing: the number that can be reached again");
    if (body.find("ms_availability_status") != nullptr)
      alert.tlvs.add_integer(smpp::tag::ms_availability_status, body.number("ms_availability_status", 2));
    if (body.wrong()) return *body.wrong();
    count = smsc_.alert(which, alert);
  } else {
    if (body.wrong()) return *body.wrong();
    count = request.path == "/unbind" ? smsc_.unbind(which) : smsc_.enquire_link(which);
  }
  return ok({{"connections", count}});
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
