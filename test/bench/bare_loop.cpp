#include "test/bench/bare_loop.hpp"

#include "core/net/clock.hpp"
#include "storage/records.hpp"
#include "storage/sqlite/sqlite_store.hpp"

#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

namespace bench {
namespace {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;

Database open(const std::string& data_dir) {
  sqlite3* db = nullptr;
  sqlite3_open_v2((data_dir + "/bindery.db").c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  return Database(db);
}

class Prepared {
 public:
  Prepared(sqlite3* db, const char* sql) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) std::fprintf(stderr, "bench: %s: %s\n", sql, sqlite3_errmsg(db));
    statement_.reset(made);
  }
  Prepared& bind(std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), ++at_, value);
    return *this;
  }
  Prepared& bind(std::string_view text) {
    sqlite3_bind_text(statement_.get(), ++at_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
  }
  Prepared& bind(const std::vector<char>& body) {
    sqlite3_bind_blob(statement_.get(), ++at_, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    return *this;
  }
  bool run() {
    const int code = sqlite3_step(statement_.get());
    sqlite3_reset(statement_.get());
    at_ = 0;
    return code == SQLITE_DONE || code == SQLITE_ROW;
  }
  std::int64_t number() {
    const std::int64_t value = sqlite3_step(statement_.get()) == SQLITE_ROW ? sqlite3_column_int64(statement_.get(), 0) : 0;
    sqlite3_reset(statement_.get());
    return value;
  }

 private:
  std::unique_ptr<sqlite3_stmt, Close> statement_;
  int at_ = 0;
};

// The statements of one round trip, and the two that frame a transaction.
struct Writer {
  explicit Writer(sqlite3* db, const BodySizes& bodies)
      : begin(db, "BEGIN IMMEDIATE"),
        commit(db, "COMMIT"),
        contact(db, "INSERT OR REPLACE INTO contact VALUES(?, ?)"),
        inbound(db, "INSERT INTO inbound VALUES(?, 1, 1, ?)"),
        message(db, "INSERT OR REPLACE INTO message VALUES(?, 'carrier-a', 0, ?, 0, ?, 0, 'bench', ?)"),
        smsc_id(db, "INSERT INTO smsc_id VALUES('carrier-a', ?, ?, 0)"),
        turn(db, "INSERT INTO turn VALUES(?, 1, ?)"),
        contact_body(bodies.contact, 'c'),
        inbound_body(bodies.inbound, 'i'),
        message_body(bodies.message, 'm'),
        turn_body(bodies.turn, 't') {}

  Prepared begin, commit, contact, inbound, message, smsc_id, turn;
  std::vector<char> contact_body, inbound_body, message_body, turn_body;
};

constexpr std::int64_t kFirstNumber = 447'700'000'000;
constexpr std::uint64_t kSpread = 7919;          // a prime: contacts are met in no order

bool seed(Writer& writer, std::uint64_t contacts) {
  bool well = writer.begin.run();
  for (std::uint64_t n = 0; n < contacts; ++n) well = writer.contact.bind(kFirstNumber + static_cast<std::int64_t>(n)).bind(writer.contact_body).run() && well;
  return writer.commit.run() && well;
}

// One transaction: the MOs of this batch, and the answers to the submits of the one before.
bool write_batch(Writer& writer, const BareLoop& loop, std::uint64_t turn, std::vector<storage::Id>& claimed) {
  bool well = writer.begin.run();
  for (const storage::Id id : claimed) {
    const std::string smsc_id = storage::show_id("", id);
    well = writer.message.bind(static_cast<std::int64_t>(id)).bind(std::int64_t{3}).bind(std::int64_t{0}).bind(writer.message_body).run() && well;
    well = writer.smsc_id.bind(std::string_view(smsc_id)).bind(static_cast<std::int64_t>(id)).run() && well;
  }
  claimed.clear();
  unsigned index = 0;
  for (std::size_t i = 0; i < loop.trips_per_commit; ++i) {
    const std::uint64_t person = (turn * loop.trips_per_commit + i) * kSpread % loop.contacts;
    well = writer.contact.bind(kFirstNumber + static_cast<std::int64_t>(person)).bind(writer.contact_body).run() && well;
    well = writer.inbound.bind(static_cast<std::int64_t>(storage::make_id(turn, 0, ++index))).bind(writer.inbound_body).run() && well;
    const storage::Id id = storage::make_id(turn, 0, ++index);
    well = writer.message.bind(static_cast<std::int64_t>(id)).bind(std::int64_t{1}).bind(std::int64_t{1}).bind(writer.message_body).run() && well;
    claimed.push_back(id);
  }
  well = writer.turn.bind(static_cast<std::int64_t>(turn)).bind(writer.turn_body).run() && well;
  return writer.commit.run() && well;
}

}  // namespace

BodySizes body_sizes(const std::string& data_dir) {
  const Database db = open(data_dir);
  const auto mean = [&](const char* sql) { return static_cast<std::size_t>(Prepared(db.get(), sql).number()); };
  return {mean("SELECT avg(length(body)) FROM inbound"), mean("SELECT avg(length(body)) FROM message"),
          mean("SELECT avg(length(body)) FROM contact"), mean("SELECT avg(length(explain)) FROM turn WHERE explain IS NOT NULL")};
}

double bare_round_trips(const std::string& data_dir, const BareLoop& loop, double seconds) {
  if (!std::holds_alternative<std::unique_ptr<storage::sqlite::SqliteStore>>(storage::sqlite::SqliteStore::open(data_dir))) return 0;
  const Database db = open(data_dir);
  // SQLite's own checkpoints, when the log is as long as the store lets it get.
  sqlite3_exec(db.get(), "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8192; PRAGMA cache_size = -65536", nullptr, nullptr, nullptr);
  Writer writer(db.get(), loop.bodies);
  if (!seed(writer, loop.contacts)) return 0;
  std::vector<storage::Id> claimed;
  const auto begin = core::net::steady_now();
  const auto elapsed = [&] { return std::chrono::duration<double>(core::net::steady_now() - begin).count(); };
  std::uint64_t turn = 0;
  while (elapsed() < seconds) {
    if (!write_batch(writer, loop, ++turn, claimed)) return 0;
  }
  return static_cast<double>(turn * loop.trips_per_commit) / elapsed();
}

}  // namespace bench
