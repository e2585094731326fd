// The net difference of a turn to rows, within the transaction its caller opened.
#pragma once

#include "storage/encoding.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <vector>

namespace storage::sqlite {

class RowWriter {
 public:
  explicit RowWriter(Connection& db) : db_(db) {}

  // false: see the connection's problem; the transaction must be rolled back.
  bool write(const Changes& changes);
  // Rows written by the last write, the turn's own included.
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  struct Kind {  // inserting is not replacing: a key that is there already is a second guard that must speak up
    Statement insert, update, erase;
  };
  template <class List, class Keys_, class Values>
  bool write_kind(const char* what, const List& list, Kind& kind, Keys_ keys, Values values);
  template <class Key, class Record>
  bool written(const char* what, const Change<Key, Record>& change, bool done);

  bool write_contacts(const Changes& changes);
  bool write_inbounds(const Changes& changes);
  bool write_messages(const Changes& changes);
  bool write_bulk(const Changes& changes);
  bool write_own_kinds(const Changes& changes);
  bool write_ledger(const Changes& changes);
  bool write_turn(const Changes& changes);

  Connection& db_;
  std::uint64_t rows_ = 0;
  Octets blob_, packed_;
  std::vector<Explanation> explanations_;

  Kind contact_{{db_, "INSERT INTO contact(key, body) VALUES (?1, ?2)"},
                {db_, "UPDATE contact SET body = ?2 WHERE key = ?1"},
                {db_, "DELETE FROM contact WHERE key = ?1"}};
  Kind contact_named_{{db_, "INSERT INTO contact_named(number, body) VALUES (?1, ?2)"},
                      {db_, "UPDATE contact_named SET body = ?2 WHERE number = ?1"},
                      {db_, "DELETE FROM contact_named WHERE number = ?1"}};
  // The report row of a conversation is an upsert: its contact guards it, so it is written without being loaded. The
  // number never changes, and is left alone so that its index is.
  Kind conversation_{
      {db_, "INSERT INTO conversation(id, number, campaign, sender, state, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
            " ON CONFLICT(id) DO UPDATE SET campaign = ?3, sender = ?4, state = ?5, body = ?6"},
      {db_, "UPDATE conversation SET campaign = ?3, sender = ?4, state = ?5, body = ?6 WHERE id = ?1 AND number = ?2"},
      {db_, "DELETE FROM conversation WHERE id = ?1"}};
  Kind inbound_{{db_, "INSERT INTO inbound(id, conversation, body, explained) VALUES (?1, ?2, ?3, ?4)"},
                {db_, "UPDATE inbound SET conversation = ?2, body = ?3, explained = ?4 WHERE id = ?1"},
                {db_, "DELETE FROM inbound WHERE id = ?1"}};
  Statement inbound_same_explanation_{db_, "UPDATE inbound SET conversation = ?2, body = ?3 WHERE id = ?1"};
  Kind part_{{db_, "INSERT INTO part(account, source, destination, reference, width, total, body)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
             {db_, "UPDATE part SET body = ?7 WHERE account = ?1 AND source = ?2 AND destination = ?3"
                   " AND reference = ?4 AND width = ?5 AND total = ?6"},
             {db_, "DELETE FROM part WHERE account = ?1 AND source = ?2 AND destination = ?3"
                   " AND reference = ?4 AND width = ?5 AND total = ?6"}};
  Kind message_{{db_, "INSERT INTO message(id, account, lane, state, ready, claimed, in_doubt, campaign, body)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
                {db_, "UPDATE message SET account = ?2, lane = ?3, state = ?4, ready = ?5, claimed = ?6, in_doubt = ?7,"
                      " campaign = ?8, body = ?9 WHERE id = ?1"},
                {db_, "DELETE FROM message WHERE id = ?1"}};
  Kind smsc_id_{{db_, "INSERT INTO smsc_id(account, id, message, segment) VALUES (?1, ?2, ?3, ?4)"},
                {db_, "UPDATE smsc_id SET message = ?3, segment = ?4 WHERE account = ?1 AND id = ?2"},
                {db_, "DELETE FROM smsc_id WHERE account = ?1 AND id = ?2"}};
  Kind receipt_{{db_, "INSERT INTO receipt(account, id, body) VALUES (?1, ?2, ?3)"},
                {db_, "UPDATE receipt SET body = ?3 WHERE account = ?1 AND id = ?2"},
                {db_, "DELETE FROM receipt WHERE account = ?1 AND id = ?2"}};
  Kind event_{{db_, "INSERT INTO event(id, endpoint, conversation, state, due, after, body)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
              {db_, "UPDATE event SET endpoint = ?2, conversation = ?3, state = ?4, due = ?5, after = ?6, body = ?7"
                    " WHERE id = ?1"},
              {db_, "DELETE FROM event WHERE id = ?1"}};
  Kind recipient_{{db_, "INSERT INTO recipient(launch, n, number, state, body) VALUES (?1, ?2, ?3, ?4, ?5)"},
                  {db_, "UPDATE recipient SET number = ?3, state = ?4, body = ?5 WHERE launch = ?1 AND n = ?2"},
                  {db_, "DELETE FROM recipient WHERE launch = ?1 AND n = ?2"}};
  Kind launch_{{db_, "INSERT INTO launch(id, campaign, state, body) VALUES (?1, ?2, ?3, ?4)"},
               {db_, "UPDATE launch SET campaign = ?2, state = ?3, body = ?4 WHERE id = ?1"},
               {db_, "DELETE FROM launch WHERE id = ?1"}};
  Kind campaign_{{db_, "INSERT INTO campaign(name, collecting, last_launch) VALUES (?1, ?2, ?3)"},
                 {db_, "UPDATE campaign SET collecting = ?2, last_launch = ?3 WHERE name = ?1"},
                 {db_, "DELETE FROM campaign WHERE name = ?1"}};
  Kind idempotency_{{db_, "INSERT INTO idempotency(token, key, request_hash, result, created_at)"
                          " VALUES (?1, ?2, ?3, ?4, ?5)"},
                    {db_, "UPDATE idempotency SET request_hash = ?3, result = ?4, created_at = ?5"
                          " WHERE token = ?1 AND key = ?2"},
                    {db_, "DELETE FROM idempotency WHERE token = ?1 AND key = ?2"}};
  Kind timer_{{db_, "INSERT INTO timer(entity, kind, due_at, entity_version) VALUES (?1, ?2, ?3, ?4)"},
              {db_, "UPDATE timer SET due_at = ?3, entity_version = ?4 WHERE entity = ?1 AND kind = ?2"},
              {db_, "DELETE FROM timer WHERE entity = ?1 AND kind = ?2"}};
  Kind link_mark_{{db_, "INSERT INTO link_mark(account, session, acked_turn, opened_turn, closed_at)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)"},
                  {db_, "UPDATE link_mark SET acked_turn = ?3, opened_turn = ?4, closed_at = ?5"
                        " WHERE account = ?1 AND session = ?2"},
                  {db_, "DELETE FROM link_mark WHERE account = ?1 AND session = ?2"}};
  Kind revision_{{db_, "INSERT INTO rule_revision(revision, source, first_at) VALUES (?1, ?2, ?3)"},
                 {db_, "UPDATE rule_revision SET source = ?2, first_at = ?3 WHERE revision = ?1"},
                 {db_, "DELETE FROM rule_revision WHERE revision = ?1"}};
  Kind cursor_{{db_, "INSERT INTO cursor(name, value) VALUES (?1, ?2)"},
               {db_, "UPDATE cursor SET value = ?2 WHERE name = ?1"},
               {db_, "DELETE FROM cursor WHERE name = ?1"}};
  Statement consent_entry_{db_, "INSERT INTO consent_entry(id, contact, number, sender, action, wording, inbound, at)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
  Statement turn_{db_, "INSERT INTO turn(turn, at, explain) VALUES (?1, ?2, ?3)"};
};

}  // namespace storage::sqlite
