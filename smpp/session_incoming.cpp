#include "smpp/pdu_text.hpp"
#include "smpp/session_impl.hpp"

#include <algorithm>
#include <utility>

namespace smpp {
namespace {

constexpr std::size_t kShownOfLostStream = 256;

Octets copy_of(std::span<const std::byte> octets) { return {octets.begin(), octets.end()}; }

std::string lost_framing_reason(const Framer& framer) {
  const std::string_view foreign = framer.foreign_protocol();
  if (foreign == "TLS") return "the peer speaks TLS on a plain SMPP port";
  if (foreign == "TLS alert") return "the peer expects TLS on this port and answered with a TLS alert";
  if (!foreign.empty()) return "the peer speaks " + std::string(foreign) + ", not SMPP";
  return "framing lost: command_length " + std::to_string(framer.lost_command_length());
}

std::string_view refusal_name(errc code) {
  switch (code) {
    case errc::short_message_overrun: return "short_message_overrun";
    case errc::trailing_octets: return "trailing_octets";
    case errc::bad_number_of_dests: return "bad_number_of_dests";
    case errc::bad_dest_flag: return "bad_dest_flag";
    default: return "missing_field";
  }
}

std::optional<BindType> bind_type(command_id id) {
  switch (id) {
    case command_id::bind_transceiver: return BindType::transceiver;
    case command_id::bind_transmitter: return BindType::transmitter;
    case command_id::bind_receiver: return BindType::receiver;
    default: return std::nullopt;
  }
}

std::uint8_t interface_version_of(const Pdu& bind) {
  return std::visit(
      []<class P>(const P& body) -> std::uint8_t {
        if constexpr (requires { body.interface_version; }) return body.interface_version;
        return 0;
      },
      bind.body);
}

std::uint8_t sc_interface_version_of(const Pdu& bind_resp) {
  return std::visit(
      []<class P>(const P& body) -> std::uint8_t {
        if constexpr (requires { body.tlvs; }) {
          return static_cast<std::uint8_t>(body.tlvs.integer(tag::sc_interface_version).value_or(0) & 0xFF);
        }
        return 0;
      },
      bind_resp.body);
}

// P27
bool lacks_mandatory_tlv(const Pdu& pdu) {
  const auto* broadcast = std::get_if<BroadcastSm>(&pdu.body);
  if (!broadcast) return false;
  for (const std::uint16_t mandatory : {tag::broadcast_area_identifier, tag::broadcast_content_type,
                                        tag::broadcast_rep_num, tag::broadcast_frequency_interval}) {
    if (!broadcast->tlvs.contains(mandatory)) return true;
  }
  return false;
}

// A generic_nack is no success, whatever status it carries.
command_status status_of_response(const Pdu& response) {
  const bool nack = response.id() == command_id::generic_nack;
  return nack && response.status == command_status::ESME_ROK ? command_status::ESME_RUNKNOWNERR : response.status;
}

}  // namespace

void Session::Impl::tolerated(std::string_view kind, std::span<const std::byte> raw) {
  emit(Tolerated{std::string(kind), copy_of(raw)});
}

void Session::Impl::receive(std::span<const std::byte> octets) {
  framer_.append(octets);
  bool any = false;
  for (std::span<const std::byte> raw;;) {
    const Framer::Found found = framer_.next(raw);
    if (found == Framer::Found::lost) return framing_lost();
    if (found == Framer::Found::nothing) break;
    any = true;
    on_pdu(raw);
    if (output_.size() - output_begin_ > kMaxOutput) {
      return close("the peer does not read: " + std::to_string(output_.size() - output_begin_) + " octets wait to be written");
    }
  }
  if (wants_close_ || framer_.pending() == 0) return disarm(TimerKind::pdu_read);
  if (any || !is_armed(TimerKind::pdu_read)) arm(TimerKind::pdu_read);
}

// P3: reading on after an impossible length would take text for headers.
void Session::Impl::framing_lost() {
  static_cast<void>(append(output_, Response{command_status::ESME_RINVCMDLEN, GenericNack{}},
                           framer_.lost_sequence_number()));
  const auto pending = framer_.pending_octets();
  emit(Malformed{"framing_lost", command_status::ESME_RINVCMDLEN,
                 copy_of(pending.first(std::min(pending.size(), kShownOfLostStream)))});
  close(lost_framing_reason(framer_));
}

void Session::Impl::on_pdu(std::span<const std::byte> raw) {
  const Header header = read_header(raw);
  const bool draining = state_ == State::unbinding && unbind_.sequence_number == 0;
  if (is_bound() || draining) heard();
  if (is_response(header.id)) {
    on_response(header, raw);
  } else {
    on_request(header, raw);
  }
}

void Session::Impl::refuse(const Header& header, command_status status, std::string_view kind,
                           std::span<const std::byte> raw) {
  if (status == command_status::ESME_RINVCMDID) {
    static_cast<void>(append(output_, Response{status, GenericNack{}}, header.sequence_number));
  } else {
    answer(header.id, status, header.sequence_number);
  }
  emit(Malformed{std::string(kind), status, copy_of(raw)});
}

// A request that can or may not be read.
void Session::Impl::reject(const Header& header, command_status status, std::string_view kind, std::span<const std::byte> raw) {
  if (!settings_.owner_answers_malformed || !hand_over_malformed(header, status, kind, raw)) refuse(header, status, kind, raw);
}

// P14. False: nobody would answer it, or too many wait already.
bool Session::Impl::hand_over_malformed(const Header& header, command_status status, std::string_view kind, std::span<const std::byte> raw) {
  const bool mo = settings_.role == Role::esme && (header.id == command_id::deliver_sm || header.id == command_id::data_sm);
  if (!mo || !is_bound() || received_.size() >= settings_.max_unanswered_incoming) return false;
  const Incoming incoming{settings_.epoch, ++last_number_};
  received_.insert(incoming.number, {header.sequence_number, header.id});
  active();
  emit(Malformed{std::string(kind), status, copy_of(raw), incoming, header.id});
  return true;
}

void Session::Impl::on_request(const Header& header, std::span<const std::byte> raw) {
  auto decoded = decode(raw, settings_.accept_short_sm);
  if (!decoded) {
    const errc code = decoded.error();
    return reject(header, status_for(code), refusal_name(code), raw);
  }
  if (settings_.strict && !decoded->tolerances.empty()) {
    const tolerance kind = decoded->tolerances.front();
    return reject(header, strict_status(kind), name_of(kind), raw);
  }
  for (const tolerance kind : decoded->tolerances) tolerated(name_of(kind), raw);
  Pdu& pdu = decoded->pdu;
  switch (header.id) {
    // At once and in every state: a slow owner must not look like a dead link (P18, P55).
    case command_id::enquire_link: return answer(header.id, command_status::ESME_ROK, header.sequence_number);
    case command_id::unbind: return on_peer_unbind(header.sequence_number);
    case command_id::bind_receiver:
    case command_id::bind_transmitter:
    case command_id::bind_transceiver: return on_bind(std::move(pdu));
    case command_id::outbind: return on_outbind(std::move(pdu), raw);
    case command_id::alert_notification: return emit(Notified{std::move(pdu), copy_of(raw)});
    default: break;
  }
  if (!is_known(header.id)) return refuse(header, command_status::ESME_RINVCMDID, "unknown_command", raw);
  on_message(std::move(pdu), raw);
}

// An unexpected one asks for nothing: a client session has bound already, or is about to (P53).
void Session::Impl::on_outbind(Pdu pdu, std::span<const std::byte> raw) {
  if (settings_.role != Role::esme || state_ != State::open || outbind_came_) {
    return emit(Notified{std::move(pdu), copy_of(raw)});
  }
  outbind_came_ = true;
  emit(OutbindRequested{std::move(pdu)});
}

void Session::Impl::on_bind(Pdu pdu) {
  const command_id id = pdu.id();
  if (settings_.role == Role::esme || state_ == State::unbound || state_ == State::unbinding) {
    return answer(id, command_status::ESME_RINVBNDSTS, pdu.sequence_number);
  }
  if (state_ != State::open) return answer(id, command_status::ESME_RALYBND, pdu.sequence_number);
  move_to(State::binding);
  peer_version_ = interface_version_of(pdu);
  version_ = std::min(version_number(peer_version_), kVersion50);
  const Incoming incoming{settings_.epoch, ++last_number_};
  received_.insert(incoming.number, {pdu.sequence_number, id});
  emit(BindRequested{incoming, *bind_type(id), std::move(pdu)});
}

void Session::Impl::on_message(Pdu&& pdu, std::span<const std::byte> raw) {
  const command_id id = pdu.id();
  const bool esme = settings_.role == Role::esme;
  const bool mo = esme && (id == command_id::deliver_sm || id == command_id::data_sm);  // P24
  const bool right_side = esme ? mo : id != command_id::deliver_sm;
  // An MO on a transmitter bind is kept all the same: losing it is worse than the peer's mistake (P18).
  const bool right_state = is_bound() ? esme || state_ != State::bound_rx : state_ == State::unbinding;
  const bool early = mo && state_ == State::binding;
  if (!right_side || (!right_state && !early)) {
    return answer(id, command_status::ESME_RINVBNDSTS, pdu.sequence_number);
  }
  if (lacks_mandatory_tlv(pdu)) {
    answer(id, command_status::ESME_RMISSINGTLV, pdu.sequence_number);
    return emit(Malformed{"missing_tlv", command_status::ESME_RMISSINGTLV, copy_of(raw)});
  }
  if (early && held_.size() < settings_.window) {
    tolerated(command_name(id) + "_before_bind_resp", raw);
    held_.push_back({std::move(pdu), copy_of(raw)});
    return;
  }
  if (early || received_.size() >= settings_.max_unanswered_incoming) {
    answer(id, settings_.busy_status, pdu.sequence_number);
    return emit(Tolerated{"too_many_unanswered", {}});
  }
  if (mo && state_ == State::bound_tx) tolerated(command_name(id) + "_on_transmitter", raw);
  hand_over(std::move(pdu), copy_of(raw));
}

void Session::Impl::hand_over(Pdu&& pdu, Octets raw) {
  const Incoming incoming{settings_.epoch, ++last_number_};
  received_.insert(incoming.number, {pdu.sequence_number, pdu.id()});
  active();
  emit(Received{incoming, std::move(pdu), std::move(raw)});
}

// P65: answered at once, behind what is already in the output; the peer closes.
void Session::Impl::on_peer_unbind(std::uint32_t sequence_number) {
  answer(command_id::unbind, command_status::ESME_ROK, sequence_number);
  if (state_ == State::unbound) return;
  leave(State::unbound);
  arm(TimerKind::peer_close);
  emit(PeerUnbound{});
}

void Session::Impl::on_response(const Header& header, std::span<const std::byte> raw) {
  auto decoded = decode(raw);
  Pdu pdu;
  if (decoded) {
    for (const tolerance kind : decoded->tolerances) tolerated(name_of(kind), raw);
    pdu = std::move(decoded->pdu);
  } else {
    // The status is what counts; a response never goes unheard for its body (P10).
    tolerated(name_of(tolerance::response_body_ignored), raw);
    pdu = make_pdu(header.id);
    pdu.status = header.status;
    pdu.sequence_number = header.sequence_number;
    pdu.header_only = true;
  }
  if (header.id == command_id::generic_nack) return on_generic_nack(pdu, raw);
  if (on_own_response(header, pdu)) return;
  const SentRequest* request = outstanding_.find(header.sequence_number);
  if (request && response_to(request->id) == header.id) return complete(*request, std::move(pdu));
  if (!request && complete_late(header.sequence_number, pdu)) return;
  // P58: never sent, answered before, or of another command.
  const bool known = is_known(header.id);
  tolerated(request ? "response_of_wrong_type" : known ? "response_to_nothing" : "unknown_response", raw);
}

// Answers to what the session itself asked. False: it was none.
bool Session::Impl::on_own_response(const Header& header, const Pdu& pdu) {
  const auto answers = [&](OwnRequest& own, command_id request) {
    if (own.sequence_number == 0 || own.sequence_number != header.sequence_number) return false;
    if (header.id != response_to(request) && header.id != command_id::generic_nack) return false;
    own.sequence_number = 0;
    acknowledged(own.mark);
    return true;
  };
  if (answers(enquire_link_, command_id::enquire_link)) {  // with any status: it lives (naz#52, P55)
    enquire_link_time_ = std::chrono::duration_cast<std::chrono::milliseconds>(now_ - enquired_at_);
    return true;
  }
  if (answers(bind_, bind_command_)) {
    on_bind_response(pdu);
    return true;
  }
  if (!answers(unbind_, command_id::unbind)) return false;
  unbound_ = true;
  close("unbound");
  return true;
}

void Session::Impl::on_bind_response(const Pdu& pdu) {
  if (state_ != State::binding) return;
  if (pdu.status != command_status::ESME_ROK || pdu.id() == command_id::generic_nack) {
    held_.clear();
    const command_status status = status_of_response(pdu);
    emit(BindRefused{status});
    return close("the bind was refused: " + status_name(status));
  }
  const std::uint8_t version = sc_interface_version_of(pdu);
  // Most SMSCs name no version: then ours counts, without what only v5.0 has (P35, P46).
  version_ = std::min(version_, version == 0 ? kVersion34 : version_number(version));
  bound(bind_command_, pdu, version);
  for (Held& held : std::exchange(held_, {})) hand_over(std::move(held.pdu), std::move(held.raw));
}

// P41. It is never answered.
void Session::Impl::on_generic_nack(const Pdu& pdu, std::span<const std::byte> raw) {
  const Header header{0, pdu.id(), pdu.status, pdu.sequence_number};
  if (on_own_response(header, pdu)) return;
  if (const SentRequest* request = outstanding_.find(header.sequence_number)) return complete(*request, pdu);
  Pdu response = pdu;
  if (complete_late(header.sequence_number, response)) return;
  tolerated("generic_nack_to_nothing", raw);
  if (state_ == State::binding && bind_.sequence_number != 0) {
    bind_.sequence_number = 0;
    return on_bind_response(pdu);
  }
  // A guess, which proves nothing of what the peer has read; and none where it may be about a request of our own.
  const bool only = outstanding_.size() == 1 && enquire_link_.sequence_number == 0 && unbind_.sequence_number == 0;
  if (only) complete(*outstanding_.oldest(), pdu, Proof::none);
  const bool lost = header.sequence_number == 0 && header.status == command_status::ESME_RINVCMDLEN;
  if (lost && state_ != State::unbound) close("the peer has lost our framing: generic_nack ESME_RINVCMDLEN");
}

void Session::Impl::complete(const SentRequest& request, Pdu response, Proof proof) {
  const SentRequest done = request;
  outstanding_.erase(done.sequence_number);
  timeouts_in_a_row_ = 0;
  active();
  const command_status status = status_of_response(response);
  emit(Done{done.token, status, std::move(response), done.sequence_number});
  if (proof == Proof::of_reading) acknowledged(done.mark);
  if (state_ == State::unbinding && outstanding_.size() == 0 && unbind_.sequence_number == 0) send_unbind();
}

bool Session::Impl::complete_late(std::uint32_t sequence_number, Pdu& response) {
  if (sequence_number == 0) return false;
  const TimedOutRequest* found = timed_out_.find(sequence_number);
  if (!found) return false;
  const command_id id = response.id();
  if (id != response_to(found->id) && id != command_id::generic_nack) return false;
  const TimedOutRequest request = *found;
  timed_out_.erase(sequence_number);
  const command_status status = status_of_response(response);
  emit(Late{request.token, status, std::move(response), sequence_number});
  acknowledged(request.mark);
  return true;
}

// The peer answered a request that stood behind `mark.count` of our answers: it has read them.
void Session::Impl::acknowledged(const AnswerMark& mark) {
  if (mark.count <= acknowledged_) return;
  acknowledged_ = mark.count;
  emit(Acknowledged{{settings_.epoch, mark.last_number}});
}

}  // namespace smpp
