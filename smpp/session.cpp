#include "smpp/session_impl.hpp"

#include <algorithm>
#include <utility>

namespace smpp {
namespace {


Request bind_request(const BindSettings& settings) {
  const BindBody body{settings.system_id,         settings.password, settings.system_type, settings.interface_version,
                      settings.addr_ton,          settings.addr_npi, settings.address_range};
  switch (settings.type) {
    case BindType::transmitter: return BindTransmitter{body};
    case BindType::receiver: return BindReceiver{body};
    case BindType::transceiver: break;
  }
  return BindTransceiver{body};
}

State bound_state(command_id bind) {
  if (bind == command_id::bind_transmitter) return State::bound_tx;
  return bind == command_id::bind_receiver ? State::bound_rx : State::bound_trx;
}

bool carries_tlvs(const Request& request) {
  return std::visit(
      []<class P>(const P& body) {
        if constexpr (requires { body.tlvs; }) return !body.tlvs.empty();
        return false;
      },
      request);
}

void drop_tlvs(Response& response) {
  std::visit(
      []<class P>(P& body) {
        if constexpr (requires { body.tlvs; }) body.tlvs.clear();
      },
      response.body);
}

Pdu pdu_of(const Response& response, std::uint32_t sequence_number) {
  Pdu pdu{response.status, sequence_number, {}, false};
  std::visit([&](const auto& body) { pdu.body = body; }, response.body);
  return pdu;
}

bool is_bind(command_id id) {
  return id == command_id::bind_transceiver || id == command_id::bind_transmitter || id == command_id::bind_receiver;
}

}  // namespace

Session::Impl::Impl(SessionSettings the_settings)
    : settings_(std::move(the_settings)),
      version_(settings_.role == Role::smsc ? kVersion50 : version_number(settings_.bind.interface_version)),
      last_sequence_number_(settings_.first_sequence_number - 1),
      framer_(settings_.max_command_length) {
  disarm_all();
}

void Session::Impl::move_to(State state) {
  transitions_ |= 1U << checked_transition(state_, state);
  state_ = state;
}

// Ends what a bound session does, without a word about the connection.
void Session::Impl::leave(State state) {
  if (state_ != state) move_to(state);
  disarm_all();
  return_queue();
}

void Session::Impl::close(std::string reason) {
  if (!wants_close_) close_reason_ = std::move(reason);
  wants_close_ = true;
  leave(State::unbound);
}

bool Session::Impl::is_bound() const {
  return state_ == State::bound_trx || state_ == State::bound_tx || state_ == State::bound_rx;
}

// Which side may send what in which state (v5.0 2.4, table 2-2). Binds and unbind are the session's own.
bool Session::Impl::may_send(command_id id) const {
  const bool esme = settings_.role == Role::esme;
  if (id == command_id::outbind) return !esme && state_ == State::open;
  if (!is_bound() || is_bind(id) || id == command_id::unbind || is_response(id)) return false;
  const bool from_esme = esme && state_ != State::bound_rx;
  const bool from_smsc = !esme && state_ != State::bound_tx;
  switch (id) {
    case command_id::submit_sm:
    case command_id::submit_multi:
    case command_id::query_sm:
    case command_id::cancel_sm:
    case command_id::replace_sm:
    case command_id::broadcast_sm:
    case command_id::query_broadcast_sm:
    case command_id::cancel_broadcast_sm: return from_esme;
    case command_id::deliver_sm:
    case command_id::alert_notification: return from_smsc;
    case command_id::data_sm: return from_esme || from_smsc;
    default: return true;
  }
}

// P20, P21. outbind goes out before the peer has named a version.
bool Session::Impl::in_this_version(const Request& request) const {
  const bool tlvs = carries_tlvs(request);
  if (tlvs && !tlvs_allowed()) return false;
  switch (id_of(request)) {
    case command_id::broadcast_sm:
    case command_id::query_broadcast_sm:
    case command_id::cancel_broadcast_sm: return version_ >= kVersion50;
    case command_id::replace_sm: return !tlvs || version_ >= kVersion50;
    case command_id::data_sm:
    case command_id::alert_notification: return version_ >= kVersion34;
    default: return true;
  }
}

std::uint32_t Session::Impl::next_sequence_number() {
  std::uint32_t number = last_sequence_number_;
  do {
    number = number >= settings_.highest_sequence_number ? 1 : number + 1;
  } while (outstanding_.find(number) || timed_out_.find(number) || number == enquire_link_.sequence_number ||
           number == bind_.sequence_number || number == unbind_.sequence_number);
  return number;
}

void Session::Impl::sent(std::uint32_t sequence_number, command_id id, Token token, std::uint64_t begin) {
  last_sequence_number_ = sequence_number;
  outstanding_.add({sequence_number, id, token, begin, now_ + settings_.timers.response, mark()});
}

// alert_notification and outbind: nothing will tell that they have arrived, so they go out at once and end when written.
result<void> Session::Impl::send_unanswered(const Request& request, Token token) {
  const std::uint32_t number = next_sequence_number();
  const std::uint64_t begin = appended();
  if (const auto done = append(output_, request, number); !done) return done.error();
  last_sequence_number_ = number;
  unanswered_.push_back({token, number, begin, appended()});
  return {};
}

void Session::Impl::tell_sent() {
  while (!unanswered_.empty() && unanswered_.front().end <= written_octets()) {
    emit(Sent{unanswered_.front().token, unanswered_.front().sequence_number});
    unanswered_.pop_front();
  }
}

void Session::Impl::fill_output() {
  while (!queue_.empty() && has_room()) {
    Queued& front = queue_.front();
    const std::uint32_t number = next_sequence_number();
    for (std::size_t i = 0; i < 4; ++i) front.pdu[12 + i] = static_cast<std::byte>(number >> (24 - 8 * i) & 0xFF);
    const std::uint64_t begin = appended();
    output_.insert(output_.end(), front.pdu.begin(), front.pdu.end());
    sent(number, front.id, front.token, begin);
    queue_.pop_front();
  }
}

void Session::Impl::return_queue() {
  for (const Queued& queued : queue_) emit(Returned{queued.token});
  queue_.clear();
}

void Session::Impl::send_own(const Request& request, OwnRequest& own) {
  const std::uint32_t number = next_sequence_number();
  own = {number, mark()};
  last_sequence_number_ = number;
  if (const auto done = append(output_, request, number); !done) {
    own.sequence_number = 0;
    close("the " + command_name(id_of(request)) + " cannot be sent: " + message(done.error()));
  }
}

void Session::Impl::send_bind() {
  const Request request = bind_request(settings_.bind);
  bind_command_ = id_of(request);
  move_to(State::binding);
  send_own(request, bind_);
}

void Session::Impl::send_unbind() {
  disarm(TimerKind::drain);
  disarm(TimerKind::enquire_link);
  disarm(TimerKind::enquire_link_response);
  send_own(Unbind{}, unbind_);
  arm(TimerKind::unbind);
}

// P64: no new requests; the unbind follows once the outstanding ones are answered, else messages go out twice.
void Session::Impl::begin_unbind() {
  switch (state_) {
    case State::bound_trx:
    case State::bound_tx:
    case State::bound_rx: break;
    case State::open:
    case State::binding: return close("unbound by us before the bind was complete");
    case State::unbinding: return unbind_.sequence_number == 0 ? send_unbind() : void();  // asked again: no more waiting
    default: return;
  }
  move_to(State::unbinding);
  disarm(TimerKind::inactivity);
  return_queue();
  if (outstanding_.size() == 0) return send_unbind();
  arm(TimerKind::drain);
}

// The session's own answers. Of an error response only deliver_sm_resp and data_sm_resp have a body, one NUL (P28).
void Session::Impl::answer(command_id request, command_status status, std::uint32_t sequence_number) {
  if (!is_answered(request)) return;
  Unknown body{response_to(request), {}};
  if (request == command_id::deliver_sm || request == command_id::data_sm) body.body.push_back(std::byte{0});
  static_cast<void>(append(output_, Response{status, std::move(body)}, sequence_number));
}

void Session::Impl::bound(command_id request, Pdu response, std::uint8_t peer_version) {
  move_to(bound_state(request));
  disarm(TimerKind::session_init);
  arm(TimerKind::enquire_link);
  arm(TimerKind::inactivity);
  emit(Bound{std::move(response), peer_version, tlvs_allowed()});
}

// SMSC side: the owner has answered the bind.
void Session::Impl::bind_answered(command_id request, const Response& response, std::uint32_t sequence_number) {
  if (response.status == command_status::ESME_ROK && id_of(response) == response_to(request)) {
    return bound(request, pdu_of(response, sequence_number), peer_version_);
  }
  move_to(State::open);
  arm(TimerKind::session_init);
}

// P66: nothing survives the session.
void Session::Impl::end_requests() {
  while (const SentRequest* oldest = outstanding_.oldest()) {
    const SentRequest request = *oldest;
    outstanding_.erase(request.sequence_number);
    if (request.begin >= written_octets()) {
      emit(Returned{request.token});
    } else {
      emit(Lost{request.token, request.sequence_number});
    }
  }
  for (const Unanswered& request : unanswered_) {
    if (request.begin >= written_octets()) {
      emit(Returned{request.token});
    } else {
      emit(Lost{request.token, request.sequence_number});
    }
  }
  unanswered_.clear();
  return_queue();
}

Session::Session(SessionSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

void Session::connected(Now now) {
  impl_->now_ = now;
  impl_->move_to(State::open);
  impl_->arm(TimerKind::session_init);
  if (impl_->settings_.role == Role::esme && !impl_->settings_.await_outbind) impl_->send_bind();
}

void Session::bind(const BindSettings& settings, Now now) {
  Impl& impl = *impl_;
  if (impl.settings_.role != Role::esme || impl.state_ != State::open || !impl.outbind_came_) return;
  impl.now_ = now;
  impl.settings_.bind = settings;
  impl.version_ = version_number(settings.interface_version);
  impl.arm(TimerKind::session_init);
  impl.send_bind();
}

void Session::receive(std::span<const std::byte> octets, Now now) {
  if (impl_->state_ == State::closed) return;
  impl_->now_ = now;
  impl_->receive(octets);
}

void Session::tick(Now now) {
  if (impl_->state_ == State::closed) return;
  impl_->now_ = now;
  impl_->tick();
}

void Session::disconnected(std::error_code why, Now now) {
  Impl& impl = *impl_;
  if (impl.state_ == State::closed) return;
  impl.now_ = now;
  impl.move_to(State::closed);
  impl.disarm_all();
  impl.end_requests();
  impl.received_.clear();
  impl.held_.clear();
  std::string reason = impl.close_reason_;
  if (reason.empty()) reason = why ? why.message() : "the peer closed the connection";
  if (const std::size_t pending = impl.framer_.pending(); pending > 0 && !impl.wants_close_) {
    reason += " in the middle of a PDU (" + std::to_string(pending) + " octets of ";
    reason += impl.framer_.pending_length() == 0 ? "it)" : std::to_string(impl.framer_.pending_length()) + ")";
  }
  impl.emit(Closed{std::move(reason), impl.unbound_});
}

result<void> Session::request(const Request& request, Token token, Now now) {
  Impl& impl = *impl_;
  const command_id id = id_of(request);
  if (!impl.may_send(id)) return errc::not_bound;
  const bool answered = is_answered(id);
  if (answered ? free_slots() == 0 : impl.unanswered_.size() >= impl.settings_.window) return errc::window_full;
  if (!impl.in_this_version(request)) return errc::not_in_this_version;
  impl.now_ = now;
  if (!answered) return impl.send_unanswered(request, token);
  if (impl.queue_.empty() && impl.has_room()) {
    const std::uint32_t number = impl.next_sequence_number();
    const std::uint64_t begin = impl.appended();
    if (const auto done = append(impl.output_, request, number); !done) return done.error();
    impl.sent(number, id, token, begin);
  } else {
    Octets pdu;
    if (const auto done = append(pdu, request, 0); !done) return done.error();
    impl.queue_.push_back({token, id, std::move(pdu)});
  }
  impl.active();
  return {};
}

void Session::respond(Incoming incoming, const Response& response) {
  Impl& impl = *impl_;
  if (incoming.epoch != impl.settings_.epoch || incoming.number == 0) return;
  const Impl::ReceivedRequest* found = impl.received_.find(incoming.number);
  if (!found) return;
  const Impl::ReceivedRequest received = *found;
  impl.received_.erase(incoming.number);
  const bool bind = is_bind(received.id);
  if (bind && impl.state_ != State::binding) return;  // the peer has left meanwhile
  Response allowed = response;
  if (!impl.tlvs_allowed()) drop_tlvs(allowed);
  if (const auto done = append(impl.output_, allowed, received.sequence_number); !done) {
    allowed = Response{command_status::ESME_RSYSERR, GenericNack{}};
    impl.answer(received.id, allowed.status, received.sequence_number);
  }
  ++impl.answered_;
  impl.last_answered_ = incoming.number;
  if (bind) impl.bind_answered(received.id, allowed, received.sequence_number);
}

// The queue is never longer than the window, and revoking is rare: a scan is enough.
bool Session::revoke(Token token) {
  auto& queue = impl_->queue_;
  const auto found =
      std::find_if(queue.begin(), queue.end(), [&](const Impl::Queued& queued) { return queued.token == token; });
  if (found == queue.end()) return false;
  queue.erase(found);
  impl_->emit(Returned{token});
  return true;
}

void Session::unbind(Now now) {
  impl_->now_ = now;
  impl_->begin_unbind();
}

bool Session::wants_close() const { return impl_->wants_close_; }

std::span<const std::byte> Session::output() const { return std::span(impl_->output_).subspan(impl_->output_begin_); }

void Session::written(std::size_t octets) {
  Impl& impl = *impl_;
  impl.output_begin_ += std::min(octets, impl.output_.size() - impl.output_begin_);
  impl.tell_sent();
  if (impl.output_begin_ == impl.output_.size() || impl.output_begin_ >= kOutputTarget) {
    impl.appended_before_ += impl.output_begin_;
    impl.output_.erase(impl.output_.begin(), impl.output_.begin() + static_cast<std::ptrdiff_t>(impl.output_begin_));
    impl.output_begin_ = 0;
  }
  impl.fill_output();
}

std::optional<Event> Session::next_event() {
  Impl& impl = *impl_;
  if (impl.next_event_ == impl.events_.size()) {
    impl.events_.clear();
    impl.next_event_ = 0;
    return std::nullopt;
  }
  return std::move(impl.events_[impl.next_event_++]);
}

std::optional<Deadline> Session::next_deadline() const { return impl_->next_deadline(); }
State Session::state() const { return impl_->state_; }
std::optional<std::chrono::milliseconds> Session::enquire_link_time() const { return impl_->enquire_link_time_; }
std::uint64_t Session::epoch() const { return impl_->settings_.epoch; }
std::uint32_t Session::transitions_taken() const { return impl_->transitions_; }

std::uint32_t Session::free_slots() const {
  if (!impl_->is_bound()) return 0;
  const std::size_t taken = impl_->outstanding_.size() + impl_->queue_.size();
  return taken >= impl_->settings_.window ? 0 : impl_->settings_.window - static_cast<std::uint32_t>(taken);
}

}  // namespace smpp
