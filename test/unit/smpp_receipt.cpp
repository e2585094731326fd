#include "smpp/receipt.hpp"
#include "test/unit/catch.hpp"

namespace {

smpp::DeliverSm receipt(std::string_view text, std::uint8_t esm_class = 0x04) {
  smpp::DeliverSm pdu;
  pdu.esm_class = esm_class;
  pdu.short_message = smpp::to_octets(text);
  return pdu;
}

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("a text that looks like a receipt is a message when nothing else says so (P72)") {
  const auto text = "id:7 sub:001 dlvrd:001 submit date:2401010000 done date:2401010001 stat:DELIVRD err:000 text:";
  CHECK_FALSE(smpp::is_receipt(receipt(text, 0x00)));
  CHECK_FALSE(smpp::is_receipt(receipt(text, 0x08)));  // SME acknowledgements (P73)
  CHECK_FALSE(smpp::is_receipt(receipt(text, 0x10)));
  for (const int esm_class : {0x04, 0x24, 0x20, 0x44, 0x07, 0x84}) {
    CHECK(smpp::is_receipt(receipt(text, static_cast<std::uint8_t>(esm_class))));
  }
}

TEST_CASE("an intermediate notification is never the last word (P82)") {
  const auto read = smpp::parse_receipt(receipt("id:7 stat:DELIVRD", 0x20));
  REQUIRE(read.has_value());
  CHECK(read->kind == smpp::ReceiptKind::intermediate);
  CHECK_FALSE(read->is_final());
}

TEST_CASE("either TLV may come alone; the text gives the rest (P74)") {
  auto pdu = receipt("id:12 stat:UNDELIV");
  pdu.tlvs.add_integer(smpp::tag::message_state, 2);
  auto read = smpp::parse_receipt(pdu);
  REQUIRE(read.has_value());
  CHECK(read->id == "12");
  CHECK(read->state == smpp::MessageState::DELIVERED);
  pdu.tlvs.clear();
  pdu.tlvs.add_cstring(smpp::tag::receipted_message_id, "c");
  read = smpp::parse_receipt(pdu);
  CHECK(read->id == "c");
  CHECK(read->text_id == "12");
  CHECK(read->state == smpp::MessageState::UNDELIVERABLE);
}

TEST_CASE("a message_state that no specification knows leaves the text's word (P36)") {
  auto pdu = receipt("id:12 stat:DELIVRD");
  pdu.tlvs.add_integer(smpp::tag::message_state, 77);
  CHECK(smpp::parse_receipt(pdu)->state == smpp::MessageState::DELIVERED);
}

TEST_CASE("network_error_code is three octets or three digits (P37)") {
  auto pdu = receipt("id:12 stat:UNDELIV");
  pdu.tlvs.add(smpp::tag::network_error_code, {std::byte{3}, std::byte{0}, std::byte{0x1f}});
  CHECK(smpp::parse_receipt(pdu)->network_error_code == 0x03001F);
  pdu.tlvs.clear();
  pdu.tlvs.add(smpp::tag::network_error_code, {std::byte{'0'}, std::byte{'6'}, std::byte{'9'}});
  CHECK(smpp::parse_receipt(pdu)->network_error_code == 69);
}

TEST_CASE("UDHI on a receipt's text lies (P73)") {
  const auto read = smpp::parse_receipt(receipt("id:4a0f sub:001 dlvrd:001 stat:DELIVRD err:000 text:", 0x44));
  REQUIRE(read.has_value());
  CHECK(read->id == "4a0f");
}

TEST_CASE("labels are found where labels stand (P75)") {
  auto read = smpp::parse_receipt_text("id: 7 valid:1 stat: DELIVRD err:");
  REQUIRE(read.has_value());
  CHECK(read->id == "7");
  CHECK(read->stat == "DELIVRD");
  CHECK(read->err.empty());
  // Without id and stat before it, text: does not end the receipt.
  read = smpp::parse_receipt_text("text:hi id:7 stat:EXPIRED");
  REQUIRE(read.has_value());
  CHECK(read->id == "7");
  CHECK(read->state == smpp::MessageState::EXPIRED);
  CHECK_FALSE(smpp::parse_receipt_text("hello, how are you?").has_value());
  CHECK_FALSE(smpp::parse_receipt_text("").has_value());
}

TEST_CASE("an id is looked up under its other spellings, exact first (P77)") {
  CHECK(smpp::id_candidates("Ab12") == std::vector<std::string>{"Ab12", "ab12", "43794"});
  const auto decimal = smpp::id_candidates("0059113978");
  CHECK(decimal.front() == "0059113978");
  CHECK(has(decimal, "59113978"));
  CHECK(has(decimal, "38601fa"));
  CHECK(has(smpp::id_candidates("38601fa"), "59113978"));
  CHECK(has(smpp::id_candidates("6E84FC04"), "1854209028"));
  CHECK(has(smpp::id_candidates("1744719531"), "67fe4eab"));
  CHECK(has(smpp::id_candidates("340282366920938463463374607431768211455"), "ffffffffffffffffffffffffffffffff"));
  CHECK(smpp::id_candidates("1479978899.39") == std::vector<std::string>{"1479978899.39"});
  CHECK(smpp::id_candidates("0") == std::vector<std::string>{"0"});
  CHECK(smpp::id_candidates("") == std::vector<std::string>{""});
}
