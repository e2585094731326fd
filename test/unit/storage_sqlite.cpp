// What only the store on disk does: opening and refusing to open, migrations, second guards, damage.
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/migrations.hpp"
#include "test/unit/storage_place.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

using namespace storage_test;
using sqlite::OpenErrc;
using sqlite::OpenError;

namespace {

OpenError refusal(const std::string& data_dir) {
  const auto opened = sqlite::SqliteStore::open(data_dir);
  const auto* error = std::get_if<OpenError>(&opened);
  REQUIRE(error != nullptr);
  INFO(error->message);
  CHECK(error->message.find(data_dir) == 0);  // where
  return *error;
}

// A connection beside the store: what an administrator with the sqlite3 shell could do.
std::unique_ptr<sqlite::Connection> shell(const Folder& folder) {
  auto opened = sqlite::Connection::open(folder.path() + "/bindery.db", sqlite::Access::write);
  if (const auto* error = std::get_if<OpenError>(&opened)) FAIL(error->message);
  return std::move(std::get<std::unique_ptr<sqlite::Connection>>(opened));
}
void run(const Folder& folder, const char* sql) {
  const auto db = shell(folder);
  INFO(sql);
  REQUIRE(db->run(sql));
}

CommitResult commit(Store& store, const WorkingSet& set) {
  return store.commit(changes_of(set, store.last_turn() + 1, {}), store.fence());
}
void put_message(Store& store, Id id, const std::string& text = {}) {
  WorkingSet set;
  Message message;
  message.id = id;
  message.text = text;
  set.messages.insert(id, message);
  REQUIRE(std::holds_alternative<Committed>(commit(store, set)));
}
bool has_message(Store& store, Id id) {
  WorkingSet set;
  REQUIRE_FALSE(store.load({.messages = {id}}, set));
  return set.messages.read(id).presence == Presence::present;
}
bool contains(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a first start makes the folder and a private database of ours") {
  Folder folder;
  const std::string data_dir = folder.path() + "/var/lib/bindery";
  open_sqlite(data_dir);
  struct stat info{};
  REQUIRE(::stat((data_dir + "/bindery.db").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  REQUIRE(::stat(data_dir.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
  auto opened = sqlite::Connection::open(data_dir + "/bindery.db", sqlite::Access::read_only);
  auto& db = *std::get<std::unique_ptr<sqlite::Connection>>(opened);
  CHECK(db.text("PRAGMA journal_mode") == "wal");
  CHECK(db.number("PRAGMA application_id") == sqlite::kApplicationId);
  CHECK(db.number("PRAGMA user_version") == sqlite::newest_schema());
  CHECK(db.text("PRAGMA integrity_check") == "ok");
}

TEST_CASE("an empty file is migrated like none") {
  Folder folder;
  std::ofstream(folder.path() + "/bindery.db").close();
  put_message(*open_sqlite(folder.path()), 1);
  CHECK(has_message(*open_sqlite(folder.path()), 1));
}

TEST_CASE("a migration that was interrupted is done again from its start") {
  Folder folder;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {  // dies within the transaction of the migration
    auto opened = sqlite::Connection::open(folder.path() + "/bindery.db", sqlite::Access::write);
    auto& db = *std::get<std::unique_ptr<sqlite::Connection>>(opened);
    const bool half = db.run("PRAGMA journal_mode = WAL") && db.begin_write() &&
                      db.run("CREATE TABLE owner(one INTEGER) STRICT; PRAGMA user_version = 1");
    ::_exit(half ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  put_message(*open_sqlite(folder.path()), 1);
}

TEST_CASE("a database of a newer schema is refused and left as it is") {
  Folder folder;
  put_message(*open_sqlite(folder.path()), 1);
  run(folder, "PRAGMA user_version = 9");
  const OpenError error = refusal(folder.path());
  CHECK(error.code == OpenErrc::newer_schema);
  contains(error.message, "database is of schema 9, this program knows up to 1: use a newer bindery");
  const auto checked = sqlite::SqliteStore::check(folder.path());
  REQUIRE(checked);
  CHECK(checked->code == OpenErrc::newer_schema);
  const auto reports = sqlite::SqliteReports::open(folder.path());
  CHECK(std::holds_alternative<OpenError>(reports));
  CHECK(shell(folder)->number("PRAGMA user_version") == 9);
}

TEST_CASE("a database of another program is refused") {
  Folder folder;
  run(folder, "CREATE TABLE theirs(a)");
  CHECK(refusal(folder.path()).code == OpenErrc::foreign);
  run(folder, "DROP TABLE theirs; PRAGMA application_id = 5");
  CHECK(refusal(folder.path()).code == OpenErrc::foreign);
}

TEST_CASE("a file that is no database is refused") {
  Folder folder;
  std::ofstream(folder.path() + "/bindery.db") << std::string(8192, 'x');
  const OpenError error = refusal(folder.path());
  CHECK(error.code == OpenErrc::not_a_database);
  contains(error.message, "is not a database");
  CHECK(sqlite::SqliteStore::check(folder.path())->code == OpenErrc::not_a_database);
}

TEST_CASE("a second process on the same data_dir is refused while the first lives") {
  Folder folder;
  auto store = open_sqlite(folder.path());
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto opened = sqlite::SqliteStore::open(folder.path());
    const auto* error = std::get_if<OpenError>(&opened);
    ::_exit(error != nullptr && error->code == OpenErrc::locked ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  const OpenError error = refusal(folder.path());
  CHECK(error.code == OpenErrc::locked);
  contains(error.message, "in use by another bindery (pid " + std::to_string(::getpid()) + ")");
  CHECK_FALSE(sqlite::SqliteStore::check(folder.path()));  // looking is allowed
  store.reset();
  open_sqlite(folder.path());
}

TEST_CASE("a data_dir that cannot be written says so") {
  Folder folder;
  const std::string file = folder.path() + "/file";
  std::ofstream(file).close();
  CHECK(refusal(file).code == OpenErrc::unwritable);
  CHECK(refusal(file + "/below").code == OpenErrc::unwritable);
  CHECK(sqlite::SqliteStore::check(file)->code == OpenErrc::unwritable);
  CHECK_FALSE(sqlite::SqliteStore::check(folder.path() + "/not-yet"));

  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  REQUIRE(::chmod(folder.path().c_str(), 0555) == 0);
  if (root) REQUIRE(::seteuid(kNobody) == 0);  // root may write anywhere
  const auto opened = sqlite::SqliteStore::open(folder.path());
  if (root) REQUIRE(::seteuid(0) == 0);
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  const auto* error = std::get_if<OpenError>(&opened);
  REQUIRE(error != nullptr);
  CHECK(error->code == OpenErrc::unwritable);
  contains(error->message, "Permission denied");
}

TEST_CASE("check beside a running store and on a good database finds nothing wrong") {
  Folder folder;
  CHECK_FALSE(sqlite::SqliteStore::check(folder.path()));
  auto store = open_sqlite(folder.path());
  put_message(*store, 1);
  CHECK_FALSE(sqlite::SqliteStore::check(folder.path()));
  store.reset();
  CHECK_FALSE(sqlite::SqliteStore::check(folder.path()));
}

TEST_CASE("a key that is there already fails the store for good: the second guard of uniqueness") {
  Folder folder;
  auto store = open_sqlite(folder.path());
  put_message(*store, 5);
  WorkingSet set;
  set.messages.insert(6, Message{});
  set.messages.insert(5, Message{});
  const CommitResult result = commit(*store, set);
  REQUIRE(std::holds_alternative<Failed>(result));
  contains(std::get<Failed>(result).what, "UNIQUE constraint failed: message.id");
  WorkingSet other;
  CHECK(store->load({.messages = {5}}, other));
  CHECK(std::holds_alternative<Failed>(commit(*store, WorkingSet{})));
  store.reset();
  store = open_sqlite(folder.path());
  CHECK(has_message(*store, 5));
  CHECK_FALSE(has_message(*store, 6));  // nothing of the failed turn
  CHECK(store->last_turn() == 1);
}

TEST_CASE("a row that was loaded and is gone fails the store") {
  Folder folder;
  auto store = open_sqlite(folder.path());
  put_message(*store, 5);
  WorkingSet set;
  REQUIRE_FALSE(store->load({.messages = {5}}, set));
  run(folder, "DELETE FROM message");
  set.messages.write(5).text = "late";
  const CommitResult result = commit(*store, set);
  REQUIRE(std::holds_alternative<Failed>(result));
  contains(std::get<Failed>(result).what, "not in the database any more");
}

TEST_CASE("another owner of the database fences this one") {
  Folder folder;
  auto store = open_sqlite(folder.path());
  put_message(*store, 5);
  run(folder, "UPDATE owner SET run = run + 1");
  WorkingSet set;
  set.messages.insert(6, Message{});
  CHECK(std::holds_alternative<Fenced>(commit(*store, set)));
  CHECK_FALSE(has_message(*store, 6));
}

TEST_CASE("a damaged row is named, and read no further") {
  Folder folder;
  const Id id = make_id(1, 0, 5);
  put_message(*open_sqlite(folder.path()), id);
  const char* damage = GENERATE("UPDATE message SET body = x'01ff'", "UPDATE message SET body = x'7f00'",
                                "UPDATE message SET lane = 3", "UPDATE message SET state = -1");
  run(folder, damage);
  auto store = open_sqlite(folder.path());
  WorkingSet set;
  const auto failed = store->load({.messages = {id}}, set);
  REQUIRE(failed);
  contains(failed->what, show_id("msg_", id));
  CHECK(set.messages.read(id).presence == Presence::not_loaded);
}

TEST_CASE("the consent ledger and the explanations of a turn are rows of their own") {
  Folder folder;
  auto store = open_sqlite(folder.path());
  WorkingSet set;
  set.consent_entries.insert(7, {7, 1, "4477", "80800", "opted_out", "STOP", 3, {}});
  for (Id id = 10; id < 14; ++id) {
    Inbound inbound;
    inbound.id = id;
    inbound.trace.assign(20, "checkup-reminder: rule 1 (keyword YES, Y, CONFIRM): no");
    set.inbounds.insert(id, inbound);
  }
  REQUIRE(std::holds_alternative<Committed>(commit(*store, set)));
  const auto db = shell(folder);
  CHECK(db->text("SELECT action || ' ' || wording FROM consent_entry WHERE id = 7") == "opted_out STOP");
  CHECK(db->number("SELECT count(*) FROM turn WHERE explain IS NOT NULL") == 1);
  CHECK(db->number("SELECT length(explain) FROM turn").value_or(0) < 500);  // 4 KB of text
  CHECK(db->number("SELECT max(length(body)) FROM inbound").value_or(0) < 100);
  CHECK(store->figures().transactions == 1);
  CHECK(store->figures().rows == 6);
  CHECK(store->figures().wal_bytes > 0);
}
