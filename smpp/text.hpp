// Message text to octets and back: the GSM 7 bit alphabets of 3GPP TS 23.038 with their national tables, Latin-1, UCS-2
// and what else an SMSC may mean by a data_coding (SMPP v3.4 5.2.19, v5.0 4.7.7). Text is UTF-8 on our side.
// What a carrier does its own way is said by EncodeOptions and DecodeOptions; the result of encoding says everything
// that the PDUs need, whichever way long texts go.
#pragma once

#include "smpp/octets.hpp"
#include "smpp/result.hpp"
#include "smpp/tlv.hpp"
#include "smpp/transliteration.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

// What a carrier means by data_coding 0 (P95). gsm7 is one septet per octet (P93).
enum class Alphabet { gsm7, gsm7_packed, latin1, ascii, cp1252, utf8, ucs2 };

enum class Coding { gsm7, latin1, ucs2, octets };  // what an encoded text uses; octets: it was none
[[nodiscard]] constexpr std::string_view to_string(Coding coding) {
  constexpr std::string_view kNames[] = {"gsm7", "latin1", "ucs2", "octets"};
  return kNames[static_cast<std::size_t>(coding)];
}

enum class Unit { septet, octet, utf16 };          // in what a message is full
// What 140 octets of user data hold behind a header of so many octets, its length octet included; 0: no header (P104).
[[nodiscard]] constexpr std::size_t capacity_of(Unit unit, std::size_t udh_octets) {
  const std::size_t left = udh_octets < 140 ? 140 - udh_octets : 0;
  return unit == Unit::septet ? left * 8 / 7 : unit == Unit::octet ? left : left / 2;
}

// National language identifiers of 23.038 6.2.1.2.4: 1 Turkish, 2 Spanish (single shift only), 3 Portuguese, 4 Bengali,
// 5 Gujarati, 6 Hindi, 7 Kannada, 8 Malayalam, 9 Oriya, 10 Punjabi, 11 Tamil, 12 Telugu, 13 Urdu; 0 none.
struct NationalLanguages {
  std::uint8_t locking = 0;       // instead of the default alphabet (UDH element 0x25)
  std::uint8_t single_shift = 0;  // instead of the default extension table (0x24)
  bool operator==(const NationalLanguages&) const = default;
};

// Which alphabet a data_coding means at one SMSC, where it is not the one of the specification (P96).
class DataCodings {
 public:
  void set(std::uint8_t data_coding, Alphabet alphabet);
  [[nodiscard]] std::optional<Alphabet> find(std::uint8_t data_coding) const;
  // The lowest one that was set to this alphabet.
  [[nodiscard]] std::optional<std::uint8_t> data_coding_of(Alphabet alphabet) const;

 private:
  std::array<std::uint8_t, 256> alphabets_{};  // 0: as specified, else the Alphabet + 1
};

// ---- text to octets

// True when a text may be cut before the code point at this UTF-8 offset; supplied by callers that know graphemes.
using BreakPredicate = std::function<bool(std::string_view text, std::size_t offset)>;

// How a text goes that one message does not hold (P102).
enum class LongMode {
  udh8,      // parts with an 8-bit concatenation header
  udh16,     // the same with a 16-bit reference
  sar,       // parts with SAR TLVs; the SMSC writes the headers
  payload,   // one PDU with message_payload
  split,     // messages that do not know of each other
  truncate,  // what fits one message
};

// How a message class (0 is "flash") is told (P101).
enum class ClassBy { coding_group_f, coding_group_1, dest_addr_subunit };

struct EncodeOptions {
  Alphabet default_alphabet = Alphabet::gsm7;
  bool allow_ucs2 = true;
  std::uint32_t max_parts = 10;      // P106; never more than 255
  std::uint16_t reference = 0;       // concatenation reference of the parts (8-bit UDH: the low octet)
  BreakPredicate may_break;          // empty: any code point boundary

  bool allow_latin1 = false;         // data_coding 3 (P98), for
  bool latin1_beyond_gsm = false;    // false: characters that GSM has as well; true: all, as on CDMA: 140 octets
  std::uint16_t national_shift = 0;  // bit n: the tables of national language n may be used
  bool ucs2_little_endian = false;
  DataCodings dcs_map;
  std::vector<std::uint8_t> refused; // data_codings the peer has refused: the next in order is taken (P99)
  Transliteration translit = Transliteration::off;
  LongMode long_mode = LongMode::udh8;
  std::optional<std::uint8_t> message_class;  // 0 to 3
  ClassBy class_by = ClassBy::coding_group_f;
};

// What a PDU has to carry: these octets, UDHI if so, and these TLVs besides its own.
struct EncodedPart {
  Octets short_message;              // with its UDH when udhi; empty when `tlvs` has message_payload
  bool udhi = false;                 // set UDHI (0x40) in esm_class
  Tlvs tlvs;                         // SAR, message_payload, dest_addr_subunit
};

struct EncodedText {
  Coding coding = Coding::gsm7;
  std::uint8_t data_coding = 0;
  std::vector<EncodedPart> parts;    // at least one; a PDU each
  std::size_t segments = 1;          // messages over the air: parts, or what the SMSC will make of a message_payload
  Unit unit = Unit::septet;
  NationalLanguages languages;       // whose tables the parts name in their UDH
  bool truncated = false;            // LongMode::truncate left something out
  std::vector<Replacement> replaced; // by transliteration, in order of first appearance (P100)
};

// The smallest coding that holds the text, cut into parts. In this order (P98): the default alphabet, when every
// character is in it and, as it goes on as GSM-7 behind the SMSC, in GSM-7 too; Latin-1; GSM-7 with national tables, the
// fewest segments first; UCS-2. Transliteration is kept only where it spares UCS-2. Parts are counted in what reaches
// the handset, by simulation (P104, P105): no part ends inside an escape, a surrogate pair or, unless that costs a
// part, before a code point where `may_break` is false.
// National tables and `sar` exclude each other (P108), as do national tables and `payload`, except for a text that one
// message holds.
// Errors: invalid_utf8, empty_text, too_many_parts, not_in_alphabet (no coding that is allowed has the characters).
[[nodiscard]] result<EncodedText> encode_text(std::string_view utf8, const EncodeOptions& options);

// The same for what is not text: 140 octets, 134 a part (P104); data_coding 4, or the octet groups of a message class.
[[nodiscard]] result<EncodedText> encode_octets(std::span<const std::byte> octets, const EncodeOptions& options);

// ---- octets to text

struct DecodeOptions {
  Alphabet default_alphabet = Alphabet::gsm7;
  DataCodings dcs_map;
  bool dcs4_text = false;            // data_coding 4 holds text (P96)
  bool ucs2_little_endian = false;   // unless a byte order mark says otherwise (P97)
  bool gsm_data_coding = false;      // 23.038 also below 0x10, as SMPP 3.3 has it
};

// What the user data header says about the text behind it.
struct TextHeader {
  std::size_t octets = 0;            // with its length octet: aligns packed GSM-7
  NationalLanguages languages;
};

struct DecodedText {
  std::string text;                  // valid UTF-8 always
  bool raw = false;                  // octets, compressed, or an alphabet not known here: `text` is only a rendering
  bool damaged = false;              // something could not be read and is U+FFFD, or an odd octet was dropped
};

// Never fails. `octets` without UDH. One NUL that the SMSC counted at the end is dropped (P16).
[[nodiscard]] DecodedText read_text(std::span<const std::byte> octets, std::uint8_t data_coding,
                                    const DecodeOptions& options, const TextHeader& header = {});
// Only its text.
[[nodiscard]] std::string decode_text(std::span<const std::byte> octets, std::uint8_t data_coding,
                                      const DecodeOptions& options, const TextHeader& header = {});
[[nodiscard]] std::string decode_text(std::span<const std::byte> octets, std::uint8_t data_coding,
                                      Alphabet default_alphabet, std::size_t udh_octets = 0);

// Neighbouring parts of one message, in their order. Parts of one data_coding are joined before they are decoded, since
// a sender may have cut a character in two; packed septets are unpacked part by part (P110).
struct ReceivedPart {
  std::span<const std::byte> octets;
  std::uint8_t data_coding = 0;
  TextHeader header;
};
[[nodiscard]] DecodedText read_parts(std::span<const ReceivedPart> parts, const DecodeOptions& options);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace smpp
