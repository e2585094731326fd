#include "core/net/engine_thread.hpp"

#include <algorithm>
#include <utility>

namespace core::net {

using engine::Input;

EngineThread::EngineThread(EngineThreadSettings settings, std::shared_ptr<const rules::Program> program, storage::Store& store,
                           Inbox& inbox, ReleaseQueue& releases)
    : inbox_(inbox),
      releases_(releases),
      engine_(std::move(settings.engine), std::move(program), store, settings.seed),
      suspects_(settings.inflight_path) {}

EngineThread::~EngineThread() {
  inbox_.stop();
  releases_.close();
  join();
}

void EngineThread::start() {
  thread_ = std::thread([this] { run(); });
}

void EngineThread::join() {
  if (thread_.joinable()) thread_.join();
}

void EngineThread::run() {
  if (!recover()) return;
  const auto alone = [this](const Input& input) { return suspects_.contains(input); };
  for (;;) {
    if (!releases_.wait_for_room()) return;
    Inbox::Taken taken = inbox_.take(engine::kTurnInputs, wait_until(), alone);
    taken_out_ = taken.taken_out;
    more_ = taken.more;
    if (taken.over && !engine_.has_pending()) return;
    if (taken.inputs.empty()) taken.inputs.emplace_back(engine::Tick{});
    if (!turn(std::move(taken.inputs))) return;
  }
}

// Before any link connects: what may come again, what is in doubt, what waits (DESIGN 3.9).
bool EngineThread::recover() {
  while (!engine_.recovered()) {
    if (!releases_.wait_for_room()) return false;
    std::vector<Input> one;
    // After a full disk the engine still has its own, and the disk needs a moment.
    if (engine_.has_pending()) inbox_.wait(kFullPause);
    else one.emplace_back(engine::Recover{});
    if (!turn(std::move(one))) return false;
  }
  return true;
}

// After a full disk what is kept inside and what is due is tried again after a pause; otherwise what is kept at once.
std::optional<engine::SteadyTime> EngineThread::wait_until() const {
  if (engine_.figures().full != full_before_) return steady_now() + kFullPause;
  return engine_.has_pending() ? std::optional(steady_now()) : deadline_;
}

void EngineThread::judge(std::vector<Input>& batch, TurnOutcome& outcome) {
  if (auto problem = suspects_.take_problem()) outcome.alarms.push_back(std::move(*problem));
  if (suspects_.size() == 0) return;
  for (Input& input : batch) {
    if (!suspects_.poisonous(input)) continue;
    std::string what = "a request of the API";
    if (auto* mo = std::get_if<engine::Mo>(&input)) {
      mo->poisoned = true;
      what = "a deliver_sm of " + mo->link.account;
    } else if (auto* receipt = std::get_if<engine::ReceiptArrived>(&input)) {
      receipt->poisoned = true;
      what = "a receipt of " + receipt->link.account;
    }
    outcome.alarms.push_back(what + " ended the process more than once while it was decided; it is not decided again: a message is "
                                    "stored as malformed with its PDU and acknowledged, a request is refused");
  }
  // What a program sent has no raw form to keep: it is refused, by name.
  std::erase_if(batch, [&](const Input& input) {
    if (std::holds_alternative<engine::Mo>(input) || std::holds_alternative<engine::ReceiptArrived>(input) ||
        std::holds_alternative<engine::Undecodable>(input)) {
      return false;
    }
    if (!suspects_.poisonous(input)) return false;
    std::visit([&](const auto& each) {
      if constexpr (requires { each.request; }) {
        outcome.releases.answers.push_back({each.request, engine::Problem{500, "poisonous request", "this request ended the process more than once; it was refused", ""}});
      }
    }, input);
    return true;
  });
}

bool EngineThread::turn(std::vector<Input> batch) {
  TurnOutcome outcome;
  judge(batch, outcome);
  std::vector<engine::Answer> refused = std::move(outcome.releases.answers);
  full_before_ = engine_.figures().full;
  suspects_.begin(batch);
  const engine::Now now = clock_.now();
  auto result = engine_.turn(std::move(batch), now);
  outcome.taken_out = taken_out_;
  if (auto* stopped = std::get_if<engine::Stopped>(&result)) {
    outcome.stopped = std::move(stopped->why);
    releases_.push(std::move(outcome));
    return false;
  }
  // Inputs that the engine keeps inside are not decided yet: their fingerprints stay until they are.
  if (!engine_.has_pending()) suspects_.end();
  outcome.releases = std::move(std::get<engine::Releases>(result));
  for (std::string& alarm : outcome.releases.alarms) outcome.alarms.push_back(std::move(alarm));
  for (engine::Answer& answer : refused) outcome.releases.answers.push_back(std::move(answer));
  deadline_ = outcome.releases.deadline;
  outcome.recovered = engine_.recovered();
  if (outcome.recovered != std::exchange(recovered_, outcome.recovered) || !more_ || now.steady >= figures_due_) {
    outcome.figures = engine_.figures();
    figures_due_ = now.steady + kFiguresEvery;
  }
  releases_.push(std::move(outcome));
  return true;
}

}  // namespace core::net
