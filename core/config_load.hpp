// The I/O of configuration: the file, its secrets and the campaign files it names.
#pragma once

#include "core/config.hpp"

#include <functional>
#include <string>
#include <vector>

namespace core {

enum class LoadFor { run, check };                 // check: a missing secret warns

struct LoadedConfig {
  Config config;
  std::vector<rules::Source> campaigns;            // sorted by path
  std::vector<Mistake> mistakes;                   // any: exit 78
  std::vector<Mistake> warnings;
  [[nodiscard]] bool ok() const { return mistakes.empty(); }
};

// Null: not set. The program passes std::getenv.
using Environment = std::function<const char*(const char*)>;

[[nodiscard]] LoadedConfig load_config(const std::string& path, LoadFor purpose, const Environment& environment);

// -c, else BINDERY_CONFIG, else /etc/bindery/bindery.toml.
[[nodiscard]] std::string config_path(const std::string& given, const Environment& environment);

}  // namespace core
