#include "smpp/session_impl.hpp"

#include <algorithm>

namespace smpp {
namespace {

std::string in_seconds(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

void Session::Impl::arm(TimerKind timer) {
  const Timers& timers = settings_.timers;
  std::chrono::milliseconds time{0};
  switch (timer) {
    case TimerKind::session_init: time = timers.session_init; break;
    case TimerKind::enquire_link: time = timers.enquire_link; break;
    case TimerKind::enquire_link_response: time = timers.enquire_link_response; break;
    case TimerKind::inactivity: time = timers.inactivity; break;
    case TimerKind::pdu_read: time = timers.pdu_read; break;
    case TimerKind::drain: time = timers.response; break;
    case TimerKind::unbind: time = timers.unbind; break;
    case TimerKind::peer_close: time = timers.peer_close; break;
    case TimerKind::count: break;
  }
  deadlines_[static_cast<std::size_t>(timer)] = time.count() == 0 ? Now::max() : now_ + time;
}

// Any PDU proves that the peer lives (P54, P55).
void Session::Impl::heard() {
  arm(TimerKind::enquire_link);
  disarm(TimerKind::enquire_link_response);
}

// A message passed, either way (P56).
void Session::Impl::active() {
  if (is_bound()) arm(TimerKind::inactivity);
}

std::optional<Deadline> Session::Impl::next_deadline() const {
  Now next = *std::min_element(deadlines_.begin(), deadlines_.end());
  const SentRequest* oldest = outstanding_.oldest();
  if (oldest && settings_.timers.response.count() > 0) next = std::min(next, oldest->deadline);
  if (next == Now::max()) return std::nullopt;
  return next;
}

void Session::Impl::tick() {
  expire_responses();
  for (std::size_t i = 0; i < deadlines_.size(); ++i) {
    if (deadlines_[i] > now_) continue;
    deadlines_[i] = Now::max();
    on_timer(static_cast<TimerKind>(i));
  }
}

void Session::Impl::expire_responses() {
  if (settings_.timers.response.count() == 0) return;
  while (const SentRequest* oldest = outstanding_.oldest()) {
    if (oldest->deadline > now_) return;
    const SentRequest request = *oldest;
    outstanding_.erase(request.sequence_number);
    timed_out_.insert(request.sequence_number, {request.token, request.id, request.mark});
    timed_out_order_.push_back(request.sequence_number);
    if (timed_out_order_.size() > kMaxTimedOut) {
      timed_out_.erase(timed_out_order_.front());
      timed_out_order_.pop_front();
    }
    emit(TimedOut{request.token, request.sequence_number});
    if (++timeouts_in_a_row_ == kTimeoutsBeforeEnquire && is_bound() && !is_armed(TimerKind::enquire_link_response)) {
      enquire();
    }
    if (state_ == State::unbinding && outstanding_.size() == 0 && unbind_.sequence_number == 0) send_unbind();
  }
}

void Session::Impl::enquire() {
  send_own(EnquireLink{}, enquire_link_);
  enquired_at_ = now_;
  disarm(TimerKind::enquire_link);
  arm(TimerKind::enquire_link_response);
}

void Session::Impl::on_timer(TimerKind timer) {
  const Timers& timers = settings_.timers;
  switch (timer) {
    case TimerKind::session_init:
      if (settings_.role == Role::esme && state_ == State::open) {
        return close("no outbind led to a bind within " + in_seconds(timers.session_init));
      }
      return close(settings_.role == Role::esme
                       ? "the bind was not answered within " + in_seconds(timers.session_init)
                       : "the peer did not bind within " + in_seconds(timers.session_init));
    case TimerKind::enquire_link: return enquire();
    case TimerKind::enquire_link_response:
      return close("the peer is silent: nothing received for " +
                   in_seconds(timers.enquire_link + timers.enquire_link_response));
    case TimerKind::inactivity: return begin_unbind();
    case TimerKind::pdu_read:
      return close("a PDU began and did not end within " + in_seconds(timers.pdu_read));
    case TimerKind::drain: return send_unbind();
    case TimerKind::unbind: return close("our unbind was not answered within " + in_seconds(timers.unbind));
    case TimerKind::peer_close:
      return close("the peer unbound and did not close within " + in_seconds(timers.peer_close));
    case TimerKind::count: return;
  }
}

}  // namespace smpp
