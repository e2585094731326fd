// The states of a session and the transitions between them that are permitted (SMPP v5.0 2.4). Any other is a bug of
// ours and aborts.
#pragma once

#include "smpp/session.hpp"

#include <span>
#include <string_view>

namespace smpp {

struct Transition {
  State from, to;
  std::string_view why;
};

[[nodiscard]] std::span<const Transition> permitted_transitions();

// Index in permitted_transitions(); aborts when there is none.
[[nodiscard]] std::size_t checked_transition(State from, State to);

[[nodiscard]] std::string_view name_of(State state);

}  // namespace smpp
