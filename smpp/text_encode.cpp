// Text to octets: choose the alphabet, cut into parts, write each part. A part ends only between code points, so
// neither an escape nor a surrogate pair is ever torn (P105); parts are filled one after the other, since a pair that
// does not fit leaves a unit free and a division would count wrong.
#include "smpp/text.hpp"

#include "smpp/gsm7.hpp"
#include "smpp/text_alphabet.hpp"
#include "smpp/unicode.hpp"

#include <algorithm>

namespace smpp {
namespace {

constexpr std::size_t kUdhOctets = 6;     // 05 00 03 reference total number
constexpr std::size_t kMostParts = 255;   // what the octet `total` can say
constexpr std::size_t kMostOctets = 254;  // of short_message (v3.4 5.2.21); only UTF-8 fills it before the septets
constexpr std::uint8_t kDataCodingUcs2 = 8;

// P104: what 140 octets of user data hold, alone and with the 8-bit concatenation header.
struct Capacity {
  std::size_t single, part;
};
constexpr Capacity kSeptets{160, 153};
constexpr Capacity kUtf16Units{70, 67};

struct Character {
  char32_t code_point;
  std::size_t offset;  // in the UTF-8 text
};

result<std::vector<Character>> characters_of(std::string_view utf8) {
  std::vector<Character> characters;
  characters.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t offset = at;
    const auto code_point = next_code_point(utf8, at);
    if (!code_point) return errc::invalid_utf8;
    characters.push_back({*code_point, offset});
  }
  return characters;
}

bool holds_all(Alphabet alphabet, const std::vector<Character>& characters) {
  return std::all_of(characters.begin(), characters.end(),
                     [&](const Character& character) { return has_character(alphabet, character.code_point); });
}

std::size_t octets_of(Alphabet alphabet, char32_t code_point) {
  if (alphabet != Alphabet::utf8 || code_point < 0x80) return 1;
  return code_point < 0x800 ? 2 : 3;  // what GSM-7 has at all lies below U+10000
}

// Where the part that begins at `begin` ends.
std::size_t end_of_part(const std::vector<Character>& characters, std::size_t begin, std::size_t capacity,
                        Alphabet alphabet, std::string_view utf8, const BreakPredicate& may_break) {
  std::size_t units = 0, octets = kUdhOctets;
  std::size_t end = begin;
  while (end < characters.size()) {
    units += units_of(alphabet, characters[end].code_point);
    octets += octets_of(alphabet, characters[end].code_point);
    if (units > capacity || octets > kMostOctets) break;
    ++end;
  }
  if (end == characters.size() || !may_break) return end;
  // A cluster longer than a part has to be cut somewhere: then where the part is full.
  for (std::size_t earlier = end; earlier > begin; --earlier) {
    if (may_break(utf8, characters[earlier].offset)) return earlier;
  }
  return end;
}

Octets user_data(const std::vector<Character>& characters, std::size_t begin, std::size_t end, Alphabet alphabet,
                 std::size_t udh_octets) {
  Octets octets;
  for (std::size_t i = begin; i < end; ++i) append_character(octets, alphabet, characters[i].code_point);
  if (alphabet == Alphabet::gsm7_packed) return gsm7_pack(octets, gsm7_fill_bits(udh_octets));
  return octets;
}

EncodedPart concatenated(std::uint16_t reference, std::size_t total, std::size_t number, const Octets& data) {
  EncodedPart part;
  part.udhi = true;
  const std::size_t header[] = {kUdhOctets - 1, 0, 3, reference, total, number};
  for (const std::size_t octet : header) {
    part.short_message.push_back(static_cast<std::byte>(octet & 0xFF));
  }
  part.short_message.insert(part.short_message.end(), data.begin(), data.end());
  return part;
}

Coding coding_of(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::gsm7:
    case Alphabet::gsm7_packed: return Coding::gsm7;
    case Alphabet::ucs2: return Coding::ucs2;
    default: return Coding::latin1;
  }
}

}  // namespace

result<EncodedText> encode_text(std::string_view utf8, const EncodeOptions& options) {
  if (utf8.empty()) return errc::empty_text;
  const auto characters = characters_of(utf8);
  if (!characters) return characters.error();

  EncodedText encoded;
  Alphabet alphabet = options.default_alphabet;
  if (!holds_all(alphabet, *characters)) {
    if (!options.allow_ucs2) return errc::not_in_alphabet;
    alphabet = Alphabet::ucs2;
    encoded.data_coding = kDataCodingUcs2;
  }
  encoded.coding = coding_of(alphabet);

  const Capacity capacity = counts_in_septets(alphabet) ? kSeptets : kUtf16Units;
  std::size_t units = 0, octets = 0;
  for (const Character& character : *characters) {
    units += units_of(alphabet, character.code_point);
    octets += octets_of(alphabet, character.code_point);
  }
  if (units <= capacity.single && octets <= kMostOctets) {
    encoded.parts.push_back({user_data(*characters, 0, characters->size(), alphabet, 0), false});
    return encoded;
  }

  const std::size_t most = std::min<std::size_t>(options.max_parts, kMostParts);
  std::vector<std::size_t> ends;
  for (std::size_t begin = 0; begin < characters->size(); begin = ends.back()) {
    if (ends.size() == most) return errc::too_many_parts;
    ends.push_back(end_of_part(*characters, begin, capacity.part, alphabet, utf8, options.may_break));
  }
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto data = user_data(*characters, i == 0 ? 0 : ends[i - 1], ends[i], alphabet, kUdhOctets);
    encoded.parts.push_back(concatenated(options.reference, ends.size(), i + 1, data));
  }
  return encoded;
}

}  // namespace smpp
