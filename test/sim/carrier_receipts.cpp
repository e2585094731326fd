// Receipts: which, when, how often, in which dialect.
#include "test/sim/carrier.hpp"
#include "test/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace sim {

using namespace std::chrono_literals;
using smpp::MessageState;

namespace {

constexpr std::uint8_t kReceipt = 0x04, kIntermediate = 0x20;  // esm_class, SMPP v3.4 5.2.12

}  // namespace

MessageState Carrier::draw_final_state() {
  if (world_.faults.strikes(Fault::receipt_undelivered)) return MessageState::UNDELIVERABLE;
  if (world_.faults.strikes(Fault::receipt_expired)) return MessageState::EXPIRED;
  if (world_.faults.strikes(Fault::receipt_deleted)) return MessageState::DELETED;
  if (world_.faults.strikes(Fault::receipt_rejected)) return MessageState::REJECTED;
  return MessageState::DELIVERED;
}

void Carrier::plan_receipts(const Taken& taken, bool before_response) {
  if (world_.faults.strikes(Fault::receipt_of_unknown_id)) {
    Taken unknown = taken;
    unknown.number = 0xF000000000ULL + taken.number % 0x100000000ULL;
    unknown.id = "F" + taken.id.substr(1);
    receipt_after(world_.random.between(10ms, 2s), unknown, MessageState::DELIVERED, false);
  }
  if (world_.faults.strikes(Fault::intermediate_receipt)) {
    receipt_after(world_.random.between(1ms, 500ms), taken, world_.random.chance(0.5) ? MessageState::ENROUTE : MessageState::ACCEPTED, true);
  }
  const MessageState state = draw_final_state();
  if (state == MessageState::DELIVERED) world_.people.hears(taken);
  if (world_.faults.strikes(Fault::missing_receipt)) {
    if (world_.faults.strikes(Fault::receipt_days_late)) days_late_.push_back(taken);
    return;
  }
  if (world_.faults.strikes(Fault::receipt_after_restart)) {
    kept_back_.push_back({taken, state, world_.incarnation()});
    return;
  }
  const Duration delay = before_response ? 0ms : world_.random.between(40ms, 3s);
  receipt_after(delay, taken, state, false);
  if (world_.faults.strikes(Fault::duplicate_receipt)) receipt_after(delay + world_.random.between(1ms, 20s), taken, state, false);
  const bool may_improve = state != MessageState::DELIVERED && state != MessageState::DELETED;
  if (may_improve && world_.faults.strikes(Fault::delivered_after_all)) {
    receipt_after(delay + world_.random.between(1s, 40s), taken, MessageState::DELIVERED, false);
  }
}

void Carrier::receipt_after(Duration delay, const Taken& taken, MessageState state, bool intermediate) {
  if (delay == 0ms) return send_receipt(taken, state, intermediate);
  world_.schedule.after(delay, [this, taken, state, intermediate] { send_receipt(taken, state, intermediate); });
}

void Carrier::send_receipt(const Taken& taken, MessageState state, bool intermediate) {
  Delivery delivery;
  delivery.account = taken.account;
  delivery.slot = receiving_slot(taken.account);
  delivery.tracer = {true, ++last_group_};
  const bool radix = std::ranges::find(world_.plan.radix_accounts, taken.account) != world_.plan.radix_accounts.end();
  if (radix) world_.faults.happened(Fault::receipt_in_other_radix);
  delivery.smsc_id = radix ? std::to_string(taken.number) : taken.id;
  smpp::DeliverSm& pdu = delivery.pdu;
  pdu.source = {1, 1, taken.person};
  pdu.destination = {3, 0, taken.sender};
  pdu.esm_class = intermediate ? kIntermediate : kReceipt;
  pdu.short_message = smpp::to_octets(words("id:", delivery.smsc_id, " sub:001 dlvrd:001 submit date:2602031000 done date:2602031001 stat:",
                                            smpp::stat_of(state), " err:000 text:Hi"));
  if (world_.random.chance(0.5)) {
    pdu.tlvs.add_cstring(smpp::tag::receipted_message_id, delivery.smsc_id);
    pdu.tlvs.add_integer(smpp::tag::message_state, static_cast<std::uint64_t>(state));
  }
  mark(pdu, delivery.tracer);
  world_.judge.receipt_owed(taken, delivery.tracer.group, delivery.smsc_id, state, intermediate);
  deliver(std::move(delivery));
}

void Carrier::release_kept_back(bool all) {
  const std::vector<KeptBack> kept = std::exchange(kept_back_, {});
  for (const KeptBack& each : kept) {
    if (all || each.incarnation != world_.incarnation()) {
      send_receipt(each.taken, each.state, false);
    } else {
      kept_back_.push_back(each);
    }
  }
}

void Carrier::send_days_late() {
  for (const Taken& taken : days_late_) send_receipt(taken, MessageState::DELIVERED, false);
  days_late_.clear();
}

}  // namespace sim
