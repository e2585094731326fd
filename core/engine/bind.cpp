#include "core/engine/bind.hpp"

#include <algorithm>

namespace core::engine {

namespace {
constexpr std::uint64_t kAvailable = 0;  // ms_availability_status (SMPP v3.4 5.3.2.30)
}  // namespace

Bind::Bind(std::string account, std::uint32_t bind, std::uint32_t window, smpp::ReceiptProfile receipts, std::uint64_t max_messages)
    : window_(window), receipts_(std::move(receipts)), max_messages_(max_messages) {
  link_.account = std::move(account);
  link_.bind = bind;
}

void Bind::begin(std::uint64_t epoch) {
  link_.epoch = epoch;
  up_ = quiet_ = false;
  outstanding_.clear();
  tokens_.clear();
  answered_.clear();
  data_sms_.clear();
  unanswered_ = 0;
  messages_ = 0;
}

void Bind::take(smpp::Session& session, std::vector<smpp::Event> events, std::vector<Input>& inputs) {
  for (smpp::Event& event : events) take(session, event, inputs);
}

void Bind::take(smpp::Session& session, smpp::Event& event, std::vector<Input>& inputs) {
  if (auto* bound = std::get_if<smpp::Bound>(&event)) {
    up_ = true;
    const smpp::State state = session.state();
    LinkUp up{link_, window_, state != smpp::State::bound_rx, state != smpp::State::bound_tx, bound->tlvs_allowed};
    inputs.emplace_back(std::move(up));
  } else if (auto* incoming = std::get_if<smpp::Received>(&event)) {
    received(session, *incoming, inputs);
  } else if (auto* malformed = std::get_if<smpp::Malformed>(&event)) {
    if (malformed->incoming.number == 0) return;  // the session has refused it
    ++unanswered_;
    if (malformed->id == smpp::command_id::data_sm) data_sms_.insert(malformed->incoming.number);
    inputs.emplace_back(Undecodable{link_, malformed->incoming, std::move(malformed->raw), malformed->status, std::move(malformed->kind)});
  } else if (auto* answer = std::get_if<smpp::Done>(&event)) {
    SubmitDone result{link_, {}, SubmitOutcome::answered, answer->status, {}, answer->sequence_number, {}};
    if (const auto* body = std::get_if<smpp::SubmitSmResp>(&answer->response.body)) {
      result.message_id = body->message_id;
      if (const auto state = body->tlvs.integer(smpp::tag::congestion_state)) {
        result.congestion_state = static_cast<std::uint8_t>(std::min<std::uint64_t>(*state, 100));
      }
    }
    done(answer->token, std::move(result), inputs, false);
  } else if (auto* late = std::get_if<smpp::Late>(&event)) {
    SubmitDone result{link_, {}, SubmitOutcome::late, late->status, {}, late->sequence_number, {}};
    if (const auto* body = std::get_if<smpp::SubmitSmResp>(&late->response.body)) result.message_id = body->message_id;
    done(late->token, std::move(result), inputs, false);
  } else if (auto* returned = std::get_if<smpp::Returned>(&event)) {
    done(returned->token, {link_, {}, SubmitOutcome::returned, {}, {}, 0, {}}, inputs, false);
  } else if (auto* lost = std::get_if<smpp::Lost>(&event)) {
    done(lost->token, {link_, {}, SubmitOutcome::lost, {}, {}, lost->sequence_number, {}}, inputs, false);
  } else if (auto* timed_out = std::get_if<smpp::TimedOut>(&event)) {
    // The token stays known: a late response may still settle the doubt while the session lives.
    done(timed_out->token, {link_, {}, SubmitOutcome::timed_out, {}, {}, timed_out->sequence_number, {}}, inputs, true);
  } else if (auto* acked = std::get_if<smpp::Acknowledged>(&event)) {
    acknowledged(acked->incoming, inputs);
  } else if (auto* notified = std::get_if<smpp::Notified>(&event)) {
    const auto* alert = std::get_if<smpp::AlertNotification>(&notified->pdu.body);
    if (alert && alert->tlvs.integer(smpp::tag::ms_availability_status).value_or(kAvailable) == kAvailable) {
      inputs.emplace_back(Reachable{link_, alert->source});
    }
  } else if (std::holds_alternative<smpp::PeerUnbound>(event)) {
    down("the peer unbound", inputs);
  } else if (auto* closed = std::get_if<smpp::Closed>(&event)) {
    down(closed->reason, inputs);
  }
}

void Bind::quiet(std::string why, std::vector<Input>& inputs) {
  if (takes_submits()) inputs.emplace_back(LinkQuiet{link_, std::move(why)});
  quiet_ = true;
}

void Bind::down(std::string why, std::vector<Input>& inputs) {
  if (up_) inputs.emplace_back(LinkDown{link_, std::move(why)});
  up_ = false;
}

void Bind::received(smpp::Session& session, smpp::Received& event, std::vector<Input>& inputs) {
  if (auto input = input_of(link_, event.incoming, event.pdu, std::move(event.raw), receipts_)) {
    ++unanswered_;
    if (event.pdu.id() == smpp::command_id::data_sm) data_sms_.insert(event.incoming.number);
    inputs.push_back(*std::move(input));
    return;
  }
  session.respond(event.incoming, {smpp::command_status::ESME_RINVCMDID, smpp::GenericNack{}});
}

// A turn counts as acknowledged when all its responses on this session are: one may be cut off in its middle.
void Bind::acknowledged(const smpp::Incoming& incoming, std::vector<Input>& inputs) {
  if (incoming.epoch != link_.epoch) return;
  Turn reached = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < answered_.size(); ++i) {
    if (answered_[i].number != incoming.number) continue;
    count = i + 1;
    reached = answered_[i].turn;
    if (i + 1 < answered_.size() && answered_[i + 1].turn == reached && reached > 0) --reached;
    break;
  }
  if (count == 0) return;
  answered_.erase(answered_.begin(), answered_.begin() + static_cast<std::ptrdiff_t>(count));
  inputs.emplace_back(LinkAcknowledged{link_, reached});
}

void Bind::done(smpp::Token token, SubmitDone result, std::vector<Input>& inputs, bool keep_token) {
  const auto found = outstanding_.find(token);
  if (found == outstanding_.end()) return;
  result.segment = found->second;
  if (const auto mine = tokens_.find(result.segment); mine != tokens_.end() && mine->second == token) tokens_.erase(mine);
  if (!keep_token) outstanding_.erase(found);
  inputs.emplace_back(std::move(result));
}

void Bind::submit(smpp::Session* session, const Submit& submit, smpp::Now now, std::vector<Input>& inputs) {
  if (session && submit.link == link_ && session->epoch() == link_.epoch) {
    const smpp::Token token = next_token_++;
    const auto requested = session->request(submit.pdu, token, now);
    if (requested) {
      outstanding_[token] = submit.segment;
      tokens_[submit.segment] = token;
      if (++messages_ == max_messages_) {
        quiet("it has taken as many messages as a bind may", inputs);
        session->unbind(now);  // waits for the answers; the link then binds anew
      }
      return;
    }
    const smpp::Error error = requested.error();
    // The session sends nothing any more although it lives: said once, or what returns would be claimed for it again.
    if (error == smpp::errc::not_bound) {
      quiet("the session takes no requests any more", inputs);
    } else if (error != smpp::errc::window_full) {
      inputs.emplace_back(SubmitDone{submit.link, submit.segment, SubmitOutcome::unencodable, {}, smpp::message(error), 0, {}});
      return;
    }
  }
  inputs.emplace_back(SubmitDone{submit.link, submit.segment, SubmitOutcome::returned, {}, {}, 0, {}});
}

void Bind::respond(smpp::Session* session, const Respond& respond, Turn turn) {
  if (!session || respond.link != link_ || session->epoch() != link_.epoch) return;
  smpp::DeliverSmResp deliver_sm_resp;
  deliver_sm_resp.message_id = respond.message_id;
  smpp::Response response{respond.status, std::move(deliver_sm_resp)};
  if (data_sms_.erase(respond.incoming.number) > 0) response.body = smpp::DataSmResp{};
  session->respond(respond.incoming, response);
  answered_.push_back({respond.incoming.number, turn});
  if (unanswered_ > 0) --unanswered_;
}

void Bind::revoke(smpp::Session* session, const Revoke& revoke) {
  const auto token = tokens_.find(revoke.segment);
  if (session && revoke.link == link_ && token != tokens_.end()) session->revoke(token->second);
}

}  // namespace core::engine
