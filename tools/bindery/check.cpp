// `bindery check`: the start path up to the sockets, the store read-only. Prints what each campaign's texts cost.
#include "core/prepare.hpp"
#include "core/service.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "tools/bindery/commands.hpp"
#include "tools/bindery/table.hpp"
#include "tools/bindery/texts.hpp"

#include <fmt/format.h>

#include <ostream>

namespace bindery {

int check(const Common& common) {
  const core::Prepared prepared = core::prepare(common.config_path, core::LoadFor::check, common.environment);
  const bool fine = report(common, prepared.mistakes, prepared.warnings);
  const auto store = storage::sqlite::SqliteStore::check(prepared.config.data_dir);
  if (store) *common.err << "bindery: " << store->message << "\n";
  if (!fine) return core::kExitConfiguration;

  const Table table = texts_of(prepared);
  print(table, common);
  if (!common.json) {
    *common.err << fmt::format("bindery: {} is fine: {} accounts, {} senders, {} campaigns, data in {}\n", common.config_path,
                               prepared.config.smsc.size(), prepared.config.senders.size(), prepared.program->campaigns().size(),
                               prepared.config.data_dir);
  }
  return store ? core::kExitStorage : core::kExitOk;
}

}  // namespace bindery
