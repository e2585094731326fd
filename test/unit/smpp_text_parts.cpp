// How long texts go, and where they are cut (P100, P102, P104 to P108, P110).
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_text_sent.hpp"

namespace {

using sent::shown;
using sent::times;
using smpp::LongMode;

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

smpp::EncodeOptions by(LongMode mode) {
  smpp::EncodeOptions options;
  options.long_mode = mode;
  return options;
}

// No break before a combining mark or a joiner, nor behind a joiner.
bool between_graphemes(std::string_view text, std::size_t offset) {
  const auto here = text.substr(offset);
  return !here.starts_with("\u0301") && !here.starts_with("\u200D") && !text.substr(0, offset).ends_with("\u200D");
}

}  // namespace

TEST_CASE("P102: udh16 parts carry a 16-bit reference and hold 152 septets or 66 units") {
  auto options = by(LongMode::udh16);
  options.reference = 0x1234;
  const auto text = smpp::encode_text(times("a", 304), options).value();
  REQUIRE(text.parts.size() == 2);
  CHECK(smpp::to_hex(std::span(text.parts[1].short_message).first(7)) == "06080412340202");
  CHECK(text.parts[0].short_message.size() == 7 + 152);
  CHECK(smpp::encode_text(times("a", 305), options).value().parts.size() == 3);
  CHECK(smpp::encode_text(times("ж", 132), options).value().parts.size() == 2);
  CHECK(smpp::encode_text(times("ж", 133), options).value().parts.size() == 3);
}

TEST_CASE("P108: sar parts carry all three TLVs and no header, and leave room for the one the SMSC writes") {
  auto options = by(LongMode::sar);
  options.reference = 0x34;
  const auto text = smpp::encode_text(times("a", 306), options).value();
  REQUIRE(text.parts.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& part = text.parts[i];
    CHECK_FALSE(part.udhi);
    CHECK(part.short_message.size() == 153);
    CHECK(part.tlvs.octets(smpp::tag::sar_msg_ref_num)->size() == 2);
    CHECK(part.tlvs.integer(smpp::tag::sar_msg_ref_num) == 0x34U);
    CHECK(part.tlvs.integer(smpp::tag::sar_total_segments) == 2U);
    CHECK(part.tlvs.integer(smpp::tag::sar_segment_seqnum) == i + 1);
    CHECK(sent::payload(text, part).concatenation->number == i + 1);
  }
  CHECK(smpp::encode_text("short", options).value().parts[0].tlvs.empty());
  // A reference of 16 bits needs a header of 7 octets.
  options.reference = 0x1234;
  CHECK(smpp::encode_text(times("a", 306), options).value().parts.size() == 3);
}

TEST_CASE("P108: sar takes no national tables for a long text, since their header excludes it") {
  auto options = by(LongMode::sar);
  options.national_shift = 1 << 1;
  CHECK(smpp::encode_text("ş", options).value().languages.single_shift == 1);
  const auto text = smpp::encode_text(times("ş", 200), options).value();
  CHECK(text.coding == smpp::Coding::ucs2);
  for (const auto& part : text.parts) CHECK_FALSE(part.udhi);
}

TEST_CASE("P102: payload puts a long text into one PDU, and counts what the SMSC makes of it") {
  const auto options = by(LongMode::payload);
  const auto text = smpp::encode_text(times("€", 160), options).value();
  REQUIRE(text.parts.size() == 1);
  CHECK(text.segments == 3);  // 76 a part
  CHECK(text.parts[0].short_message.empty());
  CHECK_FALSE(text.parts[0].udhi);
  CHECK(text.parts[0].tlvs.octets(smpp::tag::message_payload)->size() == 320);
  CHECK(shown(text) == times("€", 160));
  CHECK(smpp::encode_text("short", options).value().parts[0].tlvs.empty());
  CHECK(smpp::encode_text(times("a", 1531), options).error() == smpp::errc::too_many_parts);
  CHECK(smpp::encode_octets(smpp::Octets(200), options).value().parts.size() == 1);
}

TEST_CASE("P102: split makes whole messages that know nothing of each other") {
  const auto text = smpp::encode_text(times("a", 320), by(LongMode::split)).value();
  REQUIRE(text.parts.size() == 2);
  for (const auto& part : text.parts) {
    CHECK_FALSE(part.udhi);
    CHECK(part.tlvs.empty());
    CHECK(part.short_message.size() == 160);
  }
}

TEST_CASE("P102: truncate sends what one message holds, and says that it is not all") {
  auto options = by(LongMode::truncate);
  const auto text = smpp::encode_text(times("a", 159) + "€bc", options).value();
  REQUIRE(text.parts.size() == 1);
  CHECK(text.truncated);
  CHECK(text.segments == 1);
  CHECK(shown(text) == times("a", 159));
  CHECK_FALSE(smpp::encode_text("short", options).value().truncated);
  CHECK(smpp::encode_octets(smpp::Octets(200), options).value().truncated);
  CHECK(smpp::encode_octets(smpp::Octets(200), options).value().parts[0].short_message.size() == 140);
}

TEST_CASE("P104: octets go 140 alone, 134 or 133 a part, under data_coding 4") {
  CHECK(smpp::encode_octets(smpp::Octets(140), {}).value().parts.size() == 1);
  const auto two = smpp::encode_octets(smpp::Octets(268), {}).value();
  REQUIRE(two.parts.size() == 2);
  CHECK(two.coding == smpp::Coding::octets);
  CHECK(two.data_coding == 4);
  CHECK(two.parts[1].short_message.size() == 140);
  CHECK(smpp::encode_octets(smpp::Octets(268), by(LongMode::udh16)).value().parts.size() == 3);
  CHECK(smpp::encode_octets({}, {}).error() == smpp::errc::empty_text);
}

TEST_CASE("P105: a grapheme stays whole where a unit is to spare, and no part is paid for it") {
  smpp::EncodeOptions options;
  options.may_break = between_graphemes;
  // The mark would be the first unit of the second part.
  const std::string spare = times("ж", 67) + "\u0301" + times("ж", 20);
  const auto whole = smpp::encode_text(spare, options).value();
  REQUIRE(whole.parts.size() == 2);
  CHECK(whole.parts[0].short_message.size() == 6 + 2 * 66);
  CHECK(shown(whole) == spare);
  const std::string full = times("ж", 67) + "\u0301" + times("ж", 66);
  const auto cut = smpp::encode_text(full, options).value();
  REQUIRE(cut.parts.size() == 2);
  CHECK(cut.parts[0].short_message.size() == 6 + 2 * 67);
}

TEST_CASE("P106: 255 parts whatever max_parts says, in every mode that has parts") {
  for (const auto mode : {LongMode::udh8, LongMode::udh16, LongMode::sar, LongMode::payload, LongMode::split}) {
    auto options = by(mode);
    options.max_parts = 100'000;
    CHECK(smpp::encode_text(times("ж", 255 * 66), options).has_value());
    CHECK(smpp::encode_text(times("ж", 256 * 70), options).error() == smpp::errc::too_many_parts);
  }
}

TEST_CASE("P100: one curly quote does not cost a text its coding") {
  const std::string text = times("a", 159) + "’";
  CHECK(smpp::encode_text(text, {}).value().segments == 3);
  smpp::EncodeOptions options;
  options.translit = smpp::Transliteration::quotes;
  const auto encoded = smpp::encode_text(text, options).value();
  CHECK(encoded.segments == 1);
  REQUIRE(encoded.replaced.size() == 1);
  CHECK(encoded.replaced[0].character == U'’');
  CHECK(encoded.replaced[0].replacement == "'");
  CHECK(encoded.replaced[0].count == 1);
}

TEST_CASE("P100: nothing is replaced in a text that is UCS-2 all the same") {
  smpp::EncodeOptions options;
  options.translit = smpp::Transliteration::full;
  const auto encoded = smpp::encode_text("“Привет”…", options).value();
  CHECK(encoded.replaced.empty());
  CHECK(shown(encoded) == "“Привет”…");
  // A text of nothing but invisible characters stays a text.
  CHECK(shown(smpp::encode_text("\u200B", options).value()) == "\u200B");
}

TEST_CASE("P110: parts are joined before they are decoded, by data_coding") {
  const auto read = [](std::initializer_list<std::pair<std::string_view, std::uint8_t>> octets) {
    std::vector<smpp::Octets> kept;
    for (const auto& each : octets) kept.push_back(hex(each.first));
    std::vector<smpp::ReceivedPart> parts;
    std::size_t i = 0;
    for (const auto& each : octets) parts.push_back({kept[i++], each.second, {}});
    return smpp::read_parts(parts, {}).text;
  };
  CHECK(read({{"0041d83d", 8}, {"de2c0042", 8}}) == "A😬B");   // a surrogate pair cut by its sender
  CHECK(read({{"004104", 8}, {"360042", 8}}) == "AжB");         // a unit cut in two
  CHECK(read({{"611b", 0}, {"65", 0}}) == "a€");
  CHECK(read({{"6100", 0}, {"0436", 8}}) == "a@ж");             // P16 is about the end of the message
  CHECK(read({{"61", 0}, {"6200", 0}}) == "ab");
  CHECK(smpp::read_parts({}, {}).text.empty());
}

TEST_CASE("a text that needs no UCS-2 is not transliterated, however long it is (P100)") {
  smpp::EncodeOptions options;
  options.translit = smpp::Transliteration::ascii;
  const auto exact = smpp::encode_text(std::string(159, 'a') + "\u00A3", options);
  REQUIRE(exact);
  CHECK(exact->parts.size() == 1);
  CHECK(exact->replaced.empty());
  CHECK(smpp::encode_text("caf\u00E9", options)->replaced.empty());
  CHECK(smpp::encode_text("caf\u00E9 \u2019", options)->coding == smpp::Coding::gsm7);
}
