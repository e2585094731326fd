#include "core/http/client.hpp"
#include "tools/smpp-sim/tools.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cstdio>

namespace smpp_sim {
namespace {
namespace json = boost::json;

std::string text_of(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

}  // namespace

int run_mo(const MoOptions& options) {
  json::object body{{"from", options.from}, {"to", options.to}, {"text", options.text}};
  if (options.data_coding) body["data_coding"] = *options.data_coding;
  if (!options.account.empty()) body["account"] = options.account;
  core::http::ClientRequest request;
  request.url = "http://" + options.control + "/mo";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = json::serialize(body);
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
