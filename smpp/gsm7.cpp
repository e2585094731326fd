#include "smpp/gsm7.hpp"

#include "smpp/code_point_index.hpp"
#include "smpp/unicode.hpp"

#include <array>

namespace smpp {
namespace {

constexpr std::size_t kLanguages = 14;  // national language identifiers 0 (none) to 13
using Table = std::array<char16_t, 128>;
using Tables = std::array<Table, kLanguages>;

constexpr Tables kLocking = [] {
  Tables tables{};
#define SMPP_SHIFT(language, name, ...)
#define SMPP_LOCKING(language, name, ...) tables[language] = Table{__VA_ARGS__};
#include "smpp/gsm7_tables.inc"
#undef SMPP_LOCKING
#undef SMPP_SHIFT
  tables[2] = tables[0];  // Spanish: 23.038 A.3.2
  return tables;
}();

constexpr Tables kShift = [] {
  Tables tables{};
#define SMPP_SHIFT(language, name, ...) tables[language] = Table{__VA_ARGS__};
#define SMPP_LOCKING(language, name, ...)
#include "smpp/gsm7_tables.inc"
#undef SMPP_LOCKING
#undef SMPP_SHIFT
  return tables;
}();

// From a character to its septet in one step: the blocks of 128 code points that any table has, in one row per table.
constexpr std::size_t kBlocks = 18;
constexpr auto kIndex = [] {
  CodePointIndex<kBlocks> index;
  for (const Tables* tables : {&kLocking, &kShift}) {
    for (const Table& table : *tables) {
      for (const char16_t character : table) {
        if (character != 0) index.add(character);
      }
    }
  }
  return index;
}();

constexpr std::uint8_t kNone = 0xFF;
using Reverse = std::array<std::uint8_t, kIndex.size()>;

// Where a table has a character twice, the lower septet counts.
constexpr std::array<Reverse, kLanguages> reversed(const Tables& tables) {
  std::array<Reverse, kLanguages> reverse{};
  for (std::size_t language = 0; language < kLanguages; ++language) {
    reverse[language].fill(kNone);
    for (std::size_t septet = tables[language].size(); septet-- > 0;) {
      const char16_t character = tables[language][septet];
      if (character != 0) reverse[language][kIndex.at(character)] = static_cast<std::uint8_t>(septet);
    }
  }
  return reverse;
}
constexpr auto kLockingReverse = reversed(kLocking);
constexpr auto kShiftReverse = reversed(kShift);

constexpr std::size_t known(std::uint8_t language) { return language < kLanguages ? language : 0; }

char32_t or_replacement(char16_t character) { return character == 0 ? kReplacement : char32_t{character}; }

}  // namespace

std::uint8_t gsm7_code(char32_t code_point, NationalLanguages languages) {
  const std::size_t at = kIndex.at(code_point);
  const std::uint8_t septet = kLockingReverse[known(languages.locking)][at];
  if (septet != kNone) return septet;
  const std::uint8_t escaped = kShiftReverse[known(languages.single_shift)][at];
  return escaped == kNone ? kEscape : static_cast<std::uint8_t>(escaped | 0x80);
}

std::string gsm7_text(std::span<const std::byte> septets, NationalLanguages languages) {
  const Table& locking = kLocking[known(languages.locking)];
  const Table& shift = kShift[known(languages.single_shift)];
  std::string out;
  out.reserve(septets.size());
  for (std::size_t i = 0; i < septets.size(); ++i) {
    const auto septet = std::to_integer<std::uint8_t>(septets[i]);
    if (septet > 0x7F) {
      append_utf8(out, kReplacement);
    } else if (septet != kEscape) {
      append_utf8(out, or_replacement(locking[septet]));
    } else if (i + 1 == septets.size()) {
      out += ' ';
    } else {
      const auto next = std::to_integer<std::uint8_t>(septets[++i]);
      if (next > 0x7F) {
        append_utf8(out, kReplacement);
      } else if (next == kEscape) {
        out += ' ';
      } else {
        append_utf8(out, shift[next] != 0 ? char32_t{shift[next]} : or_replacement(locking[next]));
      }
    }
  }
  return out;
}

Octets gsm7_pack(std::span<const std::byte> septets, std::size_t fill_bits) {
  const std::size_t bits = fill_bits + septets.size() * 7;
  Octets out((bits + 7) / 8);
  const auto put = [&](std::size_t bit, unsigned septet) {
    const unsigned shifted = septet << bit % 8;
    out[bit / 8] |= static_cast<std::byte>(shifted & 0xFF);
    if (shifted > 0xFF) out[bit / 8 + 1] |= static_cast<std::byte>(shifted >> 8);
  };
  for (std::size_t i = 0; i < septets.size(); ++i) put(fill_bits + i * 7, std::to_integer<unsigned>(septets[i]) & 0x7F);
  if (!septets.empty() && out.size() * 8 - bits == 7) put(bits, '\r');
  return out;
}

Octets gsm7_septets(std::span<const std::byte> octets, std::size_t fill_bits) {
  if (octets.size() * 8 <= fill_bits) return {};
  const std::size_t bits = octets.size() * 8 - fill_bits;
  Octets septets(bits / 7);
  for (std::size_t i = 0; i < septets.size(); ++i) {
    const std::size_t bit = fill_bits + i * 7;
    unsigned two = std::to_integer<unsigned>(octets[bit / 8]);
    if (bit / 8 + 1 < octets.size()) two |= std::to_integer<unsigned>(octets[bit / 8 + 1]) << 8;
    septets[i] = static_cast<std::byte>(two >> bit % 8 & 0x7F);
  }
  return septets;
}

Octets gsm7_unpack(std::span<const std::byte> octets, std::size_t fill_bits) {
  Octets septets = gsm7_septets(octets, fill_bits);
  const bool looks_padded = !septets.empty() && (septets.back() == std::byte{'\r'} || septets.back() == std::byte{0});
  if (looks_padded && gsm7_may_be_padded(octets.size(), fill_bits)) septets.pop_back();
  return septets;
}

}  // namespace smpp
