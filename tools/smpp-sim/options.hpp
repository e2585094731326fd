// What `smpp-sim smsc` can be told, with its defaults. Filled from the command line, parts of it again by
// POST /behaviour while it runs.
#pragma once

#include "smpp/session.hpp"
#include "smpp/status.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace smpp_sim {

// The two clocks, read in main only and passed down.
struct Clocks {
  std::function<smpp::Now()> steady;
  std::function<std::chrono::system_clock::time_point()> wall;
};

struct SmscAccount {
  std::string system_id, password;
};

struct Behaviour {
  smpp::command_status bind_status = smpp::command_status::ESME_ROK;    // of every bind
  smpp::command_status submit_status = smpp::command_status::ESME_ROK;  // of submits, instead of accepting them
  std::uint64_t submit_status_times = 0;                                // how many submits get it; 0: all
  std::chrono::milliseconds response_delay{0};                          // of submit_sm_resp
  std::chrono::milliseconds receipt_delay{1000};                        // from acceptance to the handset
  std::string receipt_stat = "DELIVRD";                                 // the word of the receipt
  std::uint64_t throttle = 0;                                           // submits a second and account; 0: no limit
};

// What is printed for each PDU.
struct TraceStyle {
  bool json = false;    // one JSON object per line instead of a readable line
  bool hex = false;     // its octets too
  bool colour = false;  // a terminal that wants it
};

struct SmscOptions {
  std::string listen = "127.0.0.1:2775";
  std::string control = "127.0.0.1:2780";
  std::vector<SmscAccount> accounts;  // none: any bind is accepted
  Behaviour behaviour;
  std::uint32_t window = 10;                        // deliver_sm awaiting an answer, on each bind
  std::chrono::milliseconds redeliver_after{1000};  // a temporary refusal on a link that stays up
  std::string subscribers;                          // a number, or "demo"; empty: none
  std::string subscribers_file;
  std::uint64_t seed = 1;
  std::string pcap;
  bool quiet = false;  // no line per PDU
  TraceStyle trace;
  bool tls = false;    // clients must speak TLS
  std::string certificate, key;  // PEM files; empty: made at start, for this machine's names
  std::string client_ca;         // PEM file: clients must show a certificate of it
};

}  // namespace smpp_sim
