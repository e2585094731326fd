// What a campaign file becomes: immutable, indexed for the two questions asked of it (does it expect this text, what
// does it do with it). Only the compiler writes these; Campaign and the dialogue tests read them.
#pragma once

#include "rules/condition.hpp"
#include "rules/program.hpp"
#include "rules/template.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace rules {

// In campaign files the first step, which rules without `step` belong to, goes by this name; in facts it is "".
inline constexpr std::string_view kFirstStep = "first";
[[nodiscard]] inline std::string shown_step(std::string_view step) {
  return std::string(step.empty() ? kFirstStep : step);
}

struct ReplyPlan {
  Template text;
};
struct SetPlan {
  std::string field;
  bool on_contact = false;
  Template value;
};
using ActionPlan = std::variant<ReplyPlan, Notify, SetPlan, Goto, Close>;

struct Rule {
  std::uint32_t line = 0;
  std::string name;   // optional
  std::string label;  // "rule 2 (line 18: NO, CHANGE)", for traces
  std::string step;
  bool otherwise = false;
  std::vector<std::string> keywords;  // normalised
  std::vector<Condition> conditions;
  std::vector<ActionPlan> actions;
};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using RuleIndexes = std::vector<std::size_t>;  // into Campaign::Impl::rules, in file order

struct Step {
  std::unordered_map<std::string, RuleIndexes, StringHash, std::equal_to<>> by_keyword;
  RuleIndexes otherwise;
  std::string keywords_shown;  // the first few, for traces
};

struct Expectation {
  std::optional<std::vector<std::string>> replies;  // exactly these, in order; empty: no reply
  std::optional<std::string> reply_matches;         // RE2, the whole of the only reply
  std::optional<std::vector<std::string>> events;
  std::optional<std::string> outcome;
  std::optional<bool> closed;
  std::optional<std::string> step;   // the conversation's step afterwards
  std::optional<std::int32_t> rule;  // index, -1: none
  std::optional<Match> match;
  std::optional<ReservedWord> reserved;
  Fields set;  // fields with prefix, as they are afterwards
};

struct Turn {
  std::uint32_t line = 0;
  std::string text;
  Expectation expect;
};

struct TestCase {
  std::uint32_t line = 0;
  std::string name;
  Fields conversation, contact;
  std::string step, zone;
  std::optional<std::string> opening;  // the first message, rendered
  std::vector<Turn> turns;
};

struct Campaign::Impl {
  std::string file, name, sender;
  std::chrono::milliseconds window{};
  Template message;
  std::map<std::string, FieldType, std::less<>> fields;  // declared; contact's with their prefix
  std::vector<std::string> steps;                        // "" first
  std::unordered_map<std::string, Step, StringHash, std::equal_to<>> index;
  std::vector<Rule> rules;
  std::vector<TestCase> tests;

  [[nodiscard]] const Step* step(std::string_view name_of_step) const {
    const auto found = index.find(name_of_step);
    return found == index.end() ? nullptr : &found->second;
  }
};

struct Program::Impl {
  std::vector<std::unique_ptr<Campaign>> campaigns;  // by name
  std::vector<const Campaign::Impl*> models;         // the same, for the tests
  std::unordered_map<std::string, const Campaign*, StringHash, std::equal_to<>> by_name;
  std::uint64_t revision = 0;
  std::string source;  // each file under its name, as compiled
};

}  // namespace rules
