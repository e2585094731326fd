// The start path up to the sockets: configuration, secrets, campaign files, compiled rules, with every mistake of all of
// them at once. `bindery run`, `check`, `test` and a reload all begin here.
#pragma once

#include "core/config_load.hpp"
#include "rules/program.hpp"

#include <memory>
#include <string>
#include <vector>

namespace core {

struct Prepared {
  Config config;
  std::vector<rules::Source> sources;             // the campaign files
  std::shared_ptr<const rules::Program> program;  // null when there is a mistake
  std::vector<Mistake> mistakes;                  // any: exit 78
  std::vector<Mistake> warnings;
  [[nodiscard]] bool ok() const { return mistakes.empty() && program; }
};

[[nodiscard]] Prepared prepare(const std::string& path, LoadFor purpose, const Environment& environment);

// What a running daemon would have to be restarted for: the tables of the configuration in which the two differ.
// Campaigns and [log] are not among them.
[[nodiscard]] std::vector<std::string> needs_restart(const Config& running, const Config& wanted);

}  // namespace core
