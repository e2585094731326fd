// What a rule may look at, and what it decides: values only. The engine fills Facts from its working set; rules
// never see a record, a clock or a socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rules {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Fields = std::map<std::string, std::string, std::less<>>;  // "appointment.at" -> "2026-02-03T10:00"

struct Facts {
  std::string text;                      // UTF-8 as decoded, not normalised
  std::string step;                      // empty: the first step
  const Fields* conversation = nullptr;  // recipient's row, captures, set; looked up first
  const Fields* contact = nullptr;
  std::string from;    // the person, E.164 digits
  std::string sender;  // our number
  std::string zone;    // IANA, empty: UTC
  WallTime now{};
};

// Actions, already rendered. `notify` carries the event's name; the body is the engine's.
struct Reply {
  std::string text;
};
struct Notify {
  std::string endpoint;
  std::string event;
};
struct Set {
  std::string field;
  std::string value;
  bool on_contact = false;
};
struct Goto {
  std::string step;
};
struct Close {
  std::string outcome;
};
using Action = std::variant<Reply, Notify, Set, Goto, Close>;

enum class Match { none, keyword, otherwise };

struct Decision {
  Match match = Match::none;
  std::int32_t rule = -1;  // index in the campaign's file order; -1: none
  std::vector<Action> actions;
  std::vector<std::string> trace;  // one line per rule tried: what it wanted, why it did or did not match
  std::vector<std::string>
      missing;  // fields without a usable value: the reply or set that needs one is left out of actions
};

// `reply "Confirmed."`, `notify crm: appointment.confirmed`, `close confirmed`: as explain and tests show it.
[[nodiscard]] std::string to_string(const Action& action);

// Reserved words come before any rule, as whole messages (PROMISES D1).
enum class ReservedWord { none, stop, start, help };

}  // namespace rules
