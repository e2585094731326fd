// The thread that decides: it owns the engine, waits for inputs or a deadline, runs turns and hands their releases to
// the io thread. It blocks only on the store.
//
// Flow: Recover turns until recovered -> { room in the release queue -> inbox.take -> fingerprints -> engine.turn ->
// push } -> over, or the store stopped it.
#pragma once

#include "core/engine/engine.hpp"
#include "core/net/clock.hpp"
#include "core/net/inbox.hpp"
#include "core/net/release_queue.hpp"
#include "core/net/suspects.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace core::net {

struct EngineThreadSettings {
  engine::Settings engine;
  std::string inflight_path;          // data_dir/turn.inflight
  std::uint64_t seed = 0;             // of the engine's randomness
};

class EngineThread {
 public:
  EngineThread(EngineThreadSettings settings, std::shared_ptr<const rules::Program> program, storage::Store& store, Inbox& inbox,
               ReleaseQueue& releases);
  ~EngineThread();                    // stops inbox and queue and waits
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  void start();
  // After Inbox::stop(): returns when everything put in was decided and pushed.
  void join();

 private:
  void run();
  [[nodiscard]] bool recover();
  // False: nothing follows.
  [[nodiscard]] bool turn(std::vector<engine::Input> batch);
  [[nodiscard]] std::optional<engine::SteadyTime> wait_until() const;
  void judge(std::vector<engine::Input>& batch, TurnOutcome& outcome);

  Inbox& inbox_;
  ReleaseQueue& releases_;
  engine::Engine engine_;
  Suspects suspects_;
  Clock clock_;
  std::optional<engine::SteadyTime> deadline_;
  std::uint64_t taken_out_ = 0;
  bool more_ = false;                 // something waits in the inbox behind the batch
  bool recovered_ = false;
  engine::SteadyTime figures_due_{};
  std::uint64_t full_before_ = 0;
  std::thread thread_;
};

}  // namespace core::net
