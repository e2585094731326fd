// `smpp-sim lint`: a capture, or a client that connects to us and is watched.
#pragma once

#include "tools/smpp-sim/lint.hpp"
#include "tools/smpp-sim/options.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace smpp_sim {

struct LintOptions {
  std::string capture;                    // a file; empty: --listen
  std::string listen;                     // host:port; an SMSC for one client until it leaves
  std::chrono::milliseconds duration{0};  // of listening; 0: until the client has left
  bool json = false;
};

// The findings for a person, or as JSON with everything of the rule.
[[nodiscard]] std::string lint_table(const std::vector<Finding>& findings, std::size_t pdus);
[[nodiscard]] std::string lint_json(const std::vector<Finding>& findings, std::size_t pdus,
                                    const std::vector<std::string>& notes);

// 0 nothing of severity error, 1 an error, or nothing could be read.
int run_lint(const LintOptions& options, const Clocks& clocks);

}  // namespace smpp_sim
