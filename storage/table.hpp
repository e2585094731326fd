// One kind of record inside a working set: what was loaded, what a pass of decide changed. A read answers present,
// absent or not loaded; a pass that met "not loaded" is discarded and decided again, so nothing acts on a guess.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace storage {

enum class Presence : std::uint8_t { present, absent, not_loaded };

template <class Record>
struct Read {
  Presence presence = Presence::not_loaded;
  const Record* record = nullptr;     // set when present
  explicit operator bool() const { return presence == Presence::present; }
  const Record* operator->() const { return record; }
  const Record& operator*() const { return *record; }
};

// One difference to commit. `record` null: erased. `version` is the one loaded (0: the key was absent, or new).
// `before` is the record as loaded (null when inserted), so that a store need not rewrite what did not change.
template <class Key, class Record>
struct Change {
  const Key* key;
  const Record* record;
  bool inserted;
  std::uint64_t version;
  const Record* before = nullptr;
};

// Says what is broken on stderr and aborts: a decide that writes a key it never read has acted on a guess.
[[noreturn]] void broken_invariant(std::string_view what);

template <class Key, class Record>
class Table {
 public:
  // ---- by the store, while loading
  void put(Key key, Record record, std::uint64_t version) {
    Slot& slot = slots_[std::move(key)];
    slot = Slot{};
    slot.loaded = slot.exists = slot.existed = true;
    slot.current = std::move(record);
    slot.version = version;
  }
  void put_absent(Key key) {
    Slot& slot = slots_[std::move(key)];
    slot = Slot{};
    slot.loaded = true;
  }
  [[nodiscard]] bool knows(const Key& key) const { return slots_.contains(key); }

  // ---- by decide
  [[nodiscard]] Read<Record> read(const Key& key) const {
    const auto found = slots_.find(key);
    if (found == slots_.end()) return {};
    if (!found->second.exists) return {Presence::absent, nullptr};
    return {Presence::present, &found->second.current};
  }
  // The key must be present.
  Record& write(const Key& key) {
    Slot& slot = present(key, "Table::write of a key that was not read as present");
    keep_pristine(key, slot);
    return slot.current;
  }
  // The key must be absent, or be a new id that nothing else can have. A second insert of one pass replaces the first.
  Record& insert(const Key& key, Record record) {
    Slot& slot = slots_[key];
    keep_pristine(key, slot);
    slot.exists = true;
    slot.current = std::move(record);
    return slot.current;
  }
  // The key must be present.
  void erase(const Key& key) {
    Slot& slot = present(key, "Table::erase of a key that was not read as present");
    keep_pristine(key, slot);
    slot.exists = false;
  }

  // ---- by the turn
  // Every change since loading is forgotten; ids that only this pass made are forgotten with them.
  void discard() {
    for (const Key& key : dirty_) {
      const auto found = slots_.find(key);
      if (found == slots_.end() || !found->second.dirty) continue;  // forgotten since, or forgotten and loaded again
      Slot& slot = found->second;
      if (!slot.loaded) {
        slots_.erase(found);
        continue;
      }
      if (slot.pristine) slot.current = std::move(*slot.pristine);
      slot.pristine.reset();
      slot.exists = slot.existed;
      slot.dirty = false;
    }
    dirty_.clear();
  }
  // The key is not loaded any more: after a Conflict the next load reads it again.
  void forget(const Key& key) {
    slots_.erase(key);
    std::erase(dirty_, key);
  }
  // What was there before the first change (null: nothing) and what is there now (null: erased).
  template <class Visit>
  void for_each_changed(Visit&& visit) const {
    for (const Key& key : dirty_) {
      const Slot& slot = slots_.find(key)->second;
      const Record* before = slot.existed ? (slot.pristine ? &*slot.pristine : &slot.current) : nullptr;
      visit(key, before, slot.exists ? &slot.current : nullptr);
    }
  }
  [[nodiscard]] const std::vector<Key>& dirty() const { return dirty_; }
  // In the order of the keys: the commit does not depend on the order of the inputs' reads.
  [[nodiscard]] std::vector<Change<Key, Record>> changes() const {
    std::vector<Change<Key, Record>> result;
    if (dirty_.empty()) return result;
    result.reserve(dirty_.size());
    for (const auto& [key, slot] : slots_) {
      if (!slot.dirty || (!slot.exists && !slot.existed)) continue;
      if (slot.exists && slot.existed && slot.pristine && *slot.pristine == slot.current) continue;
      result.push_back({&key, slot.exists ? &slot.current : nullptr, !slot.existed, slot.version,
                        slot.pristine ? &*slot.pristine : nullptr});
    }
    return result;
  }

 private:
  struct Slot {
    Record current{};
    std::optional<Record> pristine;   // kept at the first write
    std::uint64_t version = 0;
    bool loaded = false, existed = false, exists = false, dirty = false;
  };
  Slot& present(const Key& key, std::string_view otherwise) {
    const auto found = slots_.find(key);
    if (found == slots_.end() || !found->second.exists) broken_invariant(otherwise);
    return found->second;
  }
  void keep_pristine(const Key& key, Slot& slot) {
    if (slot.dirty) return;
    slot.dirty = true;
    if (slot.existed) slot.pristine = slot.current;
    dirty_.push_back(key);
  }

  std::map<Key, Slot> slots_;
  std::vector<Key> dirty_;
};

}  // namespace storage
