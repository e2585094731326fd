// Keeps the write-ahead log short without stopping the writer (DESIGN 3.9). A PASSIVE checkpoint never waits and never
// makes anyone wait, but the log only starts over when every frame of it was copied while nobody appended: a thread alone
// never gets there under load (the log grew to 3.9 GB in 24 s). So the thread copies nearly everything, then asks, and
// the engine copies the little rest between two turns.
//
//   idle --log over kWalCopyFrames--> copying --little is left--> asking --engine's pass--> idle
#pragma once

#include "storage/sqlite/connection.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace storage::sqlite {

class Checkpointer {
 public:
  // `own`: the thread's connection, opened beforehand so that a shortage of descriptors cannot stop it later.
  // `engine`: the writing connection, for the last pass only.
  Checkpointer(std::unique_ptr<Connection> own, sqlite3* engine);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // By the engine after a commit: the log has so many frames now.
  void log_is(std::uint64_t frames);
  // By the engine between two turns: the last pass if the thread asks for it; waits for the thread when the log is
  // longer than kWalHardFrames.
  void between_turns();
  // The first I/O error of either side: the store must not be used again.
  [[nodiscard]] std::optional<std::string> failure() const;
  // Times the log was copied whole, so that the next commit starts it over.
  [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

 private:
  enum class Phase : std::uint8_t { idle, copying, asking };

  void work();
  void copy();
  void last_pass();
  // One PASSIVE pass; the frames of the log that are copied now. nullopt: an error, noted.
  std::optional<std::uint64_t> pass(sqlite3* db);

  const std::unique_ptr<Connection> own_;
  sqlite3* const engine_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::idle;
  bool stop_ = false;
  std::uint64_t frames_ = 0;            // of the log, as the engine said last
  std::uint64_t begin_at_ = 0;          // length of the log at which to copy next
  std::optional<std::string> failure_;
  std::uint64_t restarts_ = 0;          // engine's thread only
  std::thread thread_;
};

}  // namespace storage::sqlite
