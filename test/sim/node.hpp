// One life of our process: an engine on a store, its binds, and the loop between them. Turns take time, what arrives
// meanwhile is the next batch; releases are executed in order, some time after their commit. It ends by a crash at any
// commit, in the middle of a release list, or from outside; the next one opens what the store then holds.
#pragma once

#include "core/engine/engine.hpp"
#include "storage/memory/memory_store.hpp"
#include "test/sim/line.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace sim {

class Node : public std::enable_shared_from_this<Node> {
 public:
  Node(World& world, std::uint64_t incarnation, storage::memory::Image image);
  void start();

  // Inputs of the binds.
  void put(std::vector<core::engine::Input> inputs);
  // Requests and webhook outcomes; a process that is dead or not yet ready hears nothing.
  void offer(core::engine::Input input);
  // Kill -9.
  void crash(const char* how);
  // Another process opened the store: this one may write nothing more. It notices at its next commit.
  [[nodiscard]] bool dead() const { return dead_; }
  [[nodiscard]] bool committing() const { return turning_; }
  [[nodiscard]] bool idle() const;
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }
  [[nodiscard]] std::uint64_t next_epoch() { return (store_.fence().run << 32) | ++sessions_; }
  [[nodiscard]] const storage::memory::Image& image() const { return store_.image(); }
  [[nodiscard]] storage::memory::MemoryStore& store() { return store_; }
  [[nodiscard]] const core::engine::Figures& figures() const { return engine_->figures(); }
  [[nodiscard]] std::vector<std::unique_ptr<Line>>& lines() { return lines_; }

 private:
  enum class Doom { none, before_release, in_release };

  void wake();
  void turn();
  std::vector<core::engine::Input> next_batch();
  void committed(core::engine::Releases releases, bool only_tick);
  void release(core::engine::Releases releases, bool to_the_end);
  void release_requests(const core::engine::Releases& releases, bool to_the_end, std::size_t& left);
  storage::memory::Injected commit_hook(const storage::Changes& changes);
  storage::memory::Injected draw_commit();
  void mutate(std::vector<core::engine::Input>& batch);
  void watch_for_spinning(const core::engine::Releases& releases, bool only_tick);
  [[nodiscard]] Duration commit_time();
  Line* line(const core::engine::LinkRef& link);

  World& world_;
  std::uint64_t incarnation_;
  storage::memory::MemoryStore store_;
  std::unique_ptr<core::engine::Engine> engine_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::deque<core::engine::Input> owed_, offered_;
  std::deque<core::engine::Releases> queue_;      // committed, not yet executed
  std::optional<Time> deadline_, full_until_;
  Time executed_until_{};
  std::uint64_t sessions_ = 0, full_before_ = 0;
  std::uint64_t deadline_number_ = 0;
  unsigned conflicts_in_a_row_ = 0, empty_turns_ = 0;
  bool dead_ = false, turning_ = false, wake_posted_ = false, started_ = false, changed_ = false;
  Doom doom_ = Doom::none;
};

}  // namespace sim
