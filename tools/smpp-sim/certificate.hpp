// A certificate for --tls when none is given: made in memory, good for this machine's names, signed by itself. A client
// takes it from GET /certificate and trusts it as its CA file.
#pragma once

#include "tools/smpp-sim/ledger.hpp"

#include <string>

namespace smpp_sim {

struct SelfMade {
  std::string certificate, key;  // PEM
};

// For localhost, 127.0.0.1, ::1 and the literal address `listens_on`; valid from the day before `now` for a year.
[[nodiscard]] SelfMade make_certificate(const std::string& listens_on, Wall now);

}  // namespace smpp_sim
