#include "core/engine/engine.hpp"

#include "core/engine/assert.hpp"
#include "core/engine/pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace core::engine {

struct Engine::Impl {
  Settings settings;
  std::shared_ptr<const rules::Program> program;
  storage::Store& store;
  std::uint64_t seed;
  Memory memory;
  Redelivery redelivery;
  Figures figures;
  std::deque<Input> kept;   // owed inputs of a turn that a full disk refused, and inputs to decide alone
  bool alone = false;       // the first of `kept` is decided by itself

  std::vector<Input> take(std::vector<Input> batch);
  void preload(const std::vector<Input>& batch, const Now& now, storage::Keys& keys) const;
  std::variant<Pass, Stopped> decide(std::vector<Input>& batch, storage::WorkingSet& set, const Now& now);
  Pass pass(storage::WorkingSet& set, const Now& now) const;
  void keep(Pass& pass, const storage::WorkingSet& set);
  void count_now();
  Releases full(std::vector<Input> batch);
};

namespace {

// Link events and submit results first, then receipts, then the rest, each in arrival order.
int rank(const Input& input) {
  if (std::holds_alternative<LinkUp>(input) || std::holds_alternative<LinkQuiet>(input) || std::holds_alternative<LinkDown>(input) || std::holds_alternative<LinkAcknowledged>(input) ||
      std::holds_alternative<SubmitDone>(input) || std::holds_alternative<NewRules>(input)) {
    return 0;
  }
  return std::holds_alternative<ReceiptArrived>(input) ? 1 : 2;
}

}  // namespace

Engine::Engine(Settings settings, std::shared_ptr<const rules::Program> program, storage::Store& store, std::uint64_t seed)
    : impl_(new Impl{std::move(settings), std::move(program), store, seed, Memory{Links({}), {}, {}, {}, {}, {}}, {}, {}, {}}) {
  impl_->memory.links = Links(impl_->settings);
}
Engine::~Engine() = default;
bool Engine::recovered() const { return impl_->memory.recovery == Recovery::done; }
bool Engine::has_pending() const { return !impl_->kept.empty(); }
const Figures& Engine::figures() const { return impl_->figures; }
const rules::Program& Engine::program() const { return *impl_->program; }

std::vector<Input> Engine::Impl::take(std::vector<Input> batch) {
  ASSERT(batch.size() <= kTurnInputs, "a batch is larger than a turn");
  std::vector<Input> inputs;
  if (alone && !kept.empty()) {
    inputs.push_back(std::move(kept.front()));
    kept.pop_front();
    alone = false;
    for (Input& input : batch) kept.push_back(std::move(input));
    return inputs;
  }
  for (Input& input : batch) kept.push_back(std::move(input));
  while (!kept.empty() && inputs.size() < kTurnInputs) {
    inputs.push_back(std::move(kept.front()));
    kept.pop_front();
  }
  std::ranges::stable_sort(inputs, {}, rank);
  return inputs;
}

// Beside the inputs' own keys: what finish() will look for, so that most turns need one read.
void Engine::Impl::preload(const std::vector<Input>& batch, const Now& now, storage::Keys& keys) const {
  for (const Input& input : batch) keys_of(input, settings, keys);
  if (memory.recovery != Recovery::done) return;
  for (const Id launch : memory.running) keys.launches.insert(launch);
  if (memory.next_timer && *memory.next_timer <= now.wall) keys.due_timers = storage::Keys::Due{now.wall, kTimersPerTurn};
  for (const auto& [key, count] : memory.queued) {
    if (count <= 0) continue;
    std::uint32_t slots = memory.links.free_slots(key.account);
    for (const Input& input : batch) {
      const auto* done = std::get_if<SubmitDone>(&input);
      if (done && done->link.account == key.account) ++slots;
    }
    const AccountLinks* links = memory.links.account(key.account);
    if (slots > 0 && links && links->paused_until <= now.steady) keys.queue[key] = slots;
  }
  if (!memory.next_sweep || *memory.next_sweep <= now.steady) keys.sweep = kSweepSlice;
}

Pass Engine::Impl::pass(storage::WorkingSet& set, const Now& now) const {
  return Pass(settings, program, set, memory, redelivery, figures, store.last_turn() + 1, now, seed);
}

// Passes over the batch until every key they asked for is loaded.
std::variant<Pass, Stopped> Engine::Impl::decide(std::vector<Input>& batch, storage::WorkingSet& set, const Now& now) {
  storage::Keys keys;
  preload(batch, now, keys);
  for (unsigned n = 0;; ++n) {
    if (!keys.empty()) {
      if (auto failed = store.load(keys, set)) return Stopped{"reading failed: " + failed->what};
    }
    // An input that still lacks something waits for a turn of its own; one alone goes on until it is satisfied.
    if (n >= kLoadPasses && batch.size() > 1) {
      for (auto it = batch.rbegin(); it != batch.rend() - 1; ++it) kept.push_front(std::move(*it));
      batch.resize(1);
      alone = true;
      set = {};
      keys = {};
      preload(batch, now, keys);
      if (auto failed = store.load(keys, set)) return Stopped{"reading failed: " + failed->what};
      n = 0;
    }
    ASSERT(n < 64, "a pass keeps asking for keys that loading does not provide");
    Pass attempt = pass(set, now);
    for (const Input& input : batch) attempt.decide(input);
    attempt.finish();
    ++figures.passes;
    if (attempt.complete()) return attempt;
    keys = attempt.missing();
    set.discard();
  }
}

// After the commit: what the pass learnt becomes what the engine knows.
void Engine::Impl::keep(Pass& done, const storage::WorkingSet& set) {
  const std::uint64_t passes = figures.passes, turns = figures.turns, inputs = figures.inputs, conflicts = figures.conflicts;
  figures = done.figures;
  figures.passes = passes;
  figures.turns = turns + 1;
  figures.inputs = inputs;
  figures.conflicts = conflicts;
  memory = std::move(done.memory);
  program = std::move(done.program);
  for (const auto& each : done.journal.received) redelivery.received(each.link, each.row, each.session_is_up);
  for (const auto& [link, turn] : done.journal.acknowledged) redelivery.acknowledged(link, turn);
  for (const LinkRef& link : done.journal.ended) redelivery.ended(link);
  for (const auto& each : done.journal.absorbed) {
    redelivery.absorbed(each.link.account, each.row.fingerprint, each.row.inbound);
    redelivery.received(each.link, each.row, each.session_is_up);
  }
  set.messages.for_each_changed([&](Id, const storage::Message* before, const storage::Message* after) {
    if (before) memory.queued[{before->account, before->lane}] -= storage::ready_segments(*before);
    if (after) memory.queued[{after->account, after->lane}] += storage::ready_segments(*after);
  });
  count_now();
}

void Engine::Impl::count_now() {
  std::array<std::int64_t, storage::kLanes> lanes{};
  for (const auto& [key, count] : memory.queued) lanes[static_cast<std::size_t>(key.lane)] += count;
  figures.queued_reply = static_cast<std::uint64_t>(lanes[0]);
  figures.queued_transactional = static_cast<std::uint64_t>(lanes[1]);
  figures.queued_bulk = static_cast<std::uint64_t>(lanes[2]);
  figures.receipt_ids.clear();
  for (const auto& [account, rule] : memory.receipt_ids) figures.receipt_ids.push_back({account, rule});
  figures.binds.clear();
  figures.paces.clear();
  for (const auto& [id, account] : memory.links.accounts()) {
    figures.paces.push_back({id, account.pace.rate(), account.pace.factor(), account.open_window});
    for (const BoundBind& bind : account.binds) figures.binds.push_back({bind.link, bind.window, bind.free, bind.transmits, bind.receives});
  }
}

// No space: nothing of the batch happened. What the peers and programs can repeat is refused with "later"; what
// only we know is kept for the next turn (F10).
Releases Engine::Impl::full(std::vector<Input> batch) {
  ++figures.full;
  Releases releases;
  releases.turn = store.last_turn();  // what is answered busy belongs to no turn; marks must not run ahead or back
  for (Input& input : batch) {
    const auto busy = [&](const LinkRef& link) {
      const auto account = std::ranges::find(settings.accounts, link.account, &AccountSettings::id);
      return account == settings.accounts.end() ? smpp::command_status::ESME_RTHROTTLED : account->busy_status;
    };
    const auto refuse = [&](RequestId request) {
      releases.answers.push_back({request, Problem{503, "the disk is full", "nothing was stored; try again when there is space", ""}});
    };
    if (const auto* mo = std::get_if<Mo>(&input)) {
      releases.responses.push_back({mo->link, mo->incoming, busy(mo->link)});
    } else if (const auto* receipt = std::get_if<ReceiptArrived>(&input)) {
      releases.responses.push_back({receipt->link, receipt->incoming, busy(receipt->link)});
    } else if (const auto* undecodable = std::get_if<Undecodable>(&input)) {
      releases.responses.push_back({undecodable->link, undecodable->incoming, busy(undecodable->link)});
    } else if (is_offered(input)) {
      std::visit([&](const auto& each) {
        if constexpr (requires { each.request; }) refuse(each.request);
      }, input);
    } else {
      kept.push_back(std::move(input));
    }
  }
  return releases;
}

std::variant<Releases, Stopped> Engine::turn(std::vector<Input> batch, Now now) {
  Impl& self = *impl_;
  std::vector<Input> inputs = self.take(std::move(batch));
  self.figures.inputs += inputs.size();
  if (self.figures.turns % 1024 == 0) self.redelivery.expire(now.wall);
  for (unsigned tries = 0; tries <= kConflictRetries; ++tries) {
    storage::WorkingSet set;
    auto decided = self.decide(inputs, set, now);
    if (auto* stopped = std::get_if<Stopped>(&decided)) return *stopped;
    Pass& pass = std::get<Pass>(decided);
    const storage::Changes changes = storage::changes_of(set, pass.releases.turn, now.wall);
    storage::CommitResult result = storage::Committed{self.store.last_turn()};
    if (!changes.empty()) result = self.store.commit(changes, self.store.fence());
    if (std::holds_alternative<storage::Conflict>(result)) {
      // Somebody else changed what this batch read: read again, decide again; nothing was written.
      ++self.figures.conflicts;
      continue;
    }
    if (std::holds_alternative<storage::Full>(result)) return self.full(std::move(inputs));
    if (std::holds_alternative<storage::Fenced>(result)) return Stopped{"another process owns the store now"};
    if (auto* failed = std::get_if<storage::Failed>(&result)) return Stopped{"the commit failed: " + failed->what};
    self.keep(pass, set);
    Releases releases = std::move(pass.releases);
    self.store.between_turns();
    return releases;
  }
  return Stopped{fmt::format("the store reported conflicts {} times in a row", kConflictRetries)};
}

}  // namespace core::engine
