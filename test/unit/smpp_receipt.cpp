#include "smpp/receipt.hpp"
#include "test/unit/catch.hpp"

namespace {

using namespace std::string_view_literals;

smpp::DeliverSm receipt(std::string_view text, std::uint8_t esm_class = 0x04) {
  smpp::DeliverSm pdu;
  pdu.esm_class = esm_class;
  pdu.short_message = smpp::to_octets(text);
  return pdu;
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

TEST_CASE("who speaks is told apart: the network, the handset, its user (P73)") {
  using smpp::Carries;
  const auto of = [](int esm_class) {
    return smpp::carries(smpp::receipt_parts(receipt("id:7 stat:DELIVRD", static_cast<std::uint8_t>(esm_class))));
  };
  CHECK(of(0x00) == Carries::message);
  CHECK(of(0x04) == Carries::receipt);
  CHECK(of(0x24) == Carries::receipt);
  CHECK(of(0x20) == Carries::intermediate);
  CHECK(of(0x08) == Carries::sme_delivery_ack);
  CHECK(of(0x10) == Carries::sme_manual_ack);
  CHECK(of(0x18) == Carries::conversation_abort);
  // Mode, UDHI and reply path say nothing.
  CHECK(of(0x03 | 0x04) == Carries::receipt);
  CHECK(of(0xC0 | 0x10) == Carries::sme_manual_ack);
  CHECK(of(0x40) == Carries::message);
}

TEST_CASE("TLVs that no handset can set make a receipt under any esm_class (P72)") {
  auto pdu = receipt("id:7 stat:DELIVRD", 0x01);
  pdu.tlvs.add_integer(smpp::tag::message_state, 2);
  CHECK_FALSE(smpp::is_receipt(pdu));  // a state of nothing
  pdu.tlvs.add_cstring(smpp::tag::receipted_message_id, "7");
  CHECK(smpp::is_receipt(pdu));
  auto no_state = receipt("hello", 0x00);
  no_state.tlvs.add_cstring(smpp::tag::receipted_message_id, "7");
  CHECK_FALSE(smpp::is_receipt(no_state));
  // An intermediate notification stays one.
  pdu.esm_class = 0x20;
  CHECK(smpp::carries(smpp::receipt_parts(pdu)) == smpp::Carries::intermediate);
}

TEST_CASE("a profile names further bits of esm_class that mean a receipt (P72)") {
  smpp::ReceiptProfile profile;
  profile.receipt_bits = 0x08;
  CHECK(smpp::is_receipt(receipt("id:7 stat:DELIVRD", 0x08), profile));
  CHECK(smpp::is_receipt(receipt("id:7 stat:DELIVRD", 0x0C), profile));
  CHECK_FALSE(smpp::is_receipt(receipt("id:7 stat:DELIVRD", 0x10), profile));
}

TEST_CASE("a receipt by its text alone is only offered to a caller that can check its id (P72)") {
  smpp::ReceiptProfile profile;
  const auto pdu = receipt("id:7 sub:001 dlvrd:001 stat:DELIVRD err:000 text:", 0x00);
  CHECK_FALSE(smpp::receipt_by_text(smpp::receipt_parts(pdu), profile).has_value());
  profile.by_text = true;
  CHECK_FALSE(smpp::is_receipt(pdu, profile));
  const auto claimed = smpp::receipt_by_text(smpp::receipt_parts(pdu), profile);
  REQUIRE(claimed.has_value());
  CHECK(claimed->id == "7");
  CHECK(claimed->state == smpp::MessageState::DELIVERED);
  CHECK_FALSE(smpp::receipt_by_text(smpp::receipt_parts(receipt("id:7 is my number", 0x00)), profile).has_value());
  CHECK_FALSE(smpp::receipt_by_text(smpp::receipt_parts(receipt("stat:DELIVRD", 0x00)), profile).has_value());
  CHECK_FALSE(smpp::receipt_by_text(smpp::receipt_parts(receipt("id:7 stat:DELIVRD", 0x10)), profile).has_value());
}

TEST_CASE("text and TLV that disagree are both kept, and the TLV counts (P74)") {
  auto pdu = receipt("id:4a0f stat:UNDELIV err:011");
  pdu.tlvs.add_cstring(smpp::tag::receipted_message_id, "4b00");
  pdu.tlvs.add_integer(smpp::tag::message_state, 2);
  const auto read = smpp::parse_receipt(pdu);
  REQUIRE(read.has_value());
  CHECK(read->state == smpp::MessageState::DELIVERED);
  CHECK(read->text_state == smpp::MessageState::UNDELIVERABLE);
  CHECK(read->stat == "UNDELIV");
  CHECK(read->state_conflict);
  CHECK(read->id == "4b00");
  CHECK(read->text_id == "4a0f");
  CHECK(read->id_conflict);
}

TEST_CASE("the id of the text in another radix than the TLV's is no conflict (P77)") {
  auto pdu = receipt("id:0059113978 stat:DELIVRD");
  pdu.tlvs.add_cstring(smpp::tag::receipted_message_id, "38601FA");
  pdu.tlvs.add_integer(smpp::tag::message_state, 2);
  const auto read = smpp::parse_receipt(pdu);
  CHECK_FALSE(read->id_conflict);
  CHECK_FALSE(read->state_conflict);
}

TEST_CASE("words of the carrier's own are mapped, before the known ones, and numbers only when told so (P81)") {
  const auto state = [](std::string_view stat, const smpp::ReceiptProfile& profile) {
    return smpp::parse_receipt_text("id:7 stat:" + std::string(stat), profile)->state;
  };
  smpp::ReceiptProfile profile;
  CHECK_FALSE(state("NOROUTES", profile).has_value());
  CHECK_FALSE(state("0", profile).has_value());
  profile.stat_numbers = true;
  CHECK(state("5", profile) == smpp::MessageState::UNDELIVERABLE);
  CHECK_FALSE(state("12", profile).has_value());
  profile.stat_map = {{"noroutes", smpp::MessageState::UNDELIVERABLE}, {"0", smpp::MessageState::DELIVERED},
                      {"acceptd", smpp::MessageState::DELIVERED}};
  CHECK(state("NoRoutes", profile) == smpp::MessageState::UNDELIVERABLE);
  CHECK(state("0", profile) == smpp::MessageState::DELIVERED);
  CHECK(state("ACCEPTD", profile) == smpp::MessageState::DELIVERED);
  CHECK(state("DELIVRD", profile) == smpp::MessageState::DELIVERED);
}

TEST_CASE("what may still change is not final: ACCEPTD, UNKNOWN and words nobody knows are soft (P81)") {
  const auto finality = [](std::string_view stat) {
    return smpp::parse_receipt_text("id:7 stat:" + std::string(stat))->finality();
  };
  for (const auto* stat : {"ACCEPTD", "UNKNOWN", "NOROUTES", "0"}) CHECK(finality(stat) == smpp::Finality::soft);
  for (const auto* stat : {"ENROUTE", "SCHEDULED", "ACKED", "BUFFRED", "BUFFERD"}) CHECK(finality(stat) == smpp::Finality::not_final);
  for (const auto* stat : {"DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "REJECTD", "SKIPPED", "FAILED"}) {
    CHECK(finality(stat) == smpp::Finality::final_state);
  }
}

TEST_CASE("every state has its word, and the word its state") {
  for (int i = 0; i <= 9; ++i) {
    const auto state = static_cast<smpp::MessageState>(i);
    CHECK(smpp::state_of_stat(smpp::stat_of(state)) == state);
  }
}

TEST_CASE("err stays as written; its number and the carrier's text for it stand beside it (P83)") {
  smpp::ReceiptProfile profile;
  const auto read = [&](std::string_view err) { return *smpp::parse_receipt_text("id:7 stat:UNDELIV err:" + std::string(err), profile); };
  CHECK(read("0000").err == "0000");
  CHECK(read("0000").err_code == 0);
  CHECK(read("2050").err_code == 2050);
  CHECK_FALSE(read("21b").err_code.has_value());
  CHECK(read("21b").err == "21b");
  CHECK_FALSE(read("").err_code.has_value());
  CHECK_FALSE(read("99999999999").err_code.has_value());
  profile.err_radix = 16;
  profile.err_texts[0x21b] = "absent subscriber";
  CHECK(read("21b").err_code == 0x21b);
  CHECK(smpp::err_text(read("21b"), profile) == "absent subscriber");
  CHECK(smpp::err_text(read("21c"), profile).empty());
  CHECK(smpp::err_text(read(""), profile).empty());
}

TEST_CASE("sub and dlvrd never say what became of a message (P88)") {
  CHECK(smpp::parse_receipt_text("id:7 sub:001 dlvrd:001 stat:UNDELIV")->state == smpp::MessageState::UNDELIVERABLE);
  CHECK_FALSE(smpp::parse_receipt_text("id:7 sub:001 dlvrd:001")->state.has_value());
}

TEST_CASE("spaces before the colon, tabs, NULs and repeated labels do not hide a field (P75)") {
  const auto read = smpp::parse_receipt_text("x^ID : 7\tsub:1\0STAT :DELIVRD,id:8 stat:UNDELIV,done_date:2401010001\0\0"sv);
  REQUIRE(read.has_value());
  CHECK(read->id == "7");
  CHECK(read->sub == "1");
  CHECK(read->stat == "DELIVRD");
  CHECK(read->done_date == "2401010001");
}

TEST_CASE("an ASCII text under data_coding 8 is read as it is, a UCS-2 one behind an ASCII receipt too (P85)") {
  auto pdu = receipt("x^id:7 stat:DELIVRD err:000 text:Hello");
  pdu.data_coding = 8;
  CHECK(smpp::parse_receipt(pdu)->text == "Hello");
  pdu.short_message = smpp::to_octets("x^id:7 stat:DELIVRD err:000 text:");
  for (const int octet : {0x04, 0x1F, 0x04, 0x40}) pdu.short_message.push_back(static_cast<std::byte>(octet));
  CHECK(smpp::parse_receipt(pdu)->text == "\u041F\u0440");
}

TEST_CASE("a header that UDHI announces is skipped where it fits and the text does not begin as a receipt (P73)") {
  auto pdu = receipt("\x05\x00\x03\x07\x01\x01" "id:7 stat:DELIVRD"sv, 0x44);
  CHECK(smpp::parse_receipt(pdu)->id == "7");
  pdu = receipt("#id:7 stat:DELIVRD", 0x44);  // 0x23 octets of header do not fit
  CHECK(smpp::parse_receipt(pdu)->id == "7");
  pdu = receipt({}, 0x44);
  for (const char c : std::string_view("id:7 stat:DELIVRD")) {
    pdu.short_message.push_back(std::byte{0});
    pdu.short_message.push_back(static_cast<std::byte>(c));
  }
  CHECK(smpp::parse_receipt(pdu)->id == "7");
}

TEST_CASE("a first letter that would do as the length of a header is none without its elements (P73, P75, P109)") {
  const std::string rest = "id:0059113978 sub:001 dlvrd:001 submit date:2602031000 done date:2602031001 stat:DELIVRD err:000 text:hello and some more words";
  for (const std::string& before : {std::string("#"), std::string("4790000000SMSAlert^")}) {
    const auto read = smpp::parse_receipt(receipt(before + rest, 0x44));
    REQUIRE(read);
    CHECK(read->id == "0059113978");
    CHECK(read->stat == "DELIVRD");
  }
}

TEST_CASE("a receipt in UTF-16 may begin with a mark, and a tail in UTF-16 may come under any data_coding (P85, P97)") {
  auto pdu = receipt({}, 4);
  pdu.data_coding = 8;
  pdu.short_message = {std::byte{0xFE}, std::byte{0xFF}};
  for (const char c : std::string_view("id:7 stat:DELIVRD")) {
    pdu.short_message.push_back(std::byte{0});
    pdu.short_message.push_back(static_cast<std::byte>(c));
  }
  REQUIRE(smpp::parse_receipt(pdu));
  CHECK(smpp::parse_receipt(pdu)->id == "7");
  pdu = receipt("id:7 stat:DELIVRD err:000 text:", 4);
  for (const char c : {'H', 'i'}) {
    pdu.short_message.push_back(std::byte{0});
    pdu.short_message.push_back(static_cast<std::byte>(c));
  }
  CHECK(smpp::parse_receipt(pdu)->text == "Hi");
}

TEST_CASE("TLVs of the carrier's own are kept on a receipt (P89)") {
  auto pdu = receipt("id:7 stat:DELIVRD");
  pdu.tlvs.add_cstring(0x1416, "24008");
  pdu.tlvs.add_integer(smpp::tag::message_state, 2);
  const auto read = smpp::parse_receipt(pdu);
  CHECK(read->vendor_tlvs.size() == 1);
  CHECK(read->vendor_tlvs.cstring(0x1416) == "24008");
}
