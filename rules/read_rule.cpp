// [[rule]]: what it listens for, in which step, under which conditions, and what it does.
#include "rules/limits.hpp"
#include "rules/reading.hpp"
#include "rules/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace rules {
namespace {

constexpr std::array<std::string_view, 6> kKeys = {"keyword", "otherwise", "step", "when", "do", "name"};
constexpr std::array<std::string_view, 5> kActions = {"reply", "notify", "set", "goto", "close"};
constexpr std::string_view kActionExample = "do = [ { reply = \"...\" }, { close = \"...\" } ]";

bool is_action(std::string_view key) { return std::find(kActions.begin(), kActions.end(), key) != kActions.end(); }

void read_keywords(Reading& reading, const Entry& entry, Rule& rule, RulePlaces& places) {
  const auto words = as_texts(reading, entry);
  if (!words) return;
  if (words->empty()) reading.findings.add(entry.node.at, "keyword lists no word");
  for (const PlacedText& word : *words) {
    std::string normal = normalise(word.text);
    const auto twice = std::find(rule.keywords.begin(), rule.keywords.end(), normal);
    if (normal.empty()) {
      reading.findings.add(word.at, fmt::format("keyword \"{}\" has nothing but punctuation and space", word.text));
    } else if (normal.size() > kKeywordOctets) {
      reading.findings.add(word.at,
                           fmt::format("keyword of {} octets, at most {} are allowed", normal.size(), kKeywordOctets));
    } else if (reserved_among_normalised(normal) != ReservedWord::none) {
      reading.findings.add(
          word.at, fmt::format("keyword \"{}\" is reserved: STOP, START, HELP and their kin are answered before any "
                               "rule; choose another word",
                               word.text));
    } else if (twice != rule.keywords.end()) {
      reading.findings.add(
          word.at, fmt::format("keyword \"{}\" is in this rule twice (case and punctuation do not count)", word.text));
    } else {
      rule.keywords.push_back(std::move(normal));
      places.keywords.push_back(word.at);
    }
  }
}

void read_trigger(Reading& reading, const Table& table, Position at, Rule& rule, RulePlaces& places) {
  const Entry* keyword = find(table, "keyword");
  const Entry* otherwise = find(table, "otherwise");
  if (keyword != nullptr) read_keywords(reading, *keyword, rule, places);
  if (otherwise != nullptr) {
    const auto flag = as_flag(reading, *otherwise);
    if (flag && !*flag) reading.findings.add(otherwise->node.at, "otherwise can only be true; leave it out");
    rule.otherwise = true;
    places.otherwise = otherwise->at;
  }
  if (keyword != nullptr && otherwise != nullptr) {
    reading.findings.add(std::max(keyword->at, otherwise->at),
                         "a rule has either keyword or otherwise, not both: make it two rules");
    rule.otherwise = false;
  }
  if (keyword == nullptr && otherwise == nullptr) {
    reading.findings.add(at, "the rule has neither keyword nor otherwise: it would never match");
  }
}

std::optional<Notify> read_notify(Reading& reading, const Table& table, const Entry& notify) {
  const Entry* event = find(table, "event");
  const std::string* endpoint = as_text(reading, notify);
  if (endpoint != nullptr) {
    const auto& known = reading.around.endpoints;
    if (std::find(known.begin(), known.end(), *endpoint) == known.end()) {
      reading.findings.add(notify.node.at, fmt::format("unknown endpoint \"{}\"{}", *endpoint, hint(*endpoint, known)));
    }
  }
  if (event == nullptr) {
    reading.findings.add(notify.at, "notify has no event: { notify = \"...\", event = \"...\" }");
    return std::nullopt;
  }
  const std::string* name = as_name(reading, *event, kEventOctets);
  if (endpoint == nullptr || name == nullptr) return std::nullopt;
  return Notify{*endpoint, *name};
}

void read_reply(Reading& reading, const Entry& reply, Rule& rule) {
  const std::string* text = as_text(reading, reply);
  if (text == nullptr) return;
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
    reading.findings.add(reply.node.at, "the reply is empty; to answer nothing, leave the action out");
    return;
  }
  rule.actions.emplace_back(ReplyPlan{read_template(reading, reply.node, reading.known)});
}

Template read_set_value(Reading& reading, const Leaf& leaf) {
  const bool text_field = reading.known.type_of(leaf.name).value_or(FieldType::text) == FieldType::text;
  const bool written_as_text = std::holds_alternative<std::string>(leaf.node->value);
  if (text_field && written_as_text) return read_template(reading, *leaf.node, reading.known);
  return Template::literal(read_plain(reading, *leaf.node, leaf.name).value_or(""));
}

void read_set(Reading& reading, const Entry& set, Rule& rule) {
  const Table* table = as_table(reading, set, "{ set = { \"appointment.status\" = \"confirmed\" } }");
  if (table == nullptr) return;
  if (table->empty()) reading.findings.add(set.node.at, "set names no field");
  for (const Leaf& leaf : flatten(*table)) {
    if (!is_field_name(leaf.name) || leaf.name == kContactPrefix) {
      reading.findings.add(leaf.at, fmt::format("\"{}\" is not the name of a field", leaf.name));
      continue;
    }
    const bool on_contact = leaf.name.starts_with(kContactPrefix);
    std::string bare = on_contact ? leaf.name.substr(kContactPrefix.size()) : leaf.name;
    rule.actions.emplace_back(SetPlan{std::move(bare), on_contact, read_set_value(reading, leaf)});
  }
}

void read_goto(Reading& reading, const Entry& entry, Rule& rule) {
  const std::string* step = as_text(reading, entry);
  if (step == nullptr) return;
  const auto& steps = reading.campaign.steps;
  const std::string inner = *step == kFirstStep ? std::string{} : *step;
  if (step->empty() || std::find(steps.begin(), steps.end(), inner) == steps.end()) {
    std::vector<std::string> shown;
    for (const std::string& known : steps) shown.push_back(shown_step(known));
    reading.findings.add(entry.node.at, fmt::format("unknown step \"{}\"{}: no rule has step = \"{}\"", *step,
                                                    hint(*step, shown), *step));
    return;
  }
  rule.actions.emplace_back(Goto{inner});
}

void read_action(Reading& reading, const Node& node, Rule& rule) {
  const auto* table = std::get_if<Table>(&node.value);
  if (table == nullptr) {
    reading.findings.add(node.at, fmt::format("an action must be a table, not {}: {}", kind_of(node), kActionExample));
    return;
  }
  const Entry* action = nullptr;
  for (const Entry& entry : *table) {
    if (is_action(entry.key)) {
      if (action != nullptr) {
        reading.findings.add(
            entry.at,
            fmt::format("{} stands beside {} in one action: give each its own {{ }}, in the order they happen",
                        entry.key, action->key));
      }
      if (action == nullptr) action = &entry;
    } else if (entry.key != "event") {
      reading.findings.add(entry.at,
                           fmt::format("unknown action \"{}\"{}", entry.key, hint(entry.key, Keys(kActions))));
    }
  }
  const Entry* event = find(*table, "event");
  if (event != nullptr && (action == nullptr || action->key != "notify")) {
    reading.findings.add(event->at, "event belongs to notify: { notify = \"...\", event = \"...\" }");
  }
  if (table->empty()) reading.findings.add(node.at, fmt::format("the action is empty: {}", kActionExample));
  if (action == nullptr) return;
  if (action->key == "reply") read_reply(reading, *action, rule);
  if (action->key == "set") read_set(reading, *action, rule);
  if (action->key == "goto") read_goto(reading, *action, rule);
  if (action->key == "notify") {
    if (auto notify = read_notify(reading, *table, *action)) rule.actions.emplace_back(std::move(*notify));
  }
  if (action->key == "close") {
    if (const std::string* outcome = as_name(reading, *action, kEventOctets))
      rule.actions.emplace_back(Close{*outcome});
  }
}

void read_actions(Reading& reading, const Entry& entry, Rule& rule) {
  const List* list = as_list(reading, entry, kActionExample);
  if (list == nullptr) return;
  bool leaves = false;  // a conversation goes on in one step or ends, once
  for (const Node& node : *list) {
    read_action(reading, node, rule);
    const auto* table = std::get_if<Table>(&node.value);
    if (table == nullptr) continue;
    for (const Entry& action : *table) {
      if (action.key != "goto" && action.key != "close") continue;
      if (leaves) reading.findings.add(action.at, "a rule has one goto or one close, not several");
      leaves = true;
    }
  }
}

std::string label_of(const Rule& rule, std::size_t index, const Table& table) {
  std::string label = fmt::format("rule {} (line {}", index + 1, rule.line);
  if (!rule.name.empty()) label += fmt::format(", {}", rule.name);
  if (rule.otherwise) return label + ": otherwise)";
  const Entry* keyword = find(table, "keyword");
  const auto* one = keyword == nullptr ? nullptr : std::get_if<std::string>(&keyword->node.value);
  if (one != nullptr) return label + fmt::format(": {})", *one);
  const auto* list = keyword == nullptr ? nullptr : std::get_if<List>(&keyword->node.value);
  std::vector<std::string_view> words;
  for (std::size_t i = 0; list != nullptr && i < std::min(list->size(), kKeywordsShown); ++i) {
    if (const auto* word = std::get_if<std::string>(&(*list)[i].value)) words.push_back(*word);
  }
  const bool more = list != nullptr && list->size() > kKeywordsShown;
  return label + fmt::format(": {}{})", fmt::join(words, ", "), more ? ", ..." : "");
}

void read_rule(Reading& reading, const Node& node) {
  const auto* table = std::get_if<Table>(&node.value);
  if (table == nullptr) {
    reading.findings.add(node.at, fmt::format("a rule must be a table headed [[rule]], not {}", kind_of(node)));
    return;
  }
  refuse_unknown_keys(reading, *table, kKeys, "[[rule]]");
  Rule rule;
  RulePlaces places;
  rule.line = node.at.line;
  if (const Entry* name = find(*table, "name")) {
    if (const std::string* text = as_name(reading, *name, kNameOctets)) rule.name = *text;
    if (rule.name == "otherwise" || rule.name == "none" || rule.name == "keyword") {
      reading.findings.add(name->node.at,
                           fmt::format("\"{}\" has a meaning of its own in tests and cannot name a rule", rule.name));
    }
    for (const Rule& other : reading.campaign.rules) {
      if (rule.name.empty() || other.name != rule.name) continue;
      reading.findings.add(name->node.at,
                           fmt::format("the rule at line {} has the name \"{}\" already", other.line, rule.name));
    }
  }
  if (const Entry* step = find(*table, "step")) {
    const std::string* text = as_name(reading, *step, kNameOctets);
    if (text != nullptr && *text != kFirstStep) rule.step = *text;
  }
  read_trigger(reading, *table, node.at, rule, places);
  if (const Entry* when = find(*table, "when")) read_when(reading, *when, rule);
  if (const Entry* actions = find(*table, "do")) {
    read_actions(reading, *actions, rule);
  } else {
    reading.findings.add(node.at,
                         fmt::format("the rule has no do; write do = [] if it is to do nothing: {}", kActionExample));
  }
  rule.label = label_of(rule, reading.campaign.rules.size(), *table);
  reading.campaign.rules.push_back(std::move(rule));
  reading.places.push_back(std::move(places));
}

// What a rule sets exists for every other rule, above it in the file too.
void note_set_fields(Reading& reading, const Table& rule) {
  const Entry* actions = find(rule, "do");
  const auto* list = actions == nullptr ? nullptr : std::get_if<List>(&actions->node.value);
  if (list == nullptr) return;
  for (const Node& node : *list) {
    const auto* action = std::get_if<Table>(&node.value);
    const Entry* set = action == nullptr ? nullptr : find(*action, "set");
    const auto* fields = set == nullptr ? nullptr : std::get_if<Table>(&set->node.value);
    if (fields == nullptr) continue;
    for (const Leaf& leaf : flatten(*fields)) reading.known.types.emplace(leaf.name, FieldType::text);
  }
}

void note_step(Reading& reading, const Table& rule) {
  const Entry* step = find(rule, "step");
  const auto* name = step == nullptr ? nullptr : std::get_if<std::string>(&step->node.value);
  if (name == nullptr || name->empty() || *name == kFirstStep) return;
  auto& steps = reading.campaign.steps;
  if (std::find(steps.begin(), steps.end(), *name) == steps.end()) steps.push_back(*name);
}

}  // namespace

void read_rules(Reading& reading, const List& rules) {
  for (const Node& node : rules) {
    const auto* table = std::get_if<Table>(&node.value);
    if (table == nullptr) continue;
    note_set_fields(reading, *table);
    note_step(reading, *table);
  }
  for (const Node& node : rules) read_rule(reading, node);
}

}  // namespace rules
