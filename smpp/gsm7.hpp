// The GSM 7 bit default alphabet and its extension table (3GPP TS 23.038 6.2.1), and the packing of septets into
// octets (6.1.2.1). Internal to smpp; national tables come beside these two.
#pragma once

#include "smpp/octets.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace smpp {

inline constexpr std::uint8_t kEscape = 0x1B;

struct Gsm7Code {
  std::uint8_t septet = 0;
  bool escaped = false;  // preceded by kEscape, so two septets
};

[[nodiscard]] std::optional<Gsm7Code> gsm7_of(char32_t code_point);

// One septet per octet (P93). Never fails: an octet above 0x7F becomes U+FFFD, an escape that means nothing a space,
// an unknown extension its default-table character (23.038 6.2.1.1).
[[nodiscard]] std::string gsm7_text(std::span<const std::byte> septets);

// Bits before the first septet, so that the septets after a header of that many octets begin at a septet boundary.
[[nodiscard]] constexpr std::size_t gsm7_fill_bits(std::size_t udh_octets) { return (7 - udh_octets * 8 % 7) % 7; }

// Least significant bit first. Seven spare bits at the end carry CR, not a phantom '@' (P94).
[[nodiscard]] Octets gsm7_pack(std::span<const std::byte> septets, std::size_t fill_bits);
// All septets there are room for, except one CR or '@' at the end that may be padding (P94).
[[nodiscard]] Octets gsm7_unpack(std::span<const std::byte> octets, std::size_t fill_bits);

}  // namespace smpp
