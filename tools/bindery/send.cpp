// `bindery send`: one message through the running daemon. It answers when the message is on disk; sending follows.
#include "core/service.hpp"
#include "tools/bindery/admin.hpp"
#include "tools/bindery/commands.hpp"
#include "tools/bindery/json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <ostream>
#include <random>

namespace bindery {

namespace {

// So that a retry by hand after a lost answer needs a key of its own, while one request is never two messages.
std::string fresh_key() {
  std::random_device entropy;
  return fmt::format("cli-{:08x}{:08x}{:08x}", entropy(), entropy(), entropy());
}

// NAME=VALUE of an option that may be there several times; false: one is not.
bool put_pairs(const Common& common, std::string_view option, const std::vector<std::string>& pairs, std::string_view member, boost::json::object& body) {
  boost::json::object object;
  for (const std::string& pair : pairs) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      *common.err << "bindery: " << option << " " << pair << ": write NAME=VALUE\n";
      return false;
    }
    object[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  if (!object.empty()) body[member] = std::move(object);
  return true;
}

}  // namespace

int send(const Common& common, const SendArguments& arguments) {
  boost::json::object body{{"to", arguments.to}};
  if (!arguments.from.empty()) body["from"] = arguments.from;
  if (!arguments.text.empty()) body["text"] = arguments.text;
  if (!arguments.campaign.empty()) body["campaign"] = arguments.campaign;
  if (arguments.campaign.empty() && (arguments.from.empty() || arguments.text.empty())) {
    *common.err << "bindery: send needs --from and a text, or --campaign\n";
    return core::kExitUsage;
  }
  if (!arguments.tariff.empty()) body["tariff"] = arguments.tariff;
  if (arguments.flash) body["flash"] = true;
  if (!put_pairs(common, "--field", arguments.fields, "fields", body) || !put_pairs(common, "--tlv", arguments.tlvs, "tlvs", body)) {
    return core::kExitUsage;
  }

  int code = core::kExitOk;
  const auto admin = Admin::open(common, core::Role::operate, code);
  if (!admin) return code;
  const std::string key = arguments.idempotency_key.empty() ? fresh_key() : arguments.idempotency_key;
  const auto answer = admin->post("/api/v1/messages", boost::json::serialize(body), {{"idempotency-key", key}});
  if (!admin->succeeded(answer, common)) {
    if (!answer.answered()) *common.err << "bindery: whether it was taken is not known; repeat with --idempotency-key " << key << "\n";
    return core::kExitFailed;
  }
  if (common.json) {
    *common.out << answer.body << "\n";
  } else {
    const boost::json::value value = parse_answer(answer.body);
    *common.out << text_of(value, "id") << " " << text_of(value, "state") << "\n";
  }
  return core::kExitOk;
}

}  // namespace bindery
