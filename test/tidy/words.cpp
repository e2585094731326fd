// Rules about single words and calls: clocks, sleeps, std::regex, names, SQL.
#include "test/tidy/rules.hpp"

#include <algorithm>
#include <cctype>

namespace tidy {
namespace {

// The loop and smpp-sim's main hand the time to everything else, tests with sockets play their part; a benchmark
// measures it.
constexpr std::string_view kMayAskTheTime[] = {"core/net/clock.cpp", "core/net/clock.hpp", "tools/smpp-sim/main.cpp",
                                               "test/unit/smppnet_loop.hpp", "test/unit/smppsim_smsc.cpp"};

constexpr std::string_view kUnwantedSuffixes[] = {"Manager",   "Helper",  "Helpers", "Util", "Utils",
                                                  "Processor", "Handler", "Context", "Data", "Info"};
constexpr std::string_view kUnwantedFolders[] = {"common", "util", "utils", "helper", "helpers", "misc"};

bool ends_like(std::string_view name, std::string_view suffix) {
  return name.ends_with(suffix) && std::isupper(static_cast<unsigned char>(name.front())) != 0;
}

bool is_sql(std::string_view text) {
  const auto begin = text.find_first_not_of(" \n\t");
  if (begin == std::string_view::npos) return false;
  text.remove_prefix(begin);
  constexpr std::string_view verbs[] = {"SELECT ", "INSERT ", "UPDATE ", "DELETE FROM ", "REPLACE INTO ", "CREATE ",
                                        "DROP ",   "ALTER ",  "WITH ",   "WHERE ",       "VALUES"};
  return std::ranges::any_of(verbs, [&](auto verb) { return text.starts_with(verb); });
}

bool is_formatting_call(const Source& source, std::size_t open) {
  if (!source.is_sign(open, "(")) return false;
  const auto name = source.at(open - 1);
  return name == "format" || name == "format_to" || name == "append" || name == "snprintf" || name == "StrCat";
}

}  // namespace

Findings check_clock(const Source& source) {
  if (source.is_below("test/bench") || std::ranges::find(kMayAskTheTime, source.path) != std::end(kMayAskTheTime))
    return {};
  Findings findings;
  for (std::size_t i = 1; i < source.tokens.size(); ++i) {
    const bool called = source.is_sign(i + 1, "(");
    const bool clock_now = called && source.is_word(i, "now") && source.is_sign(i - 1, "::");
    const bool c_clock = called && source.is(i, Kind::word) && !source.is_sign(i - 1, ".") &&
                         !source.is_sign(i - 1, "->") &&
                         (source.at(i) == "clock_gettime" || source.at(i) == "gettimeofday" ||
                          (source.at(i) == "time" && (source.is_word(i + 2, "nullptr") || source.at(i + 2) == "0")));
    if (clock_now || c_clock) findings.push_back({source.tokens[i].line, "asks the time; take it as an argument"});
  }
  return findings;
}

Findings check_sleep(const Source& source) {
  if (!source.is_below("test")) return {};
  Findings findings;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const auto word = source.at(i);
    if (!source.is(i, Kind::word) || !source.is_sign(i + 1, "(")) continue;
    if (word == "sleep_for" || word == "sleep_until" || word == "sleep" || word == "usleep" || word == "nanosleep")
      findings.push_back({source.tokens[i].line, "a test waits for its condition, never for a time"});
  }
  return findings;
}

Findings check_std_regex(const Source& source) {
  Findings findings;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const bool included = source.is(i, Kind::directive) && source.at(i).find("<regex>") != std::string_view::npos;
    const bool used = source.is_word(i, "std") && source.is_sign(i + 1, "::") && source.at(i + 2).find("regex") == 0;
    if (included || used) findings.push_back({source.tokens[i].line, "std::regex backtracks; rules use RE2"});
  }
  return findings;
}

Findings check_type_names(const Source& source) {
  Findings findings;
  for (std::size_t i = 0; i + 1 < source.tokens.size(); ++i) {
    const bool declares = source.is_word(i, "class") || source.is_word(i, "struct") || source.is_word(i, "union") ||
                          source.is_word(i, "using") || source.is_word(i, "concept");
    if (!declares || !source.is(i + 1, Kind::word)) continue;
    if (source.is_sign(i + 2, "::")) continue;  // somebody else's, brought in under its own name
    const auto name = source.at(i + 1);
    for (const auto suffix : kUnwantedSuffixes) {
      if (ends_like(name, suffix))
        findings.push_back({source.tokens[i + 1].line,
                            std::string(name) + ": \"" + std::string(suffix) + "\" says nothing; name what it is"});
    }
  }
  return findings;
}

Findings check_folder_names(const Source& source) {
  std::string_view rest = source.path;
  for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    const auto folder = rest.substr(0, slash);
    if (std::ranges::find(kUnwantedFolders, folder) != std::end(kUnwantedFolders))
      return {{1, "folder \"" + std::string(folder) + "\": name it after what it is about"}};
    rest.remove_prefix(slash + 1);
  }
  return {};
}

Findings check_sql(const Source& source) {
  if (source.is_below("test")) return {};
  Findings findings;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    if (!source.is(i, Kind::text) || !is_sql(source.at(i))) continue;
    auto after = i + 1;
    while (source.is(after, Kind::text)) ++after;  // adjacent literals are one
    const bool joined = source.is_sign(after, "+") || source.is_sign(i - 1, "+");
    if (joined || is_formatting_call(source, i - 1))
      findings.push_back({source.tokens[i].line, "SQL put together from strings; bind parameters instead"});
  }
  return findings;
}

}  // namespace tidy
