#include "tools/smpp-sim/control_request.hpp"

#include "smpp/pdu_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <utility>

namespace smpp_sim {
namespace {
namespace json = boost::json;
using core::http::problem;

constexpr std::string_view kFilters[] = {"command", "direction", "account", "connection", "status",
                                         "from",    "to",        "text",    "after"};

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

}  // namespace

core::http::Response ok(const json::object& object) {
  core::http::Response response;
  response.body = json::serialize(object) + "\n";
  return response;
}

Body::Body(const core::http::Request& request, std::initializer_list<std::string_view> known) {
  boost::system::error_code failed;
  json::value value = request.body.empty() ? json::value(json::object()) : json::parse(request.body, failed);
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

std::string Body::text(const char* key) {
  const auto* value = object_.if_contains(key);
  if (value == nullptr) return {};
  if (!value->is_string()) return fail(key, "must be a string"), std::string();
  return std::string(view(value->as_string()));
}

std::uint64_t Body::number(const char* key, std::uint64_t most) {
  const auto* value = object_.if_contains(key);
  if (value == nullptr) return 0;
  if (!value->is_int64() || value->as_int64() < 0 || static_cast<std::uint64_t>(value->as_int64()) > most) {
    return fail(key, fmt::format("must be a number from 0 to {}", most)), 0;
  }
  return static_cast<std::uint64_t>(value->as_int64());
}

Millis Body::millis(const char* key) {
  if (!has(key)) return Millis(0);
  const auto parsed = parse_millis(text(key));
  if (!parsed) fail(key, "must be a time such as \"5s\"");
  return parsed.value_or(Millis(0));
}

bool Body::boolean(const char* key, bool otherwise) {
  const auto* value = object_.if_contains(key);
  if (value == nullptr) return otherwise;
  if (!value->is_bool()) return fail(key, "must be true or false"), otherwise;
  return value->as_bool();
}

std::optional<smpp::command_status> Body::status(const char* key) {
  const auto* value = object_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  std::optional<smpp::command_status> status;
  if (value->is_string()) status = smpp::status_of(view(value->as_string()));
  if (value->is_int64())
    status = static_cast<smpp::command_status>(number(key, std::numeric_limits<std::uint32_t>::max()));
  if (!status) fail(key, "must be a status by name (\"ESME_RTHROTTLED\") or number");
  return status;
}

std::vector<std::string> Body::texts(const char* key) {
  const auto* value = object_.if_contains(key);
  if (value == nullptr) return {};
  if (value->is_string()) return {std::string(view(value->as_string()))};
  std::vector<std::string> all;
  const auto* list = value->if_array();
  if (list == nullptr) return fail(key, "must be a text or a list of texts"), all;
  for (const auto& each : *list) {
    if (!each.is_string()) return fail(key, "must be a list of texts"), all;
    all.emplace_back(view(each.as_string()));
  }
  return all;
}

void Body::fail(const std::string& field, const std::string& what) {
  if (!wrong_) wrong_ = problem(400, "Bad value", field + ": " + what, field);
}

MoText mo_of(Body& body) {
  MoText mo;
  mo.from = body.text("from");
  mo.to = body.text("to");
  mo.text = body.text("text");
  if (body.has("data_coding")) mo.data_coding = static_cast<std::uint8_t>(body.number("data_coding", 255));
  mo.esm_class = static_cast<std::uint8_t>(body.number("esm_class", 255));
  mo.max_attempts = static_cast<unsigned>(body.number("max_attempts", 1'000'000));
  if (body.has("reference")) mo.reference = static_cast<std::uint16_t>(body.number("reference", 65'535));
  const auto read = [&body](const char* key, auto parse, auto& into, const char* what) {
    if (!body.has(key)) return;
    if (auto value = parse(body.text(key))) {
      into = std::move(*value);
    } else {
      body.fail(key, what);
    }
  };
  read(
      "hex",
      [](const std::string& digits) {
        auto octets = smpp::from_hex(digits);
        return octets ? std::optional(std::move(*octets)) : std::nullopt;
      },
      mo.octets, "must be hexadecimal digits in pairs");
  read("alphabet", alphabet_of, mo.alphabet, "must be auto, gsm7, gsm7-packed, latin1 or ucs2");
  read("long", long_mode_of, mo.long_mode, "must be udh8, udh16, sar or payload");
  read("parts", part_list_of, mo.parts, "must be part numbers from 1: \"1,3,2\"");
  read("ports", ports_of, mo.ports, "must be a destination port, or destination:source");
  for (const auto& each : body.texts("tlv")) {
    if (const auto tlv = tlv_of(each)) {
      mo.tlvs.add(tlv->tag, tlv->value);
    } else {
      body.fail("tlv",
                "must be a tag or name and its value in hexadecimal digits: \"0x1401=0a0b\", not \"" + each + "\"");
    }
  }
  const std::string command = body.text("command");
  if (!command.empty() && command != "deliver_sm" && command != "data_sm") {
    body.fail("command", "must be deliver_sm or data_sm");
  }
  mo.data_sm = command == "data_sm";
  if (body.has("spoof_receipt")) mo.text = receipt_text_of(body.text("spoof_receipt"));
  if (mo.from.empty()) body.fail("from", "is missing");
  if (mo.to.empty()) body.fail("to", "is missing");
  return mo;
}

Query::Query(const core::http::Request& request, std::initializer_list<std::string_view> known) : request_(request) {
  for (const auto& [name, value] : request.query) {
    const bool is_filter = std::find(std::begin(kFilters), std::end(kFilters), name) != std::end(kFilters);
    const bool takes_filters = std::find(known.begin(), known.end(), "filters") != known.end();
    if ((is_filter && takes_filters) || std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::vector<std::string_view> all(known.begin(), known.end());
    all.erase(std::remove(all.begin(), all.end(), "filters"), all.end());
    if (takes_filters) all.insert(all.end(), std::begin(kFilters), std::end(kFilters));
    fail(name, fmt::format("unknown; known are {}", fmt::join(all, ", ")));
  }
}

std::uint64_t Query::number(std::string_view name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most) {
  const auto value = request_.query_value(name);
  if (!value) return otherwise;
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (failed != std::errc() || end != value->data() + value->size() || number < least || number > most) {
    fail(name, fmt::format("must be a number from {} to {}", least, most));
    return otherwise;
  }
  return number;
}

std::chrono::milliseconds Query::duration(std::string_view name, std::chrono::milliseconds otherwise,
                                          std::chrono::milliseconds most) {
  const auto value = request_.query_value(name);
  if (!value) return otherwise;
  const auto duration = parse_millis(*value);
  if (duration && *duration <= most) return *duration;
  fail(name, fmt::format("must be a time such as 500ms or 10s, up to {} s", most.count() / 1000));
  return otherwise;
}

bool Query::boolean(std::string_view name) {
  const auto value = request_.query_value(name);
  if (!value) return false;
  if (*value != "1" && *value != "0" && *value != "true" && *value != "false") fail(name, "must be 1 or 0");
  return *value == "1" || *value == "true";
}

PduFilter Query::filter() {
  PduFilter filter;
  std::string_view names;
  const std::string commands = text("command");
  for (names = commands; !names.empty();) {
    const auto comma = std::min(names.find(','), names.size());
    if (const auto command = smpp::command_of(names.substr(0, comma))) {
      filter.commands.push_back(*command);
    } else {
      fail("command", fmt::format("\"{}\" is no command; names are as in the specification: submit_sm, submit_sm_resp",
                                  names.substr(0, comma)));
    }
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  if (const std::string direction = text("direction"); !direction.empty()) {
    if (direction != "in" && direction != "out") fail("direction", "must be in (from the ESME) or out (to it)");
    filter.incoming = direction == "in";
  }
  if (const std::string status = text("status"); !status.empty()) {
    filter.status = smpp::status_of(status);
    if (!filter.status) fail("status", "must be a status by name (ESME_RTHROTTLED) or number");
  }
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  if (has("connection")) filter.connection = number("connection", 0, 0, kMost);
  filter.after = number("after", 0, 0, kMost);
  filter.account = text("account");
  filter.from = text("from");
  filter.to = text("to");
  filter.text = text("text");
  return filter;
}

void Query::fail(std::string_view field, const std::string& what) {
  if (!wrong_) wrong_ = problem(400, "Bad value", fmt::format("{}: {}", field, what), field);
}

}  // namespace smpp_sim
