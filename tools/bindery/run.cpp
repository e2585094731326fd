// `bindery run`: the service, with its first and last words for the terminal.
#include "core/prepare.hpp"
#include "core/service.hpp"
#include "tools/bindery/commands.hpp"

#include "core/net/suspects.hpp"

#include <ostream>
#include <utility>

namespace bindery {

bool report(const Common& common, const std::vector<core::Mistake>& mistakes, const std::vector<core::Mistake>& warnings) {
  for (const core::Mistake& warning : warnings) *common.err << "bindery: warning: " << warning.to_string() << "\n";
  for (const core::Mistake& mistake : mistakes) *common.err << mistake.to_string() << "\n";
  if (mistakes.empty()) return true;
  *common.err << "bindery: " << mistakes.size() << (mistakes.size() == 1 ? " mistake" : " mistakes") << "\n";
  return false;
}

int run(const Common& common) {
  core::Prepared prepared = core::prepare(common.config_path, core::LoadFor::run, common.environment);
  if (!report(common, prepared.mistakes, prepared.warnings)) return core::kExitConfiguration;
  core::net::mark_turns_on_abort();
  core::ServiceOptions options;
  options.config_path = common.config_path;
  options.environment = common.environment;
  options.version = BINDERY_VERSION;
  options.say = [&common](std::string_view line) { *common.out << line << std::endl; };
  options.complain = [&common](std::string_view line) { *common.err << "bindery: " << line << std::endl; };
  core::Service service(std::move(options), std::move(prepared));
  return service.run();
}

}  // namespace bindery
