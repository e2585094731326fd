// The subcommands that run and end: `mo` against a running simulator, `decode`, `explain`. Each returns an exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace smpp_sim {

struct MoOptions {
  std::string control = "127.0.0.1:2780";
  std::string from, to, text;
  std::optional<unsigned> data_coding;
  std::string account;
};

int run_mo(const MoOptions& options);
int run_explain(const std::string& name);  // a status, a command, a TLV or a field, by number or name

struct DecodeOptions {
  std::string what;   // digits, a file, or - for standard input; of a file its kind is found out
  bool json = false;
};
int run_decode(const DecodeOptions& options);

}  // namespace smpp_sim
