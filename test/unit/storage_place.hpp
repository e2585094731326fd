// One place for a store to live, in memory or on disk, so that every behaviour is asked of both.
#pragma once

#include "storage/memory/memory_store.hpp"
#include "storage/sqlite/sqlite_reports.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "test/unit/catch.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

// Keys and filters are written with the fields that matter; GCC would have every other one named.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace storage_test {

using namespace storage;

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "bindery-storage-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::unique_ptr<sqlite::SqliteStore> open_sqlite(const std::string& data_dir, sqlite::Options options = {}) {
  auto opened = sqlite::SqliteStore::open(data_dir, options);
  if (const auto* error = std::get_if<sqlite::OpenError>(&opened)) FAIL(error->message);
  return std::move(std::get<std::unique_ptr<sqlite::SqliteStore>>(opened));
}

enum class Kind : std::uint8_t { memory, sqlite };

class Place {
 public:
  explicit Place(Kind kind) : kind_(kind) { open(); }

  Store& store() { return kind_ == Kind::memory ? static_cast<Store&>(*memory_) : *sqlite_; }
  Reports& reports() {
    if (kind_ == Kind::memory) return *memory_;
    if (!sqlite_reports_) {
      auto opened = sqlite::SqliteReports::open(folder_.path());
      if (const auto* error = std::get_if<sqlite::OpenError>(&opened)) FAIL(error->message);
      sqlite_reports_ = std::move(std::get<std::unique_ptr<sqlite::SqliteReports>>(opened));
    }
    return *sqlite_reports_;
  }
  // Ends the store and opens what it left.
  void reopen() {
    if (memory_) image_ = memory_->snapshot();
    memory_.reset();
    sqlite_reports_.reset();
    sqlite_.reset();
    open();
  }

  [[nodiscard]] WorkingSet load(const Keys& keys) {
    WorkingSet set;
    const auto failed = store().load(keys, set);
    INFO((failed ? failed->what : std::string()));
    REQUIRE(!failed);
    return set;
  }
  // The next turn.
  CommitResult try_commit(const WorkingSet& set) {
    CommitResult result = store().commit(changes_of(set, store().last_turn() + 1, WallTime{}), store().fence());
    store().between_turns();
    return result;
  }
  void commit(const WorkingSet& set) {
    const CommitResult result = try_commit(set);
    if (const auto* failed = std::get_if<Failed>(&result)) FAIL(failed->what);
    REQUIRE(std::holds_alternative<Committed>(result));
  }

 private:
  void open() {
    if (kind_ == Kind::memory) memory_ = std::make_unique<memory::MemoryStore>(std::move(image_));
    else sqlite_ = open_sqlite(folder_.path());
  }

  Kind kind_;
  Folder folder_;
  memory::Image image_;
  std::unique_ptr<memory::MemoryStore> memory_;
  std::unique_ptr<sqlite::SqliteStore> sqlite_;
  std::unique_ptr<sqlite::SqliteReports> sqlite_reports_;
};

}  // namespace storage_test
