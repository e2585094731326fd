#include "storage/sqlite/migrations.hpp"

#include <array>
#include <string>

namespace storage::sqlite {
namespace {

// Tables grow at their right edge: the key is the id, which counts up. Only what a query needs is a column; the rest
// of a record is `body` (storage/encoding.hpp). contact is keyed by its number as an integer (one random page; a text
// key of a wide WITHOUT ROWID row would make the inner pages as many as the rows), with a side table for the few that
// are not numbers. The indexes of the queues are partial: what is done leaves them. No index over messages by contact
// or conversation: history follows prev. Conversations have one by number, touched only when one opens.
constexpr const char* kMigration1 = R"sql(
CREATE TABLE owner(one INTEGER PRIMARY KEY CHECK (one = 1), run INTEGER NOT NULL) STRICT;
INSERT INTO owner VALUES (1, 0);
CREATE TABLE turn(turn INTEGER PRIMARY KEY, at INTEGER NOT NULL, explain BLOB) STRICT;

CREATE TABLE contact(key INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE contact_named(number TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE conversation(id INTEGER PRIMARY KEY, number TEXT NOT NULL, campaign TEXT NOT NULL, sender TEXT NOT NULL,
  state INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX conversation_number ON conversation(number);

CREATE TABLE inbound(id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, explained INTEGER NOT NULL,
  body BLOB NOT NULL) STRICT;
CREATE TABLE part(account TEXT, source TEXT, destination TEXT, reference INTEGER, width INTEGER, total INTEGER,
  body BLOB NOT NULL, PRIMARY KEY (account, source, destination, reference, width, total)) STRICT, WITHOUT ROWID;

CREATE TABLE message(id INTEGER PRIMARY KEY, account TEXT NOT NULL, lane INTEGER NOT NULL, state INTEGER NOT NULL,
  ready INTEGER NOT NULL, claimed INTEGER NOT NULL, in_doubt INTEGER NOT NULL, campaign TEXT NOT NULL,
  body BLOB NOT NULL) STRICT;
CREATE INDEX message_queue ON message(account, lane) WHERE ready > 0;
CREATE INDEX message_claimed ON message(id) WHERE claimed > 0;
CREATE INDEX message_in_doubt ON message(id) WHERE in_doubt > 0;
CREATE TABLE smsc_id(account TEXT, id TEXT, message INTEGER NOT NULL, segment INTEGER NOT NULL,
  PRIMARY KEY (account, id)) STRICT, WITHOUT ROWID;
CREATE TABLE receipt(account TEXT, id TEXT, body BLOB NOT NULL, PRIMARY KEY (account, id)) STRICT, WITHOUT ROWID;

CREATE TABLE event(id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, conversation INTEGER NOT NULL,
  state INTEGER NOT NULL, due INTEGER NOT NULL, after INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX event_due ON event(endpoint, due) WHERE state = 1;
CREATE INDEX event_after ON event(after) WHERE state = 0;

CREATE TABLE recipient(launch INTEGER, n INTEGER, number TEXT NOT NULL, state INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (launch, n)) STRICT, WITHOUT ROWID;
CREATE TABLE launch(id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, state INTEGER NOT NULL,
  body BLOB NOT NULL) STRICT;
CREATE INDEX launch_running ON launch(id) WHERE state = 1;
CREATE TABLE campaign(name TEXT PRIMARY KEY, collecting INTEGER NOT NULL,
  last_launch INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency(token TEXT, key TEXT, request_hash INTEGER NOT NULL, result INTEGER NOT NULL,
  created_at INTEGER NOT NULL, PRIMARY KEY (token, key)) STRICT, WITHOUT ROWID;
CREATE TABLE timer(entity INTEGER, kind INTEGER, due_at INTEGER NOT NULL, entity_version INTEGER NOT NULL,
  PRIMARY KEY (entity, kind)) STRICT, WITHOUT ROWID;
CREATE INDEX timer_due ON timer(due_at, entity, kind);
CREATE TABLE link_mark(account TEXT, session INTEGER, acked_turn INTEGER NOT NULL, opened_turn INTEGER NOT NULL,
  closed_at INTEGER NOT NULL, PRIMARY KEY (account, session)) STRICT, WITHOUT ROWID;
CREATE TABLE consent_entry(id INTEGER PRIMARY KEY, contact INTEGER NOT NULL, number TEXT NOT NULL,
  sender TEXT NOT NULL, action TEXT NOT NULL, wording TEXT NOT NULL, inbound INTEGER NOT NULL,
  at INTEGER NOT NULL) STRICT;
CREATE TABLE rule_revision(revision INTEGER PRIMARY KEY, source TEXT NOT NULL, first_at INTEGER NOT NULL) STRICT;
CREATE TABLE cursor(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

PRAGMA application_id = 1114205796;
PRAGMA user_version = 1;
)sql";

// Numbers the SQL of this folder names.
static_assert(static_cast<int>(EventState::blocked) == 0 && static_cast<int>(EventState::due) == 1);
static_assert(static_cast<int>(LaunchState::running) == 1);
static_assert(kApplicationId == 1114205796);

constexpr std::array kMigrations{kMigration1};

std::string show(std::int64_t number) { return std::to_string(number); }

}  // namespace

std::int64_t newest_schema() { return static_cast<std::int64_t>(kMigrations.size()); }

std::optional<OpenError> check_schema(Connection& db, std::int64_t& schema) {
  const auto application = db.number("PRAGMA application_id");
  const auto version = db.number("PRAGMA user_version");
  const auto tables = db.number("SELECT count(*) FROM sqlite_schema");
  if (!application || !version || !tables) return open_error(db);
  schema = *version;
  if (*application != kApplicationId && (*application != 0 || *version != 0 || *tables != 0)) {
    return OpenError{OpenErrc::foreign,
                     db.path() + ": is a database of another program: give data_dir a folder of its own"};
  }
  if (*version > newest_schema()) {
    return OpenError{OpenErrc::newer_schema, db.path() + ": database is of schema " + show(*version) +
                                                 ", this program knows up to " + show(newest_schema()) +
                                                 ": use a newer bindery"};
  }
  return std::nullopt;
}

std::optional<OpenError> migrate(Connection& db, std::int64_t from) {
  for (auto step = static_cast<std::size_t>(from); step < kMigrations.size(); ++step) {
    if (db.begin_write() && db.run(kMigrations[step]) && db.commit()) continue;
    OpenError error = open_error(db);
    error.message += " (while migrating to schema " + show(static_cast<std::int64_t>(step + 1)) +
                     "; the database is unchanged)";
    db.roll_back();
    return error;
  }
  return std::nullopt;
}

}  // namespace storage::sqlite
