#include "test/sim/world.hpp"

#include <algorithm>

namespace sim {

using namespace std::chrono_literals;

World::World(std::uint64_t seed, bool verbose, Mutation broken, std::shared_ptr<const rules::Program> rules)
    : random(seed),
      plan(make_plan(random)),
      faults(random),
      log(schedule, verbose),
      mutation(broken),
      program(std::move(rules)),
      judge(*this),
      carrier(*this),
      crm(*this),
      people(*this),
      clients(*this) {}

void World::run() {
  open();
  people.start();
  clients.start();
  weather();
  traffic();
  darkness();
  heal();
  long_quiet();
  judge.end();
}

void World::open() {
  if (node) return;
  node = std::make_shared<Node>(*this, ++incarnation_, std::move(left_));
  left_ = {};
  node->start();
}

void World::process_died(const char* how) {
  log.note("process dies", incarnation_, node->store().last_turn(), how);
  ++crashes_;
  totals_.add(node->figures());
  left_ = node->store().snapshot();
  buried_ = std::move(node);
  node.reset();
  schedule.after(random.between(50ms, 3s), [this] {
    buried_.reset();
    open();
  });
}

// Once a second: what befalls connections and processes without any cause of ours.
void World::weather() {
  if (over_) return;
  if (node && !node->dead()) {
    for (std::size_t i = 0; i < node->lines().size(); ++i) {
      Line& line = *node->lines()[i];
      if (line.wire() && line.wire()->whole()) strike(line);
    }
    if (faults.strikes(Fault::killed)) node->crash("killed");
  }
  if (faults.strikes(Fault::unbound_by_carrier)) carrier.unbind_one();
  if (faults.strikes(Fault::enquire_link_by_carrier)) carrier.enquire();
  schedule.after(random.between(500ms, 1500ms), [this] { weather(); });
}

void World::strike(Line& line) {
  Wire& wire = *line.wire();
  if (faults.strikes(Fault::reset)) return wire.cut(random.between(1ms, 20ms), random.between(1ms, 20ms));
  if (faults.strikes(Fault::reset_learned_late)) return wire.cut(random.between(1ms, 4s), random.between(1ms, 4s));
  if (faults.strikes(Fault::half_open_esme)) return wire.cut(std::nullopt, random.between(1ms, 2s));
  if (faults.strikes(Fault::half_open_smsc)) return wire.cut(random.between(1ms, 2s), std::nullopt);
  if (!faults.strikes(Fault::stalled_reader)) return;
  const Duration duration = random.between(2s, 7s);
  wire.stall(duration);
  // Enough to send for the session's own output to fill up behind the stall.
  for (int i = 0; i < 24; ++i) {
    schedule.after(random.between(0s, duration / 3), [this] {
      if (!over_) clients.send_one(false);
    });
  }
  const std::size_t index = static_cast<std::size_t>(std::ranges::find(node->lines(), &line, [](const auto& each) { return each.get(); }) - node->lines().begin());
  schedule.after(duration * 2 / 3, [this, weak = std::weak_ptr(node), index] {
    if (const auto found = weak.lock(); found && !found->dead()) stop_behind(found, index);
  });
}

// The unkindest moment for an opt-out: a message for the same person waits in the session, not yet encoded.
void World::stop_behind(const std::shared_ptr<Node>& of, std::size_t index) {
  const std::vector<core::engine::Submit> waiting = of->lines()[index]->unencoded();
  int left = 3;
  for (const auto& submit : waiting) {
    if (left == 0 || !faults.strikes(Fault::stop_behind_stall)) continue;
    --left;
    people.says(submit.pdu.destination.addr, submit.pdu.source.addr, "STOP");
  }
}

Time World::patient(Time deadline) const {
  if (!patient_ || deadline <= schedule.now()) return deadline;
  constexpr Duration kNap = 20min;
  return Time{(deadline.time_since_epoch() / kNap + 1) * kNap};
}

bool World::seen_enough() const {
  return people.said() >= kMos && carrier.taken().size() >= kMts && crashes_ >= kCrashes && faults.kinds() >= kKinds &&
         clients.drives().size() == kDrives && clients.wishes().size() >= kSends;
}

void World::run_for(Duration duration) {
  const Time end = schedule.now() + duration;
  while (schedule.step(end)) {
  }
}

void World::traffic() {
  const auto begun = schedule.now();
  while (!seen_enough()) {
    run_for(10s);
    const Duration taken = schedule.now() - begun;
    // A seed whose own faults do not kill is killed all the same.
    if (taken > 150s && crashes_ < kCrashes && node && random.chance(0.4)) node->crash("killed");
    if (taken > 3h) throw Violation{"a seed comes to its numbers", words(people.said(), " MOs, ", carrier.taken().size(), " MTs, ", crashes_, " crashes in three hours")};
  }
}

// Longer than any validity: what is queued then must not leave afterwards.
void World::darkness() {
  if (!faults.strikes(Fault::hour_of_darkness)) return;
  carrier.go_dark(70min);
  for (int i = 0; i < 6; ++i) clients.send_one(i % 2 == 0);
  run_for(72min);
}

void World::heal() {
  faults.heal();
  over_ = true;
  log.note("healed");
  carrier.release_kept_back(true);
  run_for(30s);
  carrier.unbind_all();  // the sessions that follow need no enquire_link
  const Time limit = schedule.now() + 40min;
  while (schedule.now() < limit && !(carrier.owes_nothing() && node && node->idle() && clients.idle())) run_for(30s);
  if (!carrier.owes_nothing()) throw Violation{"the carrier is rid of everything", "a deliver_sm was not acknowledged in 40 minutes without faults"};
}

void World::long_quiet() {
  patient_ = true;
  run_for(26h + 30min);
  carrier.send_days_late();
  run_for(90min);
  totals_.add(node->figures());
}

void World::add_to(Totals& totals) const {
  totals.add(totals_);
  totals.add(faults);
  totals.seeds += 1;
  totals.mos += people.said();
  totals.mts += carrier.taken().size();
  totals.crashes += crashes_;
  totals.virtual_seconds += static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(schedule.elapsed()).count());
}

}  // namespace sim
