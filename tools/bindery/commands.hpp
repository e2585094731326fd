// The commands of `bindery`. Each returns the exit code (core/service.hpp); data goes to `out`, messages to `err`.
#pragma once

#include "core/config_load.hpp"
#include "core/config.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace bindery {

struct Common {
  std::string config_path;
  bool json = false;
  core::Environment environment;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
};

[[nodiscard]] int run(const Common& common);
[[nodiscard]] int check(const Common& common);
[[nodiscard]] int test(const Common& common);

struct ExplainArguments { std::string from, to, text; };
[[nodiscard]] int explain(const Common& common, const ExplainArguments& arguments);

struct SendArguments {
  std::string to, from, text, campaign, idempotency_key, tariff;
  std::vector<std::string> fields, tlvs;  // NAME=VALUE
  bool flash = false;
};
[[nodiscard]] int send(const Common& common, const SendArguments& arguments);

[[nodiscard]] int status(const Common& common);

// Mistakes and warnings, one a line, and what they mean for the program. True: it may go on.
bool report(const Common& common, const std::vector<core::Mistake>& mistakes, const std::vector<core::Mistake>& warnings);

}  // namespace bindery
