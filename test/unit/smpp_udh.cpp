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
}
