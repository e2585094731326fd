// Octets as they are on the wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

using Octets = std::vector<std::byte>;

// The same octets under the other type; the view lives as long as what it was made from.
[[nodiscard]] inline std::span<const std::byte> octets_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view view_of(std::span<const std::byte> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

[[nodiscard]] inline Octets to_octets(std::string_view text) {
  const auto octets = octets_of(text);
  return {octets.begin(), octets.end()};
}
[[nodiscard]] inline std::string to_text(std::span<const std::byte> octets) { return std::string(view_of(octets)); }

}  // namespace smpp
