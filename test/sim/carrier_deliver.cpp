// What people send on its way to us: parts, order, repetition, and redelivery after a session that ended too early.
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "test/sim/carrier.hpp"
#include "test/sim/world.hpp"

#include <algorithm>

namespace sim {

using namespace std::chrono_literals;

namespace {
constexpr std::uint8_t kUdhi = 0x40;
constexpr std::ptrdiff_t kUdhOctets = 6;  // of an 8-bit concatenation

// The same parts told by SAR parameters instead of a header.
void to_sar(smpp::DeliverSm& pdu, std::uint8_t reference, std::size_t total, std::size_t number) {
  pdu.esm_class = 0;
  pdu.short_message.erase(pdu.short_message.begin(), pdu.short_message.begin() + kUdhOctets);
  pdu.tlvs.add_integer(smpp::tag::sar_msg_ref_num, reference);
  pdu.tlvs.add_integer(smpp::tag::sar_total_segments, total);
  pdu.tlvs.add_integer(smpp::tag::sar_segment_seqnum, number);
}

}  // namespace

std::uint32_t Carrier::receiving_slot(const std::string& account) {
  std::vector<std::uint32_t> slots;
  for (const LinePlan& line : world_.plan.lines) {
    if (line.account == account && line.receives()) slots.push_back(line.slot);
  }
  return slots[world_.random.index(slots.size())];
}

std::vector<smpp::DeliverSm> Carrier::parts_of(const Utterance& utterance) {
  smpp::EncodeOptions options;
  const std::uint8_t reference = ++references_[utterance.person];
  options.reference = reference;
  const auto encoded = smpp::encode_text(utterance.text, options);
  const bool by_sar = encoded->parts.size() > 1 && world_.faults.strikes(Fault::parts_by_sar_tlvs);
  std::vector<smpp::DeliverSm> parts;
  for (const smpp::EncodedPart& part : encoded->parts) {
    smpp::DeliverSm pdu;
    pdu.source = {1, 1, utterance.person};
    pdu.destination = {3, 0, utterance.sender};
    pdu.esm_class = part.udhi ? kUdhi : 0;
    pdu.data_coding = encoded->data_coding;
    pdu.short_message = part.short_message;
    if (by_sar) to_sar(pdu, reference, encoded->parts.size(), parts.size() + 1);
    parts.push_back(std::move(pdu));
  }
  return parts;
}

const Utterance& Carrier::say(const std::string& person, const std::string& sender, const std::string& account, const std::string& text) {
  Utterance& utterance = utterances_.emplace_back();
  utterance.id = utterances_.size();
  utterance.person = person;
  utterance.sender = sender;
  utterance.text = text;
  std::vector<smpp::DeliverSm> parts = parts_of(utterance);
  utterance.joined = parts.size() > 1;
  std::vector<std::uint64_t> groups;
  for (smpp::DeliverSm& pdu : parts) {
    groups.push_back(++last_group_);
    mark(pdu, {false, groups.back()});
  }
  std::vector<std::size_t> order(parts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  bool split = false;
  if (utterance.joined) {
    if (world_.faults.strikes(Fault::parts_reordered)) {
      for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[world_.random.index(i + 1)]);
    }
    if (world_.faults.strikes(Fault::part_missing)) {
      utterance.missing = true;
      order.pop_back();
    }
    // Repeated before the last one to come: behind it, it would begin a new message for any receiver.
    if (order.size() > 1 && world_.faults.strikes(Fault::part_duplicated)) {
      order.insert(order.begin(), order[world_.random.index(order.size() - 1)]);
    } else {
      split = world_.faults.strikes(Fault::parts_over_both_binds);
    }
  }
  const std::uint32_t slot = receiving_slot(account);
  for (const std::size_t i : order) {
    Delivery delivery;
    delivery.account = account;
    delivery.slot = split ? receiving_slot(account) : slot;
    delivery.tracer = {false, groups[i]};
    delivery.pdu = parts[i];
    delivery.utterance = utterance.id;
    utterance.parts.push_back(deliveries_.size() + 1);
    world_.judge.delivery_owed(groups[i], utterance);
    deliver(std::move(delivery));
  }
  world_.log.note("person says", utterance.id, parts.size(), utterance.person + " " + utterance.text.substr(0, 24));
  if (!utterance.joined && world_.faults.strikes(Fault::honest_double)) {
    Utterance& again = utterances_.emplace_back(utterance);
    again.id = utterances_.size();
    again.double_of = utterance.id;
    Delivery twin = deliveries_.back();
    twin.utterance = again.id;
    again.parts = {deliveries_.size() + 1};
    deliveries_.back().twin = deliveries_.size() + 1;
    world_.judge.delivery_owed(groups.front(), again);
    deliver(std::move(twin));
    return utterances_[again.double_of - 1];
  }
  return utterance;
}

void Carrier::deliver(Delivery delivery) {
  delivery.id = deliveries_.size() + 1;
  const std::string account = delivery.account;
  waiting_[account].insert(delivery.id);
  deliveries_.push_back(std::move(delivery));
  world_.schedule.after(0ns, [this, account] { pump(account); });
}

void Carrier::pump(const std::string& account) {
  std::set<std::uint64_t>& waiting = waiting_[account];
  if (waiting.empty()) return;
  const Time now = world_.schedule.now();
  const auto all = sessions_;
  for (const auto& [id, session] : all) {
    if (session->account != account || !session->bound || !session->receives || session->ended) continue;
    const std::vector<std::uint64_t> ids(waiting.begin(), waiting.end());
    for (const std::uint64_t delivery_id : ids) {
      Delivery& delivery = deliveries_[delivery_id - 1];
      // A new process of ours knows nothing of binds: what the old one never answered may come on any.
      const bool homeless = delivery.lost > 0 && delivery.incarnation != session->incarnation && delivery.tracer.receipt;
      if ((delivery.slot != session->slot && !homeless) || delivery.not_before > now) continue;
      if (!send(session, delivery)) break;
    }
    step(session);
  }
}

bool Carrier::send(const SessionPtr& session, Delivery& delivery) {
  if (delivery.state != Delivery::State::waiting) return true;
  const bool with_twin = delivery.twin != 0 && deliveries_[delivery.twin - 1].state == Delivery::State::waiting;
  if (session->smpp.free_slots() < (with_twin ? 2U : 1U)) return false;
  if (!session->smpp.request(delivery.pdu, delivery.id, world_.schedule.now())) return false;
  session->requests.accepted(delivery.id);
  if (delivery.lost > 0) world_.faults.happened(delivery.lost > 1 ? Fault::redelivered_twice : Fault::redelivered);
  waiting_[delivery.account].erase(delivery.id);
  delivery.state = Delivery::State::outstanding;
  delivery.session = session->id;
  delivery.incarnation = session->incarnation;
  world_.log.note(delivery.tracer.receipt ? "carrier sends receipt" : "carrier sends MO", delivery.id, session->id);
  return !with_twin || send(session, deliveries_[delivery.twin - 1]);
}

void Carrier::put_back(Delivery& delivery) {
  delivery.state = Delivery::State::waiting;
  ++delivery.lost;
  // Any bind of a process that never saw it before will do, for a message of one part.
  const bool of_dead_process = delivery.incarnation != world_.incarnation();
  const bool alone = delivery.utterance != 0 && !utterance(delivery.utterance).joined && delivery.twin == 0 &&
                     utterance(delivery.utterance).double_of == 0;
  if (of_dead_process && alone) delivery.slot = receiving_slot(delivery.account);
  waiting_[delivery.account].insert(delivery.id);
}

void Carrier::delivered(const SessionPtr& session, const smpp::Done& done) {
  if (done.token >= kFirstLinkToken) return;
  Delivery& delivery = deliveries_[done.token - 1];
  if (delivery.state != Delivery::State::outstanding || delivery.session != session->id) return;
  const std::string account = delivery.account;
  if (done.status == smpp::command_status::ESME_ROK) {
    delivery.state = Delivery::State::done;
    world_.judge.delivery_acknowledged(delivery);
  } else {
    // Refused for now: it comes again, in this session or another; nobody has stored it.
    delivery.state = Delivery::State::waiting;
    delivery.not_before = world_.schedule.now() + world_.random.between(200ms, 2s);
    waiting_[account].insert(delivery.id);
    world_.schedule.at(delivery.not_before, [this, account] { pump(account); });
  }
  world_.schedule.after(0ns, [this, account] { pump(account); });
}

bool Carrier::owes_nothing() const {
  return std::ranges::all_of(deliveries_, [](const Delivery& d) { return d.state == Delivery::State::done; }) && kept_back_.empty();
}

}  // namespace sim
