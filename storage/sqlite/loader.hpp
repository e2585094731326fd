// One batched read: keys and scans into a working set, within one read transaction.
#pragma once

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/row_reader.hpp"
#include "storage/store.hpp"

#include <set>

namespace storage::sqlite {

class Loader {
 public:
  explicit Loader(Connection& db) : db_(db), read_(db) {}

  // Whether it went well is the connection's to say.
  void load(const Keys& keys, WorkingSet& into);

 private:
  template <class Key, class Record>
  void fetch(const Key& key, Table<Key, Record>& into);
  template <class Key, class Record>
  void fetch_all(const std::set<Key>& keys, Table<Key, Record>& into);
  template <class Record, class... Args>
  Scan<Id> scan(Statement& ids, std::uint32_t limit, Table<Id, Record>& into, const Args&... args);

  void load_records(const Keys& keys, WorkingSet& into);
  void load_due(const Keys& keys, WorkingSet& into);
  void load_scans(const Keys& keys, WorkingSet& into);
  void load_sweep(std::uint32_t limit, WorkingSet& into);

  Connection& db_;
  RowReader read_;
  // Scans walk an index for ids; the records they name are fetched by key unless the set has them. INDEXED BY: the planner
  // has no statistics and would walk the whole table from an id on; without its index a scan does not even prepare.
  Statement queue_{db_, "SELECT id FROM message INDEXED BY message_queue"
                        " WHERE ready > 0 AND account = ?2 AND lane = ?3 ORDER BY id LIMIT ?1"};
  Statement claimed_{db_, "SELECT id FROM message INDEXED BY message_claimed"
                          " WHERE claimed > 0 AND id > ?2 ORDER BY id LIMIT ?1"};
  Statement inbound_since_{db_, "SELECT id FROM inbound WHERE id > ?2 ORDER BY id LIMIT ?1"};
  Statement sweep_{db_, "SELECT id FROM message NOT INDEXED WHERE id > ?2 ORDER BY id LIMIT ?1"};
  Statement running_launches_{db_, "SELECT id FROM launch INDEXED BY launch_running WHERE state = 1 ORDER BY id"};
  Statement due_timers_{db_, "SELECT due_at, entity, kind FROM timer INDEXED BY timer_due"
                             " ORDER BY due_at, entity, kind"};
  Statement due_events_{db_, "SELECT due, id FROM event INDEXED BY event_due WHERE state = 1 AND endpoint = ?1"
                             " ORDER BY due, id"};
  Statement event_after_{db_, "SELECT id FROM event INDEXED BY event_after WHERE state = 0 AND after = ?1"
                              " ORDER BY id LIMIT 1"};
  Statement link_marks_{db_, "SELECT account, session FROM link_mark ORDER BY account, session"};
  Statement queue_counts_{db_, "SELECT account, lane, sum(ready) FROM message INDEXED BY message_queue WHERE ready > 0"
                               " GROUP BY account, lane"};
  Statement cursor_{db_, "SELECT value FROM cursor WHERE name = ?1"};
};

}  // namespace storage::sqlite
