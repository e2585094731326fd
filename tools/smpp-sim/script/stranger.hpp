// A script against a stranger: an ESME or SMSC of which nothing but the wire is seen, and whose clock, settings and owner
// are its own.
#pragma once

#include "tools/smpp-sim/script/script.hpp"

#include <string>
#include <vector>

namespace smpp_sim::script {

// The session under test is the SMSC side: whoever runs the script connects, instead of being connected to.
[[nodiscard]] bool is_about_smsc(const Script& script);

// Empty when the script can be run against a stranger, else why not, with the line. `settings` are those, as
// "window=2", that the stranger has been given for the run.
[[nodiscard]] std::string why_not(const Script& script, const std::vector<std::string>& settings);

// A line about the inside, which the wire does not show: an event, the session's state. `expect wants_close` is none
// of them, as closing can be seen.
[[nodiscard]] bool is_unseen(const Step& step);

}  // namespace smpp_sim::script
