// Octets to text. What data_coding means: 0x00 to 0x0F as SMPP v5.0 4.7.7 has it, above as 3GPP TS 23.038 (P96).
#include "smpp/text.hpp"

#include "smpp/gsm7.hpp"
#include "smpp/text_alphabet.hpp"
#include "smpp/unicode.hpp"

namespace smpp {
namespace {

enum class Meaning { default_alphabet, latin1, ascii, ucs2 };

// 23.038 general data coding: bits 3 and 2 choose the alphabet; bit 5 says compressed, which is shown as octets.
Meaning general_group(std::uint8_t data_coding) {
  if ((data_coding & 0x20) != 0) return Meaning::latin1;
  switch (data_coding >> 2 & 3) {
    case 1: return Meaning::latin1;
    case 2: return Meaning::ucs2;
    default: return Meaning::default_alphabet;
  }
}

Meaning meaning_of(std::uint8_t data_coding) {
  switch (data_coding) {
    case 0x00: return Meaning::default_alphabet;
    case 0x01:  // IA5: real SMSCs mean Latin-1 where they set the high bit
    case 0x02:  // octets: shown as they are, for the message is text to somebody
    case 0x03:
    case 0x04: return Meaning::latin1;
    case 0x08: return Meaning::ucs2;
    default: break;
  }
  if (data_coding < 0x10) return Meaning::ascii;
  if (data_coding < 0x80) return general_group(data_coding);
  if ((data_coding & 0xF0) == 0xE0) return Meaning::ucs2;
  if ((data_coding & 0xF4) == 0xF4) return Meaning::latin1;
  return Meaning::default_alphabet;
}

std::string latin1_text(std::span<const std::byte> octets) {
  std::string out;
  out.reserve(octets.size());
  for (const std::byte octet : octets) append_utf8(out, std::to_integer<char32_t>(octet));
  return out;
}

std::string ascii_text(std::span<const std::byte> octets) {
  std::string out;
  out.reserve(octets.size());
  for (const std::byte octet : octets) {
    append_utf8(out, octet <= std::byte{0x7F} ? std::to_integer<char32_t>(octet) : kReplacement);
  }
  return out;
}

std::string utf8_text(std::span<const std::byte> octets) {
  std::string out;
  const std::string_view text = view_of(octets);
  for (std::size_t at = 0; at < text.size();) append_utf8(out, next_code_point(text, at).value_or(kReplacement));
  return out;
}

// P97: big-endian unless it begins with FF FE; an odd octet at the end is dropped.
std::string utf16_text(std::span<const std::byte> octets) {
  const auto unit_at = [&](std::size_t i, bool little) {
    const auto first = std::to_integer<char32_t>(octets[i]);
    const auto second = std::to_integer<char32_t>(octets[i + 1]);
    return little ? second << 8 | first : first << 8 | second;
  };
  std::size_t at = 0;
  std::size_t end = octets.size() / 2 * 2;
  const bool marked = end >= 2 && (unit_at(0, false) == 0xFEFF || unit_at(0, false) == 0xFFFE);
  const bool little = marked && unit_at(0, false) == 0xFFFE;
  if (marked) at = 2;
  if (end > at && unit_at(end - 2, false) == 0) end -= 2;

  std::string out;
  while (at < end) {
    char32_t value = unit_at(at, little);
    at += 2;
    if (value >= 0xD800 && value <= 0xDFFF) {
      const char32_t low = value < 0xDC00 && at < end ? unit_at(at, little) : 0;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      } else {
        value = kReplacement;
      }
    }
    append_utf8(out, value);
  }
  return out;
}

std::string default_text(std::span<const std::byte> octets, Alphabet alphabet, std::size_t udh_octets) {
  switch (alphabet) {
    case Alphabet::gsm7: return gsm7_text(octets);
    case Alphabet::gsm7_packed: return gsm7_text(gsm7_unpack(octets, gsm7_fill_bits(udh_octets)));
    case Alphabet::latin1: return latin1_text(octets);
    case Alphabet::ascii: return ascii_text(octets);
    case Alphabet::cp1252: return cp1252_text(octets);
    case Alphabet::utf8: return utf8_text(octets);
    case Alphabet::ucs2: return utf16_text(octets);
  }
  return {};
}

}  // namespace

std::string decode_text(std::span<const std::byte> octets, std::uint8_t data_coding, Alphabet default_alphabet,
                        std::size_t udh_octets) {
  const Meaning meaning = meaning_of(data_coding);
  const bool in_default = meaning == Meaning::default_alphabet;
  const bool wide = meaning == Meaning::ucs2 || (in_default && default_alphabet == Alphabet::ucs2);
  const bool packed = in_default && default_alphabet == Alphabet::gsm7_packed;
  // A text of one 0x00 is "@".
  if (!wide && !packed && octets.size() > 1 && octets.back() == std::byte{0}) octets = octets.first(octets.size() - 1);
  switch (meaning) {
    case Meaning::default_alphabet: return default_text(octets, default_alphabet, udh_octets);
    case Meaning::latin1: return latin1_text(octets);
    case Meaning::ascii: return ascii_text(octets);
    case Meaning::ucs2: return utf16_text(octets);
  }
  return {};
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!next_code_point(text, at)) return false;
  }
  return true;
}

}  // namespace smpp
