// Which coding a text takes, and what data_coding it says (P93, P95 to P101).
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_text_sent.hpp"

namespace {

using sent::shown;
using sent::times;
using smpp::Alphabet;
using smpp::Coding;

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

smpp::DecodeOptions reading(Alphabet alphabet) {
  smpp::DecodeOptions options;
  options.default_alphabet = alphabet;
  return options;
}

}  // namespace

TEST_CASE("P93: unpacked septets may be more octets than 140") {
  CHECK(smpp::encode_text(times("a", 160), {}).value().parts[0].short_message.size() == 160);
  CHECK(smpp::encode_text(times("a", 161), {}).value().parts[0].short_message.size() == 159);
}

TEST_CASE("P95: UTF-8 for data_coding 0 never makes a short_message longer than its length octet says") {
  smpp::EncodeOptions options;
  options.default_alphabet = Alphabet::utf8;
  for (const auto& text : {times("é", 160), times("€", 80), times("Ω", 400)}) {
    const auto encoded = smpp::encode_text(text, options).value();
    for (const auto& part : encoded.parts) CHECK(part.short_message.size() <= 254);
    CHECK(shown(encoded, reading(Alphabet::utf8)) == text);
  }
}

TEST_CASE("P96: each data_coding of SMPP and of 23.038 is read as it says") {
  const auto read = [](int data_coding, std::string_view octets, const smpp::DecodeOptions& options = {}) {
    return smpp::read_text(hex(octets), static_cast<std::uint8_t>(data_coding), options);
  };
  CHECK(read(6, "bfe0d8f0a1fd").text == "Пр" "и" "№" "Ё" "§");
  CHECK(read(7, "e0faaadf").text == "את×‗");
  CHECK(read(7, "a1").damaged);
  for (const int general : {0x10, 0x13, 0x30 & 0x1C, 0x40, 0x50, 0xC0, 0xCF, 0xD0, 0xF0, 0xF3, 0x80}) {
    INFO(general);
    CHECK(read(general, "0005").text == "@é");
    CHECK_FALSE(read(general, "0005").raw);
  }
  for (const int octets : {0x02, 0x04, 0x14, 0x17, 0x54, 0xF4, 0xF7, 0x20, 0x3C, 0x68}) {
    INFO(octets);
    CHECK(read(octets, "e9").raw);
    CHECK(read(octets, "e9").text == "é");
  }
  for (const int wide : {0x08, 0x18, 0x1B, 0x48, 0x58, 0xE0, 0xEF}) {
    INFO(wide);
    CHECK(read(wide, "0436").text == "ж");
  }
  for (const int unknown : {0x05, 0x09, 0x0A, 0x0D, 0x0E}) {
    INFO(unknown);
    CHECK(read(unknown, "4180").raw);
    CHECK(read(unknown, "4180").damaged);
  }
}

TEST_CASE("P96: the groups of 23.038 mean GSM-7 whatever data_coding 0 means, packed where it is packed") {
  CHECK(smpp::decode_text(hex("05"), 0xF0, reading(Alphabet::latin1)) == "é");
  CHECK(smpp::decode_text(hex("e8329bfd06"), 0x10, reading(Alphabet::gsm7_packed)) == "hello");
}

TEST_CASE("P96: data_coding 4 is octets, unless the SMSC is known to put text there") {
  smpp::DecodeOptions options;
  CHECK(smpp::read_text(hex("414243"), 4, options).raw);
  options.dcs4_text = true;
  CHECK_FALSE(smpp::read_text(hex("414243"), 4, options).raw);
  CHECK(smpp::read_text(hex("414243"), 4, options).text == "ABC");
  CHECK(smpp::read_text(hex("414243"), 2, options).raw);
}

TEST_CASE("P96: text in data_coding 4 is text at an SMSC of 23.038 too") {
  smpp::DecodeOptions options;
  options.gsm_data_coding = true;
  options.dcs4_text = true;
  const auto read = smpp::read_text(smpp::to_octets("YES"), 4, options);
  CHECK(read.text == "YES");
  CHECK_FALSE(read.raw);
}

TEST_CASE("P96: SMPP 3.3 has 23.038 throughout") {
  smpp::DecodeOptions options;
  options.gsm_data_coding = true;
  CHECK(smpp::decode_text(hex("05"), 3, options) == "é");
  CHECK(smpp::read_text(hex("e9"), 4, options).raw);
  CHECK(smpp::decode_text(hex("0436"), 8, options) == "ж");
  CHECK(smpp::decode_text(hex("05"), 0, options) == "é");
}

TEST_CASE("P96: a data_coding set for one SMSC means what was set, both ways") {
  smpp::DecodeOptions options;
  options.dcs_map.set(3, Alphabet::gsm7);
  options.dcs_map.set(0xF5, Alphabet::utf8);
  CHECK(smpp::decode_text(hex("00"), 3, options) == "@");
  CHECK(smpp::decode_text(hex("c3a9"), 0xF5, options) == "é");
  CHECK_FALSE(smpp::read_text(hex("c3a9"), 0xF5, options).raw);

  smpp::EncodeOptions sending;
  sending.dcs_map.set(0, Alphabet::latin1);
  CHECK(smpp::encode_text("@", sending).value().parts[0].short_message == hex("40"));
  sending.dcs_map.set(8, Alphabet::latin1);
  CHECK(smpp::encode_text("ж", sending).error() == smpp::errc::not_in_alphabet);
  sending.dcs_map.set(0x18, Alphabet::ucs2);
  CHECK(smpp::encode_text("ж", sending).value().data_coding == 0x18);
  sending.dcs_map.set(1, Alphabet::gsm7);  // a way to say GSM-7 beside a default of Latin-1
  CHECK(smpp::encode_text("Ω", sending).value().data_coding == 1);
  CHECK(smpp::encode_text("Ω", sending).value().parts[0].short_message == hex("15"));
}

TEST_CASE("P97: UTF-16 the other way round where the SMSC has it so, unless a mark says otherwise") {
  smpp::DecodeOptions options;
  options.ucs2_little_endian = true;
  CHECK(smpp::decode_text(hex("3604"), 8, options) == "ж");
  CHECK(smpp::decode_text(hex("feff0436"), 8, options) == "ж");
  CHECK(smpp::decode_text(hex("fffe3604"), 8, options) == "ж");
  smpp::EncodeOptions sending;
  sending.ucs2_little_endian = true;
  const auto text = smpp::encode_text("ж😬", sending).value();
  CHECK(text.parts[0].short_message == hex("3604" "3dd82cde"));
  CHECK(shown(text, options) == "ж😬");
}

TEST_CASE("P97: a dropped octet and a lone surrogate are told") {
  CHECK(smpp::read_text(hex("004100"), 8, {}).text == "A");
  CHECK(smpp::read_text(hex("004100"), 8, {}).damaged);
  CHECK(smpp::read_text(hex("d83d0041"), 8, {}).damaged);
  CHECK_FALSE(smpp::read_text(hex("d83dde2c"), 8, {}).damaged);
}

TEST_CASE("P98: Latin-1 only where it is allowed, and only for characters that GSM has too unless said otherwise") {
  smpp::EncodeOptions options;
  options.default_alphabet = Alphabet::ascii;
  CHECK(smpp::encode_text("é", options).value().data_coding == 8);
  options.allow_latin1 = true;
  CHECK(smpp::encode_text("é", options).value().data_coding == 3);
  CHECK(smpp::encode_text("ê", options).value().data_coding == 8);
  options.latin1_beyond_gsm = true;
  CHECK(smpp::encode_text("ê", options).value().data_coding == 3);
  CHECK(smpp::encode_text(times("ê", 140), options).value().segments == 1);
  CHECK(smpp::encode_text(times("ê", 141), options).value().segments == 2);
  CHECK(smpp::encode_text("ж", options).value().data_coding == 8);
}

TEST_CASE("P98: the order is default alphabet, Latin-1, national tables, UCS-2") {
  smpp::EncodeOptions options;
  options.allow_latin1 = options.latin1_beyond_gsm = true;
  options.national_shift = 1 << 3;
  CHECK(smpp::encode_text("e", options).value().data_coding == 0);
  CHECK(smpp::encode_text("ê", options).value().coding == Coding::latin1);
  options.allow_latin1 = false;
  CHECK(smpp::encode_text("ê", options).value().languages.single_shift == 3);
  options.national_shift = 0;
  CHECK(smpp::encode_text("ê", options).value().coding == Coding::ucs2);
  options.allow_ucs2 = false;
  CHECK(smpp::encode_text("ê", options).error() == smpp::errc::not_in_alphabet);
}

TEST_CASE("P99: a data_coding that the peer refused gives way to the next in order") {
  smpp::EncodeOptions options;
  options.allow_latin1 = true;
  options.refused = {0};
  CHECK(smpp::encode_text("é", options).value().data_coding == 3);
  options.refused = {0, 3};
  CHECK(smpp::encode_text("é", options).value().data_coding == 8);
  options.refused = {0, 3, 8};
  CHECK(smpp::encode_text("é", options).error() == smpp::errc::not_in_alphabet);
}

TEST_CASE("P101: a message class is told by the group, or the TLV, that the carrier wants") {
  smpp::EncodeOptions options;
  options.message_class = 0;
  CHECK(smpp::encode_text("é", options).value().data_coding == 0xF0);
  CHECK(smpp::encode_text("ж", options).value().data_coding == 0x18);
  CHECK(smpp::encode_octets(hex("00"), options).value().data_coding == 0xF4);
  options.message_class = 2;
  CHECK(smpp::encode_text("é", options).value().data_coding == 0xF2);
  options.class_by = smpp::ClassBy::coding_group_1;
  CHECK(smpp::encode_text("é", options).value().data_coding == 0x12);
  CHECK(smpp::encode_octets(hex("00"), options).value().data_coding == 0x16);

  options.class_by = smpp::ClassBy::dest_addr_subunit;
  options.message_class = 0;
  for (const auto* text : {"é", "ж"}) {
    const auto encoded = smpp::encode_text(text, options).value();
    CHECK(encoded.data_coding == (encoded.coding == Coding::gsm7 ? 0 : 8));
    CHECK(encoded.parts[0].tlvs.integer(smpp::tag::dest_addr_subunit) == 1U);
  }
}

TEST_CASE("P101: a class in data_coding means GSM-7, whatever the default alphabet is") {
  smpp::EncodeOptions options;
  options.message_class = 0;
  options.default_alphabet = Alphabet::latin1;
  const auto text = smpp::encode_text("@é", options).value();
  CHECK(text.parts[0].short_message == hex("0005"));
  CHECK(shown(text, reading(Alphabet::latin1)) == "@é");
}
