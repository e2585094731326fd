#include "core/web/read_request.hpp"

#include "core/web/fields.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace core::web {
namespace {

namespace json = boost::json;

std::optional<http::Response> read_object(const http::Request& request, json::object& into) {
  const std::string_view type = request.header("content-type");
  if (!type.empty() && type.substr(0, 16) != "application/json") {
    return http::problem(415, "unsupported media type", "send application/json", "Content-Type");
  }
  json::value value;
  if (const std::string why = parse_json(request.body, value); !why.empty()) return http::problem(400, "invalid JSON", why);
  if (!value.is_object()) return http::problem(400, "invalid JSON", "the body is a JSON object");
  into = std::move(value.get_object());
  return std::nullopt;
}

std::optional<http::Response> refuse_unknown(const json::object& object, std::initializer_list<std::string_view> known) {
  for (const auto& member : object) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      std::string list;
      for (const std::string_view name : known) list += (list.empty() ? "" : ", ") + std::string(name);
      return http::problem(422, "unknown field", "known are " + list, key);
    }
  }
  return std::nullopt;
}

// Absent or null leaves `into` as it is.
std::optional<http::Response> read_text(const json::object& object, std::string_view name, bool required, std::string& into) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) {
    if (required) return http::problem(422, "field missing", "\"" + std::string(name) + "\" is required", name);
    return std::nullopt;
  }
  if (!value->is_string()) return http::problem(422, "wrong type", "\"" + std::string(name) + "\" is a text", name);
  into.assign(value->get_string().data(), value->get_string().size());
  return std::nullopt;
}

std::optional<http::Response> read_key(const http::Request& request, std::string& into) {
  into = std::string(request.header("idempotency-key"));
  const bool printable = std::all_of(into.begin(), into.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (into.size() > 255 || !printable || (into.empty() && request.headers.count("idempotency-key") != 0)) {
    return http::problem(400, "bad Idempotency-Key", "1 to 255 printable characters", "Idempotency-Key");
  }
  return std::nullopt;
}

}  // namespace

Read<engine::SendMessage> read_send(const http::Request& request, const Caller& caller) {
  json::object object;
  if (auto fault = read_object(request, object)) return std::move(*fault);
  if (auto fault = refuse_unknown(object, {"to", "from", "text", "campaign", "fields", "tariff", "tlvs", "flash"})) return std::move(*fault);
  engine::SendMessage input;
  input.token = caller.name;
  if (auto fault = read_key(request, input.idempotency_key)) return std::move(*fault);
  if (auto fault = read_text(object, "to", true, input.to)) return std::move(*fault);
  if (auto fault = read_text(object, "campaign", false, input.campaign)) return std::move(*fault);
  if (auto fault = read_text(object, "from", input.campaign.empty(), input.from)) return std::move(*fault);
  if (auto fault = read_text(object, "text", input.campaign.empty(), input.text)) return std::move(*fault);
  if (const json::value* fields = object.if_contains("fields"); fields != nullptr && !fields->is_null()) {
    FieldFault fault;
    if (!fields->is_object()) return http::problem(422, "wrong type", "\"fields\" is an object", "fields");
    if (input.campaign.empty()) return http::problem(422, "fields without a campaign", "fields belong to a conversation of a campaign", "fields");
    if (!flatten(*fields, "", input.fields, fault)) return http::problem(422, "field refused", fault.why, "fields." + fault.field);
  }
  if (auto fault = read_text(object, "tariff", false, input.tariff)) return std::move(*fault);
  if (const json::value* tlvs = object.if_contains("tlvs"); tlvs != nullptr && !tlvs->is_null()) {
    FieldFault fault;
    if (!tlvs->is_object()) return http::problem(422, "wrong type", "\"tlvs\" is an object", "tlvs");
    if (!flatten(*tlvs, "", input.tlvs, fault)) return http::problem(422, "field refused", fault.why, "tlvs." + fault.field);
  }
  if (const json::value* flash = object.if_contains("flash"); flash != nullptr && !flash->is_null()) {
    if (!flash->is_bool()) return http::problem(422, "wrong type", "\"flash\" is true or false", "flash");
    input.flash = flash->get_bool();
  }
  input.request_hash = request_hash(request.path, request.body);
  return input;
}

Read<engine::LaunchCampaign> read_launch(const http::Request& request, const Caller& caller, const std::string& campaign) {
  engine::LaunchCampaign input;
  input.campaign = campaign;
  input.token = caller.name;
  if (auto fault = read_key(request, input.idempotency_key)) return std::move(*fault);
  if (!request.body.empty()) {
    json::object object;
    if (auto fault = read_object(request, object)) return std::move(*fault);
    if (auto fault = refuse_unknown(object, {})) return std::move(*fault);
  }
  return input;
}

Read<std::string> read_idempotency_key(const http::Request& request) {
  std::string key;
  if (auto fault = read_key(request, key)) return std::move(*fault);
  return key;
}

Read<engine::ExplainText> read_explain(const http::Request& request) {
  json::object object;
  if (auto fault = read_object(request, object)) return std::move(*fault);
  if (auto fault = refuse_unknown(object, {"from", "to", "text"})) return std::move(*fault);
  engine::ExplainText input;
  if (auto fault = read_text(object, "from", true, input.from)) return std::move(*fault);
  if (auto fault = read_text(object, "to", true, input.to)) return std::move(*fault);
  if (auto fault = read_text(object, "text", true, input.text)) return std::move(*fault);
  return input;
}

Read<engine::SettleDoubt> read_settle(const http::Request& request, storage::Id message) {
  json::object object;
  std::string as;
  if (auto fault = read_object(request, object)) return std::move(*fault);
  if (auto fault = refuse_unknown(object, {"as"})) return std::move(*fault);
  if (auto fault = read_text(object, "as", true, as)) return std::move(*fault);
  if (as != "resend" && as != "unknown") return http::problem(422, "wrong value", "\"as\" is \"resend\" or \"unknown\"", "as");
  return engine::SettleDoubt{0, message, as == "resend"};
}

Read<storage::ConversationFilter> read_filter(const http::Request& request) {
  storage::ConversationFilter filter;
  for (const auto& [name, value] : request.query) {
    if (name == "number") filter.number = !value.empty() && value.front() == '+' ? value.substr(1) : value;
    else if (name == "campaign") filter.campaign = value;
    else if (name == "sender") filter.sender = value;
    else if (name == "state") filter.state = value;
    else if (name == "before") {
      filter.before = storage::parse_id("cnv_", value);
      if (filter.before == 0) return http::problem(400, "bad id", "\"" + value + "\" is not a conversation's id", "before");
    } else if (name == "limit") {
      const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), filter.limit);
      if (failed != std::errc{} || end != value.data() + value.size() || filter.limit < 1 || filter.limit > 1000) {
        return http::problem(400, "bad limit", "a number between 1 and 1000", "limit");
      }
    } else {
      return http::problem(400, "unknown parameter", "known are number, campaign, sender, state, before, limit", name);
    }
  }
  if (!filter.state.empty() && filter.state != "open" && filter.state != "closed" && filter.state != "opted_out") {
    return http::problem(400, "bad state", "open, closed or opted_out", "state");
  }
  return filter;
}

}  // namespace core::web
