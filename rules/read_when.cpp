// `when` of a rule: fields against values. A table is the operators of a field where the name so far is a known field,
// and part of a longer dotted name otherwise.
#include "rules/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rules {
namespace {

constexpr std::array<std::string_view, 6> kOperators = {"not", "lt", "le", "gt", "ge", "exists"};

bool is_operator(std::string_view key) {
  return std::find(kOperators.begin(), kOperators.end(), key) != kOperators.end();
}

void add(Rule& rule, Condition condition) {
  condition.wanted = describe(condition);
  rule.conditions.push_back(std::move(condition));
}

// One value or a list of them; empty after a mistake.
std::vector<Value> read_operands(Reading& reading, const Node& node, FieldType type, const std::string& field) {
  std::vector<Value> operands;
  const auto* list = std::get_if<List>(&node.value);
  if (list != nullptr && list->empty()) reading.findings.add(node.at, fmt::format("{}: the list has no value", field));
  const auto one = [&](const Node& item) {
    auto value = read_value(reading, item, type, field);
    if (!value) return;
    if (type == FieldType::text && value->text.empty()) {
      reading.findings.add(item.at, fmt::format("{}: an empty text is no value; write {{ exists = false }}", field));
      return;
    }
    operands.push_back(std::move(*value));
  };
  if (list == nullptr) {
    one(node);
  } else {
    for (const Node& item : *list) one(item);
  }
  return operands;
}

void read_operator(Reading& reading, const Entry& entry, FieldType type, const std::string& field, Rule& rule) {
  if (entry.key == "exists") {
    const auto wanted = as_flag(reading, entry);
    if (wanted) add(rule, {field, type, *wanted ? Relation::exists : Relation::absent, {}, {}});
    return;
  }
  if (entry.key == "not") {
    auto operands = read_operands(reading, entry.node, type, field);
    if (!operands.empty()) add(rule, {field, type, Relation::none_of, std::move(operands), {}});
    return;
  }
  if (type == FieldType::text || type == FieldType::boolean) {
    reading.findings.add(entry.at, fmt::format("{} is {}: {} compares numbers, dates and date-times", field,
                                               to_string(type), entry.key));
    return;
  }
  auto value = read_value(reading, entry.node, type, field);
  if (!value) return;
  const Relation relation = entry.key == "lt"   ? Relation::lt
                            : entry.key == "le" ? Relation::le
                            : entry.key == "gt" ? Relation::gt
                                                : Relation::ge;
  add(rule, {field, type, relation, {std::move(*value)}, {}});
}

void read_operators(Reading& reading, const Table& table, FieldType type, const std::string& field, Rule& rule) {
  for (const Entry& entry : table) {
    if (is_operator(entry.key)) {
      read_operator(reading, entry, type, field, rule);
    } else {
      reading.findings.add(entry.at, fmt::format("unknown comparison \"{}\" of {}{}", entry.key, field,
                                                 hint(entry.key, Keys(kOperators))));
    }
  }
}

bool has_fields_below(const Reading& reading, const std::string& name) {
  const auto next = reading.known.types.lower_bound(name + ".");
  return next != reading.known.types.end() && next->first.starts_with(name + ".");
}

void read_table(Reading& reading, const Table& table, const std::string& prefix, Rule& rule) {
  for (const Entry& entry : table) {
    const std::string name = prefix + entry.key;
    const auto* nested = std::get_if<Table>(&entry.node.value);
    const auto type = reading.known.type_of(name);
    if (nested == nullptr) {
      if (!type) {
        refuse_unknown_field(reading, entry.at, name);
        continue;
      }
      auto operands = read_operands(reading, entry.node, *type, name);
      if (!operands.empty()) add(rule, {name, *type, Relation::any_of, std::move(operands), {}});
      continue;
    }
    const bool operators =
        std::all_of(nested->begin(), nested->end(), [](const Entry& inner) { return is_operator(inner.key); });
    if (nested->empty()) {
      reading.findings.add(entry.node.at, fmt::format("{}: an empty table is no condition", name));
    } else if (type && (operators || !has_fields_below(reading, name))) {
      read_operators(reading, *nested, *type, name, rule);
    } else if (operators && !has_fields_below(reading, name)) {
      refuse_unknown_field(reading, entry.at, name);
    } else {
      read_table(reading, *nested, name + ".", rule);
    }
  }
}

}  // namespace

void read_when(Reading& reading, const Entry& when, Rule& rule) {
  const Table* table = as_table(reading, when, "when = { \"appointment.status\" = \"booked\" }");
  if (table == nullptr) return;
  if (table->empty())
    reading.findings.add(when.node.at, "when names no field; leave it out if the rule has no condition");
  read_table(reading, *table, {}, rule);
}

}  // namespace rules
