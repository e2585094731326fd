// The SMSC's answers: to binds, to submits, and on the handsets' behalf.
#include "tools/smpp-sim/smsc.hpp"

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace smpp_sim {
using smpp::command_status;
using smpp::net::Connection;

namespace {

constexpr std::string_view kSystemId = "smpp-sim";
constexpr std::size_t kMaxSources = 100'000;  // of account_of_source_

}  // namespace

command_status Smsc::bind_status_of(const smpp::BindBody& body) const {
  if (behaviour_.bind_status != command_status::ESME_ROK) return behaviour_.bind_status;
  if (options_.accounts.empty()) return command_status::ESME_ROK;
  for (const auto& account : options_.accounts) {
    if (account.system_id != body.system_id) continue;
    return account.password == body.password ? command_status::ESME_ROK : command_status::ESME_RINVPASWD;
  }
  return command_status::ESME_RINVSYSID;
}

void Smsc::on_bind(Connection& connection, const smpp::BindRequested& request) {
  const smpp::BindBody* body = nullptr;
  smpp::Response response;
  if (const auto* trx = std::get_if<smpp::BindTransceiver>(&request.pdu.body)) {
    body = trx;
    response.body = smpp::BindTransceiverResp{};
  } else if (const auto* tx = std::get_if<smpp::BindTransmitter>(&request.pdu.body)) {
    body = tx;
    response.body = smpp::BindTransmitterResp{};
  } else if (const auto* rx = std::get_if<smpp::BindReceiver>(&request.pdu.body)) {
    body = rx;
    response.body = smpp::BindReceiverResp{};
  }
  if (body == nullptr) return;
  response.status = bind_status_of(*body);
  const bool is_accepted = response.status == command_status::ESME_ROK;
  std::visit(
      [&](auto& answer) {
        if constexpr (std::is_base_of_v<smpp::BindRespBody, std::decay_t<decltype(answer)>>) {
          answer.system_id = kSystemId;
          if (is_accepted) answer.tlvs.add_integer(smpp::tag::sc_interface_version, 0x34);
        }
      },
      response.body);
  connection.session().respond(request.incoming, response);
  if (!is_accepted) {
    ++ledger_.counters.binds_refused;
    return;
  }
  ++ledger_.counters.binds;
  const bool receives = request.type != smpp::BindType::transmitter;
  binds_[connection.id()] = Bind{&connection, body->system_id, receives};
  if (receives) outbox_.bound(body->system_id);
}

void Smsc::answer_submit(Connection& connection, smpp::Incoming incoming, command_status status,
                         const std::string& id) {
  smpp::SubmitSmResp body;
  body.message_id = id;
  smpp::Response response;
  response.status = status;
  response.body = std::move(body);
  connection.session().respond(incoming, response);
}

void Smsc::on_submit(Connection& connection, smpp::Received& request) {
  auto* pdu = std::get_if<smpp::SubmitSm>(&request.pdu.body);
  const auto bind = binds_.find(connection.id());
  if (pdu == nullptr || bind == binds_.end()) {
    // A command this simulator does not serve; unanswered it would hold one of the client's slots.
    smpp::Response refusal;
    refusal.status = command_status::ESME_RINVCMDID;
    refusal.body = smpp::GenericNack{};
    connection.session().respond(request.incoming, refusal);
    return;
  }
  ++ledger_.counters.submits;
  const std::string& account = bind->second.account;
  const command_status status = submit_status_of(account);
  std::string id;
  if (status == command_status::ESME_ROK) {
    ++ledger_.counters.accepted;
    id = std::to_string(++next_id_);
    if (account_of_source_.size() < kMaxSources) account_of_source_[pdu->source.addr] = account;
    auto segment = std::make_shared<Segment>(Segment{account, id, std::move(*pdu), clocks_.wall()});
    schedule_.after(behaviour_.response_delay + behaviour_.receipt_delay,
                    [this, segment, era = era_] { if (era == era_) arrive(segment); });
  } else {
    ++ledger_.counters.refused;
  }
  if (behaviour_.response_delay.count() == 0) return answer_submit(connection, request.incoming, status, id);
  // By id: the connection may have gone by then, and the handle would then belong to no session.
  schedule_.after(behaviour_.response_delay,
                  [this, connection_id = connection.id(), incoming = request.incoming, status, id] {
                    const auto found = binds_.find(connection_id);
                    if (found == binds_.end()) return;
                    answer_submit(*found->second.connection, incoming, status, id);
                    found->second.connection->wake();
                  });
}

command_status Smsc::submit_status_of(const std::string& account) {
  if (behaviour_.submit_status != command_status::ESME_ROK) {
    const command_status status = behaviour_.submit_status;
    if (behaviour_.submit_status_times != 0 && --behaviour_.submit_status_times == 0) {
      behaviour_.submit_status = command_status::ESME_ROK;
    }
    return status;
  }
  if (behaviour_.throttle == 0) return command_status::ESME_ROK;
  // A bucket that holds one second's worth and starts full.
  const auto rate = static_cast<double>(behaviour_.throttle);
  const smpp::Now now = clocks_.steady();
  const auto [found, is_new] = paces_.try_emplace(account, Pace{rate, now});
  Pace& pace = found->second;
  pace.tokens = std::min(rate, pace.tokens + rate * std::chrono::duration<double>(now - pace.at).count());
  pace.at = now;
  if (pace.tokens < 1) return command_status::ESME_RTHROTTLED;
  pace.tokens -= 1;
  return command_status::ESME_ROK;
}

// A handset off the network gets its messages, and their sender the receipts, when it is back.
void Smsc::arrive(const std::shared_ptr<Segment>& segment) {
  if (coverage_.hold(segment)) {
    ledger_.is_off_network(segment->pdu.destination.addr);
    segment->waited = true;
    return;
  }
  const Subscriber* const person = subscribers_->find(segment->pdu.destination.addr);
  const Wall now = clocks_.wall();
  const auto back = person == nullptr ? std::nullopt : person->off_network_until(now);
  if (!back) return reach_handset(*segment);
  if (!segment->waited) ledger_.is_off_network(segment->pdu.destination.addr);
  segment->waited = true;
  schedule_.after(std::chrono::ceil<std::chrono::milliseconds>(*back - now),
                  [this, segment, era = era_] { if (era == era_) arrive(segment); });
}

void Smsc::set_network(const std::string& number, bool is_on) {
  for (const auto& segment : coverage_.set(number, is_on)) arrive(segment);
  offer();
}

void Smsc::reset() {
  ++era_;
  behaviour_ = options_.behaviour;
  pdus_.clear();
  ledger_.clear();
  outbox_.clear();
  handsets_.clear();
  coverage_.clear();
  subscribers_->forget();
  paces_.clear();
  account_of_source_.clear();
}

void Smsc::reach_handset(Segment& segment) {
  const std::string stat = behaviour_.receipt_stat;
  if (wants_receipt(segment.pdu, stat)) {
    ++ledger_.counters.receipts;
    Delivery delivery;
    delivery.account = segment.account;
    delivery.pdu = make_receipt(segment, stat, clocks_.wall());
    outbox_.add(std::move(delivery));
  }
  auto message = handsets_.arrive(segment);
  if (!message) return;
  message->state = stat;
  message->at = clocks_.wall();
  Subscriber* person = subscribers_->find(message->to);
  if (person != nullptr && stat == "DELIVRD") answer_as(*person, *message);
  ledger_.received(std::move(*message), person != nullptr);
}

void Smsc::answer_as(Subscriber& person, const HandsetMessage& message) {
  auto answer = person.answer(message.from, message.text);
  if (!answer) return;
  MoText mo;
  mo.from = person.number();
  mo.to = message.from;
  mo.text = answer->text;
  schedule_.after(answer->think, [this, mo, account = message.account, answer = *answer, era = era_] {
    std::string error;
    if (era == era_) send_mo(mo, account, answer, true, error);
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
  record.from = mo.from;
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
    if (mo.max_attempts != 0) delivery.max_attempts = mo.max_attempts;
    outbox_.add(std::move(delivery));
  }
  return reply;
}

}  // namespace smpp_sim
