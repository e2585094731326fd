// texts.jsonl: tables, packed and unpacked octets, numbers of parts, capacities, replacements (P92 to P105). Every row
// is checked; where another stack does otherwise than we do, the reason stands beside the check.
#include "smpp/gsm7.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_vector_files.hpp"

#include <algorithm>

namespace {

using boost::json::object;
using smpp::Alphabet;

constexpr std::size_t kUdhOctets = 6;

smpp::EncodeOptions many_parts(smpp::LongMode mode = smpp::LongMode::udh8) {
  smpp::EncodeOptions options;
  options.max_parts = 255;
  options.long_mode = mode;
  return options;
}

smpp::EncodedText encoded(const std::string& text, Alphabet alphabet = Alphabet::gsm7) {
  auto options = many_parts();
  options.default_alphabet = alphabet;
  return smpp::encode_text(text, options).value();
}

std::size_t number(const object& row, const char* key) { return static_cast<std::size_t>(row.at(key).as_int64()); }

// The user data of all parts.
std::string all_octets(const std::string& text, Alphabet alphabet = Alphabet::gsm7) {
  std::string digits;
  for (const auto& part : encoded(text, alphabet).parts) {
    digits += smpp::to_hex(std::span(part.short_message).subspan(part.udhi ? kUdhOctets : 0));
  }
  return digits;
}

void check_parts(const object& row, std::size_t octets_per_unit) {
  const auto text = vectors::text_of(row, "text");
  const auto got = encoded(text);
  CHECK(got.parts.size() == number(row, "segments"));
  CHECK(got.segments == got.parts.size());
  if (row.contains("segments_udh16")) {
    CHECK(smpp::encode_text(text, many_parts(smpp::LongMode::udh16)).value().parts.size() == number(row, "segments_udh16"));
  }
  const auto* units = row.if_contains("segment_units_udh8");
  if (!units) return;
  std::string together;
  for (std::size_t i = 0; i < got.parts.size(); ++i) {
    const auto& part = got.parts[i];
    CHECK((part.short_message.size() - (part.udhi ? kUdhOctets : 0)) / octets_per_unit ==
          static_cast<std::size_t>(units->as_array().at(i).as_int64()));
    const auto data = std::span(part.short_message).subspan(part.udhi ? kUdhOctets : 0);
    together += smpp::decode_text(data, got.data_coding, Alphabet::gsm7);
  }
  CHECK(together == text);
}

void check_capacity(const object& row, const std::string& unit) {
  const auto times = [&](const char* key) {
    std::string text;
    for (std::int64_t i = 0; i < row.at(key).as_int64(); ++i) text += unit;
    return text;
  };
  CHECK(encoded(times("units_single")).parts.size() == 1);
  const auto wide = smpp::encode_text(times("units_udh16") + times("units_udh16"), many_parts(smpp::LongMode::udh16)).value();
  CHECK(wide.parts.size() == 2);
  CHECK(smpp::encode_text(times("units_udh16") + times("units_udh16") + unit, many_parts(smpp::LongMode::udh16))
            .value()
            .parts.size() == 3);
  const auto two = encoded(times("units_single") + unit);
  REQUIRE(two.parts.size() == 2);
  const std::string one_part = times("units_udh8");
  CHECK(smpp::decode_text(std::span(two.parts[0].short_message).subspan(kUdhOctets), two.data_coding, Alphabet::gsm7) ==
        one_part);
}

void check_unpacked(const object& row) {
  const auto text = vectors::text_of(row, "text");
  if (row.contains("units_single")) return check_capacity(row, "a");
  if (row.contains("hex")) {
    CHECK(smpp::decode_text(vectors::octets_of(row, "hex"), 0, Alphabet::gsm7) == text);
    if (!text.empty()) CHECK(all_octets(text) == vectors::text_of(row, "hex"));
  }
  if (row.contains("septets")) CHECK(vectors::octets_of(row, "hex").size() == number(row, "septets"));
  if (text.empty()) {
    CHECK(smpp::encode_text(text, {}).error() == smpp::errc::empty_text);  // we refuse to send nothing
  } else if (row.contains("segments")) {
    check_parts(row, 1);
  }
}

void check_ucs2(const object& row) {
  const auto text = vectors::text_of(row, "text");
  if (row.contains("units_single")) return check_capacity(row, "ж");
  if (row.contains("hex")) {
    CHECK(smpp::decode_text(vectors::octets_of(row, "hex"), 8, Alphabet::gsm7) == text);
    if (!text.empty()) CHECK(all_octets(text, Alphabet::ucs2) == vectors::text_of(row, "hex"));
  }
  if (row.contains("segments")) check_parts(row, 2);
}

// With a text of 8n-1 septets others pad with zeros; we pad with CR as 23.038 6.1.2.3.1 says (P94).
void check_packed(const object& row, std::size_t fill_bits) {
  const auto text = vectors::text_of(row, "text");
  const auto octets = vectors::octets_of(row, "hex");
  if (row.contains("septets_hex")) {
    CHECK(smpp::to_hex(smpp::gsm7_unpack(octets, fill_bits)) == vectors::text_of(row, "septets_hex"));
    return;
  }
  CHECK(smpp::gsm7_text(smpp::gsm7_unpack(octets, fill_bits)) == text);
  if (row.contains("septets")) CHECK(smpp::gsm7_unpack(octets, fill_bits).size() == number(row, "septets"));
  if (text.empty()) return;
  const auto septets = smpp::from_hex(all_octets(text)).value();
  auto packed = smpp::gsm7_pack(septets, fill_bits);
  REQUIRE(packed.size() == octets.size());
  const bool padded = packed.size() * 8 - fill_bits - septets.size() * 7 == 7;
  if (padded && (octets.back() >> 1) == std::byte{0}) packed.back() &= std::byte{1};
  CHECK(smpp::to_hex(packed) == smpp::to_hex(octets));
}

// A national table: every code reads as its character, and every character that the language can write at all goes
// through the table and back. `*` and `¡` stand twice in the tables of India, so that octets need not come back.
void check_table(const object& row, smpp::NationalLanguages languages) {
  const auto text = vectors::text_of(row, "text");
  const auto octets = vectors::octets_of(row, "hex");
  CHECK(smpp::decode_text(octets, 0, {}, {7, languages}) == text);
  if (row.contains("codes")) {
    const std::size_t octets_per_code = languages.single_shift != 0 ? 2 : 1;
    CHECK(octets.size() == number(row, "codes") * octets_per_code);
  }
  const auto language = std::max(languages.locking, languages.single_shift);
  auto options = many_parts();
  options.allow_ucs2 = false;
  options.national_shift = static_cast<std::uint16_t>(1 << language);
  const auto sent = smpp::encode_text(text, options).value();
  CHECK(sent.coding == smpp::Coding::gsm7);
  std::string together;
  for (const auto& part : sent.parts) {
    smpp::DeliverSm pdu;
    pdu.esm_class = part.udhi ? 0x40 : 0;
    pdu.short_message = part.short_message;
    const auto payload = smpp::payload_of(pdu);
    CHECK(payload.languages == sent.languages);
    together += smpp::decode_text(payload.user_data, sent.data_coding, {}, payload.header());
  }
  CHECK(together == text);
}

void check_header_capacity(const object& row) {
  CHECK(smpp::capacity_of(smpp::Unit::septet, number(row, "udh_octets")) == number(row, "septets"));
  CHECK(smpp::capacity_of(smpp::Unit::octet, number(row, "udh_octets")) == number(row, "octets"));
  CHECK(smpp::capacity_of(smpp::Unit::utf16, number(row, "udh_octets")) == number(row, "ucs2_units"));
}

void check_octet_capacity(const object& row) {
  CHECK(smpp::capacity_of(smpp::Unit::octet, 0) == number(row, "units_single"));
  CHECK(smpp::capacity_of(smpp::Unit::octet, 6) == number(row, "units_udh8"));
  CHECK(smpp::capacity_of(smpp::Unit::octet, 7) == number(row, "units_udh16"));
}

// Messages of octets. One of none is refused, as an empty text is, although others send it.
void check_octets(const object& row) {
  if (row.contains("units_single")) return check_octet_capacity(row);
  const smpp::Octets octets(number(row, "units"));
  const auto got = smpp::encode_octets(octets, many_parts());
  if (octets.empty()) {
    CHECK(got.error() == smpp::errc::empty_text);
    return;
  }
  if (vectors::text_of(row, "expect") == "error") {
    CHECK(got.error() == smpp::errc::too_many_parts);
    return;
  }
  CHECK(got.value().parts.size() == number(row, "segments"));
  CHECK(got.value().data_coding == 4);
  if (const auto* units = row.if_contains("segment_units_udh8")) {
    REQUIRE(units->as_array().size() == got.value().parts.size());
    for (std::size_t i = 0; i < got.value().parts.size(); ++i) {
      const auto& part = got.value().parts[i];
      CHECK(part.short_message.size() - (part.udhi ? kUdhOctets : 0) ==
            static_cast<std::size_t>(units->as_array().at(i).as_int64()));
    }
  }
  const auto wide = smpp::encode_octets(octets, many_parts(smpp::LongMode::udh16));
  if (number(row, "segments_udh16") > 255) {
    CHECK(wide.error() == smpp::errc::too_many_parts);
  } else {
    CHECK(wide.value().parts.size() == number(row, "segments_udh16"));
  }
}

// What we put instead of a character where the recorded library puts something else: it has the two angle quotation
// marks the wrong way round (U+2039 is the left-pointing one), and apostrophes for two commas of vertical writing.
std::string our_replacement(const std::string& character, const std::string& theirs) {
  if (character == "\u2039") return "<";
  if (character == "\u203A") return ">";
  if (character == "\uFE10" || character == "\uFE11") return ",";
  // It widens blanks to two and a tabulator to seven, each a septet that somebody pays for: ours is one.
  if (!theirs.empty() && theirs.find_first_not_of(' ') == std::string::npos) return " ";
  return theirs;
}

void check_replacement(const object& row) {
  const auto text = vectors::text_of(row, "text");
  const auto want = our_replacement(text, vectors::text_of(row, "result"));
  CHECK(smpp::transliterate(text, smpp::Transliteration::full).text == want);
  CHECK(smpp::transliterate(text, smpp::Transliteration::ascii).text == want);
  if (!row.at("gsm7").as_bool()) return;
  auto options = many_parts();
  options.translit = smpp::Transliteration::full;
  const auto sent = smpp::encode_text("1" + text, options).value();
  CHECK(sent.data_coding == 0);
  REQUIRE(sent.replaced.size() == 1);
  CHECK(sent.replaced[0].replacement == want);
  CHECK(sent.replaced[0].count == 1);
}

std::uint8_t language_in(const std::string& encoding) {
  return static_cast<std::uint8_t>(std::stoul(encoding.substr(encoding.rfind('-') + 1)));
}

void check_vector(const object& row) {
  const auto encoding = vectors::text_of(row, "encoding");
  if (row.contains("udh_octets")) return check_header_capacity(row);
  if (encoding == "gsm7" || encoding == "gsm7-ext") return check_unpacked(row);
  if (encoding == "ucs2" || encoding == "utf-16be") return check_ucs2(row);
  if (encoding == "gsm7-packed" || encoding == "gsm7-packed-cr") return check_packed(row, 0);
  if (encoding.starts_with("gsm7-packed-fill")) return check_packed(row, std::stoul(encoding.substr(16)));
  if (encoding.starts_with("gsm7-locking-")) return check_table(row, {language_in(encoding), 0});
  if (encoding.starts_with("gsm7-shift-")) return check_table(row, {0, language_in(encoding)});
  if (encoding == "8bit") return check_octets(row);
  if (encoding == "transliterate") return check_replacement(row);
  if (encoding == "latin1") {
    CHECK(smpp::decode_text(vectors::octets_of(row, "hex"), 3, Alphabet::gsm7) == vectors::text_of(row, "text"));
    return;
  }
  if (encoding == "gsm7-decode") {
    // An octet above 0x7F does not fail the message: it is shown as unreadable, and the message says so.
    const auto got = smpp::read_text(vectors::octets_of(row, "hex"), 0, {});
    const bool error = vectors::text_of(row, "expect") == "error";
    CHECK(got.damaged == error);
    CHECK(got.text == (error ? "\uFFFD" : vectors::text_of(row, "text")));
    return;
  }
  FAIL("no check for encoding " << encoding);
}

void check_file(const vectors::File& file) {
  for (const object& row : file.rows) {
    INFO(file.path << ": " << vectors::text_of(row, "name"));
    check_vector(row);
  }
  vectors::Skipped().print(file.path, file.rows.size());
}

}  // namespace

TEST_CASE("our text vectors encode, decode and split as they say (P92 to P106)") {
  const auto file = vectors::ours("texts.jsonl");
  REQUIRE(vectors::why_too_few(file, 40) == "");
  check_file(file);
}

TEST_CASE("text vectors of other stacks encode, decode and split as they say (P92 to P106)") {
  check_file(vectors::field("texts.jsonl"));
}
