#include "tools/smpp-sim/lint_rule.hpp"

namespace smpp_sim {
namespace {

constexpr RuleText kRules[] = {
#define LINT(name, severity, clause, advice) {LintRule::name, #name, Severity::severity, clause, advice},
#include "tools/smpp-sim/lint_rules.inc"
#undef LINT
};

}  // namespace

std::span<const RuleText> lint_rules() { return kRules; }
const RuleText& text_of(LintRule rule) { return kRules[static_cast<std::size_t>(rule)]; }

}  // namespace smpp_sim
