#include "smpp/session_states.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace smpp {
namespace {

constexpr std::array kPermitted{
    Transition{State::closed, State::open, "connected"},
    Transition{State::open, State::binding, "a bind is sent or received"},
    Transition{State::open, State::unbound, "session_init ran out, framing lost, or an unbind without a bind"},
    Transition{State::open, State::closed, "disconnected before a bind"},
    Transition{State::binding, State::bound_trx, "bind_transceiver answered ESME_ROK"},
    Transition{State::binding, State::bound_tx, "bind_transmitter answered ESME_ROK"},
    Transition{State::binding, State::bound_rx, "bind_receiver answered ESME_ROK"},
    Transition{State::binding, State::open, "SMSC side: the bind is refused, the peer may try again"},
    Transition{State::binding, State::unbound, "ESME side: the bind is refused or not answered"},
    Transition{State::binding, State::closed, "disconnected while binding"},
    Transition{State::bound_trx, State::unbinding, "our unbind"},
    Transition{State::bound_trx, State::unbound, "the peer's unbind, or the peer is lost"},
    Transition{State::bound_trx, State::closed, "disconnected"},
    Transition{State::bound_tx, State::unbinding, "our unbind"},
    Transition{State::bound_tx, State::unbound, "the peer's unbind, or the peer is lost"},
    Transition{State::bound_tx, State::closed, "disconnected"},
    Transition{State::bound_rx, State::unbinding, "our unbind"},
    Transition{State::bound_rx, State::unbound, "the peer's unbind, or the peer is lost"},
    Transition{State::bound_rx, State::closed, "disconnected"},
    Transition{State::unbinding, State::unbound, "unbind_resp, the peer's unbind, or the unbind timer"},
    Transition{State::unbinding, State::closed, "disconnected instead of unbind_resp"},
    Transition{State::unbound, State::closed, "disconnected"},
};
static_assert(kPermitted.size() <= 32, "transitions_taken() has 32 bits");

}  // namespace

std::span<const Transition> permitted_transitions() { return kPermitted; }

std::size_t checked_transition(State from, State to) {
  for (std::size_t i = 0; i < kPermitted.size(); ++i) {
    if (kPermitted[i].from == from && kPermitted[i].to == to) return i;
  }
  const auto left = name_of(from), right = name_of(to);
  std::fprintf(stderr, "smpp session: transition %.*s -> %.*s is not permitted\n", static_cast<int>(left.size()),
               left.data(), static_cast<int>(right.size()), right.data());
  std::abort();
}

std::string_view name_of(State state) {
  switch (state) {
    case State::closed: return "closed";
    case State::open: return "open";
    case State::binding: return "binding";
    case State::bound_trx: return "bound_trx";
    case State::bound_tx: return "bound_tx";
    case State::bound_rx: return "bound_rx";
    case State::unbinding: return "unbinding";
    case State::unbound: return "unbound";
  }
  return "?";
}

}  // namespace smpp
