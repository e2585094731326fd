// Messages: taken or refused, answered in the form that the rules ask for, carried to the handset, receipted.
#include "tools/smpp-sim/smsc.hpp"

#include "tools/smpp-sim/receipt_shape.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace smpp_sim {
using smpp::command_status;

namespace {

constexpr std::size_t kMaxSources = 100'000;  // of account_of_source_
constexpr Millis kHeldFor{1000};              // response=reordered without a next response to go behind

bool is_bind(Trigger command) { return (static_cast<std::uint32_t>(command) & kBinds) != 0; }

bool is_before(Fault fault) {
  return fault == Fault::reset_before_response || fault == Fault::fin_before_response ||
         fault == Fault::unbind_before_response;
}

Fault fault_of(ResponseForm form) {
  switch (form) {
    case ResponseForm::duplicate: return Fault::duplicate;
    case ResponseForm::wrong_sequence: return Fault::wrong_sequence;
    case ResponseForm::without_body: return Fault::without_body;
    case ResponseForm::none: return Fault::no_response;
    default: return Fault::none;
  }
}

template <class Body>
smpp::Response message_response(command_status status, const std::string& id, const Decision& decision, bool tlvs) {
  Body body;
  body.message_id = id;
  if (decision.congestion && tlvs) body.tlvs.add_integer(smpp::tag::congestion_state, *decision.congestion);
  smpp::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace

void Smsc::on_request(Client& client, smpp::Received& request) {
  if (client.is_deaf) return;
  ++client.unanswered;
  Asked asked{client.connection->id(), request.incoming, request.pdu.sequence_number, Trigger::submit_sm};
  if (auto* submit = std::get_if<smpp::SubmitSm>(&request.pdu.body)) {
    return on_submit_sm(client, asked, std::move(*submit));
  }
  asked.command = Trigger::data_sm;
  if (auto* data = std::get_if<smpp::DataSm>(&request.pdu.body); data != nullptr && client.version >= kVersion34) {
    return on_data_sm(client, asked, std::move(*data));
  }
  if (on_operation(client, asked, request.pdu.body)) return;
  // Not in the version of this bind; unanswered it would hold one of the client's slots.
  smpp::Response refusal;
  refusal.status = command_status::ESME_RINVCMDID;
  refusal.body = smpp::GenericNack{};
  answer_now(client, asked, refusal);
}

void Smsc::on_submit_sm(Client& client, const Asked& asked, smpp::SubmitSm&& pdu) {
  Decision decision;
  std::string id;
  const command_status status = take(client, asked, std::move(pdu), decision, id);
  answer(client, asked, message_response<smpp::SubmitSmResp>(status, id, decision, client.takes_tlvs), decision);
}

void Smsc::on_data_sm(Client& client, const Asked& asked, smpp::DataSm&& pdu) {
  smpp::SubmitSm submit;
  submit.service_type = std::move(pdu.service_type);
  submit.source = std::move(pdu.source);
  submit.destination = std::move(pdu.destination);
  submit.esm_class = pdu.esm_class;
  submit.registered_delivery = pdu.registered_delivery;
  submit.data_coding = pdu.data_coding;
  submit.tlvs = std::move(pdu.tlvs);
  Decision decision;
  std::string id;
  const command_status status = take(client, asked, std::move(submit), decision, id);
  answer(client, asked, message_response<smpp::DataSmResp>(status, id, decision, client.takes_tlvs), decision);
}

command_status Smsc::admission(Client& client, const std::string& source) {
  const SmscAccount* account = client.account;
  if (account != nullptr) {
    if (account->window != 0 && client.unanswered > account->window) return command_status::ESME_RTHROTTLED;
    if (!account->addresses.matches(source)) return command_status::ESME_RINVSRCADR;
    if (account->rate > 0 && is_too_fast(client.key, account->rate)) return command_status::ESME_RTHROTTLED;
  }
  return command_status::ESME_ROK;
}

command_status Smsc::submit_status() {
  if (behaviour_.submit_status == command_status::ESME_ROK) return command_status::ESME_ROK;
  const command_status status = behaviour_.submit_status;
  if (behaviour_.submit_status_times != 0 && --behaviour_.submit_status_times == 0) {
    behaviour_.submit_status = command_status::ESME_ROK;
  }
  return status;
}

// A bucket that holds one second's worth and starts full.
bool Smsc::is_too_fast(const std::string& key, double rate) {
  const smpp::Now now = clocks_.steady();
  const auto [found, is_new] = paces_.try_emplace(key, Pace{rate, now});
  Pace& pace = found->second;
  pace.tokens = std::min(rate, pace.tokens + rate * std::chrono::duration<double>(now - pace.at).count());
  pace.at = now;
  if (pace.tokens < 1) return true;
  pace.tokens -= 1;
  return false;
}

command_status Smsc::take(Client& client, const Asked& asked, smpp::SubmitSm&& pdu, Decision& decision, std::string& id) {
  ++ledger_.counters.submits;
  command_status status = admission(client, pdu.source.addr);
  if (status == command_status::ESME_ROK && behaviours_.has(asked.command)) {
    const std::string text = behaviours_.uses_text() ? text_of(pdu) : std::string();
    decision = decide(client, asked.command, pdu.source.addr, pdu.destination.addr, text);
    status = decision.status.value_or(command_status::ESME_ROK);
  }
  if (status == command_status::ESME_ROK && !decision.status) status = submit_status();
  if (status == command_status::ESME_ROK && behaviour_.throttle != 0) {
    const bool too_fast = is_too_fast("throttle " + client.key, static_cast<double>(behaviour_.throttle));
    if (too_fast) status = command_status::ESME_RTHROTTLED;
  }
  if (status != command_status::ESME_ROK) {
    ++ledger_.counters.refused;
    return status;
  }
  ++ledger_.counters.accepted;
  if (id.empty()) {
    id = message_id(decision.ids.value_or(IdForm::decimal), ++next_id_, client.last_id, client.random);
    client.last_id = id == client.last_id ? std::string() : id;  // reused: once
  }
  if (account_of_source_.size() < kMaxSources) account_of_source_[pdu.source.addr] = client.key;
  auto segment = std::make_shared<Segment>();
  segment->account = client.key;
  segment->id = id;
  segment->pdu = std::move(pdu);
  segment->submitted_at = clocks_.wall();
  segment->connection = asked.connection;
  segment->outcome = decision.outcome;
  segment->shape = decision.shape;
  store_.add(segment);
  carry(segment, decision);
  return status;
}

// To the handset, when it is time.
void Smsc::carry(const SegmentPtr& segment, const Decision& decision) {
  if (decision.never_arrives) return;
  const Millis delay = decision.receipt_delay.value_or(behaviour_.receipt_delay);
  const Millis answered = decision.delay.value_or(behaviour_.response_delay);
  const ReceiptShape& shape = segment->shape;
  for (std::size_t n = 0; n < shape.intermediate_count; ++n) {
    const auto part = static_cast<Millis::rep>(n + 1), parts = static_cast<Millis::rep>(shape.intermediate_count + 1);
    after(answered + delay * part / parts, [this, segment, state = shape.intermediate[n]] {
      if (segment->is_under_way && segment->pdu.registered_delivery != 0) send_receipt(*segment, state, true);
    });
  }
  if (shape.when == ReceiptWhen::before_response) {
    arrive(segment);
    return offer();
  }
  after(answered + delay, [this, segment] { arrive(segment); });
}

void Smsc::answer(Client& client, const Asked& asked, smpp::Response response, const Decision& decision) {
  const Millis standard = is_bind(asked.command) ? Millis(0) : behaviour_.response_delay;
  const Millis delay = decision.delay.value_or(standard);
  if (decision.never && is_bind(asked.command)) return;
  if (delay.count() == 0) return finish(client, asked, response, decision);
  // By id: the connection may have gone by then, and the handle would then belong to no session.
  schedule_.after(delay, [this, asked, response = std::move(response), decision] {
    Client* const found = find(asked.connection);
    if (found == nullptr || found->is_deaf) return;
    finish(*found, asked, response, decision);
    found->connection->wake();
  });
}

void Smsc::finish(Client& client, const Asked& asked, const smpp::Response& response, const Decision& decision) {
  const FaultPlan& fault = decision.fault;
  const FaultScope scope = scope_of(fault.fault);
  const Fault form = decision.never ? Fault::no_response : fault_of(decision.response);
  if (form != Fault::none) wire_of(client).spoil_response(asked.sequence_number, form);
  if (fault.fault != Fault::none && scope == FaultScope::pdu) {
    ++faults_[std::string(name_of(fault.fault))];
    wire_of(client).spoil_response(asked.sequence_number, fault.fault);
  }
  if (fault.fault != Fault::none && scope == FaultScope::stream) plan(client, fault);
  if (is_before(fault.fault)) return plan(client, fault);
  if (decision.response == ResponseForm::reordered && !client.held) {
    client.held = HeldAnswer{asked, response};
    schedule_.after(kHeldFor, [this, id = asked.connection] {
      Client* const found = find(id);
      if (found == nullptr || !found->held) return;
      const HeldAnswer held = *std::exchange(found->held, std::nullopt);
      answer_now(*found, held.asked, held.response);
      found->connection->wake();
    });
  } else {
    answer_now(client, asked, response);
  }
  if (fault.fault != Fault::none && scope == FaultScope::end) plan(client, fault);
}

void Smsc::answer_now(Client& client, const Asked& asked, const smpp::Response& response) {
  client.connection->session().respond(asked.incoming, response);
  if (is_bind(asked.command)) {
    const smpp::State state = client.connection->session().state();
    client.is_bound = state == smpp::State::bound_trx || state == smpp::State::bound_tx || state == smpp::State::bound_rx;
    client.receives = client.is_bound && state != smpp::State::bound_tx;
    if (client.receives) outbox_.bound(client.key);
    return;
  }
  if (client.unanswered > 0) --client.unanswered;
  if (!client.held) return;
  const HeldAnswer held = *std::exchange(client.held, std::nullopt);
  answer_now(client, held.asked, held.response);
}

// A handset off the network gets its messages, and their sender the receipts, when it is back.
void Smsc::arrive(const SegmentPtr& segment) {
  if (!segment->is_under_way && segment->state == smpp::MessageState::DELETED) return;  // cancelled meanwhile
  const std::string number = handset_number(segment->pdu.destination.addr);
  const bool is_held = coverage_.hold(segment);
  const Subscriber* const person = is_held ? nullptr : subscribers_->find(number);
  const Wall now = clocks_.wall();
  const auto back = person == nullptr ? std::nullopt : person->off_network_until(now);
  if (!is_held && !back) return reach_handset(segment);
  if (!segment->waited) ledger_.is_off_network(number);
  segment->waited = true;
  if (back) after(std::chrono::ceil<Millis>(*back - now), [this, segment] { arrive(segment); });
}

void Smsc::set_network(const std::string& number, bool is_on) {
  for (const auto& segment : coverage_.set(number, is_on)) arrive(segment);
  offer();
}

void Smsc::reach_handset(const SegmentPtr& segment) {
  const smpp::MessageState state = segment->outcome
                                       ? segment->outcome->state
                                       : message_state_of(behaviour_.receipt_stat).value_or(smpp::MessageState::UNKNOWN);
  const std::string_view stat = smpp::stat_of(state);
  store_.done(*segment, state, clocks_.wall());
  const bool receipt = !segment->outcome || segment->outcome->receipt;
  if (receipt && wants_receipt(segment->pdu, stat)) send_receipt(*segment, state, false);
  auto message = handsets_.arrive(*segment);
  if (!message) return;
  message->state = stat;
  message->at = clocks_.wall();
  Subscriber* person = subscribers_->find(message->to);
  if (person != nullptr && stat == "DELIVRD") answer_as(*person, *message);
  ledger_.received(std::move(*message), person != nullptr);
}

void Smsc::send_receipt(const Segment& segment, smpp::MessageState state, bool is_intermediate) {
  const ReceiptShape& shape = segment.shape;
  const std::size_t times = is_intermediate ? 1 : shape.times;
  for (std::size_t n = 0; n < times; ++n) {
    ++ledger_.counters.receipts;
    Delivery delivery;
    delivery.account = segment.account;
    smpp::DeliverSm receipt = make_receipt(segment, state, clocks_.wall(), is_intermediate);
    if (shape.form == ReceiptForm::data_sm) {
      delivery.pdu = as_data_sm(receipt);
    } else {
      delivery.pdu = std::move(receipt);
    }
    delivery.max_attempts = options_.max_attempts;
    delivery.after_reconnect = shape.when == ReceiptWhen::after_reconnect;
    delivery.origin = segment.connection;
    if (shape.on == ReceiptOn::other_bind) delivery.route = Route::other;
    // Its one bind may have gone while the message was under way, may be a transmitter, or must go first.
    const Client* const origin = find(segment.connection);
    const bool may_be_same = origin != nullptr && origin->receives && !delivery.after_reconnect;
    if (shape.on == ReceiptOn::same_bind && may_be_same) delivery.route = Route::same;
    outbox_.add(std::move(delivery));
  }
}

void Smsc::answer_as(Subscriber& person, const HandsetMessage& message) {
  auto answer = person.answer(message.from, message.text);
  if (!answer) return;
  MoText mo;
  mo.from = person.number();
  mo.to = message.from;
  mo.text = answer->text;
  after(answer->think, [this, mo, account = message.account, answer = *answer] {
    std::string error;
    send_mo(mo, account, answer, true, error);
  });
}

std::shared_ptr<HandsetReply> Smsc::inject(const MoText& mo, const std::string& account, std::string& error) {
  const auto known = account_of_source_.find(mo.to);
  std::string by = account;
  if (by.empty() && known != account_of_source_.end()) by = known->second;
  auto reply = send_mo(mo, by, Answer{}, subscribers_->find(mo.from) != nullptr, error);
  offer();
  return reply;
}

std::shared_ptr<HandsetReply> Smsc::send_mo(const MoText& mo, const std::string& account, const Answer& answer,
                                            bool is_subscriber, std::string& error) {
  auto parts = make_mo(mo, ++reference_, error);
  if (parts.empty()) return nullptr;
  HandsetReply record;
  record.from = handset_number(mo.from);
  record.to = mo.to;
  record.text = mo.text;
  record.means = answer.means;
  record.intended = answer.intended;
  record.kind = answer.kind;
  record.parts = parts.size();
  record.sent_at = clocks_.wall();
  auto reply = ledger_.sent(std::move(record), is_subscriber);
  for (auto& part : parts) {
    Delivery delivery;
    delivery.account = account;
    delivery.pdu = std::move(part);
    delivery.reply = reply;
    delivery.max_attempts = mo.max_attempts != 0 ? mo.max_attempts : options_.max_attempts;
    outbox_.add(std::move(delivery));
  }
  return reply;
}

}  // namespace smpp_sim
