// Files over 500 lines and functions over 70: to be split by meaning. Functions are found by their shape: braces after
// a parameter list, outside any other function.
#include "test/tidy/rules.hpp"

namespace tidy {
namespace {

constexpr std::size_t kFileLines = 500;
constexpr std::size_t kFunctionLines = 70;

enum class Braces { scope, function, initialiser, member_initialiser };

// What a `{` opens, from what stands before it since the last statement ended.
Braces what_opens(const Source& source, std::size_t head, std::size_t open) {
  bool type = false, parameters = false, assigned = false, member_list = false, lambda = false;
  for (auto i = head; i < open; ++i) {
    const auto text = source.at(i);
    if (source.is(i, Kind::word)) {
      if (text == "template" && source.is_sign(i + 1, "<")) {  // its parameters are not ours
        int depth = 0;
        for (++i; i < open; ++i) {
          if (source.is_sign(i, "<")) ++depth;
          if (source.is_sign(i, ">") && --depth == 0) break;
        }
      } else if (text == "namespace" || text == "class" || text == "struct" || text == "union" || text == "enum" ||
                 text == "extern") {
        type = true;
      } else if (text == "operator") {
        while (i + 1 < open && !source.is(i + 1, Kind::word) && !source.is_sign(i + 1, "(")) ++i;
      }
    } else if (source.is_sign(i, "(")) {
      parameters = true;
      i = source.closing(i);
    } else if (source.is_sign(i, "[")) {
      lambda = lambda || assigned;
      i = source.closing(i);
    } else if (source.is_sign(i, "{")) {
      i = source.closing(i);  // a member's initialiser, seen before
    } else if (source.is_sign(i, "=")) {
      assigned = true;
    } else if (source.is_sign(i, ":") && parameters) {
      member_list = true;
    }
  }
  if (assigned) return lambda && parameters ? Braces::function : Braces::initialiser;
  if (parameters) {
    const bool names_member = source.is(open - 1, Kind::word) || source.is_sign(open - 1, ">");
    return member_list && names_member ? Braces::member_initialiser : Braces::function;
  }
  return type ? Braces::scope : Braces::initialiser;
}

std::string name_of(const Source& source, std::size_t head, std::size_t open) {
  for (auto i = head; i + 1 < open; ++i) {
    if (source.is(i, Kind::word) && source.is_sign(i + 1, "(")) return std::string(source.at(i));
  }
  return "a function";
}

}  // namespace

Findings check_file_length(const Source& source) {
  if (source.lines <= kFileLines) return {};
  return {{kFileLines + 1,
           std::to_string(source.lines) + " lines; at most " + std::to_string(kFileLines) + ": split it by meaning"}};
}

Findings check_function_length(const Source& source) {
  Findings findings;
  std::size_t head = 0;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    if (source.is(i, Kind::directive) || source.is_sign(i, ";") || source.is_sign(i, "}")) {
      head = i + 1;
    } else if (source.is_sign(i, "(")) {
      i = source.closing(i);
    } else if (source.is_sign(i, "{")) {
      const auto opens = what_opens(source, head, i);
      if (opens == Braces::scope) {
        head = i + 1;
        continue;
      }
      const auto close = source.closing(i);
      if (opens == Braces::function && close < source.tokens.size()) {
        const auto first = source.tokens[head].line;
        const auto lines = source.tokens[close].line - first + 1;
        if (lines > kFunctionLines) {
          findings.push_back({first, name_of(source, head, i) + " has " + std::to_string(lines) + " lines; at most " +
                                         std::to_string(kFunctionLines) + ": split it by meaning"});
        }
        head = close + 1;
      }
      i = close;
    }
  }
  return findings;
}

}  // namespace tidy
