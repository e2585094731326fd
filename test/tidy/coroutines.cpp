// Where coroutines may stand, and the one pattern g++ 12.2 miscompiles: a temporary of a co_await expression is
// destroyed twice when it is a capturing lambda, an aggregate or a braced list (seen with Debian 12).
#include "test/tidy/rules.hpp"

#include <algorithm>

namespace tidy {
namespace {

constexpr std::string_view kCoroutineFolders[] = {"smpp/net", "core/net", "core/http", "tools"};

// `[` that begins a lambda, not a subscript: what stands before it cannot be an object.
bool begins_lambda(const Source& source, std::size_t bracket) {
  if (source.is_word(bracket - 1, "return") || source.is_word(bracket - 1, "co_await")) return true;
  return !source.is(bracket - 1, Kind::word) && !source.is_sign(bracket - 1, ")") &&
         !source.is_sign(bracket - 1, "]") && !source.is_sign(bracket - 1, "[");
}

void check_expression(const Source& source, std::size_t await, Findings& findings) {
  int depth = 0;
  for (auto i = await + 1; i < source.tokens.size(); ++i) {
    if (source.is_sign(i, ";") && depth == 0) return;
    if (source.is_sign(i, "(")) ++depth;
    if (source.is_sign(i, ")") && --depth < 0) return;
    if (source.is_sign(i, "[") && begins_lambda(source, i)) {
      const auto close = source.closing(i);
      if (close > i + 1) {
        findings.push_back(
            {source.tokens[i].line, "capturing lambda inside a co_await expression: name it on the line before"});
        return;
      }
      // Without captures it is empty, and safe; go on after its body.
      i = close;
      while (i + 1 < source.tokens.size() && !source.is_sign(i, "{")) ++i;
      i = source.closing(i);
    } else if (source.is_sign(i, "{")) {
      findings.push_back(
          {source.tokens[i].line, "braces inside a co_await expression: name the object on the line before"});
      return;
    }
  }
}

}  // namespace

Findings check_coroutine_place(const Source& source) {
  if (std::ranges::any_of(kCoroutineFolders, [&](auto folder) { return source.is_below(folder); })) return {};
  Findings findings;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    if (source.is_word(i, "co_await") || source.is_word(i, "co_return") || source.is_word(i, "co_yield"))
      findings.push_back({source.tokens[i].line, "coroutines only in smpp/net, core/net, core/http and tools"});
  }
  return findings;
}

Findings check_coroutine_temporaries(const Source& source) {
  Findings findings;
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    if (source.is_word(i, "co_await")) check_expression(source, i, findings);
  }
  return findings;
}

}  // namespace tidy
