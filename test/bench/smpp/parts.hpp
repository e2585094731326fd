// The parts of bench_smpp; each prints its own lines.
#pragma once

#include "smpp/pdu.hpp"

namespace bench {

void bench_codec();
void bench_session();   // two sessions wired to each other in memory
void bench_loopback();  // Link and Listener in two threads over TCP

// What both directions carry: 79 characters to a mobile number.
[[nodiscard]] smpp::MessageBody a_message();

}  // namespace bench
