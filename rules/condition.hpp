// One condition of a rule's `when`: a field against fixed values. All conditions of a rule must hold.
// A field without a value, or with one that is not of its type, is equal to nothing: `not` and `exists = false` hold,
// everything else does not.
#pragma once

#include "rules/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rules {

enum class Relation { any_of, none_of, lt, le, gt, ge, exists, absent };

struct Condition {
  std::string field;
  FieldType type = FieldType::text;
  Relation relation = Relation::any_of;
  std::vector<Value> operands;
  std::string wanted;  // `appointment.status = "booked"`, for traces
};

[[nodiscard]] bool holds(const Condition& condition, const FieldView& fields);

// `appointment.status = "booked"`, `score >= 4`, `city is one of "Leeds", "York"`.
[[nodiscard]] std::string describe(const Condition& condition);

// Same field, relation and operands: two rules with the same conditions are not told apart by them.
[[nodiscard]] bool same(const Condition& a, const Condition& b);

}  // namespace rules
