#include "storage/sqlite/sqlite_store.hpp"

#include "storage/limits.hpp"
#include "storage/sqlite/checkpointer.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/loader.hpp"
#include "storage/sqlite/lock.hpp"
#include "storage/sqlite/migrations.hpp"
#include "storage/sqlite/row_writer.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace storage::sqlite {
namespace {

std::string database_of(const std::string& data_dir) { return data_dir + "/bindery.db"; }

// Journal, durability, cache; after this a commit is on the disk when it returns.
std::optional<OpenError> configure(Connection& db) {
  const auto mode = db.text("PRAGMA journal_mode = WAL");
  if (!mode) return open_error(db);
  if (*mode != "wal") {
    return OpenError{OpenErrc::failed, db.path() + ": the journal stays '" + *mode + "' instead of wal: the file "
                                       "system of data_dir lacks shared memory (a network share?)"};
  }
  static_assert(kWriterCacheKib == 65536, "the cache_size below");
  db.run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536");
  if (db.number("PRAGMA synchronous").value_or(0) != 2)  // 2: FULL
    return OpenError{OpenErrc::failed, db.path() + ": synchronous=FULL was not taken"};
  return db.problem() ? std::optional(open_error(db)) : std::nullopt;
}

OpenError unwritable(const std::string& path) {
  const int error = errno;
  return {error == ENOSPC || error == EDQUOT ? OpenErrc::full : OpenErrc::unwritable,
          path + ": cannot write: " + std::strerror(error)};
}

}  // namespace

// Members end in the reverse order: the checkpoint thread first, the lock last.
struct SqliteStore::Parts {
  Parts(DirectoryLock taken, std::unique_ptr<Connection> writer)
      : lock(std::move(taken)), db(std::move(writer)), loader(*db), writer_rows(*db) {}

  DirectoryLock lock;
  std::unique_ptr<Connection> db;
  Loader loader;
  RowWriter writer_rows;
  Statement run{*db, "SELECT run FROM owner"};
  Turn last_turn = 0;
  Fence fence;
  std::optional<Failed> failed;
  WriteFigures figures;
  std::uint64_t log_frames = 0;  // set by the hook while a commit runs
  std::unique_ptr<Checkpointer> checkpointer;

  static int on_wal(void* self, sqlite3*, const char*, int frames) {
    static_cast<Parts*>(self)->log_frames = static_cast<std::uint64_t>(frames);
    return SQLITE_OK;
  }
  std::optional<OpenError> begin_run();
  void count();
};

// The run counter and the last turn; the thread that keeps the log short.
std::optional<OpenError> SqliteStore::Parts::begin_run() {
  sqlite3_wal_hook(db->handle(), &Parts::on_wal, this);
  if (!db->begin_write() || !db->run("UPDATE owner SET run = run + 1") || !db->commit()) {
    OpenError error = open_error(*db);
    db->roll_back();
    return error;
  }
  const auto run_number = db->number("SELECT run FROM owner");
  const auto turn = db->number("SELECT coalesce(max(turn), 0) FROM turn");
  if (!run_number || !turn) return open_error(*db);
  fence.run = static_cast<std::uint64_t>(*run_number);
  last_turn = static_cast<Turn>(*turn);

  auto opened = Connection::open(db->path(), Access::write);
  if (auto* error = std::get_if<OpenError>(&opened)) return *error;
  auto& own = std::get<std::unique_ptr<Connection>>(opened);
  own->run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
  if (own->problem()) return open_error(*own);
  checkpointer = std::make_unique<Checkpointer>(std::move(own), db->handle());
  return std::nullopt;
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

std::variant<std::unique_ptr<SqliteStore>, OpenError> SqliteStore::open(const std::string& data_dir, Options options) {
  auto lock = DirectoryLock::take(data_dir);
  if (auto* error = std::get_if<OpenError>(&lock)) return *error;
  const std::string path = database_of(data_dir);
  if (!create_private(data_dir, path)) return unwritable(path);
  auto opened = Connection::open(path, Access::write);
  if (auto* error = std::get_if<OpenError>(&opened)) return *error;
  auto& db = std::get<std::unique_ptr<Connection>>(opened);

  std::int64_t schema = 0;
  if (auto error = check_schema(*db, schema)) return *error;
  if (sqlite3_db_readonly(db->handle(), "main") != 0)
    return OpenError{OpenErrc::unwritable, path + ": is read-only: this user must own it"};
  if (auto error = configure(*db)) return *error;
  if (auto error = migrate(*db, schema)) return *error;
  if (options.max_pages != 0) {  // a pragma takes no parameters; a number of ours cannot carry anything else
    const std::string limit = "PRAGMA max_page_count = " + std::to_string(options.max_pages);
    if (!db->run(limit.c_str())) return open_error(*db);
  }
  auto parts = std::make_unique<Parts>(std::move(std::get<DirectoryLock>(lock)), std::move(db));
  if (auto error = parts->begin_run()) return *error;
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

std::optional<OpenError> SqliteStore::check(const std::string& data_dir) {
  std::error_code error;
  const std::string path = database_of(data_dir);
  if (!std::filesystem::exists(path, error)) {
    if (!std::filesystem::exists(data_dir, error)) return std::nullopt;
    if (!std::filesystem::is_directory(data_dir, error))
      return OpenError{OpenErrc::unwritable, data_dir + ": data_dir is not a folder"};
    if (::access(data_dir.c_str(), W_OK | X_OK) != 0) return unwritable(data_dir);
    return std::nullopt;
  }
  if (::access(path.c_str(), W_OK) != 0) return unwritable(path);
  auto opened = Connection::open(path, Access::read_only);
  if (auto* failed = std::get_if<OpenError>(&opened)) return *failed;
  std::int64_t schema = 0;
  return check_schema(*std::get<std::unique_ptr<Connection>>(opened), schema);
}

std::optional<Failed> SqliteStore::poison(std::string what) {
  parts_->db->roll_back();
  parts_->failed = Failed{parts_->db->path() + ": " + std::move(what)};
  return parts_->failed;
}

std::optional<Failed> SqliteStore::load(const Keys& keys, WorkingSet& into) {
  if (parts_->failed) return parts_->failed;
  parts_->loader.load(keys, into);
  if (!parts_->db->problem()) return std::nullopt;
  return poison(parts_->db->problem()->what);
}

CommitResult SqliteStore::commit(const Changes& changes, Fence held) {
  Parts& p = *parts_;
  if (p.failed) return *p.failed;
  if (auto failure = p.checkpointer->failure()) return *poison(std::move(*failure));
  if (changes.turn != p.last_turn + 1) {
    return *poison("turn " + std::to_string(changes.turn) + " committed after turn " + std::to_string(p.last_turn) +
                   ": turns are numbered without gaps");
  }
  Connection& db = *p.db;
  if (db.begin_write()) {
    std::uint64_t run = 0;
    {
      auto rows = p.run.select();
      if (rows.next()) run = rows.id(0);
    }
    if (!db.problem() && (run != held.run || run != p.fence.run)) {
      db.roll_back();
      return Fenced{};
    }
    if (p.writer_rows.write(changes) && db.commit()) {
      p.last_turn = changes.turn;
      p.count();
      return Committed{changes.turn};
    }
  }
  const Problem problem = db.problem().value_or(Problem{ProblemKind::failed, "commit failed without a reason"});
  if (problem.kind != ProblemKind::full) return *poison(problem.what);
  if (!db.roll_back()) return *poison("after a full disk, " + problem.what + ": cannot roll back");
  db.clear_problem();
  return Full{};
}

void SqliteStore::Parts::count() {
  WriteFigures& f = figures;
  const std::uint64_t before = f.wal_length / kWalFrameBytes;
  const std::uint64_t appended = log_frames >= before ? log_frames - before : log_frames;  // fewer: it started over
  ++f.transactions;
  f.rows += writer_rows.rows();
  f.wal_bytes += appended * kWalFrameBytes;
  f.wal_length = log_frames * kWalFrameBytes;
  f.wal_longest = std::max(f.wal_longest, f.wal_length);
  checkpointer->log_is(log_frames);
}

Turn SqliteStore::last_turn() const { return parts_->last_turn; }
Fence SqliteStore::fence() const { return parts_->fence; }
void SqliteStore::between_turns() {
  if (!parts_->failed) parts_->checkpointer->between_turns();
}

WriteFigures SqliteStore::figures() const {
  WriteFigures figures = parts_->figures;
  figures.wal_restarts = parts_->checkpointer->restarts();
  return figures;
}

}  // namespace storage::sqlite
