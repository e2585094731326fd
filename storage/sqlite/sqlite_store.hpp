// The store on one SQLite file: data_dir/bindery.db, WAL, synchronous=FULL, one writer. A commit that answered
// Committed is on the disk. Full is a state that passes; any other error of the disk poisons the handle for good.
#pragma once

#include "storage/sqlite/open.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace storage::sqlite {

// What was written since opening, for benches and metrics.
struct WriteFigures {
  std::uint64_t transactions = 0;
  std::uint64_t rows = 0;              // the row of the turn included
  std::uint64_t wal_bytes = 0;         // appended to the log in all
  std::uint64_t wal_length = 0;        // of the log now, in octets
  std::uint64_t wal_longest = 0;       // the longest it was
  std::uint64_t wal_restarts = 0;      // times it was copied whole and could start over
};

struct Options {
  std::uint32_t max_pages = 0;         // of the database file, 4 KiB each; 0: as many as the disk has
};

class SqliteStore final : public Store {
 public:
  // Creates data_dir and the database where they are missing, brings the schema up to date, counts one more run.
  static std::variant<std::unique_ptr<SqliteStore>, OpenError> open(const std::string& data_dir, Options options = {});
  // What open would say, without writing: `bindery check`. Also works beside a running daemon. A data_dir that does not
  // exist yet is fine.
  [[nodiscard]] static std::optional<OpenError> check(const std::string& data_dir);
  ~SqliteStore() override;

  [[nodiscard]] std::optional<Failed> load(const Keys& keys, WorkingSet& into) override;
  [[nodiscard]] CommitResult commit(const Changes& changes, Fence fence) override;
  [[nodiscard]] Turn last_turn() const override;
  [[nodiscard]] Fence fence() const override;
  void between_turns() override;

  [[nodiscard]] WriteFigures figures() const;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  std::optional<Failed> poison(std::string what);

  std::unique_ptr<Parts> parts_;
};

}  // namespace storage::sqlite
