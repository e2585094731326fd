// What goes wrong inside our process: commits, the disk, its own death; and the guards that mutations take away.
#include "test/sim/node.hpp"
#include "test/sim/world.hpp"

namespace sim {

using namespace std::chrono_literals;
using namespace core::engine;
using storage::memory::Injected;

Duration Node::commit_time() {
  if (world_.faults.strikes(Fault::commit_slow)) {
    if (world_.faults.strikes(Fault::enquire_link_in_commit)) world_.carrier.enquire();
    return world_.random.between(40ms, 400ms);
  }
  return world_.random.between(300us, 4ms);
}

Injected Node::commit_hook(const storage::Changes& changes) {
  const Injected injected = draw_commit();
  conflicts_in_a_row_ = injected == Injected::conflict ? conflicts_in_a_row_ + 1 : 0;
  if (injected == Injected::none || injected == Injected::failed_after_write) {
    changed_ = true;
    world_.judge.committed(changes, store_.image(), world_.schedule.now());
  }
  return injected;
}

Injected Node::draw_commit() {
  Faults& faults = world_.faults;
  if (faults.healed()) return Injected::none;
  if (full_until_ && world_.schedule.now() < *full_until_) return Injected::full;
  if (conflicts_in_a_row_ < 3 && faults.strikes(Fault::commit_conflict)) return Injected::conflict;
  if (faults.strikes(Fault::commit_full)) {
    full_until_ = world_.schedule.now() + world_.random.between(50ms, 3s);
    return Injected::full;
  }
  if (faults.strikes(Fault::commit_fenced)) return Injected::fenced;
  if (faults.strikes(Fault::commit_failed)) return Injected::failed;
  if (faults.strikes(Fault::crash_at_commit)) return Injected::failed_after_write;
  if (faults.strikes(Fault::crash_before_release)) {
    doom_ = Doom::before_release;
  } else if (faults.strikes(Fault::crash_in_release)) {
    doom_ = Doom::in_release;
  }
  return Injected::none;
}

void Node::mutate(std::vector<Input>& batch) {
  switch (world_.mutation) {
    case Mutation::ack_early:
      for (const Input& input : batch) {
        const auto* mo = std::get_if<Mo>(&input);
        const auto* receipt = std::get_if<ReceiptArrived>(&input);
        if (!mo && !receipt) continue;
        const LinkRef& link = mo ? mo->link : receipt->link;
        const Respond respond{link, mo ? mo->incoming : receipt->incoming, smpp::command_status::ESME_ROK};
        if (Line* to = line(link)) to->respond(respond, store_.last_turn());
      }
      return;
    case Mutation::no_dedup:
      for (Input& input : batch) {
        if (auto* mo = std::get_if<Mo>(&input)) mo->fingerprint = world_.random.next();
      }
      return;
    case Mutation::lost_as_returned:
      for (Input& input : batch) {
        auto* done = std::get_if<SubmitDone>(&input);
        if (done && done->outcome == SubmitOutcome::lost) done->outcome = SubmitOutcome::returned;
      }
      return;
    case Mutation::forget_results:
      std::erase_if(batch, [&](const Input& input) { return std::holds_alternative<SubmitDone>(input) && world_.random.chance(0.01); });
      if (batch.empty()) batch.emplace_back(Tick{});
      return;
    default: return;
  }
}

}  // namespace sim
