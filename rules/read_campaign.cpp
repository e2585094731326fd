// [campaign]: name, sender, first message, window, and the types of its fields.
#include "rules/limits.hpp"
#include "rules/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace rules {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"name", "sender", "message", "window", "fields"};
constexpr std::array<std::string_view, 5> kTypeNames = {"text", "number", "date-time", "date", "boolean"};
constexpr std::chrono::hours kDefaultWindow{72};

bool is_number(std::string_view sender) {
  const std::string_view digits = sender.starts_with('+') ? sender.substr(1) : sender;
  return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count <= 0 || end + 1 != text.data() + text.size()) return std::nullopt;
  std::int64_t seconds = 0;
  switch (*end) {
    case 's': seconds = 1; break;
    case 'm': seconds = 60; break;
    case 'h': seconds = 3600; break;
    case 'd': seconds = 86400; break;
    default: return std::nullopt;
  }
  const std::int64_t longest = std::chrono::seconds(kLongestWindow).count();
  if (count > longest / seconds) return std::nullopt;
  return std::chrono::seconds(count * seconds);
}

void read_sender(Reading& reading, const Entry& entry) {
  const std::string* sender = as_text(reading, entry);
  if (sender == nullptr) return;
  const auto& senders = reading.around.senders;
  if (std::find(senders.begin(), senders.end(), *sender) == senders.end()) {
    reading.findings.add(entry.node.at, fmt::format("unknown sender \"{}\"{}", *sender, hint(*sender, senders)));
    return;
  }
  const Table& root = std::get<Table>(reading.document.root.value);
  if (!is_number(*sender) && find(root, "rule") != nullptr) {
    reading.findings.add(entry.node.at,
                         fmt::format("sender \"{}\" is a name: people cannot reply to it, and this campaign has rules "
                                     "for replies; take a number",
                                     *sender));
  }
  reading.campaign.sender = *sender;
}

void read_message(Reading& reading, const Entry& entry) {
  const std::string* text = as_text(reading, entry);
  if (text == nullptr) return;
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
    reading.findings.add(entry.node.at, "the message is empty");
    return;
  }
  // Before the first answer nothing has been set by a rule yet.
  reading.campaign.message = read_template(reading, entry.node, reading.declared);
}

void read_window(Reading& reading, const Entry& entry) {
  const std::string* text = as_text(reading, entry);
  if (text == nullptr) return;
  const auto window = parse_duration(*text);
  if (!window) {
    reading.findings.add(entry.node.at,
                         fmt::format("window \"{}\" must be a whole number with s, m, h or d, such as \"72h\" or "
                                     "\"2d\", more than nothing and at most {}d",
                                     *text, kLongestWindow.count() / 24));
    return;
  }
  reading.campaign.window = *window;
}

FieldType nearest_type(std::string_view written) {
  const auto nearer = [&](std::string_view a, std::string_view b) {
    return edit_distance(written, a) < edit_distance(written, b);
  };
  return field_type(*std::min_element(kTypeNames.begin(), kTypeNames.end(), nearer)).value_or(FieldType::text);
}

void read_fields(Reading& reading, const Table& fields) {
  for (const Leaf& leaf : flatten(fields)) {
    const auto* text = std::get_if<std::string>(&leaf.node->value);
    const auto type = text == nullptr ? std::nullopt : field_type(*text);
    if (!is_field_name(leaf.name) || leaf.name == kContactPrefix) {
      reading.findings.add(
          leaf.at,
          fmt::format("field name \"{}\" must be letters, digits, \".\", \"_\" or \"-\", a letter first", leaf.name));
    } else if (text == nullptr) {
      reading.findings.add(leaf.node->at, fmt::format("{}: expected a type in quotes, not {}{}", leaf.name,
                                                      kind_of(*leaf.node), hint("", Keys(kTypeNames))));
    } else if (!type) {
      reading.findings.add(leaf.node->at, fmt::format("unknown type \"{}\"{}", *text, hint(*text, Keys(kTypeNames))));
    }
    // A field with a misspelt type is still a field, of the type probably meant: using it is not a second mistake.
    reading.declared.types.emplace(leaf.name, type.value_or(text == nullptr ? FieldType::text : nearest_type(*text)));
  }
}

}  // namespace

void read_campaign(Reading& reading, const Table& campaign) {
  refuse_unknown_keys(reading, campaign, kKeys, "[campaign]");
  reading.campaign.window = kDefaultWindow;
  if (const Entry* fields = find(campaign, "fields")) {
    if (const Table* table = as_table(reading, *fields, "[campaign.fields]")) read_fields(reading, *table);
  }
  reading.known = reading.declared;
  reading.campaign.fields = reading.declared.types;
  const Entry* root = find(std::get<Table>(reading.document.root.value), "campaign");
  for (const std::string_view key : {"name", "sender", "message"}) {
    if (find(campaign, key) == nullptr) reading.findings.add(root->node.at, fmt::format("[campaign] has no {}", key));
  }
  if (const Entry* name = find(campaign, "name")) {
    reading.name_at = name->node.at;
    if (const std::string* text = as_name(reading, *name, kNameOctets)) reading.campaign.name = *text;
  }
  if (const Entry* sender = find(campaign, "sender")) read_sender(reading, *sender);
  if (const Entry* message = find(campaign, "message")) read_message(reading, *message);
  if (const Entry* window = find(campaign, "window")) read_window(reading, *window);
}

}  // namespace rules
