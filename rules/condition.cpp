#include "rules/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace rules {
namespace {

std::string shown(const Value& value) {
  const bool quoted = value.type == FieldType::text;
  return quoted ? fmt::format("\"{}\"", value.text) : value.text;
}

bool ordered_as(Relation relation, int order) {
  switch (relation) {
    case Relation::lt: return order < 0;
    case Relation::le: return order <= 0;
    case Relation::gt: return order > 0;
    default: return order >= 0;
  }
}

bool is_any_of(const Condition& condition, const Value& value, std::string_view zone) {
  return std::any_of(condition.operands.begin(), condition.operands.end(),
                     [&](const Value& operand) { return compare(value, operand, zone) == 0; });
}

}  // namespace

bool holds(const Condition& condition, const FieldView& fields) {
  const std::string_view written = fields.find(condition.field);
  if (condition.relation == Relation::exists) return !written.empty();
  if (condition.relation == Relation::absent) return written.empty();
  const bool negative = condition.relation == Relation::none_of;
  if (written.empty()) return negative;
  const auto value = parse_value(condition.type, written);
  if (!value) return negative;
  if (condition.relation == Relation::any_of) return is_any_of(condition, *value, fields.zone);
  if (negative) return !is_any_of(condition, *value, fields.zone);
  const auto order = compare(*value, condition.operands.front(), fields.zone);
  return order && ordered_as(condition.relation, *order);
}

std::string describe(const Condition& condition) {
  std::string list;
  for (const Value& operand : condition.operands) {
    if (!list.empty()) list += ", ";
    list += shown(operand);
  }
  const bool one = condition.operands.size() == 1;
  switch (condition.relation) {
    case Relation::any_of: return fmt::format("{} {} {}", condition.field, one ? "=" : "is one of", list);
    case Relation::none_of: return fmt::format("{} {} {}", condition.field, one ? "is not" : "is none of", list);
    case Relation::lt: return fmt::format("{} < {}", condition.field, list);
    case Relation::le: return fmt::format("{} <= {}", condition.field, list);
    case Relation::gt: return fmt::format("{} > {}", condition.field, list);
    case Relation::ge: return fmt::format("{} >= {}", condition.field, list);
    case Relation::exists: return fmt::format("{} has a value", condition.field);
    case Relation::absent: break;
  }
  return fmt::format("{} has no value", condition.field);
}

bool same(const Condition& a, const Condition& b) {
  return a.field == b.field && a.relation == b.relation &&
         std::equal(a.operands.begin(), a.operands.end(), b.operands.begin(), b.operands.end(),
                    [](const Value& x, const Value& y) { return x.type == y.type && x.text == y.text; });
}

}  // namespace rules
