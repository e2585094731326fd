#include "test/fuzz/judged_session.hpp"

#include "smpp/codec.hpp"
#include "test/fuzz/fuzz.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace fuzz {
namespace {

// The longest PDU that a session writes of its own is a bind; an answer of its own has a header and at most one NUL.
constexpr std::size_t kOwnAnswer = 17, kOwnRequest = 16, kOwnBind = 400;
// Copies of a PDU in events: one for each kind of deviation, one as Received.
constexpr std::size_t kMostCopies = 16;
constexpr std::size_t kOutputTarget = 64 * 1024;

bool counts(smpp::command_id id) {
  return id != smpp::command_id::enquire_link && id != smpp::command_id::unbind &&
         id != smpp::command_id::bind_receiver && id != smpp::command_id::bind_transmitter &&
         id != smpp::command_id::bind_transceiver && smpp::is_answered(id);
}

bool is_bound(smpp::State state) {
  return state == smpp::State::bound_trx || state == smpp::State::bound_tx || state == smpp::State::bound_rx;
}

}  // namespace

JudgedSession::JudgedSession(smpp::SessionSettings settings)
    : settings_(settings), session_(settings), sent_(1'000'000), heard_(settings.max_command_length) {}

void JudgedSession::connect() {
  session_.connected(now_);
  settle(kOwnBind);
}

void JudgedSession::receive(std::span<const std::byte> octets) {
  if (!closed_) hear(octets);
  session_.receive(octets, now_);
  // Each PDU may be answered, the last one may set off our unbind or a question, and lost framing is told.
  settle(heard_pdus_ * kOwnAnswer + kOwnAnswer + 2 * kOwnRequest);
}

void JudgedSession::request(const smpp::Request& request) {
  const std::size_t waiting = session_.output().size();
  const bool room = session_.free_slots() > 0;
  const smpp::Token token = ++last_token_;
  const auto done = session_.request(request, token, now_);
  if (done && !smpp::is_answered(smpp::id_of(request))) {
    check(!closed_, "nothing is taken after the end");
    unanswered_.insert(token);
  } else if (done) {
    check(room, "a request above the window is refused");
    check(is_bound(session_.state()), "a request is taken only while bound");
    open_.insert(token);
  }
  settle(done && (waiting < kOutputTarget || unanswered_.contains(token)) ? 70'000 : 0);
}

void JudgedSession::respond(smpp::Incoming incoming, const smpp::Response& response) {
  const bool open = incoming.epoch == settings_.epoch && waiting_.contains(incoming.number);
  session_.respond(incoming, response);
  if (open) done_.insert(incoming.number), waiting_.erase(incoming.number);
  settle(open ? 70'000 : 0);
}

void JudgedSession::written(std::size_t octets) {
  octets = std::min(octets, session_.output().size());
  session_.written(octets);
  seen_ -= octets;
  settle(kOutputTarget + 70'000);
}

void JudgedSession::pass(std::chrono::milliseconds time) {
  now_ += time;
  session_.tick(now_);
  const auto next = session_.next_deadline();
  check(!next || *next > now_, "a tick leaves no deadline behind: the owner's loop must not spin");
  settle(3 * kOwnRequest);
}

void JudgedSession::pass_to_deadline() {
  const auto next = session_.next_deadline();
  if (!next) return;
  check(!closed_, "nothing waits after the end");
  pass(std::chrono::duration_cast<std::chrono::milliseconds>(std::max(*next, now_) - now_));
}

void JudgedSession::revoke(smpp::Token token) {
  const bool open = open_.contains(token);
  const bool revoked = session_.revoke(token);
  check(open || !revoked, "only what is open can be revoked");
  settle(0);
  check(!revoked || !open_.contains(token), "what is revoked is returned");
}

void JudgedSession::bind() {
  session_.bind(settings_.bind, now_);
  settle(kOwnBind);
}

void JudgedSession::unbind() {
  session_.unbind(now_);
  settle(kOwnRequest);
}

void JudgedSession::disconnect() {
  session_.disconnected({}, now_);
  settle(0);
  check(closed_, "the end is told");
  check(open_.empty() && unanswered_.empty(), "every accepted request has ended");
  check(!session_.next_deadline(), "nothing waits after the end");
}

void JudgedSession::settle(std::size_t permitted_growth) {
  read_output(permitted_growth);
  while (auto event = session_.next_event()) on(*event);
  heard_pdus_ = 0;
  check(open_.size() <= settings_.window, "the window is never exceeded");
  check(in_flight_.size() <= settings_.window, "the window is never exceeded on the wire");
  const std::size_t free = is_bound(session_.state()) ? settings_.window - open_.size() : 0;
  check(session_.free_slots() == free, "free slots are what is left of the window");
  check(waiting_.size() <= settings_.max_unanswered_incoming + settings_.window + std::size_t{1},
        "not more is handed out than may be unanswered");
  check(event_octets_ <= kMostCopies * heard_octets_ + 1'000, "what is told is in proportion to what was heard");
}

void JudgedSession::read_output(std::size_t permitted_growth) {
  const auto output = session_.output();
  check(output.size() >= seen_, "output only grows until it is written");
  check(output.size() - seen_ <= permitted_growth, "output is in proportion to what was asked for");
  sent_.append(output.subspan(seen_));
  seen_ = output.size();
  for (std::span<const std::byte> pdu;;) {
    const auto found = sent_.next(pdu);
    check(found != smpp::Framer::Found::lost, "what we write has framing");
    if (found != smpp::Framer::Found::pdu) break;
    on_sent(pdu);
  }
  check(sent_.pending() == 0, "output ends with a whole PDU");
  check(asked_ == answered_, "each enquire_link is answered in the wake in which it came (P55)");
  asked_.clear();
  answered_.clear();
}

void JudgedSession::on_sent(std::span<const std::byte> pdu) {
  const auto header = smpp::read_header(pdu);
  check(smpp::decode(pdu).has_value(), "what we write can be decoded");
  if (header.id == smpp::command_id::enquire_link_resp) answered_.push_back(header.sequence_number);
  if (smpp::is_response(header.id)) return;
  check(header.sequence_number >= 1 && header.sequence_number <= 0x7FFFFFFF, "sequence_number as permitted (P7)");
  check(!in_flight_.contains(header.sequence_number), "no sequence_number is reused while outstanding");
  numbers_.push_back(header.sequence_number);
  if (counts(header.id)) in_flight_.insert(header.sequence_number);
}

void JudgedSession::hear(std::span<const std::byte> octets) {
  heard_octets_ += octets.size();
  heard_.append(octets);
  for (std::span<const std::byte> pdu;;) {
    const auto found = heard_.next(pdu);
    if (found != smpp::Framer::Found::pdu) break;
    ++heard_pdus_;
    const auto header = smpp::read_header(pdu);
    if (header.id == smpp::command_id::enquire_link) asked_.push_back(header.sequence_number);
  }
}

void JudgedSession::end(smpp::Token token, std::uint32_t sequence_number) {
  if (unanswered_.erase(token) == 1) return;
  check(open_.erase(token) == 1, "a request ends once, and only one that was accepted");
  in_flight_.erase(sequence_number);
}

void JudgedSession::received(smpp::Incoming incoming, std::size_t raw) {
  check(incoming.epoch == settings_.epoch, "of this session");
  check(incoming_.empty() || incoming.number > incoming_.back().number, "received requests are counted up");
  incoming_.push_back(incoming);
  waiting_.insert(incoming.number);
  event_octets_ += raw;
}

void JudgedSession::on(smpp::Event& event) {
  check(!closed_, "nothing is told after the end");
  if (const auto* done = std::get_if<smpp::Done>(&event)) {
    end(done->token, done->sequence_number);
  } else if (const auto* returned = std::get_if<smpp::Returned>(&event)) {
    end(returned->token, 0);
  } else if (const auto* lost = std::get_if<smpp::Lost>(&event)) {
    end(lost->token, lost->sequence_number);
  } else if (const auto* silent = std::get_if<smpp::TimedOut>(&event)) {
    end(silent->token, silent->sequence_number);
    timed_out_.insert(silent->token);
  } else if (const auto* late = std::get_if<smpp::Late>(&event)) {
    check(timed_out_.erase(late->token) == 1, "a late response comes after a timeout, at most once");
  } else if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) {
    received(bind->incoming, 0);
  } else if (const auto* request = std::get_if<smpp::Received>(&event)) {
    received(request->incoming, request->raw.size());
  } else if (const auto* certain = std::get_if<smpp::Acknowledged>(&event)) {
    check(done_.contains(certain->incoming.number), "only what was answered is acknowledged");
  } else if (const auto* told = std::get_if<smpp::Notified>(&event)) {
    event_octets_ += told->raw.size();
  } else if (const auto* tolerated = std::get_if<smpp::Tolerated>(&event)) {
    check(!tolerated->kind.empty(), "a deviation has a name");
    event_octets_ += tolerated->raw.size();
  } else if (const auto* refused = std::get_if<smpp::Malformed>(&event)) {
    event_octets_ += refused->raw.size();
    if (refused->incoming.number != 0) {
      check(settings_.owner_answers_malformed, "only an owner who asked for it answers what is malformed");
      received(refused->incoming, 0);
    }
  } else if (const auto* sent = std::get_if<smpp::Sent>(&event)) {
    check(unanswered_.erase(sent->token) == 1, "what has no response ends once");
  } else if (const auto* closed = std::get_if<smpp::Closed>(&event)) {
    check(!closed->reason.empty(), "an end has a reason");
    closed_ = true;
  }
}

}  // namespace fuzz
