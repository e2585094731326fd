// conf/REFERENCE.md, written from the table of keys.
#include "core/config_keys.hpp"
#include "core/config_profiles.hpp"

#include <fmt/format.h>

namespace core {
namespace {

std::string_view name_of(KeyType type) {
  switch (type) {
    case KeyType::text: return "text";
    case KeyType::integer: return "integer";
    case KeyType::boolean: return "true or false";
    case KeyType::choice: return "one of";
    case KeyType::duration: return "duration";
    case KeyType::rate: return "rate";
    case KeyType::secret: return "secret";
    case KeyType::text_list: return "list of texts";
    case KeyType::duration_list: return "list of durations";
    case KeyType::map: return "table";
  }
  return {};
}

std::string takes(const Key& key) {
  if (key.type == KeyType::choice) {
    std::string result;
    std::string_view rest = key.choices;
    while (!rest.empty()) {
      const std::size_t bar = rest.find(" | ");
      result += fmt::format("{}`{}`", result.empty() ? "" : ", ", rest.substr(0, bar));
      rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 3);
    }
    return result;
  }
  std::string result(name_of(key.type));
  if (!key.choices.empty()) result += fmt::format(" {}", key.choices);
  return result;
}

bool belongs_to(const Key& key, std::string_view section) {
  const std::size_t dot = key.path.rfind('.');
  return (dot == std::string_view::npos ? std::string_view{} : key.path.substr(0, dot)) == section;
}

}  // namespace

std::string config_reference() {
  std::string text =
      "# Configuration reference\n\n"
      "Written from the table in `core/config_keys.cpp`, which the parser reads too; a test compares them. The file is TOML; an\n"
      "unknown key is refused with the nearest known one. Relative paths are relative to the file that names them.\n\n"
      "- **duration**: `\"250ms\"`, `\"30s\"`, `\"5m\"`, `\"72h\"`, `\"2d\"`; a bare number is refused, for nobody knows its unit.\n"
      "- **rate**: `\"200/s\"`, `\"30/m\"`, `\"1000/h\"`.\n"
      "- **secret**: `{ env = \"NAME\" }`, `{ file = \"path\" }` (refused when group or others may read it), or plain text for\n"
      "  demos, with a warning.\n";
  for (const Section& section : config_sections()) {
    std::string heading = "Top of the file";
    if (section.repeated) heading = fmt::format("`[[{}]]`", section.path);
    else if (!section.path.empty()) heading = fmt::format("`[{}]`", section.path);
    text += fmt::format("\n## {}\n\n{}\n\n| key | takes | default | |\n|---|---|---|---|\n", heading, section.doc);
    for (const Key& key : config_keys()) {
      if (!belongs_to(key, section.path)) continue;
      const std::string_view name = section.path.empty() ? key.path : key.path.substr(section.path.size() + 1);
      const std::string fallback = key.required ? "**required**" : key.fallback.empty() ? "–" : fmt::format("`{}`", key.fallback);
      text += fmt::format("| `{}` | {} | {} | {} |\n", name, takes(key), fallback, key.doc);
    }
  }
  text += "\n## Profiles\n\nWhat `profile` of an account stands for; the account's own keys go before it.\n";
  for (const Profile& profile : config_profiles()) {
    text += fmt::format("\n**{}**: {}\n", profile.name, profile.doc);
    if (!profile.keys.empty()) text += fmt::format("\n```toml\n{}```\n", profile.keys);
  }
  return text;
}

}  // namespace core
