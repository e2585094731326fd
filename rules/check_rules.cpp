// Rules compared with each other: of two that listen for the same in the same step, the later one must be reachable.
// Then the index that finds a rule by its word.
#include "rules/limits.hpp"
#include "rules/reading.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace rules {
namespace {

// Whether `earlier` matches whenever `later` would: every condition it asks for is among those of the later one.
bool covers(const Rule& earlier, const Rule& later) {
  return std::all_of(earlier.conditions.begin(), earlier.conditions.end(), [&](const Condition& wanted) {
    return std::any_of(later.conditions.begin(), later.conditions.end(),
                       [&](const Condition& has) { return same(wanted, has); });
  });
}

const Rule* covering(const Reading& reading, const RuleIndexes& earlier, const Rule& rule) {
  for (const std::size_t index : earlier) {
    if (covers(reading.campaign.rules[index], rule)) return &reading.campaign.rules[index];
  }
  return nullptr;
}

std::string why(const Rule& earlier) {
  return earlier.conditions.empty() ? "which has no condition" : "whose conditions hold whenever these do";
}

void place_keywords(Reading& reading, std::size_t index, Step& step) {
  const Rule& rule = reading.campaign.rules[index];
  for (std::size_t i = 0; i < rule.keywords.size(); ++i) {
    RuleIndexes& listening = step.by_keyword[rule.keywords[i]];
    if (const Rule* earlier = covering(reading, listening, rule)) {
      reading.findings.add(
          reading.places[index].keywords[i],
          fmt::format("keyword \"{}\" is taken in step {} by the rule at line {}, {}: this rule would never hear it",
                      rule.keywords[i], shown_step(rule.step), earlier->line, why(*earlier)));
    }
    listening.push_back(index);
  }
}

void place_otherwise(Reading& reading, std::size_t index, Step& step) {
  const Rule& rule = reading.campaign.rules[index];
  if (const Rule* earlier = covering(reading, step.otherwise, rule)) {
    reading.findings.add(reading.places[index].otherwise,
                         fmt::format("step {} has an otherwise at line {}, {}: this rule would never match",
                                     shown_step(rule.step), earlier->line, why(*earlier)));
  }
  step.otherwise.push_back(index);
}

// " (yes, y, no, ...)": what a person who was not understood could have written.
std::string shown_keywords(const Campaign::Impl& campaign, const std::string& step) {
  std::vector<std::string_view> words;
  for (const Rule& rule : campaign.rules) {
    if (rule.step == step) words.insert(words.end(), rule.keywords.begin(), rule.keywords.end());
  }
  if (words.empty()) return {};
  const bool more = words.size() > kKeywordsShown;
  if (more) words.resize(kKeywordsShown);
  return fmt::format(" ({}{})", fmt::join(words, ", "), more ? ", ..." : "");
}

}  // namespace

void check_rules(Reading& reading) {
  Campaign::Impl& campaign = reading.campaign;
  for (const std::string& step : campaign.steps) campaign.index.try_emplace(step);
  for (std::size_t index = 0; index < campaign.rules.size(); ++index) {
    const Rule& rule = campaign.rules[index];
    Step& step = campaign.index[rule.step];
    if (rule.otherwise) place_otherwise(reading, index, step);
    place_keywords(reading, index, step);
  }
  for (auto& [name, step] : campaign.index) step.keywords_shown = shown_keywords(campaign, name);
}

}  // namespace rules
