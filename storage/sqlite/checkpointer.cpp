#include "storage/sqlite/checkpointer.hpp"

#include "storage/limits.hpp"
#include <sqlite3.h>

namespace storage::sqlite {

Checkpointer::Checkpointer(std::unique_ptr<Connection> own, sqlite3* engine)
    : own_(std::move(own)), engine_(engine), begin_at_(kWalCopyFrames), thread_([this] { work(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Checkpointer::log_is(std::uint64_t frames) {
  const std::lock_guard lock(mutex_);
  if (frames < frames_) begin_at_ = kWalCopyFrames;  // the log started over
  frames_ = frames;
  if (phase_ != Phase::idle || frames_ < begin_at_) return;
  phase_ = Phase::copying;
  changed_.notify_all();
}

void Checkpointer::between_turns() {
  {
    std::unique_lock lock(mutex_);
    if (frames_ > kWalHardFrames) changed_.wait(lock, [this] { return phase_ != Phase::copying || failure_; });
    if (phase_ != Phase::asking || failure_) return;
  }
  last_pass();  // the thread does nothing while it asks
}

void Checkpointer::last_pass() {
  const auto copied = pass(engine_);
  const std::lock_guard lock(mutex_);
  phase_ = Phase::idle;
  if (copied && *copied == frames_) ++restarts_;
  // The next commit starts the log over, and is seen to. If a report still reads from it, the log goes on: try later.
  begin_at_ = frames_ + kWalRetryFrames;
}

std::optional<std::string> Checkpointer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::optional<std::uint64_t> Checkpointer::pass(sqlite3* db) {
  int log = 0, copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
  // BUSY: a connection that opens recovers the log. FULL: the database file cannot grow; the log holds everything, and
  // commits answer Full when it cannot grow either. Both are tried again later.
  if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY || is_no_space(db, code, WrittenFile::database))
    return code == SQLITE_OK && copied > 0 ? static_cast<std::uint64_t>(copied) : 0;
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = "checkpoint: " + std::string(sqlite3_errmsg(db)) + " (" + std::to_string(code) + ")";
  changed_.notify_all();
  return std::nullopt;
}

void Checkpointer::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || phase_ == Phase::copying; });
    if (stop_) return;
    lock.unlock();
    copy();
    lock.lock();
    phase_ = Phase::asking;
    changed_.notify_all();
  }
}

void Checkpointer::copy() {
  for (int i = 0; i < kCopyPasses; ++i) {
    const auto copied = pass(own_->handle());
    if (!copied) return;
    const std::lock_guard lock(mutex_);
    if (stop_ || *copied + kLastPassFrames >= frames_) return;
  }
}

}  // namespace storage::sqlite
