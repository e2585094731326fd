// The two questions the engine asks a campaign, answered from the index of the step: one hash, then only the rules that
// have this very keyword. The trace names what was tried and why it did or did not match.
#include "rules/limits.hpp"
#include "rules/model.hpp"
#include "rules/words.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace rules {
namespace {

FieldView view_of(const Facts& facts) { return {facts.conversation, facts.contact, facts.zone, {}}; }

const Condition* first_failing(const Rule& rule, const FieldView& fields) {
  for (const Condition& condition : rule.conditions) {
    if (!holds(condition, fields)) return &condition;
  }
  return nullptr;
}

// Cut between code points: a trace is stored and shown as UTF-8.
std::string_view shortened(std::string_view text) {
  if (text.size() <= kHeardShown) return text;
  std::size_t end = kHeardShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

void trace_rule(Decision& decision, const Rule& rule, const Condition* failing, const FieldView& fields) {
  std::string line = rule.label;
  if (failing == nullptr) {
    line += ": matched";
    for (const Condition& condition : rule.conditions) line.append(", ").append(condition.wanted);
  } else {
    const std::string_view value = shortened(fields.find(failing->field));
    line.append(": not, it wants ").append(failing->wanted);
    if (value.empty()) {
      line += ", and there is no value";
    } else {
      line.append(", and it is \"").append(value).append("\"");
    }
  }
  decision.trace.push_back(std::move(line));
}

class Performance {  // of one rule's actions, each seeing what the ones before set
 public:
  Performance(Decision& decision, FieldView& fields) : decision_(decision), fields_(fields) {}

  void operator()(const ReplyPlan& plan) {
    if (auto text = rendered(plan.text, "reply not sent")) decision_.actions.emplace_back(Reply{std::move(*text)});
  }
  void operator()(const SetPlan& plan) {
    auto value = rendered(plan.value, "field not set");
    if (!value) return;
    Set set{plan.field, std::move(*value), plan.on_contact};
    fields_.set.push_back(set);
    decision_.actions.emplace_back(std::move(set));
  }
  template <typename Fixed>
  void operator()(const Fixed& action) {
    decision_.actions.emplace_back(action);
  }

 private:
  // A text with a hole in it must not reach a person: nothing, and a trace of why.
  std::optional<std::string> rendered(const Template& text, std::string_view consequence) {
    std::string out;
    std::vector<std::string> missing;
    text.render(out, fields_, missing);
    if (missing.empty()) return out;
    for (std::string& field : missing) {
      decision_.trace.push_back(fmt::format("{}: no usable value for {}", consequence, field));
      decision_.missing.push_back(std::move(field));
    }
    return std::nullopt;
  }

  Decision& decision_;
  FieldView& fields_;
};

bool try_rules(const std::vector<Rule>& rules, const RuleIndexes& candidates, Match match, FieldView& fields,
               Decision& decision) {
  for (const std::size_t index : candidates) {
    const Rule& rule = rules[index];
    const Condition* failing = first_failing(rule, fields);
    trace_rule(decision, rule, failing, fields);
    if (failing != nullptr) continue;
    decision.match = match;
    decision.rule = static_cast<std::int32_t>(index);
    decision.actions.reserve(rule.actions.size());
    Performance perform(decision, fields);
    for (const ActionPlan& action : rule.actions) std::visit(perform, action);
    return true;
  }
  return false;
}

struct Shown {
  std::string operator()(const Reply& action) const { return fmt::format("reply \"{}\"", action.text); }
  std::string operator()(const Notify& action) const {
    return fmt::format("notify {}: {}", action.endpoint, action.event);
  }
  std::string operator()(const Set& action) const {
    return fmt::format("set {}{} = \"{}\"", action.on_contact ? kContactPrefix : "", action.field, action.value);
  }
  std::string operator()(const Goto& action) const { return fmt::format("goto {}", shown_step(action.step)); }
  std::string operator()(const Close& action) const { return fmt::format("close {}", action.outcome); }
};

}  // namespace

std::string to_string(const Action& action) { return std::visit(Shown{}, action); }

Campaign::Campaign(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Campaign::~Campaign() = default;

const std::string& Campaign::name() const { return impl_->name; }
const std::string& Campaign::sender() const { return impl_->sender; }
std::chrono::milliseconds Campaign::window() const { return impl_->window; }
const std::vector<std::string>& Campaign::steps() const { return impl_->steps; }

Rendered Campaign::opening(const Fields& conversation, const Fields& contact, std::string_view zone) const {
  Rendered result;
  impl_->message.render(result.text, FieldView{&conversation, &contact, zone, {}}, result.missing);
  return result;
}

std::optional<std::string> Campaign::refuse(const Fields& row) const {
  for (const auto& [name, type] : impl_->fields) {
    const auto found = row.find(name);
    if (found == row.end() || found->second.empty()) continue;
    if (!parse_value(type, found->second)) {
      return fmt::format("{}: expected {}, not \"{}\"", name, example_of(type), shortened(found->second));
    }
  }
  return std::nullopt;
}

bool Campaign::expects(const Facts& facts) const {
  const Step* step = impl_->step(facts.step);
  if (step == nullptr) return false;
  const auto found = step->by_keyword.find(normalise(facts.text));
  if (found == step->by_keyword.end()) return false;
  const FieldView fields = view_of(facts);
  for (const std::size_t index : found->second) {
    if (first_failing(impl_->rules[index], fields) == nullptr) return true;
  }
  return false;
}

Decision Campaign::decide(const Facts& facts) const {
  Decision decision;
  const std::string heard = normalise(facts.text);
  if (reserved_among_normalised(heard) != ReservedWord::none) {
    // The engine answers these before it asks a campaign; if it ever did ask, `otherwise` must not answer a STOP.
    decision.trace.push_back(fmt::format("\"{}\" is a reserved word: no rule of a campaign applies", heard));
    return decision;
  }
  const Step* step = impl_->step(facts.step);
  if (step == nullptr) {
    decision.trace.push_back(fmt::format("campaign {} has no step \"{}\"", impl_->name, shortened(facts.step)));
    return decision;
  }
  const std::string_view shown = facts.step.empty() ? kFirstStep : std::string_view(facts.step);
  FieldView fields = view_of(facts);
  decision.trace.reserve(4);
  const auto found = step->by_keyword.find(heard);
  if (found != step->by_keyword.end()) {
    decision.trace.push_back(fmt::format("heard \"{}\" in step {}", heard, shown));
    if (try_rules(impl_->rules, found->second, Match::keyword, fields, decision)) return decision;
  } else {
    decision.trace.push_back(
        fmt::format("heard \"{}\" in step {}: no keyword of it{}", shortened(heard), shown, step->keywords_shown));
  }
  if (!try_rules(impl_->rules, step->otherwise, Match::otherwise, fields, decision)) {
    decision.trace.push_back(step->otherwise.empty() ? "no otherwise in this step: nothing is done"
                                                     : "nothing is done");
  }
  return decision;
}

}  // namespace rules
