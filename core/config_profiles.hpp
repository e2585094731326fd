// Named sets of quirks to start from: `profile` of an account. Each is configuration as one writes it, so that the table
// of keys is the only place that knows what a key means. Named after behaviour, not after carriers.
#pragma once

#include <span>
#include <string_view>

namespace core {

struct Profile {
  std::string_view name;
  std::string_view doc;                            // one line
  std::string_view keys;                           // TOML of an [[smsc]] entry
};
[[nodiscard]] std::span<const Profile> config_profiles();

}  // namespace core
