// `smpp-sim mo` with one message: asks POST /mo of a running simulator and says what the ESME answered.
#include "core/http/client.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <charconv>
#include <cstdio>

namespace smpp_sim {
namespace {
namespace json = boost::json;

constexpr int kUsage = 2;
constexpr double kMaxRate = 1'000'000;

std::string text_of(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

json::object body_of(const MoOptions& options) {
  json::object body{{"from", options.from}, {"to", options.to}};
  const auto put = [&body](const char* key, const std::string& value) {
    if (!value.empty()) body[key] = value;
  };
  const auto put_number = [&body](const char* key, const std::optional<unsigned>& value) {
    if (value) body[key] = *value;
  };
  if (options.hex.empty() && options.spoof_receipt.empty()) body["text"] = options.text;
  put("hex", options.hex);
  put("alphabet", options.alphabet);
  put("long", options.long_mode);
  put("parts", options.parts);
  put("ports", options.ports);
  put("command", options.command);
  put("spoof_receipt", options.spoof_receipt);
  put("account", options.account);
  put_number("data_coding", options.data_coding);
  put_number("esm_class", options.esm_class);
  put_number("reference", options.reference);
  put_number("max_attempts", options.max_attempts);
  if (!options.tlvs.empty()) body["tlv"] = json::value_from(options.tlvs);
  return body;
}

}  // namespace

std::optional<double> rate_of(const std::string& text) {
  double rate = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (failed != std::errc() || !(rate > 0) || rate > kMaxRate) return std::nullopt;
  const std::string unit(end, text.data() + text.size());
  if (unit.empty() || unit == "/s") return rate;
  if (unit == "/m") return rate / 60;
  return std::nullopt;
}

int run_mo(const MoOptions& options) {
  if (options.from.empty() || options.to.empty()) {
    fmt::print(stderr, "smpp-sim mo: --from and --to are needed, or many messages by --csv or --jsonl\n");
    return kUsage;
  }
  core::http::ClientRequest request;
  request.url = "http://" + options.control + "/mo";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = json::serialize(body_of(options));
  const auto answer = core::http::request_blocking(request);
  if (!answer.answered()) {
    fmt::print(stderr, "smpp-sim mo: {}\n  is the simulator running? start it with: smpp-sim\n", answer.error);
    return 1;
  }
  boost::system::error_code failed;
  const json::value said = json::parse(answer.body, failed);
  if (failed || !said.is_object() || answer.status != 200) {
    const std::string detail = !failed && said.is_object() ? text_of(said.as_object(), "detail") : answer.body;
    fmt::print(stderr, "smpp-sim mo: refused with {}: {}\n", answer.status, detail);
    return 1;
  }
  const auto& result = said.as_object();
  const std::string parts = text_of(result, "parts") == "1" ? "1 part" : text_of(result, "parts") + " parts";
  if (text_of(result, "outcome") != "answered") {
    fmt::print("{} -> {}: waiting ({}): {}; it is delivered as soon as that changes\n", options.from, options.to, parts,
               text_of(result, "reason"));
    return 0;
  }
  fmt::print("{} -> {}: delivered ({}), the ESME answered {}\n", options.from, options.to, parts,
             text_of(result, "status"));
  return text_of(result, "status") == "ESME_ROK" ? 0 : 1;
}

}  // namespace smpp_sim
