// The rules of `smpp-sim lint`, in one table: name, severity, clause, what to do. lint_rules.inc has them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smpp_sim {

using LintTime = std::chrono::microseconds;

// error: messages or the session are lost by it; warning: a carrier may refuse or bar it; hint: costs throughput or money.
enum class Severity : std::uint8_t { error, warning, hint };

enum class LintRule : std::uint8_t {
#define LINT(name, severity, clause, advice) name,
#include "tools/smpp-sim/lint_rules.inc"
#undef LINT
};

struct RuleText {
  LintRule rule;
  std::string_view name;    // "window_of_one"
  Severity severity;
  std::string_view clause;  // "P61", "v3.4 5.2.12"
  std::string_view advice;
};
[[nodiscard]] std::span<const RuleText> lint_rules();
[[nodiscard]] const RuleText& text_of(LintRule rule);

// One rule on one connection: the first time it was broken, and how often.
struct Finding {
  LintRule rule{};
  std::uint64_t connection = 0;
  std::size_t pdu = 0;  // 0: none in particular
  LintTime at{0};
  std::string what;
  std::uint64_t times = 1;
};

}  // namespace smpp_sim
