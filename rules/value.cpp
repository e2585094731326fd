#include "rules/value.hpp"

#include "rules/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rules {
namespace {

constexpr std::array<std::pair<std::string_view, FieldType>, 5> kTypes = {{{"text", FieldType::text},
                                                                           {"number", FieldType::number},
                                                                           {"date-time", FieldType::date_time},
                                                                           {"date", FieldType::date},
                                                                           {"boolean", FieldType::boolean}}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Digits with at most one point and a minus: 1e5, 0x10, inf and nan are slips or attacks, not amounts.
std::optional<double> parse_number(std::string_view text) {
  const std::string_view unsigned_part = text.starts_with('-') ? text.substr(1) : text;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digits = std::count_if(unsigned_part.begin(), unsigned_part.end(), is_digit);
  const auto points = std::count(unsigned_part.begin(), unsigned_part.end(), '.');
  if (digits == 0 || points > 1 || static_cast<std::size_t>(digits + points) != unsigned_part.size())
    return std::nullopt;
  if (!is_digit(unsigned_part.front()) || !is_digit(unsigned_part.back())) return std::nullopt;
  if (static_cast<std::size_t>(digits) > kNumberDigits) return std::nullopt;
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return value;
}

int order(auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; }

}  // namespace

std::optional<Value> parse_value(FieldType type, std::string_view text) {
  Value value;
  value.type = type;
  if (type == FieldType::text) {
    value.text = text;
    return value;
  }
  text = trimmed(text);
  value.text = text;
  switch (type) {
    case FieldType::number:
      if (const auto number = parse_number(text)) {
        value.number = *number;
        return value;
      }
      return std::nullopt;
    case FieldType::boolean:
      value.number = text == "true" ? 1 : 0;
      return text == "true" || text == "false" ? std::optional(value) : std::nullopt;
    default: break;
  }
  const auto moment = type == FieldType::date ? parse_date(text) : parse_date_time(text);
  if (!moment) return std::nullopt;
  value.moment = *moment;
  return value;
}

std::optional<int> compare(const Value& a, const Value& b, std::string_view zone) {
  switch (a.type) {
    case FieldType::text: return order(std::string_view(a.text), std::string_view(b.text));
    case FieldType::number:
    case FieldType::boolean: return order(a.number, b.number);
    default: break;
  }
  if (!a.moment.offset_s && !b.moment.offset_s) return order(a.moment.local_ms, b.moment.local_ms);
  const auto utc_a = to_utc_ms(a.moment, zone), utc_b = to_utc_ms(b.moment, zone);
  if (!utc_a || !utc_b) return std::nullopt;
  return order(*utc_a, *utc_b);
}

std::string_view to_string(FieldType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& known) { return known.second == type; })->first;
}

std::optional<FieldType> field_type(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& known) { return known.first == name; });
  return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

std::string_view example_of(FieldType type) {
  switch (type) {
    case FieldType::text: return "text in quotes";
    case FieldType::number: return "a number of at most 15 digits such as 12.50";
    case FieldType::date_time: return "a date-time such as 2026-02-03T10:00";
    case FieldType::date: return "a date such as 2026-02-03";
    case FieldType::boolean: break;
  }
  return "true or false";
}

std::optional<FieldType> KnownFields::type_of(std::string_view name) const {
  auto found = types.find(name);
  if (found == types.end() && !name.starts_with(kContactPrefix)) {
    found = types.find(std::string(kContactPrefix) + std::string(name));
  }
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> KnownFields::names() const {
  std::vector<std::string> all;
  for (const auto& [name, type] : types) all.push_back(name);
  return all;
}

std::string_view FieldView::find(std::string_view name) const {
  const bool contact_only = name.starts_with(kContactPrefix);
  const std::string_view bare = contact_only ? name.substr(kContactPrefix.size()) : name;
  const auto latest = [&](bool on_contact) -> std::string_view {
    for (auto it = set.rbegin(); it != set.rend(); ++it) {
      if (it->on_contact == on_contact && it->field == bare) return it->value;
    }
    const Fields* fields = on_contact ? contact : conversation;
    if (fields == nullptr) return {};
    const auto found = fields->find(bare);
    return found == fields->end() ? std::string_view{} : std::string_view(found->second);
  };
  if (!contact_only) {
    if (const std::string_view value = latest(false); !value.empty()) return value;
  }
  return latest(true);
}

}  // namespace rules
