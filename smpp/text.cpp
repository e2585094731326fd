// Octets to text. What data_coding means: 0x00 to 0x0F as SMPP v5.0 4.7.7 has it, above as 3GPP TS 23.038 (P96).
#include "smpp/text.hpp"

#include "smpp/gsm7.hpp"
#include "smpp/text_alphabet.hpp"
#include "smpp/unicode.hpp"

#include <algorithm>

namespace smpp {
namespace {

// How octets are read: every Alphabet, and what only data_coding can name.
enum class Reading { gsm7, gsm7_packed, latin1, ascii, cp1252, utf8, ucs2, cyrillic, hebrew };

struct Meaning {
  Reading reading = Reading::gsm7;
  bool raw = false;  // no text, or in an alphabet that is not known here
};

Reading reading_of(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::gsm7: return Reading::gsm7;
    case Alphabet::gsm7_packed: return Reading::gsm7_packed;
    case Alphabet::latin1: return Reading::latin1;
    case Alphabet::ascii: return Reading::ascii;
    case Alphabet::cp1252: return Reading::cp1252;
    case Alphabet::utf8: return Reading::utf8;
    case Alphabet::ucs2: return Reading::ucs2;
  }
  return Reading::gsm7;
}

// 23.038 section 4. `gsm`: the GSM 7 bit alphabet as this SMSC writes it.
Meaning meaning_in_gsm(std::uint8_t data_coding, Reading gsm) {
  constexpr Meaning kOctets{Reading::latin1, true};
  if (data_coding < 0x80) {  // general and automatic deletion groups: bit 5 says compressed, bits 3 and 2 the alphabet
    if ((data_coding & 0x20) != 0) return kOctets;
    switch (data_coding >> 2 & 3) {
      case 1: return kOctets;
      case 2: return {Reading::ucs2};
      default: return {gsm};
    }
  }
  if ((data_coding & 0xF0) == 0xE0) return {Reading::ucs2};  // message waiting, store
  if ((data_coding & 0xF4) == 0xF4) return kOctets;
  return {gsm};
}

// SMPP v5.0 4.7.7.
Meaning meaning_in_smpp(std::uint8_t data_coding, const DecodeOptions& options) {
  switch (data_coding) {
    case 0x00: return {reading_of(options.default_alphabet)};
    case 0x01:  // IA5: real SMSCs mean Latin-1 where they set the high bit
    case 0x03: return {Reading::latin1};
    case 0x02: return {Reading::latin1, true};
    case 0x04: return {Reading::latin1, !options.dcs4_text};
    case 0x06: return {Reading::cyrillic};
    case 0x07: return {Reading::hebrew};
    case 0x08: return {Reading::ucs2};
    case 0x05:  // JIS
    case 0x09:  // pictograms
    case 0x0A:  // ISO-2022-JP
    case 0x0D:  // extended Kanji
    case 0x0E: return {Reading::ascii, true};  // KS C 5601
    default: return {Reading::ascii};
  }
}

Meaning meaning_of(std::uint8_t data_coding, const DecodeOptions& options) {
  if (const auto set = options.dcs_map.find(data_coding)) return {reading_of(*set)};
  const bool packed = options.default_alphabet == Alphabet::gsm7_packed;
  const bool text_in_4 = data_coding == 4 && options.dcs4_text;
  if (data_coding >= 0x10 || (options.gsm_data_coding && !text_in_4)) {
    if (data_coding == 0) return {reading_of(options.default_alphabet)};
    return meaning_in_gsm(data_coding, packed ? Reading::gsm7_packed : Reading::gsm7);
  }
  return meaning_in_smpp(data_coding, options);
}

std::string utf8_text(std::span<const std::byte> octets) {
  std::string out;
  const std::string_view text = view_of(octets);
  for (std::size_t at = 0; at < text.size();) append_utf8(out, next_code_point(text, at).value_or(kReplacement));
  return out;
}

// ISO-8859-5: the Cyrillic block of Unicode stands in its order.
char32_t cyrillic_of(std::uint8_t octet) {
  if (octet <= 0xA0 || octet == 0xAD) return octet;
  if (octet == 0xF0) return 0x2116;
  if (octet == 0xFD) return 0xA7;
  return 0x360U + octet;
}

// ISO-8859-8.
char32_t hebrew_of(std::uint8_t octet) {
  if (octet <= 0xBE) return octet == 0xA1 ? kReplacement : octet == 0xAA ? 0xD7U : octet == 0xBA ? 0xF7U : octet;
  if (octet >= 0xE0 && octet <= 0xFA) return 0x4F0U + octet;
  return octet == 0xDF ? 0x2017U : octet == 0xFD ? 0x200EU : octet == 0xFE ? 0x200FU : kReplacement;
}

template <class CodePointOf>
std::string octets_text(std::span<const std::byte> octets, CodePointOf code_point_of) {
  std::string out;
  out.reserve(octets.size());
  for (const std::byte octet : octets) append_utf8(out, code_point_of(std::to_integer<std::uint8_t>(octet)));
  return out;
}

// P97: as a byte order mark says, which is dropped, else as the SMSC is known for.
std::string utf16_text(std::span<const std::byte> octets, bool little, bool& damaged) {
  std::size_t at = 0;
  std::size_t end = octets.size() / 2 * 2;
  if (end != octets.size()) damaged = true;
  const auto unit_at = [&](std::size_t i) {
    const auto first = std::to_integer<char32_t>(octets[i]);
    const auto second = std::to_integer<char32_t>(octets[i + 1]);
    return little ? second << 8 | first : first << 8 | second;
  };
  if (end >= 2 && (unit_at(0) == 0xFEFF || unit_at(0) == 0xFFFE)) {
    if (unit_at(0) == 0xFFFE) little = !little;
    at = 2;
  }
  std::string out;
  out.reserve(end);
  while (at < end) {
    char32_t value = unit_at(at);
    at += 2;
    if (value >= 0xD800 && value <= 0xDFFF) {
      const char32_t low = value < 0xDC00 && at < end ? unit_at(at) : 0;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      } else {
        value = kReplacement;
        damaged = true;
      }
    }
    append_utf8(out, value);
  }
  return out;
}

bool has_replacement(std::string_view text) { return text.find("\xEF\xBF\xBD") != std::string_view::npos; }

// P16. A text of one 0x00 is "@".
std::span<const std::byte> without_nul(std::span<const std::byte> octets, Reading reading) {
  if (reading == Reading::gsm7_packed) return octets;
  const std::size_t width = reading == Reading::ucs2 ? 2 : 1;
  const std::size_t size = octets.size() / width * width;
  if (size < 2) return octets;
  for (std::size_t i = size - width; i < size; ++i) {
    if (octets[i] != std::byte{0}) return octets;
  }
  return octets.first(size - width);
}

// Packed GSM-7 comes here unpacked.
DecodedText read(std::span<const std::byte> octets, Meaning meaning, const DecodeOptions& options,
                 NationalLanguages languages) {
  DecodedText out;
  out.raw = meaning.raw;
  switch (meaning.reading) {
    case Reading::gsm7:
    case Reading::gsm7_packed: out.text = gsm7_text(octets, languages); break;
    case Reading::latin1: out.text = octets_text(octets, [](std::uint8_t octet) { return char32_t{octet}; }); break;
    case Reading::ascii:
      out.text = octets_text(octets, [](std::uint8_t octet) { return octet <= 0x7F ? char32_t{octet} : kReplacement; });
      break;
    case Reading::cp1252: out.text = cp1252_text(octets); break;
    case Reading::utf8: out.text = utf8_text(octets); break;
    case Reading::ucs2: out.text = utf16_text(octets, options.ucs2_little_endian, out.damaged); break;
    case Reading::cyrillic: out.text = octets_text(octets, cyrillic_of); break;
    case Reading::hebrew: out.text = octets_text(octets, hebrew_of); break;
  }
  out.damaged = out.damaged || (meaning.reading != Reading::ucs2 && has_replacement(out.text));
  return out;
}

// The septets of a part that another follows. Where the seven last bits may be padding they are septets more often
// than not, since a sender fills its parts; an '@' is padding only where an escape did not fit any more (P94, P105).
void append_septets(Octets& out, const ReceivedPart& part, bool next_begins_with_escape) {
  const std::size_t fill_bits = gsm7_fill_bits(part.header.octets);
  Octets septets = gsm7_septets(part.octets, fill_bits);
  if (!septets.empty() && gsm7_may_be_padded(part.octets.size(), fill_bits)) {
    const bool pad = septets.back() == std::byte{'\r'} || (septets.back() == std::byte{0} && next_begins_with_escape);
    if (pad) septets.pop_back();
  }
  out.insert(out.end(), septets.begin(), septets.end());
}

bool begins_with_escape(const ReceivedPart& part) {
  const Octets septets = gsm7_septets(part.octets.first(std::min<std::size_t>(part.octets.size(), 2)),
                                      gsm7_fill_bits(part.header.octets));
  return !septets.empty() && septets.front() == std::byte{kEscape};
}

// Parts of one data_coding and language, the last of the message among them or not.
DecodedText read_run(std::span<const ReceivedPart> run, const DecodeOptions& options, bool ends_message) {
  const Meaning meaning = meaning_of(run.front().data_coding, options);
  const NationalLanguages languages = run.front().header.languages;
  Octets joined;
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (meaning.reading != Reading::gsm7_packed) {
      joined.insert(joined.end(), run[i].octets.begin(), run[i].octets.end());
    } else if (i + 1 < run.size()) {
      append_septets(joined, run[i], begins_with_escape(run[i + 1]));
    } else {
      const Octets septets = gsm7_unpack(run[i].octets, gsm7_fill_bits(run[i].header.octets));
      joined.insert(joined.end(), septets.begin(), septets.end());
    }
  }
  return read(ends_message ? without_nul(joined, meaning.reading) : joined, meaning, options, languages);
}

}  // namespace

DecodedText read_text(std::span<const std::byte> octets, std::uint8_t data_coding, const DecodeOptions& options,
                      const TextHeader& header) {
  const Meaning meaning = meaning_of(data_coding, options);
  if (meaning.reading == Reading::gsm7_packed) {
    return read(gsm7_unpack(octets, gsm7_fill_bits(header.octets)), meaning, options, header.languages);
  }
  return read(without_nul(octets, meaning.reading), meaning, options, header.languages);
}

std::string decode_text(std::span<const std::byte> octets, std::uint8_t data_coding, const DecodeOptions& options,
                        const TextHeader& header) {
  return read_text(octets, data_coding, options, header).text;
}

std::string decode_text(std::span<const std::byte> octets, std::uint8_t data_coding, Alphabet default_alphabet,
                        std::size_t udh_octets) {
  DecodeOptions options;
  options.default_alphabet = default_alphabet;
  return read_text(octets, data_coding, options, {udh_octets, {}}).text;
}

DecodedText read_parts(std::span<const ReceivedPart> parts, const DecodeOptions& options) {
  DecodedText whole;
  for (std::size_t begin = 0; begin < parts.size();) {
    std::size_t end = begin + 1;
    const auto joins = [&](const ReceivedPart& part) {
      return part.data_coding == parts[begin].data_coding && part.header.languages == parts[begin].header.languages;
    };
    while (end < parts.size() && joins(parts[end])) ++end;
    DecodedText read = read_run(parts.subspan(begin, end - begin), options, end == parts.size());
    whole.text += read.text;
    whole.raw = whole.raw || read.raw;
    whole.damaged = whole.damaged || read.damaged;
    begin = end;
  }
  return whole;
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!next_code_point(text, at)) return false;
  }
  return true;
}

}  // namespace smpp
