// Message text to octets and back: GSM 03.38 default alphabet with its extension table (3GPP TS 23.038 6.2.1),
// Latin-1, UCS-2 (UTF-16BE) and raw octets; data_coding values of SMPP v3.4 5.2.19. Text is UTF-8 on our side.
#pragma once

#include "smpp/octets.hpp"
#include "smpp/result.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

enum class Alphabet { gsm7, gsm7_packed, latin1, ascii, cp1252, utf8, ucs2 };  // what a carrier means by data_coding 0

enum class Coding { gsm7, latin1, ucs2 };  // what an encoded text uses

// True when a text may be cut before the code point at this UTF-8 offset; supplied by callers that know graphemes.
using BreakPredicate = std::function<bool(std::string_view text, std::size_t offset)>;

struct EncodeOptions {
  Alphabet default_alphabet = Alphabet::gsm7;
  bool allow_ucs2 = true;
  std::uint32_t max_parts = 10;      // P106
  std::uint16_t reference = 0;       // concatenation reference of the parts (8-bit UDH: the low octet)
  BreakPredicate may_break;          // empty: any code point boundary
};

struct EncodedPart {
  Octets short_message;              // with its UDH when udhi
  bool udhi = false;                 // set UDHI (0x40) in esm_class
};

struct EncodedText {
  Coding coding = Coding::gsm7;
  std::uint8_t data_coding = 0;
  std::vector<EncodedPart> parts;    // at least one
};

// The smallest coding that holds the text, cut into parts. The default alphabet is used when every character is in it
// and, as it goes on as GSM-7 behind the SMSC, in GSM-7 too (P98); parts are counted in what reaches the handset: GSM-7
// septets or UTF-16 units, by simulation (P104, P105). Errors: invalid_utf8, empty_text, too_many_parts,
// not_in_alphabet (only without allow_ucs2).
[[nodiscard]] result<EncodedText> encode_text(std::string_view utf8, const EncodeOptions& options);

// Never fails: what cannot be decoded becomes U+FFFD. `octets` without UDH; its length matters for packed GSM-7 only.
// One NUL that the SMSC counted at the end is dropped (P16).
[[nodiscard]] std::string decode_text(std::span<const std::byte> octets, std::uint8_t data_coding,
                                      Alphabet default_alphabet, std::size_t udh_octets = 0);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace smpp
