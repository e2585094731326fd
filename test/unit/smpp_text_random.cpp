// Texts and options by chance: what is encoded reads as it was written, no part holds more than it may, and none ends
// inside a character (P92, P94, P104, P105).
#include "smpp/gsm7.hpp"
#include "smpp/unicode.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_text_sent.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace {

using smpp::Alphabet;
using smpp::Coding;
using smpp::LongMode;

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return engine_() % limit; }
  bool once_in(std::size_t times) { return below(times) == 0; }

  std::string text() {
    static const std::array<std::u32string_view, 6> kKinds{
        U"abcdefghijklmnopqrstuvwxyz ABC.,!? 0123456789", U"€[]{}|^~\\£¥èéùìòÇØøÅåΔΦΓΛΩß¡¿äöñüà\n", U"êçãõşğıİŞáíóú",
        U"नमस्ते१२३हिन्दी", U"жщЯ☃漢字مرحبا", U"😀🐳\U0001F468\u200D\u0301"};
    const std::size_t kinds = 1 + below(kKinds.size());  // a text of few kinds more often than of all
    const std::size_t size = 1 + (once_in(3) ? below(900) : below(180));
    std::string out;
    for (std::size_t i = 0; i < size; ++i) {
      const auto kind = kKinds[once_in(4) ? below(kinds) : 0];
      smpp::append_utf8(out, kind[below(kind.size())]);
    }
    return out + "x";  // a NUL at the end, which is GSM's '@', would be dropped (P16)
  }

  smpp::EncodeOptions options() {
    constexpr std::array kModes{LongMode::udh8, LongMode::udh16, LongMode::sar, LongMode::payload, LongMode::split};
    smpp::EncodeOptions options;
    options.default_alphabet = static_cast<Alphabet>(below(7));
    options.max_parts = 255;
    options.reference = static_cast<std::uint16_t>(engine_());
    options.long_mode = kModes[below(kModes.size())];
    options.allow_latin1 = once_in(3);
    options.latin1_beyond_gsm = once_in(2);
    options.national_shift = once_in(2) ? static_cast<std::uint16_t>(engine_()) : 0;
    options.ucs2_little_endian = once_in(5);
    if (once_in(6)) options.message_class = static_cast<std::uint8_t>(below(4));
    options.class_by = static_cast<smpp::ClassBy>(below(3));
    if (once_in(2)) {
      options.may_break = [](std::string_view text, std::size_t offset) {
        return !text.substr(offset).starts_with("\u0301") && !text.substr(offset).starts_with("\u200D");
      };
    }
    return options;
  }

 private:
  std::mt19937 engine_;
};

bool is_packed(const smpp::EncodedText& text, const smpp::EncodeOptions& options) {
  return text.coding == Coding::gsm7 && options.default_alphabet == Alphabet::gsm7_packed;
}

// What the user data of a part takes of the 140 octets, counted from its text and not from how it was cut.
std::size_t units_of(const smpp::EncodedText& text, const std::string& shown) {
  std::size_t units = 0;
  for (std::size_t at = 0; at < shown.size();) {
    const char32_t code_point = smpp::next_code_point(shown, at).value();
    if (text.unit == smpp::Unit::septet) {
      const auto code = smpp::gsm7_of(code_point, text.languages);
      REQUIRE(code.has_value());
      units += code->escaped ? 2 : 1;
    } else {
      units += text.unit == smpp::Unit::utf16 && code_point > 0xFFFF ? 2 : 1;
    }
  }
  return units;
}

void check_part(const smpp::EncodedText& text, const smpp::EncodeOptions& options, const smpp::Payload& payload,
                const smpp::DecodeOptions& reading, bool is_last) {
  CHECK_FALSE(payload.broken_udh);
  const auto& data = payload.user_data;
  REQUIRE_FALSE(data.empty());
  // One that the SMSC marks stays readable by itself: neither half an escape nor half a pair.
  const auto alone = smpp::read_text(data, text.data_coding, reading, payload.header());
  CHECK_FALSE(alone.damaged);
  CHECK_FALSE(alone.raw);
  if (text.coding == Coding::gsm7 && !is_packed(text, options)) CHECK(data.back() != std::byte{smpp::kEscape});
  if (options.long_mode == LongMode::payload && text.segments > 1) return;
  CHECK(payload.user_data.size() + payload.udh_octets <= 254);
  const std::size_t header_of_smsc = options.long_mode == LongMode::sar && text.parts.size() > 1 ? 6 : 0;
  const std::size_t header = std::max<std::size_t>(payload.udh_octets, header_of_smsc);
  if (is_packed(text, options)) {
    CHECK(data.size() + header <= 140);
  } else if (is_last || data.back() != std::byte{0}) {
    CHECK(units_of(text, alone.text) <= smpp::capacity_of(text.unit, header));
  }
}

void check_text(const std::string& written, const smpp::EncodeOptions& options) {
  smpp::DecodeOptions reading;
  reading.default_alphabet = options.default_alphabet;
  reading.ucs2_little_endian = options.ucs2_little_endian;
  const auto encoded = smpp::encode_text(written, options);
  if (!encoded) {
    CHECK(encoded.error() == smpp::errc::too_many_parts);
    return;
  }
  CHECK(sent::shown(*encoded, reading) == written);
  const auto payloads = sent::payloads(*encoded);
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    check_part(*encoded, options, payloads[i], reading, i + 1 == payloads.size());
    const bool joined = payloads.size() > 1 && options.long_mode != LongMode::split;
    REQUIRE(payloads[i].concatenation.has_value() == joined);
    if (joined) {
      CHECK(payloads[i].concatenation->number == i + 1);
      CHECK(payloads[i].concatenation->total == payloads.size());
      const bool narrow = payloads[i].concatenation->width == 8;
      CHECK(payloads[i].concatenation->reference == (narrow ? options.reference & 0xFF : options.reference));
    }
  }
}

}  // namespace

TEST_CASE("P105: whatever is encoded reads as it was written, part by part within its room") {
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    INFO("seed " << seed);
    Chance chance(seed);
    const auto options = chance.options();
    check_text(chance.text(), options);
  }
}

TEST_CASE("P105: a break that the caller does not like costs no part") {
  for (std::uint32_t seed = 1; seed <= 500; ++seed) {
    INFO("seed " << seed);
    Chance chance(seed);
    auto options = chance.options();
    const auto text = chance.text();
    options.may_break = [](std::string_view, std::size_t offset) { return offset % 7 == 0; };
    const auto broken = smpp::encode_text(text, options);
    options.may_break = nullptr;
    const auto full = smpp::encode_text(text, options);
    REQUIRE(broken.has_value() == full.has_value());
    if (full) CHECK(broken->segments == full->segments);
  }
}

TEST_CASE("P109: no header and no octets whatever lead outside or fail") {
  Chance chance(1);
  for (int round = 0; round < 20'000; ++round) {
    smpp::DeliverSm pdu;
    pdu.esm_class = 0x40;
    pdu.data_coding = static_cast<std::uint8_t>(chance.below(256));
    pdu.short_message.resize(chance.below(30));
    for (auto& octet : pdu.short_message) {
      octet = static_cast<std::byte>(chance.once_in(2) ? chance.below(8) : chance.below(256));
    }
    const auto payload = smpp::payload_of(pdu);
    CHECK(payload.user_data.size() + payload.udh_octets == pdu.short_message.size());
    smpp::DecodeOptions reading;
    reading.default_alphabet = static_cast<Alphabet>(chance.below(7));
    CHECK(smpp::is_valid_utf8(smpp::decode_text(payload.user_data, pdu.data_coding, reading, payload.header())));
  }
}
