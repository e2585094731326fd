// Octets of any data_coding to text, and arbitrary UTF-8 to parts: within what a part may hold, numbered, and the same
// text again. First octet: alphabet of the SMSC and which of the two.
#include "smpp/text.hpp"

#include "smpp/gsm7.hpp"
#include "smpp/udh.hpp"
#include "test/fuzz/fuzz.hpp"

#include <vector>

namespace {

using fuzz::check;
using smpp::Alphabet;

constexpr Alphabet kAlphabets[] = {Alphabet::gsm7,   Alphabet::gsm7_packed, Alphabet::latin1, Alphabet::ascii,
                                   Alphabet::cp1252, Alphabet::utf8,        Alphabet::ucs2};
constexpr std::size_t kUdhOctets = 6;
constexpr std::size_t kMostOctets = 254;  // of short_message in v3.4
constexpr std::size_t kUserData = 140;    // 23.040: what a short message holds on the air

// One NUL at the end is the SMSC's (P16), "@" is one in GSM-7, a CR fills up packed septets (P94), a BOM is none of
// the text (P97): texts with them may come back without them.
bool survives(std::string_view text) {
  for (const std::string_view part : {std::string_view("\0", 1), std::string_view("@"), std::string_view("\r"),
                                      std::string_view("\xEF\xBB\xBF"), std::string_view("\xEF\xBF\xBE")}) {
    if (text.find(part) != std::string_view::npos) return false;
  }
  return true;
}

void check_part(const smpp::EncodedPart& part, const smpp::EncodedText& encoded, const smpp::EncodeOptions& options,
                std::size_t number) {
  const auto& octets = part.short_message;
  if (options.long_mode == smpp::LongMode::payload && octets.empty()) return;  // the text is in message_payload
  check(!octets.empty(), "no part is empty");
  check(octets.size() <= kMostOctets, "a part fits a short_message");
  const bool packed = encoded.data_coding == 0 && options.default_alphabet == Alphabet::gsm7_packed;
  if (packed || encoded.coding == smpp::Coding::ucs2) check(octets.size() <= kUserData, "a part fits the air");
  const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(octets[i]); };
  // A national table is named in a header too, of one part as of several.
  const bool plain = options.national_shift == 0 && options.long_mode == smpp::LongMode::udh8;
  if (plain) check(part.udhi == (encoded.parts.size() > 1), "several parts have a header each, one has none");
  if (!part.udhi) return;
  check(octets.size() > at(0) + 1, "no part is empty behind its header");
  const smpp::Payload read = smpp::payload_of(0x40, encoded.data_coding, octets, {});
  check(!read.broken_udh && !read.odd_concatenation, "our own headers make sense");
  if (!plain) {
    check(!read.concatenation || (read.concatenation->number == number && read.concatenation->total == encoded.parts.size()), "total and number are right");
    return;
  }
  check(octets.size() > kUdhOctets, "no part is empty behind its header");
  check(at(0) == 5 && at(1) == 0 && at(2) == 3, "the header is an 8-bit concatenation");
  check(at(3) == (options.reference & 0xFF), "of this reference");
  check(at(4) == encoded.parts.size() && at(5) == number, "total and number are right");
}

void encode(fuzz::Input& input, Alphabet alphabet) {
  smpp::EncodeOptions options;
  options.default_alphabet = alphabet;
  const auto flags = input.octet();
  const auto more = input.octet();
  constexpr smpp::LongMode kModes[] = {smpp::LongMode::udh8, smpp::LongMode::udh8, smpp::LongMode::udh16, smpp::LongMode::sar, smpp::LongMode::payload};
  options.long_mode = kModes[more % 5];
  options.national_shift = (more & 0x20) == 0 ? 0 : 0xFFFF;
  options.allow_latin1 = (more & 0x40) != 0;
  options.ucs2_little_endian = (more & 0x80) != 0;
  options.allow_ucs2 = (flags & 1) == 0;
  options.max_parts = (flags & 2) == 0 ? 255 : 3;
  options.reference = static_cast<std::uint16_t>(flags * 257U);
  if ((flags & 4) != 0) {
    options.may_break = [](std::string_view text, std::size_t offset) {
      check(offset < text.size(), "asked about places in the text");
      return text[offset] == ' ';
    };
  }
  // A short input is made a long text, so that parts come up without megabytes of input.
  const std::size_t times = 1 + (flags >> 3) * std::size_t{2};
  const auto once = smpp::to_text(input.rest());
  if (once.size() > 4096) return;
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += once;

  const auto encoded = smpp::encode_text(text, options);
  check(encoded.has_value() || encoded.error().code != smpp::errc::invalid_utf8 || !smpp::is_valid_utf8(text),
        "UTF-8 is not refused as none");
  if (!encoded) return;
  check(smpp::is_valid_utf8(text) && !text.empty(), "only UTF-8 is encoded");
  check(!encoded->parts.empty() && encoded->parts.size() <= options.max_parts, "as many parts as permitted");
  smpp::DecodeOptions reading;
  reading.default_alphabet = alphabet;
  reading.ucs2_little_endian = options.ucs2_little_endian;
  std::vector<smpp::Payload> payloads;
  std::vector<smpp::ReceivedPart> received;
  for (std::size_t i = 0; i < encoded->parts.size(); ++i) {
    const auto& part = encoded->parts[i];
    check_part(part, *encoded, options, i + 1);
    payloads.push_back(smpp::payload_of(part.udhi ? 0x40 : 0, encoded->data_coding, part.short_message, part.tlvs));
  }
  for (const smpp::Payload& each : payloads) received.push_back({each.user_data, encoded->data_coding, each.header()});
  const std::string together = smpp::read_parts(received, reading).text;
  if (survives(text)) check(together == text, "the parts together are the text");
}

void decode(fuzz::Input& input, Alphabet alphabet) {
  const auto data_coding = input.octet();
  const std::size_t udh_octets = input.octet() % 141U;
  const auto octets = input.rest();
  const auto text = smpp::decode_text(octets, data_coding, alphabet, udh_octets);
  check(smpp::is_valid_utf8(text), "whatever arrives, its text is UTF-8");
  check(text.size() <= octets.size() * 4 + 4, "a text is about as long as its octets");
  const auto fill = smpp::gsm7_fill_bits(udh_octets);
  const auto septets = smpp::gsm7_unpack(octets, fill);
  const auto again = smpp::gsm7_unpack(smpp::gsm7_pack(septets, fill), fill);
  // Packing cannot tell an "@" at the end from padding (P94).
  const bool certain = !septets.empty() && septets.back() != std::byte{0} && septets.back() != std::byte{'\r'};
  if (certain) check(again == septets, "septets survive packing");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* begin, std::size_t size) {
  fuzz::Input input(begin, size);
  const auto choice = input.octet();
  const auto alphabet = kAlphabets[(choice >> 1) % std::size(kAlphabets)];
  if ((choice & 1) == 0) {
    decode(input, alphabet);
  } else {
    encode(input, alphabet);
  }
  return 0;
}
