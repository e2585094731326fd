// One SQLite connection and its statements, with an error that sticks: after the first failure every call answers
// "no" until the owner has looked at problem() and, if it was only a full disk, cleared it. So the code that reads and
// writes rows says what it wants line by line, and errors are judged in one place. Text of statements is literal.
#pragma once

#include "storage/records.hpp"
#include "storage/sqlite/open.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

struct sqlite3;
struct sqlite3_stmt;

namespace storage::sqlite {

enum class ProblemKind : std::uint8_t {
  full,     // no space: nothing of the transaction stays, the handle is fine
  failed,   // I/O, damage, a broken constraint: the handle must not be used again
};
struct Problem { ProblemKind kind = ProblemKind::failed; std::string what; };

enum class Access : std::uint8_t { write, read_only };

class Connection {
 public:
  // Opens and hardens; runs no statement that writes.
  static std::variant<std::unique_ptr<Connection>, OpenError> open(const std::string& path, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Literal SQL without parameters, several statements in a row.
  bool run(const char* sql);
  // The first column of the first row of literal SQL; nullopt: no row, or a problem.
  std::optional<std::int64_t> number(const char* sql);
  std::optional<std::string> text(const char* sql);

  bool begin_read() { return run("BEGIN"); }
  bool begin_write() { return run("BEGIN IMMEDIATE"); }
  bool commit() { return run("COMMIT"); }
  // Ends the transaction, if one is open; works with a problem noted. false: it could not.
  bool roll_back();

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  void clear_problem() { problem_.reset(); }
  // Notes the result of a call of SQLite, or a finding of our own; the first one stays.
  void note(int code, std::string_view doing);
  bool fail(std::string what);
  // Rows the last statement inserted, updated or deleted.
  [[nodiscard]] std::int64_t changed_rows() const;
  // Result code of the last problem noted by note(), for open errors.
  [[nodiscard]] int problem_code() const { return problem_code_; }

  [[nodiscard]] sqlite3* handle() const { return db_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit Connection(std::string path) : path_(std::move(path)) {}

  std::string path_;
  sqlite3* db_ = nullptr;
  std::optional<Problem> problem_;
  int problem_code_ = 0;
};

// A write refused for want of space, also where SQLite calls it an I/O error: a quota, a file size limit. A failed
// fsync is never that: pages it could not write are lost and marked clean. Nor is a shared-memory index that cannot
// grow: then the frames of the transaction are in the log already, and a recovery would find it committed.
// `into`: the file the refused write went to, the log for a transaction and the database for a checkpoint.
enum class WrittenFile : std::uint8_t { log, database };
bool is_no_space(sqlite3* db, int code, WrittenFile into);

// What went wrong while opening, for people.
OpenError open_error(const Connection& db);

// A prepared statement, prepared at its first use and reused for ever. Text and blobs are bound without a copy: the
// arguments of execute and select must live until the statement has run.
class Statement {
 public:
  Statement(Connection& db, const char* sql) : db_(db), sql_(sql) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Runs to the end. false: see the connection's problem.
  template <class... Args>
  bool execute(const Args&... args) {
    if (!ready()) return false;
    int at = 0;
    (bind(++at, args), ...);
    return finish();
  }

  // The rows of a query; the statement is free again when this goes.
  class Rows {
   public:
    explicit Rows(Statement& statement) : statement_(statement) {}
    ~Rows() { statement_.reset(); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    bool next() { return statement_.step(); }
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] Id id(int column) const { return static_cast<Id>(number(column)); }
    [[nodiscard]] WallTime time(int column) const { return WallTime(WallTime::duration(number(column))); }
    [[nodiscard]] bool null(int column) const;
    // Valid until the next row.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::span<const std::byte> blob(int column) const;

   private:
    Statement& statement_;
  };
  template <class... Args>
  [[nodiscard]] Rows select(const Args&... args) {
    if (ready()) {
      int at = 0;
      (bind(++at, args), ...);
    }
    return Rows(*this);
  }

 private:
  bool ready();
  bool finish();
  bool step();
  void reset();
  void bind_number(int at, std::int64_t value);
  void bind_text(int at, std::string_view value);
  void bind_blob(int at, std::span<const std::byte> value);
  void bind_null(int at);

  template <std::integral T>
  void bind(int at, T value) { bind_number(at, static_cast<std::int64_t>(value)); }
  template <class T> requires std::is_enum_v<T>
  void bind(int at, T value) { bind_number(at, static_cast<std::int64_t>(value)); }
  void bind(int at, WallTime value) { bind_number(at, value.time_since_epoch().count()); }
  void bind(int at, std::string_view value) { bind_text(at, value); }
  void bind(int at, const std::string& value) { bind_text(at, value); }
  void bind(int at, const Octets& value) { bind_blob(at, value); }
  void bind(int at, std::nullptr_t) { bind_null(at); }

  Connection& db_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace storage::sqlite
