// The [[test]] blocks: each a conversation played in memory, turn by turn, with the same two calls the engine makes
// (reserved words first, then the campaign), and what came of it held against what was expected.
#include "rules/limits.hpp"
#include "rules/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include <utility>

namespace rules {
namespace {

struct Outcome {  // of one turn
  ReservedWord reserved = ReservedWord::none;
  Decision decision;
  std::vector<std::string> replies, events;
};

std::string quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> shown;
  for (const std::string& text : texts) shown.push_back(fmt::format("\"{}\"", text));
  return shown.empty() ? "none" : fmt::format("{}", fmt::join(shown, ", "));
}

std::string_view to_string(ReservedWord word) {
  switch (word) {
    case ReservedWord::stop: return "stop";
    case ReservedWord::start: return "start";
    case ReservedWord::help: return "help";
    case ReservedWord::none: break;
  }
  return "none";
}

std::string_view to_string(Match match) {
  return match == Match::keyword ? "keyword" : match == Match::otherwise ? "otherwise" : "none";
}

class Conversation {
 public:
  Conversation(const Campaign& campaign, const TestCase& test)
      : campaign_(campaign), step_(test.step), zone_(test.zone), conversation_(test.conversation),
        contact_(test.contact) {}

  Outcome hear(const std::string& text) {
    Outcome outcome;
    outcome.reserved = reserved_word(text);
    if (outcome.reserved != ReservedWord::none) {
      outcome.decision.trace.push_back(
          fmt::format("\"{}\" is a reserved word ({}), answered before any rule", text, to_string(outcome.reserved)));
      return outcome;
    }
    if (closed_) {
      outcome.decision.trace.push_back(fmt::format("the conversation was closed ({}) before", outcome_));
      return outcome;
    }
    Facts facts;
    facts.text = text;
    facts.step = step_;
    facts.conversation = &conversation_;
    facts.contact = &contact_;
    facts.from = "447700900001";  // reserved by Ofcom for drama: nobody's number
    facts.sender = campaign_.sender();
    facts.zone = zone_;
    outcome.decision = campaign_.decide(facts);
    for (const Action& action : outcome.decision.actions) apply(action, outcome);
    return outcome;
  }

  [[nodiscard]] const std::string& step() const { return step_; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] const std::string& outcome() const { return outcome_; }
  [[nodiscard]] std::string value(std::string_view field) const {
    const bool on_contact = field.starts_with(kContactPrefix);
    const Fields& fields = on_contact ? contact_ : conversation_;
    const auto found = fields.find(on_contact ? field.substr(kContactPrefix.size()) : field);
    return found == fields.end() ? std::string{} : found->second;
  }

 private:
  void apply(const Action& action, Outcome& outcome) {
    if (const auto* reply = std::get_if<Reply>(&action)) outcome.replies.push_back(reply->text);
    if (const auto* notify = std::get_if<Notify>(&action)) outcome.events.push_back(notify->event);
    if (const auto* set = std::get_if<Set>(&action))
      (set->on_contact ? contact_ : conversation_)[set->field] = set->value;
    if (const auto* go = std::get_if<Goto>(&action)) step_ = go->step;
    if (const auto* close = std::get_if<Close>(&action)) {
      closed_ = true;
      outcome_ = close->outcome;
    }
  }

  const Campaign& campaign_;
  std::string step_, zone_, outcome_;
  Fields conversation_, contact_;
  bool closed_ = false;
};

// Each difference as "expected ..., got ...".
class Comparison {
 public:
  Comparison(const Expectation& expect, const Outcome& outcome, const Conversation& after)
      : expect_(expect), outcome_(outcome), after_(after) {}

  std::vector<std::string> run() {
    if (expect_.replies && *expect_.replies != outcome_.replies)
      differs("reply", quoted(*expect_.replies), quoted(outcome_.replies));
    if (expect_.reply_matches && !pattern_matches(*expect_.reply_matches)) {
      differs("one reply matching", quoted({*expect_.reply_matches}), quoted(outcome_.replies));
    }
    if (expect_.events && *expect_.events != outcome_.events)
      differs("event", quoted(*expect_.events), quoted(outcome_.events));
    const std::string closed = after_.closed() ? fmt::format("closed as \"{}\"", after_.outcome()) : "open";
    if (expect_.outcome && (!after_.closed() || *expect_.outcome != after_.outcome())) {
      differs("the conversation", fmt::format("closed as \"{}\"", *expect_.outcome), closed);
    }
    if (expect_.closed && *expect_.closed != after_.closed())
      differs("the conversation", *expect_.closed ? "closed" : "open", closed);
    if (expect_.step && *expect_.step != after_.step())
      differs("step", shown_step(*expect_.step), shown_step(after_.step()));
    const Decision& decision = outcome_.decision;
    if (expect_.rule && *expect_.rule != decision.rule) {
      differs("rule", fmt::format("{}", *expect_.rule + 1),
              decision.rule < 0 ? "none" : fmt::format("{}", decision.rule + 1));
    }
    if (expect_.match && *expect_.match != decision.match)
      differs("match", to_string(*expect_.match), to_string(decision.match));
    if (expect_.reserved && *expect_.reserved != outcome_.reserved) {
      differs("reserved word", to_string(*expect_.reserved), to_string(outcome_.reserved));
    }
    for (const auto& [field, value] : expect_.set) {
      if (after_.value(field) != value) differs(field, quoted({value}), quoted({after_.value(field)}));
    }
    return std::move(differences_);
  }

 private:
  void differs(std::string_view what, std::string_view expected, std::string_view got) {
    differences_.push_back(fmt::format("{}: expected {}, got {}", what, expected, got));
  }
  [[nodiscard]] bool pattern_matches(const std::string& pattern) const {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<std::int64_t>(kPatternMemory));
    return outcome_.replies.size() == 1 && RE2::FullMatch(outcome_.replies.front(), RE2(pattern, options));
  }

  const Expectation& expect_;
  const Outcome& outcome_;
  const Conversation& after_;
  std::vector<std::string> differences_;
};

std::string failure_of(const Campaign& campaign, const TestCase& test) {
  std::string failure;
  if (test.opening) {
    const Rendered rendered = campaign.opening(test.conversation, test.contact, test.zone);
    if (!rendered.missing.empty()) {
      failure += fmt::format("opening: no usable value for {}\n", fmt::join(rendered.missing, ", "));
    } else if (rendered.text != *test.opening) {
      failure += fmt::format("opening: expected \"{}\", got \"{}\"\n", *test.opening, rendered.text);
    }
  }
  Conversation conversation(campaign, test);
  for (const Turn& turn : test.turns) {
    const Outcome outcome = conversation.hear(turn.text);
    const auto differences = Comparison(turn.expect, outcome, conversation).run();
    if (differences.empty()) continue;
    failure += fmt::format("line {}, \"{}\":\n", turn.line, turn.text);
    for (const std::string& difference : differences) failure += fmt::format("  {}\n", difference);
    for (const std::string& line : outcome.decision.trace) failure += fmt::format("  | {}\n", line);
    for (const Action& action : outcome.decision.actions) failure += fmt::format("  > {}\n", rules::to_string(action));
    break;  // what follows would only repeat it
  }
  if (!failure.empty()) failure.pop_back();
  return failure;
}

}  // namespace

std::vector<TestResult> Program::test() const {
  std::vector<TestResult> results;
  for (std::size_t i = 0; i < impl_->campaigns.size(); ++i) {
    const Campaign::Impl& model = *impl_->models[i];
    for (const TestCase& test : model.tests) {
      TestResult result{model.name, model.file, test.name, test.line, false, failure_of(*impl_->campaigns[i], test)};
      result.passed = result.failure.empty();
      results.push_back(std::move(result));
    }
  }
  return results;
}

std::vector<TestResult> run_tests(const Program& program) { return program.test(); }

}  // namespace rules
