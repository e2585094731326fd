// Options in a file, and their tables for the README.
#include "tools/smpp-sim/option_table.hpp"

#include "tools/smpp-sim/profiles.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smpp_sim {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// A # inside double quotes belongs to the value.
std::string_view without_comment(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == '#' && !quoted) return line.substr(0, i);
  }
  return line;
}

std::string in_cell(std::string_view text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

// The option that is nearest by its first letters, as a hint.
std::string near(std::string_view name) {
  std::size_t best = 0;
  std::string_view found;
  for (const auto& option : smsc_options()) {
    const auto [a, b] = std::mismatch(name.begin(), name.end(), option.name.begin(), option.name.end());
    const auto same = static_cast<std::size_t>(a - name.begin());
    if (same > best) {
      best = same;
      found = option.name;
    }
  }
  return best < 3 ? "; smpp-sim smsc --help lists them" : fmt::format(" (did you mean \"{}\"?)", found);
}

}  // namespace

std::vector<Given> read_config(std::string_view text, const std::string& file, std::vector<std::string>& mistakes) {
  std::vector<Given> given;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view raw = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(raw.size() + 1, text.size()));
    const std::string_view line = without_comment(raw);
    if (trimmed(line).empty()) continue;
    const auto column = [&](std::string_view part) { return part.data() - raw.data() + 1; };
    const std::string_view name = trimmed(line.substr(0, line.find('=')));
    const auto wrong = [&](std::string_view part, const std::string& what) {
      mistakes.push_back(fmt::format("{}:{}:{}: {}", file, number, column(part), what));
    };
    if (line.find('=') == std::string_view::npos) {
      wrong(name, "must be name = value");
      continue;
    }
    if (name.empty()) {
      wrong(line, "a name is missing before =");
      continue;
    }
    std::string_view value = trimmed(line.substr(line.find('=') + 1));
    const SmscOption* option = find_option(name);
    if (option == nullptr) {
      wrong(name, fmt::format("unknown option \"{}\"{}", name, near(name)));
      continue;
    }
    if (value.empty()) {
      wrong(name, fmt::format("{} must have a value{}{}", name, option->values.empty() ? ": yes or no" : ": ",
                              option->values));
      continue;
    }
    auto at = static_cast<std::size_t>(column(value));
    const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.find('"', 1) == value.size() - 1;
    if (is_quoted) value = value.substr(1, value.size() - 2);
    if (is_quoted) ++at;
    if (option->name == "config") {
      wrong(name, "a file cannot name another one");
      continue;
    }
    const bool twice = !option->repeatable && std::any_of(given.begin(), given.end(),
                                                          [&](const Given& one) { return one.name == name; });
    if (twice) {
      wrong(name, fmt::format("{} is there already and can be given once", name));
      continue;
    }
    given.push_back({fmt::format("{}:{}:", file, number), std::string(name), std::string(value), at});
  }
  return given;
}

std::string option_rows() {
  std::string rows;
  for (const auto& option : smsc_options()) {
    const std::string values = option.values.empty() ? "" : " " + std::string(option.values);
    const std::string standard = option.standard.empty() ? "" : "`" + std::string(option.standard) + "`";
    rows += fmt::format("| `--{}{}`{} | {} | {} |\n", option.name, in_cell(values),
                        option.repeatable ? " repeatable" : "", standard, in_cell(option.doc));
  }
  return rows;
}

std::string rule_rows() {
  std::string rows;
  for (const auto& word : rule_words()) rows += fmt::format("| `{}={}` | {} |\n", word.name, word.values, in_cell(word.doc));
  return rows;
}

std::string fault_rows() {
  std::string rows;
  for (const auto& fault : fault_names()) rows += fmt::format("| `{}` | {} |\n", fault.name, in_cell(fault.doc));
  return rows;
}

std::string profile_rows() {
  std::string rows;
  for (const auto& profile : profiles()) {
    std::string lines;
    for (const std::string_view line : profile.lines) lines += fmt::format("{}`{}`", lines.empty() ? "" : "<br>", line);
    rows += fmt::format("| `{}` | {} | {} |\n", profile.name, profile.doc, lines);
  }
  return rows;
}

}  // namespace smpp_sim
