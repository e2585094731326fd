// The subcommands that run and end: `mo` and `phone` against a running simulator, `decode`, `explain`. Each returns an
// exit code.
#pragma once

#include "tools/smpp-sim/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

struct MoOptions {
  std::string control = "127.0.0.1:2780";
  std::string from, to, text;
  std::optional<unsigned> data_coding, esm_class, reference, max_attempts;
  std::string account, alphabet, hex, long_mode, parts, ports, command, spoof_receipt;
  std::vector<std::string> tlvs;
  // Many messages instead of one: a file, - for standard input.
  std::string csv, jsonl;
  std::string rate;          // "50/s"; empty: as fast as the simulator takes them
  bool is_terminal = false;  // standard error is one: progress is shown
};

// One message. 0 the ESME answered ESME_ROK or is not there yet, 1 it refused or could not be sent, 2 usage.
int run_mo(const MoOptions& options);
// Those of --csv or --jsonl. 0 all injected, 1 some not, 2 usage; a mistake in the input is told before anything is sent.
int run_mo_bulk(const MoOptions& options, const Clocks& clocks);

struct PhoneOptions {
  std::string control = "127.0.0.1:2780";
  std::string number, to = "80800";
  std::uint64_t linger_ms = 2000;  // how long to listen after the end of the input
  bool is_terminal = false;        // standard input is one: a prompt is shown
};
int run_phone(const PhoneOptions& options);

int run_explain(const std::string& name);  // a status, a command, a TLV or a field, by number or name

struct DecodeOptions {
  std::string what;   // digits, a file, or - for standard input; of a file its kind is found out
  bool json = false;
};
int run_decode(const DecodeOptions& options);

// "50/s", "3000/m", "50" (a second) -> messages a second; absent: not a rate above 0.
[[nodiscard]] std::optional<double> rate_of(const std::string& text);

}  // namespace smpp_sim
