#include "tools/smpp-sim/control.hpp"

#include "smpp/pdu_text.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;
using core::http::problem;
using core::http::Reply;
using core::http::Request;
using core::http::Response;

constexpr std::chrono::seconds kMoWait{10};  // how long POST /mo waits for the ESME's answer

Response ok(const json::object& object) {
  Response response;
  response.body = json::serialize(object) + "\n";
  return response;
}

// Members of a request body, each checked as it is read; the first mistake is kept as the answer.
class Body {
 public:
  Body(const Request& request, std::initializer_list<std::string_view> known) {
    boost::system::error_code failed;
    json::value value = json::parse(request.body, failed);
    if (failed || !value.is_object()) {
      wrong_ = problem(400, "Not a JSON object", failed ? failed.message() : "the body must be one JSON object");
      return;
    }
    object_ = std::move(value.as_object());
    for (const auto& entry : object_) {
      const std::string_view key(entry.key().data(), entry.key().size());
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        fail(std::string(key), fmt::format("unknown; known are {}", fmt::join(known, ", ")));
      }
    }
  }
  bool has(const char* key) const { return object_.contains(key); }
  std::string text(const char* key) {
    const auto* value = object_.if_contains(key);
    if (value == nullptr) return {};
    if (!value->is_string()) return fail(key, "must be a string"), std::string();
    return {value->as_string().data(), value->as_string().size()};
  }
  std::uint64_t number(const char* key, std::uint64_t most) {
    const auto* value = object_.if_contains(key);
    if (value == nullptr) return 0;
    if (!value->is_int64() || value->as_int64() < 0 || static_cast<std::uint64_t>(value->as_int64()) > most) {
      return fail(key, fmt::format("must be a number from 0 to {}", most)), 0;
    }
    return static_cast<std::uint64_t>(value->as_int64());
  }
  std::optional<smpp::command_status> status(const char* key) {
    const auto* value = object_.if_contains(key);
    if (value == nullptr) return std::nullopt;
    std::optional<smpp::command_status> status;
    if (value->is_string())
      status = smpp::status_of(std::string_view(value->as_string().data(), value->as_string().size()));
    if (value->is_int64())
      status = static_cast<smpp::command_status>(number(key, std::numeric_limits<std::uint32_t>::max()));
    if (!status) fail(key, "must be a status by name (\"ESME_RTHROTTLED\") or number");
    return status;
  }
  void fail(const std::string& field, const std::string& what) {
    if (!wrong_) wrong_ = problem(400, "Bad value", field + ": " + what, field);
  }
  [[nodiscard]] const std::optional<Response>& wrong() const { return wrong_; }

 private:
  json::object object_;
  std::optional<Response> wrong_;
};

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

void Control::handle(const Request& request, Reply reply) {
  const bool get = request.method == "GET", post = request.method == "POST";
  if (get && request.path == "/health") return reply(health());
  if (get && request.path == "/ledger") {
    Response response;
    response.body = smsc_.ledger().to_json(smsc_.subscribers()) + "\n";
    return reply(std::move(response));
  }
  if (get && request.path == "/certificate" && !smsc_.self_made_certificate().empty()) {
    Response response;
    response.content_type = "application/x-pem-file";
    response.body = smsc_.self_made_certificate();
    return reply(std::move(response));
  }
  if (post && request.path == "/mo") return mo(request, std::move(reply));
  if (post && request.path == "/behaviour") return reply(behaviour(request));
  if (post && request.path == "/links/drop") {
    const std::size_t binds = smsc_.binds();
    smsc_.drop_links();
    return reply(ok({{"dropped", binds}}));
  }
  reply(problem(404, "Not found", "known are GET /health, GET /ledger, GET /certificate (of --tls), POST /mo, POST /behaviour, POST /links/drop"));
}

Response Control::health() const {
  return ok({{"ok", true},
             {"port", smsc_.port()},
             {"binds", smsc_.binds()},
             {"receivers", smsc_.receivers()},
             {"owed", smsc_.owed()}});
}

void Control::mo(const Request& request, Reply reply) {
  Body body(request, {"from", "to", "text", "data_coding", "hex", "esm_class", "account", "wait"});
  MoText mo;
  mo.from = body.text("from");
  mo.to = body.text("to");
  mo.text = body.text("text");
  const std::string account = body.text("account");
  if (body.has("data_coding")) mo.data_coding = static_cast<std::uint8_t>(body.number("data_coding", 255));
  mo.esm_class = static_cast<std::uint8_t>(body.number("esm_class", 255));
  if (body.has("hex")) {
    auto octets = smpp::from_hex(body.text("hex"));
    if (octets) {
      mo.octets = std::move(*octets);
    } else {
      body.fail("hex", "must be hexadecimal digits in pairs");
    }
  }
  if (mo.from.empty()) body.fail("from", "is missing");
  if (mo.to.empty()) body.fail("to", "is missing");
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
                      "receipt_stat", "throttle"});
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
  if (body.wrong()) return *body.wrong();
  smsc_.behaviour() = next;
  return ok({{"bind_status", smpp::status_name(next.bind_status)},
             {"submit_status", smpp::status_name(next.submit_status)},
             {"submit_status_times", next.submit_status_times},
             {"response_delay_ms", next.response_delay.count()},
             {"receipt_delay_ms", next.receipt_delay.count()},
             {"receipt_stat", next.receipt_stat},
             {"throttle", next.throttle}});
}

}  // namespace smpp_sim
