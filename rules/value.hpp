// Typed values of fields, and where a rule finds them: what the rules of this turn have set, then the conversation's
// fields, then the contact's. An empty value is no value: a blank cell of an imported sheet must take the default.
#pragma once

#include "rules/facts.hpp"
#include "rules/moment.hpp"
#include "rules/program.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rules {

inline constexpr std::string_view kContactPrefix = "contact.";

struct Value {
  FieldType type = FieldType::text;
  std::string text;   // as written
  double number = 0;  // number; boolean as 0 and 1
  Moment moment;      // date_time, date
};

// None: the text is not of that type.
[[nodiscard]] std::optional<Value> parse_value(FieldType type, std::string_view text);

// Less than zero, zero, greater; none when the zone that would tell is unknown. Both of one type.
[[nodiscard]] std::optional<int> compare(const Value& a, const Value& b, std::string_view zone);

[[nodiscard]] std::string_view to_string(FieldType type);  // as in [campaign.fields]
[[nodiscard]] std::optional<FieldType> field_type(std::string_view name);
[[nodiscard]] std::string_view example_of(FieldType type);  // "a date such as 2026-02-03"

// The fields a campaign may name, with their types.
struct KnownFields {
  std::map<std::string, FieldType, std::less<>> types;  // "appointment.at", "contact.city"
  // As looked up at run time: a name without prefix may also be the contact's.
  [[nodiscard]] std::optional<FieldType> type_of(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
};

// The values one decision sees.
struct FieldView {
  const Fields* conversation = nullptr;
  const Fields* contact = nullptr;
  std::string_view zone;
  std::vector<Set> set;  // by earlier actions of the same decision
  // Empty: none.
  [[nodiscard]] std::string_view find(std::string_view name) const;
};

}  // namespace rules
