// What `smpp-sim smsc` can be told, with its defaults. Filled from the command line and configuration files by way of
// option_table.hpp, parts of it again by POST /behaviour while it runs.
#pragma once

#include "smpp/session.hpp"
#include "smpp/status.hpp"
#include "tools/smpp-sim/behaviour.hpp"

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

inline constexpr std::uint8_t kVersion33 = 0x33, kVersion34 = 0x34, kVersion50 = 0x50;

struct SmscAccount {
  std::string system_id, password;
  std::string smsc = {};          // the one with this name (--smsc); empty: the one of --listen
  std::uint32_t bind_types = kBinds;  // of Trigger; others get ESME_RBINDFAIL
  std::uint32_t max_binds = 0;    // at one time, above it ESME_RALYBND; 0: no limit
  std::uint32_t window = 0;       // unanswered requests on a bind, above it ESME_RTHROTTLED; 0: no limit
  double rate = 0;                // messages a second, above it ESME_RTHROTTLED; 0: no limit
  Pattern addresses = {};         // source addresses; others get ESME_RINVSRCADR
  std::uint8_t version = kVersion50;  // the highest it speaks with this account
};

// A further SMSC of this process, with accounts of its own.
struct SmscPlace {
  std::string name, listen;
  bool tls = false;
  std::string certificate = {}, key = {}, client_ca = {};  // PEM files
};

// A list of numbers that submit_multi can name.
struct NamedList {
  std::string name;
  std::vector<std::string> numbers;
};

struct OutbindTo {
  std::string address;  // host:port of an ESME that waits for one (P53)
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
  std::vector<SmscAccount> accounts;  // none of an SMSC: it accepts any bind
  std::vector<SmscPlace> places;      // beside the one of `listen`
  std::vector<Rule> rules;            // the first that matches decides
  std::string profile;                // its rules come last
  std::vector<NamedList> lists;
  std::vector<OutbindTo> outbinds;    // at start
  bool strict = false;                // what departs from v5.0 is refused as it says (P139)
  Behaviour behaviour;
  std::uint32_t window = 10;                        // deliver_sm awaiting an answer, on each bind
  std::chrono::milliseconds redeliver_after{1000};  // a temporary refusal on a link that stays up
  // Offers of a deliver_sm that is refused for now: a client that refuses for ever does not keep us busy for ever.
  std::uint32_t max_attempts = 1'000;
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
