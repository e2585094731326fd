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
  boost::json::object fields;
  for (const std::string& field : arguments.fields) {
    const auto equals = field.find('=');
    if (equals == std::string::npos || equals == 0) {
      *common.err << "bindery: --field " << field << ": write NAME=VALUE\n";
      return core::kExitUsage;
    }
    fields[field.substr(0, equals)] = field.substr(equals + 1);
  }
  if (!fields.empty()) body["fields"] = std::move(fields);

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
