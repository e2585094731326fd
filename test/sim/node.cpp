#include "test/sim/node.hpp"

#include "core/engine/limits.hpp"
#include "test/sim/world.hpp"

#include <algorithm>

namespace sim {

using namespace std::chrono_literals;
using namespace core::engine;
using storage::memory::Injected;

namespace {

core::engine::Settings settings_of(const World& world) {
  core::engine::Settings settings = world.plan.settings;
  if (world.mutation != Mutation::double_pace) return settings;
  for (auto& account : settings.accounts) account.rate *= 2;
  return settings;
}

}  // namespace

Node::Node(World& world, std::uint64_t incarnation, storage::memory::Image image)
    : world_(world), incarnation_(incarnation), store_(std::move(image)) {
  engine_ = std::make_unique<Engine>(settings_of(world), world.program, store_, world.random.next());
  store_.on_commit([this](const storage::Changes& changes) { return commit_hook(changes); });
  for (const LinePlan& plan : world.plan.lines) lines_.push_back(std::make_unique<Line>(world, *this, plan));
}

void Node::start() {
  world_.log.note("process starts", incarnation_, store_.last_turn());
  world_.judge.process_started(incarnation_, store_.image());
  wake();
}

void Node::put(std::vector<Input> inputs) {
  for (Input& input : inputs) {
    // Acknowledgements of one session are cumulative: the last one says it all, as in the real inbox.
    auto* ack = std::get_if<LinkAcknowledged>(&input);
    auto* last = ack != nullptr && !owed_.empty() ? std::get_if<LinkAcknowledged>(&owed_.back()) : nullptr;
    if (last != nullptr && last->link == ack->link) {
      *last = *ack;
    } else {
      (is_offered(input) ? offered_ : owed_).push_back(std::move(input));
    }
  }
  if (!owed_.empty() || !offered_.empty()) wake();
}

void Node::offer(Input input) {
  if (dead_ || !started_) return;
  std::vector<Input> one;
  one.push_back(std::move(input));
  put(std::move(one));
}

bool Node::idle() const { return !turning_ && owed_.empty() && offered_.empty() && queue_.empty() && !engine_->has_pending(); }

void Node::wake() {
  if (wake_posted_ || turning_ || dead_) return;
  wake_posted_ = true;
  world_.schedule.after(0ns, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->dead_) return;
    self->wake_posted_ = false;
    self->turn();
  });
}

std::vector<Input> Node::next_batch() {
  std::vector<Input> batch;
  if (!engine_->recovered()) {
    batch.emplace_back(Recover{});
    return batch;
  }
  for (std::deque<Input>* from : {&owed_, &offered_}) {
    while (!from->empty() && batch.size() < kTurnInputs) {
      batch.push_back(std::move(from->front()));
      from->pop_front();
    }
  }
  if (batch.empty()) batch.emplace_back(Tick{});
  return batch;
}

void Node::turn() {
  if (turning_) return;
  turning_ = true;
  std::vector<Input> batch = next_batch();
  const bool recovering = !batch.empty() && std::holds_alternative<Recover>(batch.front());
  const bool only_tick = batch.size() == 1 && std::holds_alternative<Tick>(batch.front());
  mutate(batch);
  if (recovering && world_.faults.strikes(Fault::crash_in_recovery)) return crash("crash in recovery");
  changed_ = false;
  world_.log.note("turn", store_.last_turn() + 1, batch.size());
  auto result = engine_->turn(std::move(batch), world_.schedule.both());
  if (dead_) return;
  if (const auto* stopped = std::get_if<Stopped>(&result)) return crash(stopped->why.starts_with("another") ? "fenced" : "the store failed");
  const Duration time = commit_time();
  if (doom_ == Doom::before_release) {
    world_.schedule.after(world_.random.between(0ns, time), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->crash("crash before release");
    });
    return;
  }
  world_.schedule.after(time, [weak = weak_from_this(), only_tick, releases = std::move(std::get<Releases>(result))]() mutable {
    const auto self = weak.lock();
    if (self && !self->dead_) self->committed(std::move(releases), only_tick);
  });
}

// The engine may go on; the loop executes the list when it gets to it.
void Node::committed(Releases releases, bool only_tick) {
  turning_ = false;
  watch_for_spinning(releases, only_tick);
  deadline_ = releases.deadline;
  const std::uint64_t mine = ++deadline_number_;
  if (deadline_ && (engine_->recovered())) {
    world_.schedule.at(world_.patient(*deadline_), [weak = weak_from_this(), mine] {
      const auto self = weak.lock();
      if (self && !self->dead_ && mine == self->deadline_number_) self->wake();
    });
  }
  const bool last = std::exchange(doom_, Doom::none) == Doom::in_release;
  executed_until_ = std::max(executed_until_, world_.schedule.now()) + (world_.random.chance(0.8) ? 10us : world_.random.between(10us, 8ms));
  queue_.push_back(std::move(releases));
  world_.schedule.at(executed_until_, [weak = weak_from_this(), last] {
    const auto self = weak.lock();
    if (!self || self->dead_) return;
    Releases list = std::move(self->queue_.front());
    self->queue_.pop_front();
    self->release(std::move(list), !last);
  });
  if (!engine_->recovered()) return wake();
  if (!started_) {
    started_ = true;
    world_.judge.recovered(store_.image());
    put({Input{NewRules{world_.program, 0}}});
    for (std::size_t i = 0; i < lines_.size(); ++i) lines_[i]->connect_after(world_.random.between(0ms, 200ms));
  }
  // A full disk is asked again after a pause.
  const bool was_full = engine_->figures().full != full_before_;
  full_before_ = engine_->figures().full;
  if (was_full && owed_.empty() && offered_.empty()) {
    world_.schedule.after(50ms, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->wake();
    });
  } else if (!owed_.empty() || !offered_.empty() || engine_->has_pending()) {
    wake();
  }
}

// A turn that changes nothing, releases nothing and wants the next one at once, again and again, burns the processor.
void Node::watch_for_spinning(const Releases& releases, bool only_tick) {
  const bool nothing = releases.responses.empty() && releases.submits.empty() && releases.answers.empty() && releases.webhooks.empty();
  const bool at_once = releases.deadline && *releases.deadline <= world_.schedule.now();
  empty_turns_ = only_tick && nothing && !changed_ && at_once ? empty_turns_ + 1 : 0;
  constexpr unsigned kSpinning = 100;
  if (empty_turns_ > kSpinning) throw Violation{"a turn has a reason", words(kSpinning, " turns in a row changed nothing and asked for another at once")};
}

Line* Node::line(const LinkRef& link) {
  const auto found = std::ranges::find_if(lines_, [&](const auto& line) { return line->plan().account == link.account && line->plan().slot == link.bind; });
  return found == lines_.end() ? nullptr : found->get();
}

// Front to back. A process that dies in the middle has done some of it, and perhaps written some of that.
void Node::release(Releases releases, bool to_the_end) {
  const std::size_t all = releases.revocations.size() + releases.responses.size() + releases.submits.size() + releases.answers.size() + releases.webhooks.size();
  std::size_t left = to_the_end ? all : world_.random.index(all + 1);
  for (const Revoke& revoke : releases.revocations) {
    if (left == 0) break;
    --left;
    if (Line* to = line(revoke.link)) to->revoke(revoke);
  }
  for (const Respond& respond : releases.responses) {
    if (left == 0) break;
    --left;
    Line* to = line(respond.link);
    if (to != nullptr && world_.mutation != Mutation::ack_early) to->respond(respond, releases.turn);
  }
  for (const Submit& submit : releases.submits) {
    if (left == 0) break;
    --left;
    if (Line* to = line(submit.link)) to->submit(submit);
  }
  release_requests(releases, to_the_end, left);
  if (to_the_end || world_.random.chance(0.5)) {
    for (const auto& each : lines_) each->step();
  }
  if (!to_the_end && !dead_) crash("crash in release");
}

void Node::release_requests(const Releases& releases, bool to_the_end, std::size_t& left) {
  for (const Answer& answer : releases.answers) {
    if (left == 0) return;
    --left;
    world_.judge.request_answered(answer, store_.image());
    world_.clients.answered(answer);
  }
  for (const WebhookRequest& webhook : releases.webhooks) {
    if (left == 0) return;
    --left;
    if (to_the_end || world_.random.chance(0.5)) world_.crm.request(shared_from_this(), webhook);
  }
}

void Node::crash(const char* how) {
  if (dead_) return;
  dead_ = true;
  for (const auto& each : lines_) each->die();
  world_.process_died(how);
}

}  // namespace sim
