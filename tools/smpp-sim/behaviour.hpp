// How the simulated SMSC behaves, as rules of one line each: which PDUs, and what then. The same line on the command
// line (--when), in a configuration file and by POST /behaviour. Of each effect the first rule decides that matches and
// names it. Pure: the time and randomness are passed in. Flow: behaviour_parse.cpp reads a line into a Rule; decide()
// walks the rules for one PDU.
#pragma once

#include "smpp/session.hpp"
#include "smpp/status.hpp"
#include "smpp/receipt_state.hpp"
#include "tools/smpp-sim/fault.hpp"
#include "tools/smpp-sim/random.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smpp_sim {

using Millis = std::chrono::milliseconds;

// Any of several globs: "4479*,80800"; * any octets, ? one octet. Empty: everything.
class Pattern {
 public:
  Pattern() = default;
  explicit Pattern(std::string_view text);
  [[nodiscard]] bool matches(std::string_view value) const;
  [[nodiscard]] bool empty() const { return globs_.empty(); }

 private:
  std::vector<std::string> globs_;
};

struct Delay {
  enum class Kind : std::uint8_t { fixed, uniform, normal, spike, never };
  Kind kind = Kind::fixed;
  Millis first{0};    // fixed; the least; the mean; the usual one
  Millis second{0};   // the most; the deviation; the spike
  double chance = 0;  // of the spike, 0 to 1
};
[[nodiscard]] std::optional<Millis> draw(const Delay& delay, Random& random);  // absent: never

template <class Value>
struct Mix {
  std::vector<std::pair<Value, std::uint64_t>> shares;  // never empty once parsed
  std::uint64_t total = 0;

  [[nodiscard]] const Value& draw(Random& random) const {
    if (shares.size() == 1) return shares.front().first;
    std::uint64_t at = random.below(total);
    for (const auto& [value, weight] : shares) {
      if (at < weight) return value;
      at -= weight;
    }
    return shares.back().first;
  }
};

// What can be answered, or sent, and so can have a rule. One bit each.
enum class Trigger : std::uint32_t {
  connect = 1U << 0,
  bind_transceiver = 1U << 1,
  bind_transmitter = 1U << 2,
  bind_receiver = 1U << 3,
  submit_sm = 1U << 4,
  submit_multi = 1U << 5,
  data_sm = 1U << 6,
  query_sm = 1U << 7,
  cancel_sm = 1U << 8,
  replace_sm = 1U << 9,
  broadcast_sm = 1U << 10,
  query_broadcast_sm = 1U << 11,
  cancel_broadcast_sm = 1U << 12,
  deliver_sm = 1U << 13,  // ours
};
inline constexpr std::uint32_t kBinds = 0xEU;
inline constexpr std::uint32_t kMessages = 0x70U;  // without command=

enum class IdForm : std::uint8_t { decimal, hex, padded, uuid, upper, empty, reused };
enum class ReceiptId : std::uint8_t { same, hex, decimal, upper, lower, padded, truncated, tlv_only, text_only };
enum class ReceiptForm : std::uint8_t { both, text, tlv, data_sm };
enum class ReceiptWhen : std::uint8_t { after_response, before_response, after_reconnect };
enum class ReceiptOn : std::uint8_t { any_bind, same_bind, other_bind };
enum class Dialect : std::uint8_t {
  appendix_b, seconds, long_year, epoch, upper_case, lower_case, no_text_field, no_sub, id_and_stat, full_words,
  numbers, err_hex, err_empty, commas, lines, kannel
};

inline constexpr std::size_t kMaxIntermediate = 4;  // notifications before a receipt

struct ReceiptShape {
  ReceiptId id = ReceiptId::same;
  ReceiptForm form = ReceiptForm::both;
  Dialect dialect = Dialect::appendix_b;
  ReceiptWhen when = ReceiptWhen::after_response;
  ReceiptOn on = ReceiptOn::any_bind;
  std::uint8_t times = 1;
  std::uint8_t intermediate_count = 0;
  std::array<smpp::MessageState, kMaxIntermediate> intermediate{};
};

struct Outcome {
  bool receipt = true;  // false: none is sent
  smpp::MessageState state = smpp::MessageState::DELIVERED;
};

struct Congestion {  // the TLV congestion_state: from..to over so many responses, then `to`
  std::uint8_t from = 0, to = 0;
  std::uint32_t over = 0;
};

enum class ResponseForm : std::uint8_t { usual, duplicate, late, wrong_sequence, without_body, reordered, none };

struct Rule {
  std::string line;  // as it was given
  std::uint32_t commands = kMessages;
  Pattern to, from, text, account;
  std::uint64_t first = 0, at = 0, every = 0;  // of those that match; 0: not asked for
  double chance = 1;

  std::optional<Mix<smpp::command_status>> status;
  std::optional<Delay> delay;
  std::optional<ResponseForm> response;
  Millis late_by{0};
  double rate = 0;          // a second; above it ESME_RTHROTTLED; 0: no limit
  std::uint32_t queue = 0;  // messages on their way to one destination; above it ESME_RMSGQFUL; 0: no limit
  std::optional<Congestion> congestion;
  std::optional<IdForm> ids;
  std::optional<Mix<Outcome>> receipt;
  std::optional<Delay> receipt_delay;
  std::optional<ReceiptId> receipt_id;
  std::optional<ReceiptForm> receipt_form;
  std::optional<Dialect> dialect;
  std::optional<ReceiptWhen> receipt_when;
  std::optional<ReceiptOn> receipt_on;
  std::uint8_t receipt_times = 0;  // 0: not named
  std::vector<smpp::MessageState> intermediate;
  FaultPlan fault;

  // How often it has matched and been obeyed, and its pace.
  std::uint64_t matched = 0, obeyed = 0, responses = 0;
  double tokens = 0;
  std::optional<smpp::Now> refilled;
};

struct RuleMistake {
  std::size_t column = 1;  // in the line, from 1
  std::string what;
};

struct RuleWord {
  std::string_view name, values, doc;
  std::string (*put)(Rule&, std::string_view value);  // empty, or what is wrong with the value
};
// The words of a rule; they feed the parser, the documentation and the test that all are tested.
[[nodiscard]] std::span<const RuleWord> rule_words();
[[nodiscard]] std::optional<Rule> parse_rule(std::string_view line, RuleMistake& mistake);
// "200ms", "5s", "2m"; a number alone is ms.
[[nodiscard]] std::optional<Millis> parse_millis(std::string_view text);

// One PDU, as rules see it.
struct Subject {
  Trigger command{};
  std::string_view account, from, to;
  std::string_view text;     // needed where uses_text()
  std::uint32_t queued = 0;  // messages on their way to `to`
};

struct Decision {
  std::optional<smpp::command_status> status;
  std::optional<Millis> delay;  // absent: no rule says so
  bool never = false;           // no response ever
  ResponseForm response = ResponseForm::usual;
  std::optional<std::uint8_t> congestion;
  std::optional<IdForm> ids;
  std::optional<Outcome> outcome;
  std::optional<Millis> receipt_delay;
  bool never_arrives = false;
  ReceiptShape shape;
  FaultPlan fault;
};

class Behaviours {
 public:
  void set(std::vector<Rule> rules);
  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
  [[nodiscard]] bool uses_text() const { return uses_text_; }
  [[nodiscard]] bool has(Trigger command) const { return (commands_ & static_cast<std::uint32_t>(command)) != 0; }
  [[nodiscard]] Decision decide(const Subject& subject, Random& random, smpp::Now now);

 private:
  std::vector<Rule> rules_;
  std::uint32_t commands_ = 0;
  bool uses_text_ = false;
};

}  // namespace smpp_sim
