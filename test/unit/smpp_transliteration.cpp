#include "smpp/text.hpp"
#include "smpp/transliteration.hpp"
#include "test/unit/catch.hpp"

namespace {

using smpp::Transliteration;

std::string written(std::string_view text, Transliteration mode) { return smpp::transliterate(text, mode).text; }

}  // namespace

TEST_CASE("P100: each mode replaces what it names and leaves the rest") {
  const std::string text = "“Olá” – naïve\u00A0café… 10\u00B5 ﬁn ¿qué?";
  CHECK(written(text, Transliteration::off) == text);
  CHECK(written(text, Transliteration::quotes) == "\"Olá\" – naïve\u00A0café… 10\u00B5 ﬁn ¿qué?");
  CHECK(written(text, Transliteration::full) == "\"Olá\" - naïve café... 10u fin ¿qué?");
  CHECK(written(text, Transliteration::ascii) == "\"Ola\" - naive cafe... 10u fin ?que?");
}

TEST_CASE("P100: ascii leaves nothing of Latin script outside ASCII") {
  CHECK(written("Žluťoučký kůň", Transliteration::ascii) == "Zlutoucky kun");
  CHECK(written("Straße, Łódź, Ærø, Þór, ıi", Transliteration::ascii) == "Strasse, Lodz, AEro, Thor, ii");
  CHECK(written("£5 €6 ¡ΔΩ", Transliteration::ascii) == "GBP5 EUR6 !DO");
  CHECK(written("ж", Transliteration::ascii) == "ж");
}

TEST_CASE("P100: what was replaced is counted by character, in order") {
  const auto out = smpp::transliterate("‘a’ ‘b’ …", Transliteration::full);
  REQUIRE(out.replaced.size() == 3);
  CHECK(out.replaced[0].character == U'‘');
  CHECK(out.replaced[0].count == 2);
  CHECK(out.replaced[1].character == U'’');
  CHECK(out.replaced[1].replacement == "'");
  CHECK(out.replaced[2].replacement == "...");
  CHECK(smpp::transliterate("plain £", Transliteration::full).replaced.empty());
}

TEST_CASE("P100: a mark behind its letter joins it where GSM has the two, and is no character of its own") {
  CHECK(written("cafe\u0301", Transliteration::full) == "café");
  CHECK(written("cafe\u0301", Transliteration::ascii) == "cafe");
  CHECK(written("voce\u0302", Transliteration::full) == "voce\u0302");
  CHECK(written("voce\u0302", Transliteration::ascii) == "voce");
  CHECK(written(" \u0302", Transliteration::full) == " ^");
  CHECK(written("cafe\u0301", Transliteration::quotes) == "cafe\u0301");
}

TEST_CASE("P100: every replacement is in the alphabet it is for, and idempotent") {
  for (char32_t code_point = 1; code_point < 0x10000; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    smpp::EncodeOptions options;
    for (const auto mode : {Transliteration::quotes, Transliteration::full, Transliteration::ascii}) {
      std::string text = "1";
      text += code_point < 0x80    ? std::string(1, static_cast<char>(code_point))
              : code_point < 0x800 ? std::string{static_cast<char>(0xC0 | code_point >> 6), static_cast<char>(0x80 | (code_point & 0x3F))}
                                   : std::string{static_cast<char>(0xE0 | code_point >> 12), static_cast<char>(0x80 | (code_point >> 6 & 0x3F)),
                                                 static_cast<char>(0x80 | (code_point & 0x3F))};
      const auto out = smpp::transliterate(text, mode);
      if (out.replaced.empty()) continue;
      INFO(std::hex << static_cast<std::uint32_t>(code_point));
      options.default_alphabet = mode == Transliteration::ascii ? smpp::Alphabet::ascii : smpp::Alphabet::gsm7;
      CHECK(smpp::encode_text(out.text, options).value().data_coding == 0);
      CHECK(smpp::transliterate(out.text, mode).replaced.empty());
    }
  }
}
