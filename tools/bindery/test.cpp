// `bindery test`: runs the [[test]] blocks of the campaigns. Nothing is sent, nothing is stored.
#include "core/prepare.hpp"
#include "core/service.hpp"
#include "tools/bindery/commands.hpp"
#include "tools/bindery/table.hpp"

#include <algorithm>
#include <ostream>

namespace bindery {

int test(const Common& common) {
  const core::Prepared prepared = core::prepare(common.config_path, core::LoadFor::check, common.environment);
  if (!report(common, prepared.mistakes, {})) return core::kExitConfiguration;
  const std::vector<rules::TestResult> results = rules::run_tests(*prepared.program);
  Table table{{"result", "campaign", "test", "at", "failure"}, {}};
  std::size_t failed = 0;
  for (const rules::TestResult& result : results) {
    const std::string at = result.file + ":" + std::to_string(result.line);
    if (!result.passed) {
      ++failed;
      if (!common.json) *common.out << at << ": " << result.campaign << ": " << result.name << "\n" << result.failure << "\n";
    }
    table.rows.push_back({result.passed ? "passed" : "failed", result.campaign, result.name, at, result.failure});
  }
  if (common.json) print(table, common);
  *common.err << "bindery: " << results.size() - failed << " passed, " << failed << " failed\n";
  return failed == 0 ? core::kExitOk : core::kExitFailed;
}

}  // namespace bindery
