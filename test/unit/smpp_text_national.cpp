// National language tables and packed septets (P92, P94, P104).
#include "smpp/gsm7.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_text_sent.hpp"

namespace {

using sent::shown;
using sent::times;
using smpp::Alphabet;

constexpr std::uint8_t kTurkish = 1, kPortuguese = 3, kHindi = 6;

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

smpp::EncodeOptions speaking(std::initializer_list<std::uint8_t> languages) {
  smpp::EncodeOptions options;
  for (const auto language : languages) options.national_shift |= static_cast<std::uint16_t>(1 << language);
  return options;
}

}  // namespace

TEST_CASE("P92: a text with one character of a national table goes in GSM-7 where that is allowed") {
  CHECK(smpp::encode_text("Teşekkürler", {}).value().coding == smpp::Coding::ucs2);
  const auto text = smpp::encode_text("Teşekkürler", speaking({kTurkish})).value();
  CHECK(text.coding == smpp::Coding::gsm7);
  CHECK(text.data_coding == 0);
  CHECK(text.languages == smpp::NationalLanguages{0, kTurkish});
  REQUIRE(text.parts.size() == 1);
  CHECK(text.parts[0].udhi);
  CHECK(smpp::to_hex(text.parts[0].short_message) == "03240101" "5465" "1b73" "656b6b7e726c6572");
  CHECK(shown(text) == "Teşekkürler");
}

TEST_CASE("P92: a text that GSM-7 has names no language") {
  const auto text = smpp::encode_text("Merhaba €", speaking({kTurkish, kHindi})).value();
  CHECK(text.languages == smpp::NationalLanguages{});
  CHECK_FALSE(text.parts[0].udhi);
}

TEST_CASE("P92: the tables are chosen that make the fewest segments, a single shift where both make as many") {
  // 80 "ş" are 160 septets by single shift and 80 by the locking table: one message instead of two.
  const auto turkish = smpp::encode_text(times("ş", 80), speaking({kTurkish})).value();
  CHECK(turkish.languages == smpp::NationalLanguages{kTurkish, 0});
  CHECK(turkish.segments == 1);
  // Hindi letters are in the locking table, its digits in the single shift table: a mixed text needs both.
  const auto hindi = smpp::encode_text(times("नमस्ते १ ", 15), speaking({kTurkish, kHindi})).value();
  CHECK(hindi.languages == smpp::NationalLanguages{kHindi, kHindi});
  CHECK(hindi.segments == 1);
  CHECK(shown(hindi) == times("नमस्ते १ ", 15));
}

TEST_CASE("P104: the tables' elements take room from the text") {
  const auto options = speaking({kTurkish, kHindi});
  CHECK(smpp::encode_text(times("a", 153) + "ş", options).value().segments == 1);
  CHECK(smpp::encode_text(times("a", 154) + "ş", options).value().languages.locking == kTurkish);  // saves an escape
  CHECK(smpp::encode_text(times("a", 155) + "ş", options).value().segments == 2);
  const auto parts = smpp::encode_text(times("a", 296) + "ş", options).value();  // 298 septets: two parts of 149
  REQUIRE(parts.segments == 2);
  CHECK(smpp::to_hex(std::span(parts.parts[0].short_message).first(9)) == "08" "0003000201" "240101");
  CHECK(parts.parts[0].short_message.size() == 9 + 149);
  CHECK(smpp::encode_text(times("a", 297) + "ş", options).value().segments == 2);  // by the locking table
  CHECK(smpp::encode_text(times("a", 298) + "ş", options).value().segments == 3);
  const std::string both = "१";
  CHECK(smpp::encode_text(times("न", 150) + both, options).value().segments == 1);  // 152 septets
  CHECK(smpp::encode_text(times("न", 151) + both, options).value().segments == 2);
  CHECK(smpp::encode_text(times("न", 290) + both, options).value().segments == 2);  // 2 * 146
  CHECK(smpp::encode_text(times("न", 291) + both, options).value().segments == 3);
}

TEST_CASE("P92: an element names the tables of the text behind it, and an unknown language means none") {
  const auto read = [](std::string_view octets) {
    smpp::DeliverSm pdu;
    pdu.esm_class = 0x40;
    pdu.short_message = hex(octets);
    const auto payload = smpp::payload_of(pdu);
    return smpp::decode_text(payload.user_data, 0, {}, payload.header());
  };
  CHECK(read("03240101" "1b67") == "ğ");
  CHECK(read("03250101" "1d") == "ş");
  CHECK(read("06250103" "240103" "0b" "1b05") == "Ôê");
  CHECK(read("0324010e" "1b65") == "€");
  CHECK(read("03250102" "24") == "¤");  // Spanish has no locking table: the default one
}

TEST_CASE("P92: an escape without a meaning shows the character of the locking table, two show a space") {
  CHECK(smpp::gsm7_text(hex("781b41")) == "xA");
  CHECK(smpp::gsm7_text(hex("1b1b")) == " ");
  CHECK(smpp::gsm7_text(hex("1b0a")) == "\f");
  CHECK(smpp::gsm7_text(hex("1b0b"), {kTurkish, 0}) == "Ğ");
  CHECK(smpp::gsm7_text(hex("09")) == "Ç");
  CHECK_FALSE(smpp::gsm7_of(U'ç').has_value());
}

TEST_CASE("P94: seven spare bits carry CR, and a CR or an '@' there is dropped when it comes back") {
  CHECK(smpp::gsm7_pack(hex("31323334353637"), 0) == hex("31d98c56b3dd1a"));
  CHECK(smpp::gsm7_unpack(hex("31d98c56b3dd1a"), 0) == hex("31323334353637"));
  CHECK(smpp::gsm7_unpack(hex("31d98c56b3dd00"), 0) == hex("31323334353637"));
  CHECK(smpp::gsm7_unpack(hex("31d98c56b3dd70"), 0) == hex("3132333435363738"));
}

TEST_CASE("P94: packed text begins at a septet boundary behind its header") {
  smpp::EncodeOptions options;
  options.default_alphabet = Alphabet::gsm7_packed;
  smpp::DecodeOptions reading;
  reading.default_alphabet = Alphabet::gsm7_packed;
  CHECK(smpp::encode_text("hello", options).value().parts[0].short_message == hex("e8329bfd06"));
  const std::string text = times("Hello € ", 40);
  for (const auto mode : {smpp::LongMode::udh8, smpp::LongMode::udh16}) {
    options.long_mode = mode;
    const auto encoded = smpp::encode_text(text, options).value();
    CHECK(encoded.parts.size() == 3);
    for (const auto& part : encoded.parts) CHECK(part.short_message.size() <= 140);
    CHECK(shown(encoded, reading) == text);
  }
  options.long_mode = smpp::LongMode::udh8;
  options.national_shift = 1 << kPortuguese;
  const auto national = smpp::encode_text(times("você ", 20), options).value();
  CHECK(national.languages.single_shift == kPortuguese);
  CHECK(shown(national, reading) == times("você ", 20));
}

TEST_CASE("P94: joined packed parts keep an '@' at a seam, and lose the padding before an escape") {
  smpp::EncodeOptions options;
  options.default_alphabet = Alphabet::gsm7_packed;
  smpp::DecodeOptions reading;
  reading.default_alphabet = Alphabet::gsm7_packed;
  for (const auto& text : {times("a", 152) + "@" + times("b", 20), times("a", 152) + times("€", 10)}) {
    const auto encoded = smpp::encode_text(text, options).value();
    REQUIRE(encoded.parts.size() == 2);
    CHECK(encoded.parts[0].short_message.size() == 140);
    CHECK(shown(encoded, reading) == text);
  }
}
