#include "core/prepare.hpp"

#include <utility>

namespace core {

Prepared prepare(const std::string& path, LoadFor purpose, const Environment& environment) {
  LoadedConfig loaded = load_config(path, purpose, environment);
  Prepared prepared;
  prepared.config = std::move(loaded.config);
  prepared.mistakes = std::move(loaded.mistakes);
  prepared.warnings = std::move(loaded.warnings);
  // Campaigns are compiled beside a faulty configuration too: what it does name is enough to find their own mistakes.
  rules::Compiled compiled = rules::compile(loaded.campaigns, surroundings_of(prepared.config));
  for (Mistake& mistake : compiled.mistakes) prepared.mistakes.push_back(std::move(mistake));
  prepared.sources = std::move(loaded.campaigns);
  if (prepared.mistakes.empty()) prepared.program = std::move(compiled.program);
  return prepared;
}

std::vector<std::string> needs_restart(const Config& running, const Config& wanted) {
  std::vector<std::string> tables;
  if (running.data_dir != wanted.data_dir) tables.emplace_back("data_dir");
  if (running.http != wanted.http) tables.emplace_back("[http]");
  if (running.smsc != wanted.smsc) tables.emplace_back("[[smsc]]");
  if (running.senders != wanted.senders) tables.emplace_back("[[sender]]");
  if (running.routes != wanted.routes) tables.emplace_back("[[route]]");
  if (running.endpoints != wanted.endpoints) tables.emplace_back("[[endpoint]]");
  if (running.messages != wanted.messages) tables.emplace_back("[messages]");
  if (running.webhooks != wanted.webhooks) tables.emplace_back("[webhooks]");
  return tables;
}

}  // namespace core
