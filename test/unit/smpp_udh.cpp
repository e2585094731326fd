#include "smpp/pdu_text.hpp"
#include "smpp/udh.hpp"
#include "test/unit/catch.hpp"

namespace {

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

smpp::Payload payload(std::string_view digits) {
  smpp::DeliverSm pdu;
  pdu.esm_class = 0x40;
  pdu.short_message = hex(digits);
  return smpp::payload_of(pdu);
}

}  // namespace

TEST_CASE("concatenation is read from its element wherever it stands (P109)") {
  const auto first = payload("050003a70302" "41");
  REQUIRE(first.concatenation.has_value());
  CHECK(first.concatenation->reference == 0xA7);
  CHECK(first.concatenation->width == 8);
  CHECK(first.concatenation->total == 3);
  CHECK(first.concatenation->number == 2);
  CHECK(first.user_data == hex("41"));
  CHECK(first.udh_octets == 6);

  const auto wide = payload("09" "7f0101" "0804beef0201" "41");
  REQUIRE(wide.concatenation.has_value());
  CHECK(wide.concatenation->reference == 0xBEEF);
  CHECK(wide.concatenation->width == 16);
}

TEST_CASE("of several concatenation elements the last counts (P109)") {
  const auto both = payload("0a" "0003010201" "0003020302" "41");
  REQUIRE(both.concatenation.has_value());
  CHECK(both.concatenation->reference == 2);
}

TEST_CASE("a concatenation that makes no sense is a message by itself (P111)") {
  for (const auto* header : {"050003a70100", "050003a70101", "050003a70200", "050003a70203", "050003a70001"}) {
    INFO(header);
    const auto read = payload(std::string(header) + "41");
    CHECK_FALSE(read.concatenation.has_value());
    CHECK(read.user_data == hex("41"));
  }
}

TEST_CASE("a header that does not fit is text (P109)") {
  for (const auto* octets : {"53544f50", "ff", "0500", "0300ff01" "41", "010041"}) {
    INFO(octets);
    const auto read = payload(octets);
    CHECK(read.broken_udh);
    CHECK(read.user_data == hex(octets));
    CHECK_FALSE(read.concatenation.has_value());
  }
  CHECK(payload("").broken_udh);
}

TEST_CASE("P109: octets that are no header are text when they are printable, else raw, and all of them are kept") {
  CHECK_FALSE(payload("53544f50").raw);        // STOP
  CHECK_FALSE(payload("53544f500d0a").raw);
  CHECK(payload("0500ff").raw);
  CHECK(payload("ff0102").raw);
  smpp::DeliverSm wide;
  wide.esm_class = 0x40;
  wide.data_coding = 8;
  wide.short_message = hex("04210422041e041f");
  CHECK(smpp::payload_of(wide).broken_udh);
  CHECK_FALSE(smpp::payload_of(wide).raw);
  wide.short_message = hex("0421d83d");
  CHECK(smpp::payload_of(wide).raw);
}

TEST_CASE("P109: unknown elements and those of a strange length are stepped over") {
  const auto read = payload("12" "010200ff" "0a03000102" "0800" "2200" "0003a70201" "41");
  REQUIRE(read.concatenation.has_value());
  CHECK(read.concatenation->reference == 0xA7);
  CHECK_FALSE(read.broken_udh);
  CHECK(payload("0400020101" "41").user_data == hex("41"));
}

TEST_CASE("P109: a header's elements can be walked one by one") {
  const auto octets = hex("0003a70201" "240101" "ff");
  std::span<const std::byte> header = octets;
  const auto first = smpp::next_element(header);
  REQUIRE(first.has_value());
  CHECK(first->identifier == 0x00);
  CHECK(first->value.size() == 3);
  CHECK(smpp::next_element(header)->identifier == 0x24);
  CHECK_FALSE(smpp::next_element(header).has_value());
  CHECK(header.size() == 1);
}

TEST_CASE("P109: national languages are named by the header, the last of each kind counting") {
  const auto read = payload("0b" "0003a70201" "240103" "250106" "41");
  CHECK(read.languages == smpp::NationalLanguages{6, 3});
  CHECK(read.concatenation.has_value());
  CHECK(payload("06" "240103" "240101" "41").languages.single_shift == 1);
}

TEST_CASE("P111: of two concatenations the last counts, even one that makes no sense") {
  const auto read = payload("0a" "0003010201" "0003020200" "41");
  CHECK_FALSE(read.concatenation.has_value());
  CHECK(read.odd_concatenation);
  CHECK_FALSE(payload("050003a70101" "41").odd_concatenation);
  CHECK(payload("050003a70203" "41").odd_concatenation);
}

TEST_CASE("P114: ports are read from either element and from TLVs") {
  const auto wide = payload("06050423f423f0" "41");
  CHECK(wide.destination_port == 9204);
  CHECK(wide.source_port == 9200);
  const auto narrow = payload("0404020102" "41");
  CHECK(narrow.destination_port == 1);
  CHECK(narrow.source_port == 2);
  smpp::DeliverSm pdu;
  pdu.tlvs.add_integer(smpp::tag::source_port, 2948);
  CHECK(smpp::payload_of(pdu).source_port == 2948);
  CHECK_FALSE(smpp::payload_of(pdu).destination_port.has_value());
}

TEST_CASE("port-addressed messages are told from texts (P114)") {
  CHECK(payload("06050423f40000" "41").ports);
  CHECK(payload("0404020102" "41").ports);
  CHECK_FALSE(payload("050003a70302" "41").ports);
  smpp::DeliverSm pdu;
  pdu.tlvs.add_integer(smpp::tag::dest_port, 2948);
  CHECK(smpp::payload_of(pdu).ports);
}

TEST_CASE("SAR TLVs concatenate, all three or none (P108, P113)") {
  smpp::SubmitSm pdu;
  pdu.short_message = hex("41");
  pdu.tlvs.add_integer(smpp::tag::sar_msg_ref_num, 0x1234);
  pdu.tlvs.add_integer(smpp::tag::sar_total_segments, 2);
  CHECK_FALSE(smpp::payload_of(pdu).concatenation.has_value());
  pdu.tlvs.add_integer(smpp::tag::sar_segment_seqnum, 2);
  const auto read = smpp::payload_of(pdu);
  REQUIRE(read.concatenation.has_value());
  CHECK(read.concatenation->reference == 0x1234);
  CHECK(read.concatenation->width == 0);
  CHECK(read.concatenation->number == 2);
}

TEST_CASE("the text is in short_message, else in message_payload (P102)") {
  smpp::DeliverSm pdu;
  pdu.esm_class = 0x40;
  pdu.tlvs.add(smpp::tag::message_payload, hex("050003a7020141"));
  const auto read = smpp::payload_of(pdu);
  CHECK(read.user_data == hex("41"));
  CHECK(read.concatenation.has_value());
  pdu.esm_class = 0;
  pdu.short_message = hex("42");
  CHECK(smpp::payload_of(pdu).user_data == hex("42"));
  CHECK(smpp::payload_of(pdu).both_bodies);
  CHECK_FALSE(read.both_bodies);
}
