// The store of the tests and of the simulation: everything in memory, with a version per key so that a change of
// something that moved meanwhile is a Conflict, as it will be with several nodes. A copy of its image is what a disk
// would hold at that instant: crash = throw the store away, open = construct one from the image.
#pragma once

#include "storage/reports.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace storage::memory {

// Rows share immutable records, so copying an image copies pointers only.
template <class Key, class Record>
struct Rows {
  struct Row { std::shared_ptr<const Record> record; std::uint64_t version = 0; };
  std::map<Key, Row> rows;

  [[nodiscard]] const Record* find(const Key& key) const {
    const auto at = rows.find(key);
    return at == rows.end() ? nullptr : at->second.record.get();
  }
  [[nodiscard]] std::uint64_t version(const Key& key) const {
    const auto at = rows.find(key);
    return at == rows.end() ? 0 : at->second.version;
  }
};

// What is durable.
struct Image {
  std::uint64_t run = 0;               // openings so far
  Turn turn = 0;                       // the last one committed
  std::uint64_t last_version = 0;      // never given twice: a key erased and inserted again is seen as changed
  Rows<std::string, Contact> contacts;
  Rows<Id, Conversation> conversations;
  Rows<Id, Inbound> inbounds;
  Rows<PartKey, PartSet> parts;
  Rows<Id, Message> messages;
  Rows<SmscIdKey, SmscId> smsc_ids;
  Rows<SmscIdKey, ParkedReceipts> parked_receipts;
  Rows<Id, Event> events;
  Rows<RecipientKey, Recipient> recipients;
  Rows<Id, Launch> launches;
  Rows<std::string, CampaignRow> campaigns;
  Rows<IdempotencyKey, Idempotency> idempotency;
  Rows<TimerKey, Timer> timers;
  Rows<LinkMarkKey, LinkMark> link_marks;
  Rows<Id, ConsentEntry> consent_entries;
  Rows<std::uint64_t, RuleRevision> revisions;
  Rows<std::string, std::uint64_t> cursors;
};

// What the partial indexes of the SQL schema are: a scan costs what it finds. Follows from the image.
struct Indexes {
  explicit Indexes(const Image& image);
  // Null: not stored, before or after.
  void message(Id id, const Message* before, const Message* after);
  void event(Id id, const Event* before, const Event* after);
  void timer(const TimerKey& key, const Timer* before, const Timer* after);

  std::map<QueueKey, std::map<Id, std::uint32_t>> queue;       // -> ready segments
  std::set<Id> claimed;
  std::map<std::string, std::set<std::pair<WallTime, Id>>, std::less<>> due_events;  // per endpoint
  std::map<Id, std::set<Id>> events_after;                     // the earlier one -> those blocked by it
  std::set<std::tuple<WallTime, Id, TimerKind>> timers;
};

// What a test makes of a commit that would have succeeded.
enum class Injected : std::uint8_t {
  none,
  conflict,             // as if another node had changed every key of it: nothing written
  full,
  fenced,
  failed,               // nothing written, the store is unusable
  failed_after_write,   // written, but the caller never learns: the crash at the commit itself
};
using CommitHook = std::function<Injected(const Changes&)>;

class MemoryStore final : public Store, public Reports {
 public:
  MemoryStore() : MemoryStore(Image{}) {}
  // Opens what a crash left; counts as one more run.
  explicit MemoryStore(Image image) : image_(std::move(image)), indexes_(image_) { fence_.run = ++image_.run; }

  // What a crash now would leave.
  [[nodiscard]] Image snapshot() const { return image_; }
  // For invariants over everything stored, without a copy.
  [[nodiscard]] const Image& image() const { return image_; }
  // Consulted before each commit; empty: none.
  void on_commit(CommitHook hook) { hook_ = std::move(hook); }
  // Another process took the store over: every later commit is Fenced.
  void take_over() { ++image_.run; }

  [[nodiscard]] std::optional<Failed> load(const Keys& keys, WorkingSet& into) override;
  [[nodiscard]] CommitResult commit(const Changes& changes, Fence fence) override;
  [[nodiscard]] Turn last_turn() const override { return image_.turn; }
  [[nodiscard]] Fence fence() const override { return fence_; }

  [[nodiscard]] std::optional<Message> message(Id id) override;
  [[nodiscard]] std::optional<Inbound> inbound(Id id) override;
  [[nodiscard]] std::optional<Contact> contact(const std::string& number) override;
  [[nodiscard]] std::vector<Conversation> conversations(const ConversationFilter& filter) override;
  [[nodiscard]] std::vector<Entry> chain(const std::string& number, std::uint32_t limit) override;
  [[nodiscard]] std::vector<Message> in_doubt(std::uint32_t limit) override;
  [[nodiscard]] std::vector<Launch> launches(const std::string& campaign) override;
  [[nodiscard]] Totals totals(const std::string& campaign) override;

 private:
  void load_records(const Keys& keys, WorkingSet& into) const;
  void load_due(const Keys& keys, WorkingSet& into) const;
  void load_scans(const Keys& keys, WorkingSet& into) const;
  [[nodiscard]] std::optional<Failed> why_not(const Changes& changes) const;
  [[nodiscard]] Keys conflicts(const Changes& changes) const;
  void apply(const Changes& changes);

  Image image_;
  Indexes indexes_;
  Fence fence_;
  CommitHook hook_;
  std::optional<Failed> failed_;
};

}  // namespace storage::memory
