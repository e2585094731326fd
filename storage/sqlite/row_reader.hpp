// Rows to records, one prepared query per kind: shared by the store's load and by the reports. Empty: there is no such
// row, or the connection has a problem; who asks looks at problem() at the end.
#pragma once

#include "storage/encoding.hpp"
#include "storage/records.hpp"
#include "storage/sqlite/connection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storage::sqlite {

// The integer key of a number in table contact; nullopt: not a number of 1 to 18 digits, it is in contact_named. A 1 is
// put before the digits, so that 0791 and 791 stay two.
std::optional<std::int64_t> number_key(std::string_view number);

class RowReader {
 public:
  explicit RowReader(Connection& db) : db_(db) {}

  std::optional<Contact> read(const std::string& number, const Contact*);
  std::optional<Conversation> read(Id id, const Conversation*);
  std::optional<Inbound> read(Id id, const Inbound*);
  std::optional<PartSet> read(const PartKey& key, const PartSet*);
  std::optional<Message> read(Id id, const Message*);
  std::optional<SmscId> read(const SmscIdKey& key, const SmscId*);
  std::optional<ParkedReceipts> read(const SmscIdKey& key, const ParkedReceipts*);
  std::optional<Event> read(Id id, const Event*);
  std::optional<Recipient> read(const RecipientKey& key, const Recipient*);
  std::optional<Launch> read(Id id, const Launch*);
  std::optional<CampaignRow> read(const std::string& name, const CampaignRow*);
  std::optional<Idempotency> read(const IdempotencyKey& key, const Idempotency*);
  std::optional<Timer> read(const TimerKey& key, const Timer*);
  std::optional<LinkMark> read(const LinkMarkKey& key, const LinkMark*);
  std::optional<RuleRevision> read(std::uint64_t revision, const RuleRevision*);
  std::optional<std::uint64_t> read(const std::string& name, const std::uint64_t*);  // a cursor

  // read<Contact>(number) and so on: the kind chooses the query.
  template <class Record, class Key>
  std::optional<Record> read(const Key& key) { return read(key, static_cast<const Record*>(nullptr)); }

 private:
  // Decodes the blob, or notes that the row of `what` is damaged.
  template <class Record>
  bool open_blob(std::span<const std::byte> blob, Record& into, const char* what, const std::string& name);
  void explain(Turn turn, Inbound& inbound);

  Connection& db_;
  // Explanations of the turn asked last: neighbours in a scan are of one turn.
  Turn explained_turn_ = 0;
  std::vector<Explanation> explained_;

  Statement contact_{db_, "SELECT body FROM contact WHERE key = ?1"};
  Statement contact_named_{db_, "SELECT body FROM contact_named WHERE number = ?1"};
  Statement conversation_{db_, "SELECT number, campaign, sender, state, body FROM conversation WHERE id = ?1"};
  Statement inbound_{db_, "SELECT conversation, explained, body FROM inbound WHERE id = ?1"};
  Statement explain_{db_, "SELECT explain FROM turn WHERE turn = ?1"};
  Statement part_{db_, "SELECT body FROM part WHERE account = ?1 AND source = ?2 AND destination = ?3"
                       " AND reference = ?4 AND width = ?5 AND total = ?6"};
  Statement message_{db_, "SELECT account, lane, state, campaign, body FROM message WHERE id = ?1"};
  Statement smsc_id_{db_, "SELECT message, segment FROM smsc_id WHERE account = ?1 AND id = ?2"};
  Statement receipt_{db_, "SELECT body FROM receipt WHERE account = ?1 AND id = ?2"};
  Statement event_{db_, "SELECT endpoint, conversation, state, due, after, body FROM event WHERE id = ?1"};
  Statement recipient_{db_, "SELECT number, state, body FROM recipient WHERE launch = ?1 AND n = ?2"};
  Statement launch_{db_, "SELECT campaign, state, body FROM launch WHERE id = ?1"};
  Statement campaign_{db_, "SELECT collecting, last_launch FROM campaign WHERE name = ?1"};
  Statement idempotency_{db_, "SELECT request_hash, result, created_at FROM idempotency WHERE token = ?1 AND key = ?2"};
  Statement timer_{db_, "SELECT due_at, entity_version FROM timer WHERE entity = ?1 AND kind = ?2"};
  Statement link_mark_{db_, "SELECT acked_turn, opened_turn, closed_at FROM link_mark"
                            " WHERE account = ?1 AND session = ?2"};
  Statement revision_{db_, "SELECT source, first_at FROM rule_revision WHERE revision = ?1"};
  Statement cursor_{db_, "SELECT value FROM cursor WHERE name = ?1"};
};

}  // namespace storage::sqlite
