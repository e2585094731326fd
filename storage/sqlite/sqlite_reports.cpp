#include "storage/sqlite/sqlite_reports.hpp"

#include "storage/limits.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/migrations.hpp"
#include "storage/sqlite/row_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace storage::sqlite {
namespace {

constexpr std::int64_t kAnyState = -1;
constexpr std::int64_t kNoSuchState = -2;

std::int64_t state_number(const std::string& name) {
  if (name.empty()) return kAnyState;
  for (const auto state : {ConversationState::open, ConversationState::closed, ConversationState::opted_out})
    if (to_string(state) == name) return static_cast<std::int64_t>(state);
  return kNoSuchState;
}

}  // namespace

struct SqliteReports::Parts {
  explicit Parts(std::unique_ptr<Connection> connection) : db(std::move(connection)), read(*db) {}

  std::unique_ptr<Connection> db;
  RowReader read;
  std::optional<std::string> problem;

  // ?1 number, ?2 campaign, ?3 sender (empty: any), ?4 state (-1: any), ?5 ids below (0: all), ?6 limit
  Statement conversations_of_number{*db, "SELECT id FROM conversation INDEXED BY conversation_number"
      " WHERE number = ?1"
      " AND (?2 = '' OR campaign = ?2) AND (?3 = '' OR sender = ?3) AND (?4 = -1 OR state = ?4)"
      " AND (?5 = 0 OR id < ?5) ORDER BY id DESC LIMIT ?6"};
  Statement conversations{*db, "SELECT id FROM conversation WHERE ?1 = ''"
      " AND (?2 = '' OR campaign = ?2) AND (?3 = '' OR sender = ?3) AND (?4 = -1 OR state = ?4)"
      " AND (?5 = 0 OR id < ?5) ORDER BY id DESC LIMIT ?6"};
  Statement in_doubt{*db, "SELECT id FROM message INDEXED BY message_in_doubt WHERE in_doubt > 0"
                            " ORDER BY id LIMIT ?1"};
  Statement launches{*db, "SELECT id FROM launch WHERE ?1 = '' OR campaign = ?1 ORDER BY id DESC"};
  Statement message_states{*db, "SELECT state, count(*) FROM message WHERE ?1 = '' OR campaign = ?1 GROUP BY state"};
  Statement conversation_states{*db, "SELECT state, count(*) FROM conversation WHERE ?1 = '' OR campaign = ?1"
                                     " GROUP BY state"};
  Statement inbounds{*db, "SELECT count(*) FROM inbound WHERE ?1 = ''"
                          " OR conversation IN (SELECT id FROM conversation WHERE campaign = ?1)"};
  Statement event_states{*db, "SELECT state, count(*) FROM event WHERE ?1 = ''"
                              " OR conversation IN (SELECT id FROM conversation WHERE campaign = ?1) GROUP BY state"};

  std::vector<Id> ids(Statement::Rows rows) {
    std::vector<Id> found;
    while (rows.next()) found.push_back(rows.id(0));
    return found;
  }
  // state -> rows
  std::map<std::int64_t, std::uint64_t> by_state(Statement::Rows rows) {
    std::map<std::int64_t, std::uint64_t> counts;
    while (rows.next()) counts[rows.number(0)] = rows.id(1);
    return counts;
  }
  template <class Record>
  std::vector<Record> records(const std::vector<Id>& wanted) {
    std::vector<Record> found;
    found.reserve(wanted.size());
    for (const Id id : wanted)
      if (auto record = read.read<Record>(id)) found.push_back(std::move(*record));
    return found;
  }
};

// One read transaction; a problem ends with it and is kept for take_problem, so that the next question is asked anew.
class SqliteReports::Instant {
 public:
  explicit Instant(Parts& parts) : parts_(parts) { parts_.db->begin_read(); }
  ~Instant() {
    if (!parts_.db->problem()) parts_.db->commit();
    if (!parts_.db->problem()) return;
    parts_.problem = parts_.db->path() + ": " + parts_.db->problem()->what;
    parts_.db->roll_back();
    parts_.db->clear_problem();
  }
  Instant(const Instant&) = delete;
  Instant& operator=(const Instant&) = delete;

 private:
  Parts& parts_;
};

SqliteReports::SqliteReports(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteReports::~SqliteReports() = default;

std::variant<std::unique_ptr<SqliteReports>, OpenError> SqliteReports::open(const std::string& data_dir) {
  auto opened = Connection::open(data_dir + "/bindery.db", Access::read_only);
  if (auto* error = std::get_if<OpenError>(&opened)) return *error;
  auto& db = std::get<std::unique_ptr<Connection>>(opened);
  std::int64_t schema = 0;
  if (auto error = check_schema(*db, schema)) return *error;
  if (schema < newest_schema())
    return OpenError{OpenErrc::failed, db->path() + ": is not migrated yet: open the store first"};
  static_assert(kReportCacheKib == 8192, "the cache_size below");
  if (!db->run("PRAGMA cache_size = -8192; PRAGMA query_only = ON")) return open_error(*db);
  return std::unique_ptr<SqliteReports>(new SqliteReports(std::make_unique<Parts>(std::move(db))));
}

std::optional<std::string> SqliteReports::take_problem() { return std::exchange(parts_->problem, std::nullopt); }

std::optional<Message> SqliteReports::message(Id id) {
  const Instant instant(*parts_);
  return parts_->read.read<Message>(id);
}

std::optional<Inbound> SqliteReports::inbound(Id id) {
  const Instant instant(*parts_);
  return parts_->read.read<Inbound>(id);
}

std::optional<Contact> SqliteReports::contact(const std::string& number) {
  const Instant instant(*parts_);
  return parts_->read.read<Contact>(number);
}

std::vector<Conversation> SqliteReports::conversations(const ConversationFilter& filter) {
  const Instant instant(*parts_);
  Statement& query = filter.number.empty() ? parts_->conversations : parts_->conversations_of_number;
  auto found = parts_->records<Conversation>(parts_->ids(query.select(
      filter.number, filter.campaign, filter.sender, state_number(filter.state), filter.before, filter.limit)));
  // An open conversation lives in its contact; its row is what it was when it was opened.
  for (Conversation& conversation : found) {
    if (conversation.state != ConversationState::open) continue;
    const auto contact = parts_->read.read<Contact>(conversation.number);
    if (!contact) continue;
    const auto now = std::ranges::find(contact->open, conversation.id, &Conversation::id);
    if (now != contact->open.end()) conversation = *now;
  }
  return found;
}

std::vector<Reports::Entry> SqliteReports::chain(const std::string& number, std::uint32_t limit) {
  const Instant instant(*parts_);
  std::vector<Entry> entries;
  const auto contact = parts_->read.read<Contact>(number);
  Id next = contact ? contact->chain_head : 0;
  while (next != 0 && entries.size() < limit) {
    if (auto sent = parts_->read.read<Message>(next)) {
      next = sent->prev;
      entries.push_back({std::move(sent), std::nullopt});
    } else if (auto came = parts_->read.read<Inbound>(next)) {
      next = came->prev;
      entries.push_back({std::nullopt, std::move(came)});
    } else {
      break;  // purged
    }
  }
  std::ranges::reverse(entries);
  return entries;
}

std::vector<Message> SqliteReports::in_doubt(std::uint32_t limit) {
  const Instant instant(*parts_);
  return parts_->records<Message>(parts_->ids(parts_->in_doubt.select(limit)));
}

std::vector<Launch> SqliteReports::launches(const std::string& campaign) {
  const Instant instant(*parts_);
  return parts_->records<Launch>(parts_->ids(parts_->launches.select(campaign)));
}

Totals SqliteReports::totals(const std::string& campaign) {
  const Instant instant(*parts_);
  const auto number = [](auto state) { return static_cast<std::int64_t>(state); };
  Totals totals;
  auto counts = parts_->by_state(parts_->message_states.select(campaign));
  for (const auto& [state, count] : counts) totals.messages += count;
  totals.delivered = counts[number(MessageState::delivered)];
  totals.in_doubt = counts[number(MessageState::in_doubt)];
  totals.queued = counts[number(MessageState::queued)];
  counts = parts_->by_state(parts_->conversation_states.select(campaign));
  for (const auto& [state, count] : counts) totals.conversations += count;
  totals.open = counts[number(ConversationState::open)];
  totals.opted_out = counts[number(ConversationState::opted_out)];
  {
    auto rows = parts_->inbounds.select(campaign);
    if (rows.next()) totals.inbound = rows.id(0);
  }
  counts = parts_->by_state(parts_->event_states.select(campaign));
  for (const auto& [state, count] : counts) totals.events += count;
  totals.events_delivered = counts[number(EventState::delivered)];
  totals.events_dead = counts[number(EventState::dead)];
  return totals;
}

}  // namespace storage::sqlite
