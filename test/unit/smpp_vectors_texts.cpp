// texts.jsonl: tables, packed and unpacked octets, numbers of parts (P92 to P98, P104, P105).
#include "smpp/gsm7.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/text.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_vector_files.hpp"

namespace {

using boost::json::object;
using smpp::Alphabet;

constexpr std::size_t kUdhOctets = 6;

smpp::EncodedText encoded(const std::string& text, Alphabet alphabet = Alphabet::gsm7) {
  smpp::EncodeOptions options;
  options.default_alphabet = alphabet;
  options.max_parts = 255;
  return smpp::encode_text(text, options).value();
}

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
  CHECK(got.parts.size() == static_cast<std::size_t>(row.at("segments").as_int64()));
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
  if (row.contains("segment_units_udh8")) check_parts(row, 2);
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
  if (text.empty()) return;
  const auto septets = smpp::from_hex(all_octets(text)).value();
  auto packed = smpp::gsm7_pack(septets, fill_bits);
  REQUIRE(packed.size() == octets.size());
  const bool padded = packed.size() * 8 - fill_bits - septets.size() * 7 == 7;
  if (padded && (octets.back() >> 1) == std::byte{0}) packed.back() &= std::byte{1};
  CHECK(smpp::to_hex(packed) == smpp::to_hex(octets));
}

// False: not in the scope of this stage.
bool check_vector(const object& row) {
  const auto encoding = vectors::text_of(row, "encoding");
  if (row.contains("udh_octets")) return false;
  if (encoding == "gsm7" || encoding == "gsm7-ext") return check_unpacked(row), true;
  if (encoding == "ucs2" || encoding == "utf-16be") return check_ucs2(row), true;
  if (encoding == "gsm7-packed" || encoding == "gsm7-packed-cr") return check_packed(row, 0), true;
  if (encoding.starts_with("gsm7-packed-fill")) return check_packed(row, std::stoul(encoding.substr(16))), true;
  if (encoding == "latin1") {
    CHECK(smpp::decode_text(vectors::octets_of(row, "hex"), 3, Alphabet::gsm7) == vectors::text_of(row, "text"));
    return true;
  }
  if (encoding == "gsm7-decode") {
    const auto got = smpp::decode_text(vectors::octets_of(row, "hex"), 0, Alphabet::gsm7);
    CHECK(got == (vectors::text_of(row, "expect") == "error" ? "\uFFFD" : vectors::text_of(row, "text")));
    return true;
  }
  return false;
}

std::string kind_of(const object& row) {
  const auto encoding = vectors::text_of(row, "encoding");
  if (row.contains("udh_octets")) return "capacity with other headers";
  if (encoding.starts_with("gsm7-locking") || encoding.starts_with("gsm7-shift")) return "national tables";
  if (encoding == "8bit") return "binary messages";
  return encoding;
}

void check_file(const vectors::File& file) {
  vectors::Skipped skipped;
  std::size_t checked = 0;
  for (const object& row : file.rows) {
    INFO(file.path << ": " << vectors::text_of(row, "name"));
    if (check_vector(row)) {
      ++checked;
      continue;
    }
    const auto kind = kind_of(row);
    const bool listed = kind == "capacity with other headers" || kind == "national tables" ||
                        kind == "binary messages" || kind == "transliterate";
    CHECK(listed);
    skipped.add(kind);
  }
  skipped.print(file.path, checked);
}

}  // namespace

TEST_CASE("our text vectors encode, decode and split as they say (P92 to P105)") {
  const auto file = vectors::ours("texts.jsonl");
  INFO(file.path << " must be there");
  REQUIRE(file.rows.size() > 40);
  check_file(file);
}

TEST_CASE("text vectors of other stacks encode, decode and split as they say (P92 to P105)") {
  check_file(vectors::field("texts.jsonl"));
}
