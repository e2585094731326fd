// `smpp-sim smsc`: the SMSC and its control HTTP on one loop, until SIGINT or SIGTERM.
#pragma once

#include "tools/smpp-sim/options.hpp"

namespace smpp_sim {

// 0 ended by a signal, 1 could not start; what a person must know is on stderr.
int run_smsc(const SmscOptions& options, const Clocks& clocks);

}  // namespace smpp_sim
