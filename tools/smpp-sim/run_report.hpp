// The results of a run, as JSON and as JUnit has them. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace smpp_sim {

enum class Verdict { passed, failed, not_run, malformed };
[[nodiscard]] std::string_view name_of(Verdict verdict);

struct ScriptResult {
  std::string file, name, purpose;
  Verdict verdict = Verdict::not_run;
  std::size_t line = 0;      // where it failed; 0: at its end, or nowhere in particular
  std::string why;           // empty: it passed
  std::chrono::milliseconds took{0};
};

[[nodiscard]] std::string run_json(const std::vector<ScriptResult>& results);
// One test suite; what was not run is skipped, with the reason.
[[nodiscard]] std::string run_junit(const std::vector<ScriptResult>& results);

}  // namespace smpp_sim
