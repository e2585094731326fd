// `smpp-sim load`: an ESME that submits as fast as it is told or as the SMSC lets it, and counts what comes of it.
// Flow: binds -> submits, as many at each wake as window and rate have room for -> responses and receipts -> a bounded
// wait for what is still owed -> unbind -> report. It always ends by itself.
#pragma once

#include "smpp/net/tls.hpp"
#include "smpp/session.hpp"
#include "tools/smpp-sim/options.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace smpp_sim {

struct LoadOptions {
  std::string connect = "127.0.0.1:2775";
  std::string system_id = "load", password = "load", system_type;
  std::uint32_t binds = 1;
  std::uint32_t window = 10;           // unanswered submits, on each bind
  double rate = 0;                     // submits a second over all binds; 0: as fast as possible
  std::uint64_t count = 0;             // messages; 0: by duration
  std::chrono::milliseconds duration{0};  // 0: by count
  std::string to = "447700{n:06}", from = "80800", text = "load {n}";
  std::uint8_t registered_delivery = 1;
  std::uint64_t seed = 1;
  std::chrono::milliseconds receipt_wait{30'000};   // after the last response, for the receipts still owed
  std::chrono::milliseconds response_timeout{10'000};
  std::chrono::milliseconds bind_wait{10'000};      // for a first bind, and without any bind later on
  std::optional<smpp::net::TlsSettings> tls;
  bool json = false, quiet = false;
  bool terminal = false;               // standard error is one: a progress bar may move
};

// Each text is one PDU per part; beyond it --text is refused. 0 all submitted were accepted and, where receipts were
// asked for, all came; 1 not all, or nothing could be bound.
int run_load(const LoadOptions& options, const Clocks& clocks);

}  // namespace smpp_sim
