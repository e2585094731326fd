#include "smpp/gsm7.hpp"

#include "smpp/unicode.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace smpp {
namespace {

constexpr std::u16string_view kDefault =
    u"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    u"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static_assert(kDefault.size() == 128);

struct Extension {
  std::uint8_t septet;
  char16_t character;
};
constexpr std::array kExtension{
    Extension{0x0A, u'\f'}, Extension{0x14, u'^'}, Extension{0x28, u'{'}, Extension{0x29, u'}'}, Extension{0x2F, u'\\'},
    Extension{0x3C, u'['},  Extension{0x3D, u'~'}, Extension{0x3E, u']'}, Extension{0x40, u'|'}, Extension{0x65, u'€'},
};

struct Reverse {
  char16_t character = 0;
  Gsm7Code code;
};

// All characters sorted, for the few outside ASCII; ASCII has a table of its own below.
constexpr auto kReverse = [] {
  std::array<Reverse, 127 + kExtension.size()> rows{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < kDefault.size(); ++i) {
    if (i != kEscape) rows[count++] = {kDefault[i], {static_cast<std::uint8_t>(i), false}};
  }
  for (const Extension& row : kExtension) rows[count++] = {row.character, {row.septet, true}};
  std::sort(rows.begin(), rows.end(), [](const Reverse& a, const Reverse& b) { return a.character < b.character; });
  return rows;
}();

constexpr std::uint8_t kNone = 0xFF;

// Septet of an ASCII character, 0x80 added when escaped.
constexpr auto kAscii = [] {
  std::array<std::uint8_t, 128> codes{};
  codes.fill(kNone);
  for (const Reverse& row : kReverse) {
    if (row.character >= codes.size()) continue;
    codes[row.character] = static_cast<std::uint8_t>(row.code.septet | (row.code.escaped ? 0x80 : 0));
  }
  return codes;
}();

char32_t extension_of(std::uint8_t septet) {
  for (const Extension& row : kExtension) {
    if (row.septet == septet) return row.character;
  }
  return septet == kEscape ? U' ' : kDefault[septet];
}

}  // namespace

std::optional<Gsm7Code> gsm7_of(char32_t code_point) {
  if (code_point < kAscii.size()) {
    const std::uint8_t code = kAscii[code_point];
    if (code == kNone) return std::nullopt;
    return Gsm7Code{static_cast<std::uint8_t>(code & 0x7F), (code & 0x80) != 0};
  }
  const auto row = std::lower_bound(kReverse.begin(), kReverse.end(), code_point,
                                    [](const Reverse& left, char32_t right) { return left.character < right; });
  if (row == kReverse.end() || row->character != code_point) return std::nullopt;
  return row->code;
}

std::string gsm7_text(std::span<const std::byte> septets) {
  std::string out;
  out.reserve(septets.size());
  for (std::size_t i = 0; i < septets.size(); ++i) {
    const auto septet = std::to_integer<std::uint8_t>(septets[i]);
    if (septet > 0x7F) {
      append_utf8(out, kReplacement);
    } else if (septet != kEscape) {
      append_utf8(out, kDefault[septet]);
    } else if (i + 1 == septets.size()) {
      out += ' ';
    } else {
      const auto next = std::to_integer<std::uint8_t>(septets[++i]);
      append_utf8(out, next > 0x7F ? kReplacement : extension_of(next));
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

Octets gsm7_unpack(std::span<const std::byte> octets, std::size_t fill_bits) {
  if (octets.size() * 8 <= fill_bits) return {};
  const std::size_t bits = octets.size() * 8 - fill_bits;
  Octets septets(bits / 7);
  for (std::size_t i = 0; i < septets.size(); ++i) {
    const std::size_t bit = fill_bits + i * 7;
    unsigned two = std::to_integer<unsigned>(octets[bit / 8]);
    if (bit / 8 + 1 < octets.size()) two |= std::to_integer<unsigned>(octets[bit / 8 + 1]) << 8;
    septets[i] = static_cast<std::byte>(two >> bit % 8 & 0x7F);
  }
  const bool may_be_padding = bits % 7 == 0 && septets.size() > 1;
  if (may_be_padding && (septets.back() == std::byte{'\r'} || septets.back() == std::byte{0})) septets.pop_back();
  return septets;
}

}  // namespace smpp
