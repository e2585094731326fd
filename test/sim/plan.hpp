// What a seed decides before the first event: accounts, binds, senders, endpoints, people; and the campaigns.
#pragma once

#include "core/engine/settings.hpp"
#include "rules/program.hpp"
#include "smpp/session.hpp"
#include "test/sim/random.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sim {

// A guard taken away on purpose, to see that the simulation notices (FAILURES F35).
enum class Mutation : std::uint8_t { none, ack_early, no_dedup, no_revoke, lost_as_returned, wide_window, forget_results, double_pace, links_behind_commit };

struct LinePlan {
  std::string account;
  std::uint32_t slot = 0;             // which of the account's binds
  std::uint32_t window = 10;
  smpp::BindType type = smpp::BindType::transceiver;
  [[nodiscard]] bool receives() const { return type != smpp::BindType::transmitter; }
};

struct Person {
  std::string number;
  std::string account;                // where this person's messages come from
};

struct Plan {
  core::engine::Settings settings;
  std::vector<LinePlan> lines;
  std::vector<Person> people;
  std::vector<std::string> radix_accounts;  // their receipts name ids in another radix
  double carrier_rate = 0;            // segments/s and account above which the carrier throttles; 0: none
  smpp::Timers esme_timers, smsc_timers;

  [[nodiscard]] const core::engine::AccountSettings& account(std::string_view id) const;
  [[nodiscard]] const LinePlan& line(std::string_view account, std::uint32_t slot) const;
};

Plan make_plan(Random& random);
std::shared_ptr<const rules::Program> make_program();

// What one text must cause in a conversation of this campaign, whatever the step: the rules of these campaigns have one.
struct Effects {
  std::size_t replies = 0;
  std::vector<std::string> events;    // types
};
Effects effects_of(std::string_view campaign, std::string_view text);

inline const std::string kMainSender = "80800", kNewsSender = "80900", kEndpoint = "crm";
// A text that no campaign names: three segments, with characters only UCS-2 has.
inline const std::string kLongReply =
    "Here is all of it. One: come ten minutes early. Two: bring the letter and a list of what you take. Three: if you have to "
    "cancel, reply NO at least a day before. Four: parking is behind the house. Five: lifts are on the left. Thank you, your "
    "clinic. Take care \xF0\x9F\x8C\xBB";

}  // namespace sim
