// The GSM 7 bit alphabets (3GPP TS 23.038 6.2.1, A.2, A.3): the default one with its extension table, or the tables of a
// national language, and the packing of septets into octets (6.1.2.1). Internal to smpp; the tables are gsm7_tables.inc.
#pragma once

#include "smpp/octets.hpp"
#include "smpp/text.hpp"

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

// The septet of a character, 0x80 added when it is escaped; kEscape: it has none. From the locking table where it is in
// both. In one octet, since every character of every text asks for it.
[[nodiscard]] std::uint8_t gsm7_code(char32_t code_point, NationalLanguages languages);

[[nodiscard]] inline std::optional<Gsm7Code> gsm7_of(char32_t code_point, NationalLanguages languages = {}) {
  const std::uint8_t code = gsm7_code(code_point, languages);
  if (code == kEscape) return std::nullopt;
  return Gsm7Code{static_cast<std::uint8_t>(code & 0x7F), code > 0x7F};
}

// One septet per octet (P93). Never fails: an octet above 0x7F becomes U+FFFD, as does a septet that the locking table
// leaves open; an escape that means nothing a space, an unknown extension the character of the locking table (23.038
// 6.2.1.1). A language unknown here reads as the default one.
[[nodiscard]] std::string gsm7_text(std::span<const std::byte> septets, NationalLanguages languages = {});

// Bits before the first septet, so that the septets after a header of that many octets begin at a septet boundary.
[[nodiscard]] constexpr std::size_t gsm7_fill_bits(std::size_t udh_octets) { return (7 - udh_octets * 8 % 7) % 7; }

// Least significant bit first. Seven spare bits at the end carry CR, not a phantom '@' (23.038 6.1.2.3.1, P94).
[[nodiscard]] Octets gsm7_pack(std::span<const std::byte> septets, std::size_t fill_bits);
// All septets there is room for.
[[nodiscard]] Octets gsm7_septets(std::span<const std::byte> octets, std::size_t fill_bits);
// The last septet may be seven spare bits.
[[nodiscard]] constexpr bool gsm7_may_be_padded(std::size_t octets, std::size_t fill_bits) {
  const std::size_t bits = octets * 8 - fill_bits;
  return octets * 8 > fill_bits && bits % 7 == 0 && bits > 7;
}
// All septets there is room for, except one CR or '@' at the end that may be padding (P94).
[[nodiscard]] Octets gsm7_unpack(std::span<const std::byte> octets, std::size_t fill_bits);

}  // namespace smpp
