#include "tools/smpp-sim/behaviour.hpp"

#include <algorithm>

namespace smpp_sim {
namespace {

bool glob_matches(std::string_view glob, std::string_view value) {
  std::size_t g = 0, v = 0, star = std::string_view::npos, back = 0;
  while (v < value.size()) {
    if (g < glob.size() && (glob[g] == '?' || (glob[g] != '*' && glob[g] == value[v]))) {
      ++g, ++v;
    } else if (g < glob.size() && glob[g] == '*') {
      star = g++;
      back = v;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      v = ++back;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool is_meant(const Rule& rule, const Subject& subject) {
  return (rule.commands & static_cast<std::uint32_t>(subject.command)) != 0 && rule.account.matches(subject.account) &&
         rule.to.matches(subject.to) && rule.from.matches(subject.from) && rule.text.matches(subject.text);
}

bool is_chosen(const Rule& rule, Random& random) {
  if (rule.first != 0 && rule.matched > rule.first) return false;
  if (rule.at != 0 && rule.matched != rule.at) return false;
  if (rule.every != 0 && rule.matched % rule.every != 0) return false;
  return rule.chance >= 1 || random.unit() < rule.chance;
}

// A bucket that holds one second's worth, at least one, and starts full.
bool is_too_fast(Rule& rule, smpp::Now now) {
  const double most = std::max(rule.rate, 1.0);
  const double passed = rule.refilled ? std::chrono::duration<double>(now - *rule.refilled).count() : 0;
  rule.tokens = rule.refilled ? std::min(most, rule.tokens + rule.rate * passed) : most;
  rule.refilled = now;
  if (rule.tokens < 1) return true;
  rule.tokens -= 1;
  return false;
}

std::uint8_t congestion_of(Rule& rule) {
  const Congestion& ramp = *rule.congestion;
  const std::uint64_t step = std::min<std::uint64_t>(rule.responses++, ramp.over);
  if (ramp.over == 0) return ramp.to;
  const auto span = static_cast<std::int64_t>(ramp.to) - ramp.from;
  return static_cast<std::uint8_t>(ramp.from + span * static_cast<std::int64_t>(step) / ramp.over);
}

// What the rules before this one have named already.
struct Named {
  bool delay = false, response = false, receipt_delay = false, id = false, form = false, dialect = false, when = false,
       on = false, times = false, intermediate = false;
};

bool takes(bool& named, bool has) { return has && !std::exchange(named, true); }

void add_answer(Decision& into, Named& named, Rule& rule, const Subject& subject, Random& random, smpp::Now now) {
  using smpp::command_status;
  // Draws are made whether they count or not: what a later message draws must not depend on an earlier rule's count.
  if (rule.status) {
    const command_status status = rule.status->draw(random);
    if (!into.status) into.status = status;
  }
  if (rule.rate > 0 && !into.status && is_too_fast(rule, now)) into.status = command_status::ESME_RTHROTTLED;
  if (rule.queue > 0 && !into.status && subject.queued >= rule.queue) into.status = command_status::ESME_RMSGQFUL;
  if (rule.delay) {
    const auto delay = draw(*rule.delay, random);
    if (takes(named.delay, true)) {
      into.delay = delay.value_or(Millis(0));
      into.never = !delay;
    }
  }
  if (takes(named.response, rule.response.has_value())) {
    into.response = *rule.response;
    if (into.response == ResponseForm::late) {
      into.delay = rule.late_by;
      named.delay = true;
    }
  }
  if (rule.congestion && !into.congestion) into.congestion = congestion_of(rule);
  if (rule.ids && !into.ids) into.ids = rule.ids;
  if (rule.fault.fault != Fault::none && into.fault.fault == Fault::none) into.fault = rule.fault;
}

void add_receipt(Decision& into, Named& named, const Rule& rule, Random& random) {
  if (rule.receipt) {
    const Outcome outcome = rule.receipt->draw(random);
    if (!into.outcome) into.outcome = outcome;
  }
  if (rule.receipt_delay) {
    const auto delay = draw(*rule.receipt_delay, random);
    if (takes(named.receipt_delay, true)) {
      into.receipt_delay = delay.value_or(Millis(0));
      into.never_arrives = !delay;
    }
  }
  ReceiptShape& shape = into.shape;
  if (takes(named.id, rule.receipt_id.has_value())) shape.id = *rule.receipt_id;
  if (takes(named.form, rule.receipt_form.has_value())) shape.form = *rule.receipt_form;
  if (takes(named.dialect, rule.dialect.has_value())) shape.dialect = *rule.dialect;
  if (takes(named.when, rule.receipt_when.has_value())) shape.when = *rule.receipt_when;
  if (takes(named.on, rule.receipt_on.has_value())) shape.on = *rule.receipt_on;
  if (takes(named.times, rule.receipt_times != 0)) shape.times = rule.receipt_times;
  if (takes(named.intermediate, !rule.intermediate.empty())) {
    shape.intermediate_count = static_cast<std::uint8_t>(rule.intermediate.size());
    std::copy(rule.intermediate.begin(), rule.intermediate.end(), shape.intermediate.begin());
  }
}

}  // namespace

Pattern::Pattern(std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) globs_.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
}

bool Pattern::matches(std::string_view value) const {
  if (globs_.empty()) return true;
  return std::any_of(globs_.begin(), globs_.end(), [&](const auto& glob) { return glob_matches(glob, value); });
}

std::optional<Millis> draw(const Delay& delay, Random& random) {
  const auto first = static_cast<double>(delay.first.count()), second = static_cast<double>(delay.second.count());
  double ms = first;
  switch (delay.kind) {
    case Delay::Kind::fixed: break;
    case Delay::Kind::uniform: ms = first + (second - first) * random.unit(); break;
    case Delay::Kind::normal: ms = std::max(0.0, first + second * random.normal()); break;
    case Delay::Kind::spike: ms = random.unit() < delay.chance ? second : first; break;
    case Delay::Kind::never: return std::nullopt;
  }
  return Millis(static_cast<Millis::rep>(ms));
}

void Behaviours::set(std::vector<Rule> rules) {
  rules_ = std::move(rules);
  commands_ = 0;
  uses_text_ = false;
  for (const Rule& rule : rules_) {
    commands_ |= rule.commands;
    uses_text_ = uses_text_ || !rule.text.empty();
  }
}

Decision Behaviours::decide(const Subject& subject, Random& random, smpp::Now now) {
  Decision decision;
  Named named;
  for (Rule& rule : rules_) {
    if (!is_meant(rule, subject)) continue;
    ++rule.matched;
    if (!is_chosen(rule, random)) continue;
    ++rule.obeyed;
    add_answer(decision, named, rule, subject, random, now);
    add_receipt(decision, named, rule, random);
  }
  return decision;
}

}  // namespace smpp_sim
