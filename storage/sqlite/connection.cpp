#include "storage/sqlite/connection.hpp"

#include "storage/limits.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace storage::sqlite {
namespace {

// What the system said about the last failed call on a file. sqlite3_system_errno does not know it after a COMMIT, and
// keeps older ones; the file itself does.
int file_errno(sqlite3* db, WrittenFile which) {
  if (db == nullptr) return 0;
  sqlite3_file* file = nullptr;
  const int pointer = which == WrittenFile::log ? SQLITE_FCNTL_JOURNAL_POINTER : SQLITE_FCNTL_FILE_POINTER;
  int error = 0;
  if (sqlite3_file_control(db, "main", pointer, &file) != SQLITE_OK || file == nullptr || file->pMethods == nullptr ||
      file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error) != SQLITE_OK) {
    return sqlite3_system_errno(db);
  }
  return error;
}

}  // namespace

bool is_no_space(sqlite3* db, int code, WrittenFile into) {
  if ((code & 0xff) == SQLITE_FULL) return true;  // ENOSPC of a write
  if (code != SQLITE_IOERR_WRITE) return false;
  const int error = file_errno(db, into);
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

namespace {

OpenErrc open_errc(sqlite3* db, int code) {
  switch (code & 0xff) {
    case SQLITE_NOTADB: return OpenErrc::not_a_database;
    case SQLITE_READONLY: return OpenErrc::unwritable;
    case SQLITE_CANTOPEN:
      return db != nullptr && sqlite3_system_errno(db) == ENOENT ? OpenErrc::missing : OpenErrc::unwritable;
    case SQLITE_PERM: return OpenErrc::unwritable;
    default: return is_no_space(db, code, WrittenFile::log) ? OpenErrc::full : OpenErrc::failed;
  }
}

}  // namespace

OpenError open_error(const Connection& db) {
  const int code = db.problem_code();
  const OpenErrc errc = open_errc(db.handle(), code);
  std::string message = db.path() + ": ";
  switch (errc) {
    case OpenErrc::not_a_database:
      message += "is not a database (or is damaged at its start): restore a backup, or move it away to start empty";
      break;
    case OpenErrc::full: message += "no space left on the disk: free some and start again"; break;
    case OpenErrc::missing: message += "does not exist"; break;
    default: message += db.problem() ? db.problem()->what : std::string("cannot be opened"); break;
  }
  return {errc, std::move(message)};
}

std::variant<std::unique_ptr<Connection>, OpenError> Connection::open(const std::string& path, Access access) {
  std::unique_ptr<Connection> db(new Connection(path));
  // NOMUTEX: each connection belongs to one thread.
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  if (const int code = sqlite3_open_v2(path.c_str(), &db->db_, flags, nullptr); code != SQLITE_OK) {
    db->note(code, "opening");
    return open_error(*db);
  }
  sqlite3_busy_timeout(db->db_, kBusyTimeoutMs);
  sqlite3_db_config(db->db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db->db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db->db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db->db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  db->run("PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
  // Reading the header is what finds out whether this is a database at all.
  if (!db->number("SELECT count(*) FROM sqlite_schema")) return open_error(*db);
  return db;
}

Connection::~Connection() { sqlite3_close_v2(db_); }

void Connection::note(int code, std::string_view doing) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE || problem_) return;
  const bool no_space = is_no_space(db_, code, WrittenFile::log);
  problem_code_ = code;
  problem_ = Problem{no_space ? ProblemKind::full : ProblemKind::failed, std::string(doing) + ": "};
  problem_->what += db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_);
  problem_->what += " (" + std::string(sqlite3_errstr(code & 0xff)) + " " + std::to_string(code);
  const int error = (code & 0xff) == SQLITE_IOERR      ? file_errno(db_, WrittenFile::log)
                    : (code & 0xff) == SQLITE_CANTOPEN ? sqlite3_system_errno(db_)
                                                       : 0;
  if (error != 0) problem_->what += std::string(", ") + std::strerror(error);
  problem_->what += ")";
}

bool Connection::fail(std::string what) {
  if (!problem_) problem_ = Problem{ProblemKind::failed, std::move(what)};
  return false;
}

bool Connection::run(const char* sql) {
  if (problem_) return false;
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  note(code, sql);
  return code == SQLITE_OK;
}

std::optional<std::int64_t> Connection::number(const char* sql) {
  Statement statement(*this, sql);
  auto rows = statement.select();
  if (!rows.next()) return std::nullopt;
  return rows.number(0);
}

std::optional<std::string> Connection::text(const char* sql) {
  Statement statement(*this, sql);
  auto rows = statement.select();
  if (!rows.next()) return std::nullopt;
  return std::string(rows.text(0));
}

bool Connection::roll_back() {
  // SQLite rolls back by itself after some errors.
  if (sqlite3_get_autocommit(db_) != 0) return true;
  const int code = sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  note(code, "ROLLBACK");
  return code == SQLITE_OK;
}

std::int64_t Connection::changed_rows() const { return sqlite3_changes64(db_); }

Statement::~Statement() { sqlite3_finalize(statement_); }

bool Statement::ready() {
  if (db_.problem()) return false;
  if (statement_ != nullptr) return true;
  const int code = sqlite3_prepare_v3(db_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  db_.note(code, sql_);
  return code == SQLITE_OK;
}

bool Statement::step() {
  if (db_.problem()) return false;
  const int code = sqlite3_step(statement_);
  db_.note(code, sql_);
  return code == SQLITE_ROW;
}

bool Statement::finish() {
  if (db_.problem()) return false;  // binding failed
  const int code = sqlite3_step(statement_);
  db_.note(code, sql_);  // before the reset, which forgets the message
  sqlite3_reset(statement_);
  return code == SQLITE_DONE || code == SQLITE_ROW;
}

void Statement::reset() { sqlite3_reset(statement_); }

void Statement::bind_number(int at, std::int64_t value) { db_.note(sqlite3_bind_int64(statement_, at, value), sql_); }

void Statement::bind_text(int at, std::string_view value) {
  const char* text = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  db_.note(sqlite3_bind_text64(statement_, at, text, value.size(), SQLITE_STATIC, SQLITE_UTF8), sql_);
}

void Statement::bind_blob(int at, std::span<const std::byte> value) {
  if (value.empty()) db_.note(sqlite3_bind_zeroblob(statement_, at, 0), sql_);
  else db_.note(sqlite3_bind_blob64(statement_, at, value.data(), value.size(), SQLITE_STATIC), sql_);
}

void Statement::bind_null(int at) { db_.note(sqlite3_bind_null(statement_, at), sql_); }

std::int64_t Statement::Rows::number(int column) const { return sqlite3_column_int64(statement_.statement_, column); }

bool Statement::Rows::null(int column) const {
  return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}

std::string_view Statement::Rows::text(int column) const {
  const auto* text = sqlite3_column_text(statement_.statement_, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_.statement_, column))};
}

std::span<const std::byte> Statement::Rows::blob(int column) const {
  const auto* octets = static_cast<const std::byte*>(sqlite3_column_blob(statement_.statement_, column));
  if (octets == nullptr) return {};
  return {octets, static_cast<std::size_t>(sqlite3_column_bytes(statement_.statement_, column))};
}

}  // namespace storage::sqlite
