// The turn: load, decide, commit, release (DESIGN section 3). No socket, no clock, no thread; the store is the only
// thing it calls. One instance has the one right to write to its store.
#pragma once

#include "core/engine/input.hpp"
#include "core/engine/release.hpp"
#include "core/engine/settings.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace core::engine {

// The store ended it: nothing more may be acknowledged by this engine; the process exits 70.
struct Stopped { std::string why; };

// What the engine keeps beside the store, for status and metrics; rebuilt from inputs after a restart.
struct BindFigures { LinkRef link; std::uint32_t window = 0, free_slots = 0; bool transmits = false, receives = false; };
struct PaceFigures { std::string account; double rate = 0, factor = 1; std::uint32_t open_window = 0; };  // rate 0: no limit
struct ReceiptIdFigures { std::string account; smpp::ReceiptIdRule rule; };  // rule.learnt() says it in one line
struct Figures {
  std::uint64_t turns = 0, inputs = 0, passes = 0, conflicts = 0, full = 0;
  std::uint64_t mo = 0, parts = 0, receipts = 0, orphan_receipts = 0, absorbed = 0, malformed = 0;
  std::uint64_t submits = 0, accepted = 0, throttled = 0, in_doubt = 0, rejected = 0, suppressed = 0, revoked = 0;
  std::uint64_t opt_outs = 0, opt_ins = 0, webhooks = 0, webhook_failures = 0, late_receipts = 0, settled_by_receipt = 0;
  std::uint64_t conflicting_receipts = 0;  // text and TLV said different things (P74)
  std::uint64_t queued_reply = 0, queued_transactional = 0, queued_bulk = 0;
  std::vector<BindFigures> binds;
  std::vector<ReceiptIdFigures> receipt_ids;
  std::vector<PaceFigures> paces;
  // transitions of DESIGN 3.3 taken by segments: [from][to]
  std::array<std::array<std::uint64_t, storage::kMessageStates>, storage::kMessageStates> transitions{};
};

class Engine {
 public:
  Engine(Settings settings, std::shared_ptr<const rules::Program> program, storage::Store& store, std::uint64_t seed);
  ~Engine();

  // Decides one batch (at most kTurnInputs inputs) and commits it. What comes back may be executed.
  [[nodiscard]] std::variant<Releases, Stopped> turn(std::vector<Input> batch, Now now);
  // False: feed Recover inputs (one a turn) before any link connects.
  [[nodiscard]] bool recovered() const;
  // True: inputs wait inside (decided alone, or kept over a full disk); call turn() again without new ones.
  [[nodiscard]] bool has_pending() const;
  [[nodiscard]] const Figures& figures() const;
  [[nodiscard]] const rules::Program& program() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace core::engine
