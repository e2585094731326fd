// The compiler's parts: each reads one section of a campaign file into the model and notes every mistake on the way.
// Order: [campaign] and the fields, then what rules set and which steps there are, then rules, then tests.
#pragma once

#include "rules/document.hpp"
#include "rules/findings.hpp"
#include "rules/model.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rules {

// Where a rule's parts stand, for the checks that compare rules.
struct RulePlaces {
  Position otherwise;
  std::vector<Position> keywords;  // as Rule::keywords
};

struct Reading {
  const Document& document;
  const Surroundings& around;
  Findings& findings;
  Campaign::Impl& campaign;
  KnownFields declared;            // [campaign.fields]
  KnownFields known;               // and what rules set
  std::vector<RulePlaces> places;  // as Campaign::Impl::rules
  Position name_at;                // of the campaign's name, for the check across files
};

void read_campaign(Reading& reading, const Table& campaign);
void read_rules(Reading& reading, const List& rules);
void read_when(Reading& reading, const Entry& when, Rule& rule);
void read_tests(Reading& reading, const List& tests);
// The same keyword, or `otherwise`, twice in a step with nothing to tell the rules apart; then builds the index.
void check_rules(Reading& reading);

// ---- parts that sections share --------------------------------------------------------------------------------
using Keys = std::span<const std::string_view>;
void refuse_unknown_keys(Reading& reading, const Table& table, Keys keys, std::string_view where);

// Null after noting that the value is of another kind.
[[nodiscard]] const std::string* as_text(Reading& reading, const Entry& entry);
[[nodiscard]] const Table* as_table(Reading& reading, const Entry& entry, std::string_view example);
[[nodiscard]] const List* as_list(Reading& reading, const Entry& entry, std::string_view example);
[[nodiscard]] std::optional<bool> as_flag(Reading& reading, const Entry& entry);
// Text or a list of texts, each with its place; none after a mistake.
struct PlacedText {
  std::string text;
  Position at;
};
[[nodiscard]] std::optional<std::vector<PlacedText>> as_texts(Reading& reading, const Entry& entry);
// A name: letters, digits, . _ - up to `limit` octets. Null after noting why it is none.
[[nodiscard]] const std::string* as_name(Reading& reading, const Entry& entry, std::size_t limit);

// `{ appointment = { status = "x" } }`, `appointment.status = "x"` and `"appointment.status" = "x"` alike.
struct Leaf {
  std::string name;
  Position at;
  const Node* node = nullptr;
};
[[nodiscard]] std::vector<Leaf> flatten(const Table& table);

// A fixed value for a field of that type; none after noting that it is of another.
[[nodiscard]] std::optional<Value> read_value(Reading& reading, const Node& node, FieldType type,
                                              std::string_view field);
// The value as text whatever its type; none after a mistake.
[[nodiscard]] std::optional<std::string> read_plain(Reading& reading, const Node& node, std::string_view field);
[[nodiscard]] Template read_template(Reading& reading, const Node& text, const KnownFields& known);
void refuse_unknown_field(Reading& reading, Position at, std::string_view field);

}  // namespace rules
