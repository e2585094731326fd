// Carriers by name (--profile): each a list of rule lines and nothing else. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace smpp_sim {

struct Profile {
  std::string_view name, doc;
  std::span<const std::string_view> lines;
};

[[nodiscard]] std::span<const Profile> profiles();
[[nodiscard]] const Profile* find_profile(std::string_view name);
[[nodiscard]] std::string profile_names();  // "healthy, flaky, ..."

}  // namespace smpp_sim
