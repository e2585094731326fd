#include "smpp/text_alphabet.hpp"

#include "smpp/code_point_index.hpp"
#include "smpp/gsm7.hpp"
#include "smpp/unicode.hpp"

#include <array>

namespace smpp {
namespace {

// 0x80 to 0x9F of Windows code page 1252; 0: not assigned.
constexpr std::array<char16_t, 32> kCp1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                           0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                           0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                           0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

constexpr auto kCp1252Index = [] {
  CodePointIndex<7> index;
  for (const char16_t character : kCp1252) {
    if (character != 0) index.add(character);
  }
  return index;
}();
constexpr auto kCp1252Reverse = [] {
  std::array<std::uint8_t, kCp1252Index.size()> octets{};
  for (std::size_t i = 0; i < kCp1252.size(); ++i) {
    if (kCp1252[i] != 0) octets[kCp1252Index.at(kCp1252[i])] = static_cast<std::uint8_t>(0x80 + i);
  }
  return octets;
}();

// The octet of a character in code page 1252; 0 for none (and for U+0000, which no text has a use for).
std::uint8_t cp1252_of(char32_t code_point) {
  if (code_point < 0x80 || (code_point >= 0xA0 && code_point <= 0xFF)) return static_cast<std::uint8_t>(code_point);
  return kCp1252Reverse[kCp1252Index.at(code_point)];
}

void append_utf16(Octets& out, char32_t code_point, bool little_endian) {
  const auto put = [&](char32_t unit) {
    const auto high = static_cast<std::byte>(unit >> 8 & 0xFF), low = static_cast<std::byte>(unit & 0xFF);
    out.push_back(little_endian ? low : high);
    out.push_back(little_endian ? high : low);
  };
  if (code_point < 0x10000) return put(code_point);
  put(0xD800 + ((code_point - 0x10000) >> 10));
  put(0xDC00 + ((code_point - 0x10000) & 0x3FF));
}

// Octets of a character in an alphabet of its own octets; 0: it has none there.
std::uint8_t octets_in(Alphabet alphabet, char32_t code_point) {
  switch (alphabet) {
    case Alphabet::latin1: return code_point <= 0xFF ? 1 : 0;
    case Alphabet::ascii: return code_point <= 0x7F ? 1 : 0;
    case Alphabet::cp1252: return cp1252_of(code_point) != 0 ? 1 : 0;
    case Alphabet::utf8: return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    default: return 0;
  }
}

}  // namespace

Cost cost_of(const Plan& plan, char32_t code_point) {
  if (plan.alphabet == Alphabet::ucs2) return code_point < 0x10000 ? Cost{1, 2} : Cost{2, 4};
  if (plan.unit == Unit::octet) {
    const std::uint8_t octets = octets_in(plan.alphabet, code_point);
    return {octets, octets};
  }
  const std::uint8_t code = gsm7_code(code_point, plan.languages);
  if (code == kEscape) return {};
  const std::uint8_t septets = code > 0x7F ? 2 : 1;
  if (plan.alphabet == Alphabet::gsm7 || plan.alphabet == Alphabet::gsm7_packed) return {septets, septets};
  const std::uint8_t octets = octets_in(plan.alphabet, code_point);
  return octets == 0 ? Cost{} : Cost{septets, octets};
}

void append_character(Octets& out, const Plan& plan, char32_t code_point) {
  switch (plan.alphabet) {
    case Alphabet::gsm7:
    case Alphabet::gsm7_packed: {
      const std::uint8_t code = gsm7_code(code_point, plan.languages);
      if (code > 0x7F) out.push_back(std::byte{kEscape});
      out.push_back(static_cast<std::byte>(code & 0x7F));
      return;
    }
    case Alphabet::latin1:
    case Alphabet::ascii: out.push_back(static_cast<std::byte>(code_point & 0xFF)); return;
    case Alphabet::cp1252: out.push_back(std::byte{cp1252_of(code_point)}); return;
    case Alphabet::utf8: {
      std::string text;
      append_utf8(text, code_point);
      const auto octets = octets_of(text);
      out.insert(out.end(), octets.begin(), octets.end());
      return;
    }
    case Alphabet::ucs2: append_utf16(out, code_point, plan.little_endian); return;
  }
}

std::string cp1252_text(std::span<const std::byte> octets) {
  std::string out;
  for (const std::byte octet : octets) {
    const auto value = std::to_integer<char32_t>(octet);
    const char32_t mapped = value >= 0x80 && value < 0xA0 ? kCp1252[value - 0x80] : value;
    append_utf8(out, mapped == 0 && value != 0 ? kReplacement : mapped);
  }
  return out;
}

}  // namespace smpp
