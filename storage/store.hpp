// The store as the engine sees it: one batched read, one transaction. Two implementations (storage/sqlite, and
// storage/memory for tests and simulation) pass one behavioural suite.
#pragma once

#include "storage/records.hpp"
#include "storage/table.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace storage {

struct QueueKey { std::string account; Lane lane = Lane::reply; auto operator<=>(const QueueKey&) const = default; };

// What to read. Record keys answer present or absent; the scans answer lists, which also load their records.
struct Keys {
  std::set<std::string> contacts;                    // by number
  std::set<Id> inbounds, messages, events, launches, closed_conversations;
  std::set<PartKey> parts;
  std::set<SmscIdKey> smsc_ids, parked_receipts;
  std::set<RecipientKey> recipients;
  std::set<std::string> campaigns;
  std::set<IdempotencyKey> idempotency;
  std::set<TimerKey> timers;
  std::set<LinkMarkKey> link_marks;
  std::set<std::uint64_t> revisions;
  // scans
  std::map<QueueKey, std::uint32_t> queue;           // heads of a lane by id, ready ones, at most so many
  struct Due { WallTime now; std::uint32_t limit; };
  std::optional<Due> due_timers;                     // in (due_at, id) order
  std::map<std::string, Due> due_events;             // per endpoint, in (due, id) order
  std::set<Id> events_after;                         // the event whose `after` is this one
  struct From { Id after; std::uint32_t limit; };
  std::optional<From> claimed;                       // messages with a submitting segment, id above `after` (restart)
  std::optional<From> inbound_since;                 // inbound rows with id above `after`
  std::optional<std::uint32_t> sweep;                // messages above the sweep's cursor, at most so many, and the cursor
  bool running_launches = false;
  bool open_link_marks = false;                      // all of them, closed or not: the engine erases those over 24 h
  bool queue_counts = false;                         // ready segments per lane
  [[nodiscard]] bool empty() const;
  // Adds what `other` names; of two limits of one scan the larger stays.
  void merge(const Keys& other);
};

template <class T>
struct Scan { std::vector<T> found; bool complete = true; };   // complete: fewer than the limit

// next_due: when the first one that was not found falls due; none: nothing else waits.
struct DueEvents { std::vector<Id> found; bool complete = true; std::optional<WallTime> next_due; };
struct DueTimers { std::vector<TimerKey> found; bool complete = true; std::optional<WallTime> next_due; };

inline constexpr std::string_view kSweepCursor = "sweep";

// Everything a batch may look at and change. Aggregates are whole.
struct WorkingSet {
  Table<std::string, Contact> contacts;
  // One row per conversation for reports: written when it opens and when it closes, always as a blind upsert without
  // a version (the contact's aggregate guards it); what changes in between lives in Contact::open.
  Table<Id, Conversation> closed_conversations;
  Table<Id, Inbound> inbounds;
  Table<PartKey, PartSet> parts;
  Table<Id, Message> messages;
  Table<SmscIdKey, SmscId> smsc_ids;
  Table<SmscIdKey, ParkedReceipts> parked_receipts;
  Table<Id, Event> events;
  Table<RecipientKey, Recipient> recipients;
  Table<Id, Launch> launches;
  Table<std::string, CampaignRow> campaigns;
  Table<IdempotencyKey, Idempotency> idempotency;
  Table<TimerKey, Timer> timers;
  Table<LinkMarkKey, LinkMark> link_marks;
  Table<Id, ConsentEntry> consent_entries;           // insert only
  Table<std::uint64_t, RuleRevision> revisions;
  Table<std::string, std::uint64_t> cursors;         // kSweepCursor (absent at first): loaded with Keys::sweep

  std::map<QueueKey, Scan<Id>> queue;
  std::optional<DueTimers> due_timers;
  std::map<std::string, DueEvents> due_events;
  std::map<Id, Id> events_after;                     // 0: none waits
  std::optional<Scan<Id>> claimed, inbound_since, sweep, running_launches;
  std::optional<std::vector<LinkMarkKey>> open_link_marks;
  std::optional<std::map<QueueKey, std::uint64_t>> queue_counts;

  // Forgets what a pass changed; what was loaded stays.
  void discard();
};

// The net difference of a turn; pointers into the working set, valid until it changes.
struct Changes {
  Turn turn = 0;
  WallTime now{};
  std::vector<Change<std::string, Contact>> contacts;
  std::vector<Change<Id, Conversation>> closed_conversations;
  std::vector<Change<Id, Inbound>> inbounds;
  std::vector<Change<PartKey, PartSet>> parts;
  std::vector<Change<Id, Message>> messages;
  std::vector<Change<SmscIdKey, SmscId>> smsc_ids;
  std::vector<Change<SmscIdKey, ParkedReceipts>> parked_receipts;
  std::vector<Change<Id, Event>> events;
  std::vector<Change<RecipientKey, Recipient>> recipients;
  std::vector<Change<Id, Launch>> launches;
  std::vector<Change<std::string, CampaignRow>> campaigns;
  std::vector<Change<IdempotencyKey, Idempotency>> idempotency;
  std::vector<Change<TimerKey, Timer>> timers;
  std::vector<Change<LinkMarkKey, LinkMark>> link_marks;
  std::vector<Change<Id, ConsentEntry>> consent_entries;
  std::vector<Change<std::uint64_t, RuleRevision>> revisions;
  std::vector<Change<std::string, std::uint64_t>> cursors;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t rows() const;
};
[[nodiscard]] Changes changes_of(const WorkingSet& set, Turn turn, WallTime now);

// The right to write, taken at open. Another owner of the store makes every later commit Fenced.
struct Fence { std::uint64_t run = 0; };             // counts the openings of this store; the high half of session epochs

struct Committed { Turn turn = 0; };
struct Conflict { Keys keys; };                      // nothing was written; load these again (a cursor has no key: all)
struct Full {};                                      // no space: nothing was written, reads still work
struct Fenced {};
struct Failed { std::string what; };                 // the handle must not be used again
using CommitResult = std::variant<Committed, Conflict, Full, Fenced, Failed>;

class Store {
 public:
  virtual ~Store() = default;
  // Adds what `keys` names to `into`; records that are there already are left as they are.
  // Empty: read. Otherwise: why reading failed; the store must not be used again.
  [[nodiscard]] virtual std::optional<Failed> load(const Keys& keys, WorkingSet& into) = 0;
  [[nodiscard]] virtual CommitResult commit(const Changes& changes, Fence fence) = 0;
  [[nodiscard]] virtual Turn last_turn() const = 0;  // the dense commit counter
  [[nodiscard]] virtual Fence fence() const = 0;
  // Between two turns: the engine's short pass that lets the log restart (DESIGN 3.9). Cheap when nothing is due.
  virtual void between_turns() {}
};

}  // namespace storage
