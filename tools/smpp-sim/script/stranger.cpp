#include "tools/smpp-sim/script/stranger.hpp"

#include <algorithm>
#include <map>

namespace smpp_sim::script {
namespace {

// What the owner of the session under test answers in the script, by command. A stranger answers by itself, and then
// with values of its own.
using Chosen = std::map<std::string, std::vector<std::string>>;

std::string why_not_respond(const Step& step, Chosen& chosen) {
  for (const Word& word : step.words) {
    const bool usual = word.name == "to" || (word.name == "status" && word.value == "ESME_ROK");
    if (word.name == "status" && !usual) return "its owner would have to answer so";
    if (word.name == "epoch") return "only a session of ours has epochs";
    if (!usual) chosen[step.what].push_back(word.name);
  }
  return {};
}

std::string why_not_expect_pdu(const Step& step, const Chosen& chosen) {
  const auto of_command = chosen.find(step.what);
  if (of_command == chosen.end()) return {};
  for (const Word& word : step.words) {
    if (std::ranges::find(of_command->second, word.name) != of_command->second.end()) {
      return word.name + " is its owner's to choose";
    }
  }
  return {};
}

std::string why_not_set(const Step& step, const std::vector<std::string>& settings) {
  for (const Word& word : step.words) {
    const std::string setting = word.name + '=' + word.value;
    if (std::ranges::find(settings, setting) == settings.end()) {
      return "it would have to be set so; if it is: --set " + setting;
    }
  }
  return {};
}

std::string why_not(const Step& step, const std::vector<std::string>& settings, Chosen& chosen) {
  switch (step.verb) {
    case Verb::advance: return "its clock cannot be moved; `pause` waits";
    case Verb::block:
    case Verb::unblock:
    case Verb::write: return "what its socket takes is not ours to decide";
    case Verb::request:
    case Verb::revoke:
    case Verb::unbind:
    case Verb::bind: return "its owner would have to do that";
    case Verb::set: return why_not_set(step, settings);
    case Verb::respond: return why_not_respond(step, chosen);
    case Verb::expect_pdu: return why_not_expect_pdu(step, chosen);
    default: return {};
  }
}

}  // namespace

bool is_about_smsc(const Script& script) {
  return std::ranges::any_of(script.steps,
                             [](const Step& step) { return step.verb == Verb::role && step.what == "smsc"; });
}

std::string why_not(const Script& script, const std::vector<std::string>& settings) {
  Chosen chosen;
  for (const Step& step : script.steps) {
    const std::string why = why_not(step, settings, chosen);
    if (!why.empty()) return "line " + std::to_string(step.line) + ", " + step.text + ": " + why;
  }
  return {};
}

bool is_unseen(const Step& step) {
  if (step.verb == Verb::respond) return true;
  return step.verb == Verb::expect && (step.what != "wants_close" || step.find("no") != nullptr);
}

}  // namespace smpp_sim::script
