// [[test]]: what somebody says, in one text or a dialogue, and what must come of it.
#include "rules/limits.hpp"
#include "rules/reading.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace rules {
namespace {

constexpr std::array<std::string_view, 8> kKeys = {"name", "text", "dialogue", "fields",
                                                   "step", "zone", "opening",  "expect"};
constexpr std::array<std::string_view, 2> kTurnKeys = {"say", "expect"};
constexpr std::array<std::string_view, 10> kExpectKeys = {"reply",  "reply_matches", "no_reply", "event",    "outcome",
                                                          "closed", "step",          "rule",     "reserved", "set"};
constexpr std::string_view kDialogueExample = "dialogue = [ { say = \"YES\", expect = { ... } } ]";

std::optional<std::string> read_step(Reading& reading, const Entry& entry) {
  const std::string* text = as_text(reading, entry);
  if (text == nullptr) return std::nullopt;
  const std::string inner = *text == kFirstStep ? std::string{} : *text;
  const auto& steps = reading.campaign.steps;
  if (!text->empty() && std::find(steps.begin(), steps.end(), inner) != steps.end()) return inner;
  std::vector<std::string> shown;
  for (const std::string& known : steps) shown.push_back(shown_step(known));
  reading.findings.add(entry.node.at, fmt::format("unknown step \"{}\"{}", *text, hint(*text, shown)));
  return std::nullopt;
}

std::optional<std::vector<std::string>> plain_texts(Reading& reading, const Entry& entry) {
  const auto placed = as_texts(reading, entry);
  if (!placed) return std::nullopt;
  std::vector<std::string> texts;
  for (const PlacedText& text : *placed) texts.push_back(text.text);
  return texts;
}

void read_pattern(Reading& reading, const Entry& entry, Expectation& expect) {
  const std::string* text = as_text(reading, entry);
  if (text == nullptr) return;
  if (text->size() > kPatternOctets) {
    reading.findings.add(
        entry.node.at, fmt::format("the pattern has {} octets, at most {} are allowed", text->size(), kPatternOctets));
    return;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<std::int64_t>(kPatternMemory));
  const RE2 pattern(*text, options);
  if (!pattern.ok()) reading.findings.add(entry.node.at, fmt::format("not a pattern (RE2): {}", pattern.error()));
  expect.reply_matches = *text;
}

void read_rule_expected(Reading& reading, const Entry& entry, Expectation& expect) {
  const auto& rules = reading.campaign.rules;
  if (const auto* number = std::get_if<std::int64_t>(&entry.node.value)) {
    if (*number < 1 || *number > static_cast<std::int64_t>(rules.size())) {
      reading.findings.add(entry.node.at,
                           fmt::format("there is no rule {}: the file has {}, counted from 1", *number, rules.size()));
      return;
    }
    expect.rule = static_cast<std::int32_t>(*number - 1);
    return;
  }
  const std::string* text = as_text(reading, entry);
  if (text == nullptr) return;
  std::vector<std::string> known = {"none", "keyword", "otherwise"};
  if (*text == "none") expect.match = Match::none;
  if (*text == "keyword") expect.match = Match::keyword;
  if (*text == "otherwise") expect.match = Match::otherwise;
  if (expect.match) return;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!text->empty() && rules[i].name == *text) expect.rule = static_cast<std::int32_t>(i);
    if (!rules[i].name.empty()) known.push_back(rules[i].name);
  }
  if (!expect.rule)
    reading.findings.add(entry.node.at, fmt::format("unknown rule \"{}\"{}", *text, hint(*text, known)));
}

void read_reserved(Reading& reading, const Entry& entry, Expectation& expect) {
  const std::string* text = as_text(reading, entry);
  if (text == nullptr) return;
  constexpr std::array<std::string_view, 3> kFamilies = {"stop", "start", "help"};
  constexpr std::array<ReservedWord, 3> kWords = {ReservedWord::stop, ReservedWord::start, ReservedWord::help};
  const auto found = std::find(kFamilies.begin(), kFamilies.end(), *text);
  if (found == kFamilies.end()) {
    reading.findings.add(entry.node.at,
                         fmt::format("unknown family of reserved words \"{}\"{}", *text, hint(*text, Keys(kFamilies))));
    return;
  }
  expect.reserved = kWords[static_cast<std::size_t>(found - kFamilies.begin())];
}

void read_replies(Reading& reading, const Table& table, Expectation& expect) {
  if (const Entry* entry = find(table, "reply")) expect.replies = plain_texts(reading, *entry);
  if (const Entry* entry = find(table, "reply_matches")) read_pattern(reading, *entry, expect);
  if (const Entry* entry = find(table, "no_reply")) {
    const auto flag = as_flag(reading, *entry);
    if (flag && !*flag)
      reading.findings.add(entry->node.at, "no_reply can only be true; to expect one, use reply or reply_matches");
    if (expect.replies || expect.reply_matches)
      reading.findings.add(entry->at, "no_reply contradicts the reply expected here");
    expect.replies.emplace();
  }
}

Expectation read_expect(Reading& reading, const Entry& entry) {
  Expectation expect;
  const Table* table = as_table(reading, entry, "expect = { reply = \"...\" }");
  if (table == nullptr) return expect;
  refuse_unknown_keys(reading, *table, kExpectKeys, "expect");
  if (table->empty()) reading.findings.add(entry.node.at, "the test expects nothing, so it could not fail");
  read_replies(reading, *table, expect);
  if (const Entry* event = find(*table, "event")) expect.events = plain_texts(reading, *event);
  if (const Entry* outcome = find(*table, "outcome")) {
    if (const std::string* text = as_text(reading, *outcome)) expect.outcome = *text;
  }
  if (const Entry* closed = find(*table, "closed")) expect.closed = as_flag(reading, *closed);
  if (const Entry* step = find(*table, "step")) expect.step = read_step(reading, *step);
  if (const Entry* rule = find(*table, "rule")) read_rule_expected(reading, *rule, expect);
  if (const Entry* reserved = find(*table, "reserved")) read_reserved(reading, *reserved, expect);
  if (const Entry* set = find(*table, "set")) {
    const Table* fields = as_table(reading, *set, "set = { \"appointment.status\" = \"confirmed\" }");
    for (const Leaf& leaf : fields == nullptr ? std::vector<Leaf>{} : flatten(*fields)) {
      if (auto value = read_plain(reading, *leaf.node, leaf.name)) expect.set[leaf.name] = std::move(*value);
    }
  }
  return expect;
}

void read_turn(Reading& reading, const Node& node, TestCase& test) {
  const auto* table = std::get_if<Table>(&node.value);
  if (table == nullptr) {
    reading.findings.add(node.at, fmt::format("a turn must be a table, not {}: {}", kind_of(node), kDialogueExample));
    return;
  }
  refuse_unknown_keys(reading, *table, kTurnKeys, "a turn of the dialogue");
  Turn turn;
  turn.line = node.at.line;
  const Entry* say = find(*table, "say");
  if (say == nullptr) {
    reading.findings.add(node.at, fmt::format("the turn says nothing: {}", kDialogueExample));
  } else if (const std::string* text = as_text(reading, *say)) {
    turn.text = *text;
  }
  if (const Entry* expect = find(*table, "expect")) turn.expect = read_expect(reading, *expect);
  test.turns.push_back(std::move(turn));
}

void read_fields(Reading& reading, const Entry& entry, TestCase& test) {
  const Table* fields = as_table(reading, entry, "fields = { first_name = \"Ann\" }");
  if (fields == nullptr) return;
  for (const Leaf& leaf : flatten(*fields)) {
    auto value = read_plain(reading, *leaf.node, leaf.name);
    if (!value) continue;
    const bool on_contact = leaf.name.starts_with(kContactPrefix);
    (on_contact ? test.contact : test.conversation)[on_contact ? leaf.name.substr(kContactPrefix.size()) : leaf.name] =
        std::move(*value);
  }
}

void read_turns(Reading& reading, const Table& table, Position at, TestCase& test) {
  const Entry* text = find(table, "text");
  const Entry* dialogue = find(table, "dialogue");
  const Entry* expect = find(table, "expect");
  if (text != nullptr && dialogue != nullptr) {
    reading.findings.add(std::max(text->at, dialogue->at), "a test has either text or dialogue, not both");
  }
  if (text == nullptr && dialogue == nullptr && !test.opening) {
    reading.findings.add(at, "the test has neither text, dialogue nor opening");
  }
  if (text != nullptr) {
    if (expect == nullptr) reading.findings.add(at, "the test has no expect, so it could not fail");
    Turn turn;
    turn.line = text->at.line;
    if (const std::string* said = as_text(reading, *text)) turn.text = *said;
    if (expect != nullptr) turn.expect = read_expect(reading, *expect);
    test.turns.push_back(std::move(turn));
  } else if (expect != nullptr) {
    reading.findings.add(
        expect->at, fmt::format("expect belongs to text; in a dialogue each turn has its own: {}", kDialogueExample));
  }
  if (dialogue == nullptr) return;
  const List* turns = as_list(reading, *dialogue, kDialogueExample);
  if (turns == nullptr) return;
  const bool proves = std::any_of(turns->begin(), turns->end(), [](const Node& node) {
    const auto* turn = std::get_if<Table>(&node.value);
    return turn == nullptr || find(*turn, "expect") != nullptr;
  });
  if (!proves) reading.findings.add(dialogue->at, "no turn of the dialogue has an expect, so it could not fail");
  for (const Node& node : *turns) read_turn(reading, node, test);
}

void read_test(Reading& reading, const Node& node) {
  const auto* table = std::get_if<Table>(&node.value);
  if (table == nullptr) {
    reading.findings.add(node.at, fmt::format("a test must be a table headed [[test]], not {}", kind_of(node)));
    return;
  }
  refuse_unknown_keys(reading, *table, kKeys, "[[test]]");
  TestCase test;
  test.line = node.at.line;
  if (const Entry* fields = find(*table, "fields")) read_fields(reading, *fields, test);
  if (const Entry* step = find(*table, "step")) test.step = read_step(reading, *step).value_or("");
  if (const Entry* zone = find(*table, "zone")) {
    if (const std::string* name = as_text(reading, *zone)) {
      if (!known_zone(*name))
        reading.findings.add(zone->node.at,
                             fmt::format("unknown time zone \"{}\"{}", *name, hint(*name, zone_names())));
      test.zone = *name;
    }
  }
  if (const Entry* opening = find(*table, "opening")) {
    if (const std::string* text = as_text(reading, *opening)) test.opening = *text;
  }
  read_turns(reading, *table, node.at, test);
  if (const Entry* name = find(*table, "name")) {
    if (const std::string* text = as_text(reading, *name)) test.name = *text;
  }
  if (test.name.empty()) test.name = test.turns.empty() ? "opening" : fmt::format("\"{}\"", test.turns.front().text);
  reading.campaign.tests.push_back(std::move(test));
}

}  // namespace

void read_tests(Reading& reading, const List& tests) {
  for (const Node& node : tests) read_test(reading, node);
}

}  // namespace rules
