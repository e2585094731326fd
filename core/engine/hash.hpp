// FNV-1a, 64 bits: equal octets, equal hashes, in every process and version. To recognise, never to secure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace core::engine {

inline constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325ull;

constexpr std::uint64_t fnv1a(std::span<const std::byte> octets, std::uint64_t hash = kFnvOffset) {
  for (const std::byte octet : octets) hash = (hash ^ std::to_integer<std::uint64_t>(octet)) * 0x100000001b3ull;
  return hash;
}
// With an end mark, so that ("ab", "c") and ("a", "bc") differ when hashed one after the other.
inline std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = kFnvOffset) {
  constexpr std::byte kEnd[]{std::byte{0}};
  return fnv1a(kEnd, fnv1a(std::as_bytes(std::span(text.data(), text.size())), hash));
}

}  // namespace core::engine
