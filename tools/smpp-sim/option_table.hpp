// Every option of `smpp-sim smsc`, once: the command line, configuration files and the README are made of this table.
#pragma once

#include "tools/smpp-sim/options.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smpp_sim {

struct SmscOption {
  std::string_view name;      // without dashes
  std::string_view values;    // "MS", "HOST:PORT"; empty: a flag, in a file yes or no
  std::string_view standard;  // the default as it would be written; empty: none
  bool repeatable;
  std::string_view doc;
  std::string (*put)(SmscOptions&, std::string_view value);  // empty, or what is wrong with the value
};

[[nodiscard]] std::span<const SmscOption> smsc_options();
[[nodiscard]] const SmscOption* find_option(std::string_view name);

// One setting as somebody gave it. `where`: "--when", or "sim.conf:3:" with the column of the value in that line.
struct Given {
  std::string where, name, value;
  std::size_t column = 0;  // 0: on the command line
};

// The lines of a file: `name = value`, # begins a comment, a value may stand in double quotes. `mistakes` are for people:
// "sim.conf:3:1: unknown option ...".
[[nodiscard]] std::vector<Given> read_config(std::string_view text, const std::string& file,
                                             std::vector<std::string>& mistakes);

using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;
// Options from what was given on the command line; `config` among it names a file. What stands on the command line
// overrides the files, and its rules come before theirs, and those of a profile last. Empty, or every mistake.
[[nodiscard]] std::vector<std::string> make_options(const std::vector<Given>& given, const ReadFile& read_file,
                                                    SmscOptions& into);

// Rows of Markdown: options, words of a rule, faults, profiles.
[[nodiscard]] std::string option_rows();
[[nodiscard]] std::string rule_rows();
[[nodiscard]] std::string fault_rows();
[[nodiscard]] std::string profile_rows();

}  // namespace smpp_sim
