#include "smpp/pdu_text.hpp"
#include "smpp/text.hpp"
#include "test/unit/catch.hpp"

namespace {

using smpp::Alphabet;
using smpp::Coding;

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

smpp::EncodeOptions with(Alphabet alphabet) {
  smpp::EncodeOptions options;
  options.default_alphabet = alphabet;
  return options;
}

std::string times(std::string_view unit, int count) {
  std::string text;
  while (count-- > 0) text += unit;
  return text;
}

// What a phone would show: every part decoded by itself, one after the other.
std::string shown(const smpp::EncodedText& text, Alphabet alphabet) {
  std::string out;
  for (const auto& part : text.parts) {
    const std::size_t udh = part.udhi ? 6 : 0;
    out += smpp::decode_text(std::span(part.short_message).subspan(udh), text.data_coding, alphabet, udh);
  }
  return out;
}

}  // namespace

TEST_CASE("a GSM text goes unpacked under data_coding 0, the rest as UTF-16BE under 8 (P93, P97)") {
  const auto gsm = smpp::encode_text("Hi @ €", {}).value();
  CHECK(gsm.coding == Coding::gsm7);
  CHECK(gsm.data_coding == 0);
  REQUIRE(gsm.parts.size() == 1);
  CHECK_FALSE(gsm.parts[0].udhi);
  CHECK(gsm.parts[0].short_message == hex("48692000201b65"));

  const auto wide = smpp::encode_text("Привет 😬", {}).value();
  CHECK(wide.coding == Coding::ucs2);
  CHECK(wide.data_coding == 8);
  CHECK(wide.parts[0].short_message == hex("041f04400438043204350442" "0020" "d83dde2c"));
}

TEST_CASE("what cannot be sent is refused with its reason (P106)") {
  CHECK(smpp::encode_text("", {}).error() == smpp::errc::empty_text);
  CHECK(smpp::encode_text("\xff", {}).error() == smpp::errc::invalid_utf8);
  CHECK(smpp::encode_text("ok \xed\xa0\x80", {}).error() == smpp::errc::invalid_utf8);
  auto options = with(Alphabet::gsm7);
  options.allow_ucs2 = false;
  CHECK(smpp::encode_text("ж", options).error() == smpp::errc::not_in_alphabet);
  CHECK(smpp::encode_text(times("a", 1530), {}).value().parts.size() == 10);
  CHECK(smpp::encode_text(times("a", 1531), {}).error() == smpp::errc::too_many_parts);
  options.max_parts = 1000;
  CHECK(smpp::encode_text(times("a", 255 * 153), options).value().parts.size() == 255);
  CHECK(smpp::encode_text(times("a", 255 * 153 + 1), options).error() == smpp::errc::too_many_parts);
  CHECK(smpp::encode_text(times("a", 100'000), {}).error() == smpp::errc::too_many_parts);
}

TEST_CASE("parts carry the 8-bit concatenation header (P107)") {
  smpp::EncodeOptions options;
  options.reference = 0x1234;
  const auto text = smpp::encode_text(times("a", 161), options).value();
  REQUIRE(text.parts.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& part = text.parts[i];
    CHECK(part.udhi);
    CHECK(smpp::to_hex(std::span(part.short_message).first(6)) == "0500033402" + std::string(i == 0 ? "01" : "02"));
  }
  CHECK(text.parts[0].short_message.size() == 159);
  CHECK(text.parts[1].short_message.size() == 6 + 8);
}

TEST_CASE("no part ends inside an escape or a surrogate pair (P105)") {
  for (int before = 0; before < 4; ++before) {
    for (const std::string_view unit : {"€", "😬"}) {
      const std::string text = times("a", before) + times(unit, 170);
      for (const auto alphabet : {Alphabet::gsm7, Alphabet::gsm7_packed}) {
        const auto encoded = smpp::encode_text(text, with(alphabet)).value();
        CHECK(encoded.parts.size() > 1);
        CHECK(shown(encoded, alphabet) == text);
      }
    }
  }
}

TEST_CASE("a part ends where the caller permits it when that costs no part (P105)") {
  smpp::EncodeOptions options;
  options.may_break = [](std::string_view text, std::size_t offset) { return text[offset - 1] == ' '; };
  const std::string text = times("a", 150) + " " + times("b", 140) + " c";
  const auto encoded = smpp::encode_text(text, options).value();
  REQUIRE(encoded.parts.size() == 2);
  CHECK(encoded.parts[0].short_message.size() == 6 + 151);
  CHECK(encoded.parts[1].short_message.size() == 6 + 142);
  CHECK(shown(encoded, Alphabet::gsm7) == text);
  // 305 septets fill two parts but for one: no unit is to spare, and a handset joins the parts before it shows them.
  const std::string dense = times("a", 150) + " " + times("b", 152) + " c";
  CHECK(smpp::encode_text(dense, options).value().parts.size() == 2);
  CHECK(smpp::encode_text(dense, options).value().parts[0].short_message.size() == 6 + 153);
  // A cluster longer than a part is cut where the part is full.
  CHECK(smpp::encode_text(times("a", 400), options).value().parts.size() == 3);
}

TEST_CASE("each default alphabet of an SMSC shows what was written (P95)") {
  const std::string text = "£5 @ 10:00? Ja, für ÄÖÜ";
  for (const auto alphabet : {Alphabet::gsm7, Alphabet::gsm7_packed, Alphabet::latin1, Alphabet::cp1252, Alphabet::utf8,
                              Alphabet::ucs2}) {
    const auto encoded = smpp::encode_text(text, with(alphabet)).value();
    CHECK(encoded.data_coding == 0);
    CHECK(shown(encoded, alphabet) == text);
  }
  // A default of ASCII cannot say £; then it is UCS-2.
  CHECK(smpp::encode_text(text, with(Alphabet::ascii)).value().data_coding == 8);
  CHECK(smpp::encode_text("yes", with(Alphabet::ascii)).value().data_coding == 0);
  CHECK(smpp::encode_text("€", with(Alphabet::cp1252)).value().parts[0].short_message == hex("80"));
}

TEST_CASE("a Latin-1 character that no GSM handset shows goes as UCS-2 (P98)") {
  CHECK(smpp::encode_text("você", with(Alphabet::latin1)).value().data_coding == 8);
  CHECK(smpp::encode_text("é", with(Alphabet::latin1)).value().data_coding == 0);
}

TEST_CASE("an alphabet that the SMSC turns into GSM counts in septets (P104)") {
  CHECK(smpp::encode_text(times("a", 160), with(Alphabet::latin1)).value().parts.size() == 1);
  CHECK(smpp::encode_text(times("~", 81), with(Alphabet::latin1)).value().parts.size() == 2);
}

TEST_CASE("a part in UTF-8 fits its short_message although its septets would be more octets (P95, P104)") {
  for (const int length : {127, 128, 160, 500}) {
    const std::string text = times("Δ", length);
    const auto encoded = smpp::encode_text(text, with(Alphabet::utf8)).value();
    for (const auto& part : encoded.parts) CHECK(part.short_message.size() <= 254);
    CHECK(static_cast<int>(encoded.parts.size()) == (length <= 127 ? 1 : (length + 123) / 124));
    CHECK(shown(encoded, Alphabet::utf8) == text);
  }
}

TEST_CASE("data_coding says how to read: SMPP below 0x10, GSM 03.38 above (P96)") {
  const auto latin = hex("e9");
  CHECK(smpp::decode_text(latin, 3, Alphabet::gsm7) == "é");
  CHECK(smpp::decode_text(latin, 4, Alphabet::gsm7) == "é");
  CHECK(smpp::decode_text(latin, 0xF4, Alphabet::gsm7) == "é");
  CHECK(smpp::decode_text(latin, 0, Alphabet::gsm7) == "\uFFFD");
  CHECK(smpp::decode_text(hex("05"), 0, Alphabet::gsm7) == "é");
  CHECK(smpp::decode_text(hex("05"), 0xF0, Alphabet::gsm7) == "é");
  CHECK(smpp::decode_text(hex("05"), 0x10, Alphabet::gsm7) == "é");
  CHECK(smpp::decode_text(hex("05"), 0xC0, Alphabet::gsm7) == "é");
  for (const int data_coding : {0x08, 0x18, 0xE0}) {
    CHECK(smpp::decode_text(hex("0436"), static_cast<std::uint8_t>(data_coding), Alphabet::gsm7) == "ж");
  }
}

TEST_CASE("UTF-16 comes in its variants (P97)") {
  CHECK(smpp::decode_text(hex("feff0041"), 8, Alphabet::gsm7) == "A");
  CHECK(smpp::decode_text(hex("fffe4100"), 8, Alphabet::gsm7) == "A");
  CHECK(smpp::decode_text(hex("004100"), 8, Alphabet::gsm7) == "A");
  CHECK(smpp::decode_text(hex("00410000"), 8, Alphabet::gsm7) == "A");
  CHECK(smpp::decode_text(hex("d83d0041"), 8, Alphabet::gsm7) == "\uFFFD" "A");
  CHECK(smpp::decode_text(hex("de2c"), 8, Alphabet::gsm7) == "\uFFFD");
  CHECK(smpp::decode_text(hex("d83d"), 8, Alphabet::gsm7) == "\uFFFD");
}

TEST_CASE("a NUL counted at the end is dropped, but a message of it alone is an @ (P16)") {
  CHECK(smpp::decode_text(hex("59455300"), 0, Alphabet::gsm7) == "YES");
  CHECK(smpp::decode_text(hex("59455300"), 3, Alphabet::gsm7) == "YES");
  CHECK(smpp::decode_text(hex("00"), 0, Alphabet::gsm7) == "@");
  CHECK(smpp::decode_text(hex("005945"), 0, Alphabet::gsm7) == "@YE");
}

TEST_CASE("no octets whatever make decoding fail or leave invalid UTF-8") {
  std::uint32_t random = 1;
  for (int round = 0; round < 2000; ++round) {
    smpp::Octets octets(random % 40);
    for (auto& octet : octets) {
      random = random * 1'664'525 + 1'013'904'223;
      octet = static_cast<std::byte>(random >> 24);
    }
    for (int alphabet = 0; alphabet <= static_cast<int>(Alphabet::ucs2); ++alphabet) {
      const auto data_coding = static_cast<std::uint8_t>(random >> 8);
      CHECK(smpp::is_valid_utf8(smpp::decode_text(octets, data_coding, static_cast<Alphabet>(alphabet), 6)));
    }
    random = random * 1'664'525 + 1'013'904'223;
  }
}
