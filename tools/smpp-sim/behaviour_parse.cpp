// A rule from its line: words `name=value` with white space between them; a value with white space stands in double
// quotes or within parentheses.
#include "tools/smpp-sim/behaviour.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cctype>

namespace smpp_sim {
namespace {

constexpr std::uint64_t kMostCount = 1'000'000'000;
constexpr Millis kMostMillis{24 * 3'600'000};  // a day: more is never
constexpr std::uint64_t kMostTimes = 100;      // receipts for one message

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value > kMostCount) return std::nullopt;
  return value;
}

std::optional<double> decimal(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (failed != std::errc() || end != text.data() + text.size() || !(value >= 0)) return std::nullopt;
  return value;
}

std::optional<double> percent(std::string_view text) {
  if (text.empty() || text.back() != '%') return std::nullopt;
  const auto value = decimal(text.substr(0, text.size() - 1));
  return value && *value <= 100 ? std::optional(*value / 100) : std::nullopt;
}

// "spike(10ms, 5s, 1%)" -> "spike" and its arguments; without parentheses no arguments. False: not of that form.
bool call(std::string_view text, std::string_view& name, std::vector<std::string_view>& arguments) {
  const std::size_t open = text.find('(');
  name = text.substr(0, open);
  if (open == std::string_view::npos) return true;
  if (text.back() != ')') return false;
  arguments = split(text.substr(open + 1, text.size() - open - 2), ',');
  return true;
}

template <class Value>
struct Choice {
  std::string_view name;
  Value value;
};

template <class Value, std::size_t count>
std::string choose(std::string_view text, const std::array<Choice<Value>, count>& choices, std::optional<Value>& into) {
  std::string known;
  for (const auto& choice : choices) {
    if (choice.name == text) {
      into = choice.value;
      return {};
    }
    known += (known.empty() ? "" : ", ") + std::string(choice.name);
  }
  return "\"" + std::string(text) + "\" is none of " + known;
}

std::string put_delay(std::optional<Delay>& into, std::string_view value) {
  constexpr std::string_view kForms =
      "must be like 200ms, uniform(50ms,200ms), normal(200ms,50ms), spike(10ms,5s,1%) or never";
  std::string_view name;
  std::vector<std::string_view> arguments;
  if (!call(value, name, arguments)) return std::string(kForms);
  Delay delay;
  const auto millis = [&](std::size_t at, Millis& ms) {
    const auto parsed = at < arguments.size() ? parse_millis(arguments[at]) : std::nullopt;
    if (parsed) ms = *parsed;
    return parsed.has_value();
  };
  bool good = false;
  if (arguments.empty() && name == "never") {
    delay.kind = Delay::Kind::never;
    good = true;
  } else if (arguments.empty()) {
    const auto fixed = parse_millis(name);
    good = fixed.has_value();
    delay.first = fixed.value_or(Millis(0));
  } else if (name == "uniform" || name == "normal") {
    delay.kind = name == "uniform" ? Delay::Kind::uniform : Delay::Kind::normal;
    good = arguments.size() == 2 && millis(0, delay.first) && millis(1, delay.second);
    if (good && name == "uniform" && delay.second < delay.first) return "the first of uniform must not be the greater one";
  } else if (name == "spike") {
    delay.kind = Delay::Kind::spike;
    const auto chance = arguments.size() == 3 ? percent(arguments[2]) : std::nullopt;
    good = chance && millis(0, delay.first) && millis(1, delay.second);
    delay.chance = chance.value_or(0);
  }
  if (!good) return std::string(kForms);
  into = delay;
  return {};
}

// "A:70,B:30"; a share without weight has 1.
template <class Value, class Read>
std::string put_mix(std::optional<Mix<Value>>& into, std::string_view value, const Read& read) {
  Mix<Value> mix;
  for (const std::string_view share : split(value, ',')) {
    const std::size_t colon = share.rfind(':');
    const auto weight = colon == std::string_view::npos ? std::optional<std::uint64_t>(1) : number(share.substr(colon + 1));
    if (!weight) return "\"" + std::string(share) + "\": after the colon must be a weight, such as 70";
    const std::optional<Value> one = read(share.substr(0, colon));
    if (!one) return "\"" + std::string(share.substr(0, colon)) + "\" is not known";
    mix.shares.emplace_back(*one, *weight);
    mix.total += *weight;
  }
  if (mix.total == 0) return "the weights must not all be 0";
  into = std::move(mix);
  return {};
}

std::optional<smpp::MessageState> stat(std::string_view word) {
  const auto state = smpp::state_of_stat(word);
  return state && smpp::stat_of(*state) == word ? state : std::nullopt;
}

std::optional<Outcome> outcome(std::string_view word) {
  if (word == "none") return Outcome{false, smpp::MessageState::DELIVERED};
  const auto state = stat(word);
  return state ? std::optional(Outcome{true, *state}) : std::nullopt;
}

constexpr std::array<Choice<std::uint32_t>, 16> kCommands{{
    {"connect", static_cast<std::uint32_t>(Trigger::connect)},
    {"bind", kBinds},
    {"bind_transceiver", static_cast<std::uint32_t>(Trigger::bind_transceiver)},
    {"bind_transmitter", static_cast<std::uint32_t>(Trigger::bind_transmitter)},
    {"bind_receiver", static_cast<std::uint32_t>(Trigger::bind_receiver)},
    {"message", kMessages},
    {"submit_sm", static_cast<std::uint32_t>(Trigger::submit_sm)},
    {"submit_multi", static_cast<std::uint32_t>(Trigger::submit_multi)},
    {"data_sm", static_cast<std::uint32_t>(Trigger::data_sm)},
    {"query_sm", static_cast<std::uint32_t>(Trigger::query_sm)},
    {"cancel_sm", static_cast<std::uint32_t>(Trigger::cancel_sm)},
    {"replace_sm", static_cast<std::uint32_t>(Trigger::replace_sm)},
    {"broadcast_sm", static_cast<std::uint32_t>(Trigger::broadcast_sm)},
    {"query_broadcast_sm", static_cast<std::uint32_t>(Trigger::query_broadcast_sm)},
    {"cancel_broadcast_sm", static_cast<std::uint32_t>(Trigger::cancel_broadcast_sm)},
    {"deliver_sm", static_cast<std::uint32_t>(Trigger::deliver_sm)},
}};
constexpr std::array<Choice<IdForm>, 8> kIds{{{"decimal", IdForm::decimal},
                                              {"hex", IdForm::hex},
                                              {"lower", IdForm::hex},
                                              {"upper", IdForm::upper},
                                              {"padded", IdForm::padded},
                                              {"uuid", IdForm::uuid},
                                              {"empty", IdForm::empty},
                                              {"reused", IdForm::reused}}};
constexpr std::array<Choice<ReceiptId>, 9> kReceiptIds{{{"same", ReceiptId::same},
                                                        {"hex", ReceiptId::hex},
                                                        {"decimal", ReceiptId::decimal},
                                                        {"upper", ReceiptId::upper},
                                                        {"lower", ReceiptId::lower},
                                                        {"padded", ReceiptId::padded},
                                                        {"truncated", ReceiptId::truncated},
                                                        {"tlv_only", ReceiptId::tlv_only},
                                                        {"text_only", ReceiptId::text_only}}};
constexpr std::array<Choice<ReceiptForm>, 4> kForms{{{"both", ReceiptForm::both},
                                                     {"text", ReceiptForm::text},
                                                     {"tlv", ReceiptForm::tlv},
                                                     {"data_sm", ReceiptForm::data_sm}}};
constexpr std::array<Choice<ReceiptWhen>, 3> kWhens{{{"after_response", ReceiptWhen::after_response},
                                                     {"before_response", ReceiptWhen::before_response},
                                                     {"after_reconnect", ReceiptWhen::after_reconnect}}};
constexpr std::array<Choice<ReceiptOn>, 3> kOns{{{"any_bind", ReceiptOn::any_bind},
                                                 {"same_bind", ReceiptOn::same_bind},
                                                 {"other_bind", ReceiptOn::other_bind}}};
constexpr std::array<Choice<Dialect>, 16> kDialects{{{"appendix_b", Dialect::appendix_b},
                                                     {"seconds", Dialect::seconds},
                                                     {"long_year", Dialect::long_year},
                                                     {"epoch", Dialect::epoch},
                                                     {"upper_case", Dialect::upper_case},
                                                     {"lower_case", Dialect::lower_case},
                                                     {"no_text_field", Dialect::no_text_field},
                                                     {"no_sub", Dialect::no_sub},
                                                     {"id_and_stat", Dialect::id_and_stat},
                                                     {"full_words", Dialect::full_words},
                                                     {"numbers", Dialect::numbers},
                                                     {"err_hex", Dialect::err_hex},
                                                     {"err_empty", Dialect::err_empty},
                                                     {"commas", Dialect::commas},
                                                     {"lines", Dialect::lines},
                                                     {"kannel", Dialect::kannel}}};

std::string put_command(Rule& rule, std::string_view value) {
  rule.commands = 0;
  for (const std::string_view name : split(value, ',')) {
    std::optional<std::uint32_t> bits;
    if (std::string wrong = choose(name, kCommands, bits); !wrong.empty()) return wrong;
    rule.commands |= *bits;
  }
  return {};
}

std::string put_count(std::uint64_t& into, std::string_view value) {
  const auto count = number(value);
  if (!count || *count == 0) return "must be a number from 1 on";
  into = *count;
  return {};
}

std::string put_response(Rule& rule, std::string_view value) {
  constexpr std::array<Choice<ResponseForm>, 6> kResponses{{{"duplicate", ResponseForm::duplicate},
                                                            {"wrong_sequence", ResponseForm::wrong_sequence},
                                                            {"without_body", ResponseForm::without_body},
                                                            {"reordered", ResponseForm::reordered},
                                                            {"none", ResponseForm::none},
                                                            {"late", ResponseForm::late}}};
  std::string_view name;
  std::vector<std::string_view> arguments;
  if (!call(value, name, arguments)) return "must be a word, or late(5s)";
  if (std::string wrong = choose(name, kResponses, rule.response); !wrong.empty()) return wrong;
  const auto late = arguments.size() == 1 ? parse_millis(arguments[0]) : std::nullopt;
  if ((name == "late") != late.has_value() || arguments.size() > 1) return "only late has an argument, as in late(5s)";
  rule.late_by = late.value_or(Millis(0));
  return {};
}

std::string put_congestion(Rule& rule, std::string_view value) {
  std::string_view name;
  std::vector<std::string_view> arguments;
  const bool is_call = call(value, name, arguments);
  Congestion congestion;
  if (is_call && arguments.empty()) {
    if (const auto fixed = number(name); fixed && *fixed <= 100) {
      congestion.from = congestion.to = static_cast<std::uint8_t>(*fixed);
      rule.congestion = congestion;
      return {};
    }
  }
  if (is_call && name == "ramp" && arguments.size() == 3) {
    const auto from = number(arguments[0]), to = number(arguments[1]), over = number(arguments[2]);
    if (from && to && over && *from <= 100 && *to <= 100) {
      rule.congestion = Congestion{static_cast<std::uint8_t>(*from), static_cast<std::uint8_t>(*to),
                                   static_cast<std::uint32_t>(*over)};
      return {};
    }
  }
  return "must be a number from 0 to 100, or ramp(0,100,500): from, to, over so many responses";
}

std::string put_fault(Rule& rule, std::string_view value) {
  std::string_view name;
  std::vector<std::string_view> arguments;
  const FaultName* found = call(value, name, arguments) ? find_fault(name) : nullptr;
  if (found == nullptr) {
    std::string known;
    for (const auto& each : fault_names()) known += (known.empty() ? "" : ", ") + std::string(each.name);
    return "\"" + std::string(name) + "\" is none of " + known;
  }
  const auto argument = arguments.size() == 1 ? parse_millis(arguments[0]) : std::nullopt;
  if ((found->scope == FaultScope::bind) != argument.has_value() || arguments.size() > 1) {
    return found->scope == FaultScope::bind ? std::string(name) + " must have a time, as in " + std::string(name) + "(10s)"
                                            : std::string(name) + " has no argument";
  }
  rule.fault.fault = found->fault;
  rule.fault.argument = argument.value_or(Millis(0));
  return {};
}

std::string put_intermediate(Rule& rule, std::string_view value) {
  for (const std::string_view word : split(value, ',')) {
    const auto state = stat(word);
    if (!state) return "\"" + std::string(word) + "\" is no word of a receipt, such as ENROUTE or ACCEPTD";
    rule.intermediate.push_back(*state);
  }
  if (rule.intermediate.size() > kMaxIntermediate) return "at most 4";
  return {};
}

constexpr std::array kWords{
    RuleWord{"to", "GLOBS", "destination address: 4479*,80800",
             [](Rule& rule, std::string_view value) { return rule.to = Pattern(value), std::string(); }},
    RuleWord{"from", "GLOBS", "source address; of connect the peer's IP address",
             [](Rule& rule, std::string_view value) { return rule.from = Pattern(value), std::string(); }},
    RuleWord{"text", "GLOBS", "the message as a handset would show it: *FAIL*",
             [](Rule& rule, std::string_view value) { return rule.text = Pattern(value), std::string(); }},
    RuleWord{"account", "GLOBS", "system_id; of an SMSC with a name system_id@name",
             [](Rule& rule, std::string_view value) { return rule.account = Pattern(value), std::string(); }},
    RuleWord{"command", "NAMES", "which PDUs: submit_sm, bind, connect, deliver_sm ...; without it submits of all kinds",
             put_command},
    RuleWord{"first", "N", "only the first N that match",
             [](Rule& rule, std::string_view value) { return put_count(rule.first, value); }},
    RuleWord{"at", "N", "only the N-th that matches",
             [](Rule& rule, std::string_view value) { return put_count(rule.at, value); }},
    RuleWord{"every", "N", "only every N-th that matches",
             [](Rule& rule, std::string_view value) { return put_count(rule.every, value); }},
    RuleWord{"chance", "P%", "only so many of a hundred, by the seed",
             [](Rule& rule, std::string_view value) {
               const auto chance = percent(value);
               if (chance) rule.chance = *chance;
               return chance ? std::string() : std::string("must be like 5%");
             }},
    RuleWord{"status", "MIX", "command_status of the response: ESME_RSUBMITFAIL, 0x45, or ESME_ROK:70,ESME_RSYSERR:30",
             [](Rule& rule, std::string_view value) {
               return put_mix(rule.status, value, [](std::string_view name) { return smpp::status_of(name); });
             }},
    RuleWord{"delay", "DELAY", "before the response: 200ms, uniform(50ms,200ms), normal(200ms,50ms), spike(10ms,5s,1%), never",
             [](Rule& rule, std::string_view value) { return put_delay(rule.delay, value); }},
    RuleWord{"response", "FORM", "duplicate, late(5s), wrong_sequence, without_body, reordered (behind the next), none",
             put_response},
    RuleWord{"rate", "N", "a second; above it ESME_RTHROTTLED",
             [](Rule& rule, std::string_view value) {
               const auto rate = decimal(value);
               if (!rate || *rate <= 0) return std::string("must be a number above 0, a second");
               rule.rate = *rate;
               return std::string();
             }},
    RuleWord{"queue", "N", "on their way to one destination; above it ESME_RMSGQFUL",
             [](Rule& rule, std::string_view value) {
               std::uint64_t count = 0;
               std::string wrong = put_count(count, value);
               rule.queue = static_cast<std::uint32_t>(count);
               return wrong;
             }},
    RuleWord{"congestion", "N", "congestion_state in the response: 80, or ramp(0,100,500) over 500 responses",
             put_congestion},
    RuleWord{"ids", "FORM", "message ids: decimal, hex (or lower), upper, padded, uuid, empty, reused (the one before)",
             [](Rule& rule, std::string_view value) { return choose(value, kIds, rule.ids); }},
    RuleWord{"receipt", "MIX", "what becomes of it: DELIVRD:80,UNDELIV:15,none:5",
             [](Rule& rule, std::string_view value) { return put_mix(rule.receipt, value, outcome); }},
    RuleWord{"receipt_delay", "DELAY", "from acceptance to the handset and the receipt",
             [](Rule& rule, std::string_view value) { return put_delay(rule.receipt_delay, value); }},
    RuleWord{"receipt_id", "FORM",
             "same, hex, decimal, upper, lower, padded, truncated (8 characters), tlv_only, text_only",
             [](Rule& rule, std::string_view value) { return choose(value, kReceiptIds, rule.receipt_id); }},
    RuleWord{"receipt_form", "FORM", "both (text and TLVs), text, tlv, data_sm",
             [](Rule& rule, std::string_view value) { return choose(value, kForms, rule.receipt_form); }},
    RuleWord{"receipt_text", "DIALECT",
             "appendix_b, seconds, long_year, epoch, upper_case, lower_case, no_text_field, no_sub, id_and_stat, "
             "full_words, numbers, err_hex, err_empty, commas, lines, kannel",
             [](Rule& rule, std::string_view value) { return choose(value, kDialects, rule.dialect); }},
    RuleWord{"receipt_when", "WHEN", "after_response, before_response, after_reconnect",
             [](Rule& rule, std::string_view value) { return choose(value, kWhens, rule.receipt_when); }},
    RuleWord{"receipt_on", "BIND", "any_bind, same_bind, other_bind of the account",
             [](Rule& rule, std::string_view value) { return choose(value, kOns, rule.receipt_on); }},
    RuleWord{"receipt_times", "N", "how often the receipt is sent",
             [](Rule& rule, std::string_view value) {
               const auto times = number(value);
               if (!times || *times == 0 || *times > kMostTimes) return std::string("must be a number from 1 to 100");
               rule.receipt_times = static_cast<std::uint8_t>(*times);
               return std::string();
             }},
    RuleWord{"intermediate", "WORDS", "notifications before the receipt: ENROUTE,ACCEPTD", put_intermediate},
    RuleWord{"fault", "NAME", "what goes wrong on the wire; the names stand below", put_fault},
    RuleWord{"after", "TIME", "how long after the PDU the fault happens; of reset, fin, unbind, mute and stop_reading",
             [](Rule& rule, std::string_view value) {
               const auto after = parse_millis(value);
               if (!after) return std::string("must be a time, such as 5s");
               rule.fault.after = *after;
               return std::string();
             }},
};

// The end of the word that begins at `at`: white space outside quotes and parentheses. npos: a quote is open.
std::size_t end_of_word(std::string_view line, std::size_t at) {
  bool quoted = false;
  int open = 0;
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++open;
    if (c == ')') --open;
    if (open <= 0 && std::isspace(static_cast<unsigned char>(c)) != 0) break;
  }
  return quoted ? std::string_view::npos : at;
}

std::string unknown_word(std::string_view name) {
  std::string known;
  for (const auto& word : kWords) known += (known.empty() ? "" : ", ") + std::string(word.name);
  return "unknown word \"" + std::string(name) + "\"; known are " + known;
}

// What fits together only by accident is a mistake, not a rule without effect.
std::string contradiction(const Rule& rule) {
  const FaultScope scope = scope_of(rule.fault.fault);
  if (rule.fault.after.count() != 0 && rule.fault.fault == Fault::none) return "after= is of a fault=";
  if (rule.fault.after.count() != 0 && scope != FaultScope::end && scope != FaultScope::stream)
    return "after= is only of faults that end or change a connection";
  const bool only_deliver = rule.commands == static_cast<std::uint32_t>(Trigger::deliver_sm);
  if (only_deliver && (rule.fault.fault == Fault::none || scope == FaultScope::bind))
    return "command=deliver_sm takes a fault= and nothing else";
  const bool only_connect = rule.commands == static_cast<std::uint32_t>(Trigger::connect);
  if (only_connect && rule.fault.fault == Fault::none) return "command=connect takes a fault= and nothing else";
  if (rule.fault.fault == Fault::still_bound && (rule.commands & kBinds) == 0) return "still_bound is of command=bind";
  if (rule.fault.fault == Fault::deliver_before_bind_resp && (rule.commands & kBinds) == 0)
    return "deliver_before_bind_resp is of command=bind";
  return {};
}

}  // namespace

std::span<const RuleWord> rule_words() { return kWords; }

std::optional<Millis> parse_millis(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && (std::isdigit(static_cast<unsigned char>(text[digits])) != 0 || text[digits] == '.')) ++digits;
  const auto value = decimal(text.substr(0, digits));
  if (!value || digits == 0) return std::nullopt;
  const std::string_view unit = text.substr(digits);
  double ms = *value;
  if (unit == "s") ms *= 1000;
  if (unit == "m") ms *= 60'000;
  if (unit == "h") ms *= 3'600'000;
  if (!unit.empty() && unit != "ms" && unit != "s" && unit != "m" && unit != "h") return std::nullopt;
  if (ms > static_cast<double>(kMostMillis.count())) return std::nullopt;
  return Millis(static_cast<Millis::rep>(ms));
}

std::optional<Rule> parse_rule(std::string_view line, RuleMistake& mistake) {
  Rule rule;
  rule.line = std::string(trimmed(line));
  const auto wrong = [&](std::size_t at, std::string what) {
    mistake = {at + 1, std::move(what)};
    return std::nullopt;
  };
  std::size_t at = 0;
  bool any = false;
  for (;;) {
    while (at < line.size() && std::isspace(static_cast<unsigned char>(line[at])) != 0) ++at;
    if (at == line.size()) break;
    const std::size_t end = end_of_word(line, at);
    if (end == std::string_view::npos) return wrong(at, "a quotation mark is not closed");
    const std::string_view word = line.substr(at, end - at);
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const auto& each) { return each.name == name; });
    if (found == kWords.end()) return wrong(at, unknown_word(name));
    if (equals == std::string_view::npos || equals + 1 == word.size())
      return wrong(at, std::string(name) + " must have a value: " + std::string(name) + "=" + std::string(found->values));
    std::string_view value = word.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (std::string what = found->put(rule, value); !what.empty())
      return wrong(at + equals + 1, std::string(name) + ": " + what);
    any = true;
    at = end;
  }
  if (!any) return wrong(0, "an empty rule; write for instance: to=4479* status=ESME_RSUBMITFAIL");
  if (std::string what = contradiction(rule); !what.empty()) return wrong(0, std::move(what));
  return rule;
}

}  // namespace smpp_sim
