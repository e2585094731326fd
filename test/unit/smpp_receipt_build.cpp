// The receipts an SMSC writes, in every departure a carrier is known for (P91); what is written is read again.
#include "smpp/receipt.hpp"
#include "smpp/receipt_build.hpp"
#include "smpp/receipt_id.hpp"
#include "smpp/tlv.hpp"
#include "test/unit/catch.hpp"

namespace {

using std::chrono::hours;
using std::chrono::minutes;

smpp::ReceiptFacts facts() {
  smpp::ReceiptFacts all;
  all.source = {1, 1, "447700900001"};
  all.destination = {3, 0, "80800"};
  all.id = "6E84FC04";
  all.submitted_at = std::chrono::sys_days{std::chrono::year{2022} / 11 / 25} + hours{10} + minutes{37};
  all.done_at = all.submitted_at + std::chrono::seconds{62};
  all.text = "A text of more than twenty octets";
  return all;
}

smpp::Receipt read(const smpp::ReceiptStyle& style) {
  const auto pdu = smpp::make_receipt(facts(), style);
  auto receipt = smpp::parse_receipt(pdu);
  REQUIRE(receipt.has_value());
  CHECK(receipt->state == smpp::MessageState::DELIVERED);
  CHECK_FALSE(receipt->id_conflict);
  CHECK(smpp::same_id(receipt->id, "6E84FC04"));
  return *receipt;
}

}  // namespace

TEST_CASE("a receipt is written as appendix B has it, with both TLVs (P91)") {
  CHECK(smpp::build_receipt_text(facts()) ==
        "id:6E84FC04 sub:001 dlvrd:001 submit date:2211251037 done date:2211251038 stat:DELIVRD err:000 text:A text of more than ");
  const auto pdu = smpp::make_receipt(facts());
  CHECK(pdu.esm_class == 0x04);
  CHECK(pdu.source.addr == "447700900001");
  CHECK(pdu.destination.addr == "80800");
  CHECK(pdu.tlvs.cstring(smpp::tag::receipted_message_id) == "6E84FC04");
  CHECK(pdu.tlvs.integer(smpp::tag::message_state) == 2);
  auto failed = facts();
  failed.state = smpp::MessageState::UNDELIVERABLE;
  failed.err = "021";
  failed.text.clear();
  CHECK(smpp::build_receipt_text(failed) ==
        "id:6E84FC04 sub:001 dlvrd:000 submit date:2211251037 done date:2211251038 stat:UNDELIV err:021 text:");
}

TEST_CASE("a receipt without TLVs, and one with nothing else (P91)") {
  smpp::ReceiptStyle style;
  style.tlvs = false;
  CHECK(smpp::make_receipt(facts(), style).tlvs.empty());
  CHECK(read(style).text_id == "6E84FC04");
  style.tlvs = true;
  style.text = false;
  CHECK(smpp::make_receipt(facts(), style).short_message.empty());
  CHECK(read(style).text_id.empty());
}

TEST_CASE("ids in the other radix, in the text or in the TLV (P91)") {
  smpp::ReceiptStyle style;
  style.text_id = smpp::ReceiptStyle::Id::decimal;
  CHECK(read(style).text_id == "1854209028");
  CHECK(read(style).id == "6E84FC04");
  style.tlv_id = smpp::ReceiptStyle::Id::decimal;
  CHECK(read(style).id == "1854209028");
  auto decimal = facts();
  decimal.id = "0059113978";
  style.text_id = smpp::ReceiptStyle::Id::hexadecimal;
  CHECK(smpp::build_receipt_text(decimal, style).substr(0, 11) == "id:38601fa ");
  decimal.id = "a03ea27b-9bb4";
  CHECK(smpp::build_receipt_text(decimal, style).substr(0, 17) == "id:a03ea27b-9bb4 ");
}

TEST_CASE("seconds, a zone, labels in upper case (P91)") {
  smpp::ReceiptStyle style;
  style.seconds = true;
  style.zone = hours{2};
  style.upper_case_labels = true;
  CHECK(smpp::build_receipt_text(facts(), style) == "ID:6E84FC04 SUB:001 DLVRD:001 SUBMIT DATE:221125123700 DONE DATE:221125123802 "
                                                    "STAT:DELIVRD ERR:000 TEXT:A text of more than ");
  smpp::ReceiptProfile profile;
  profile.zone = hours{2};
  CHECK(smpp::parse_receipt(smpp::make_receipt(facts(), style), profile)->done_at == facts().done_at);
}

TEST_CASE("esm_class 0 and the text in message_payload (P91)") {
  smpp::ReceiptStyle style;
  style.esm_class = 0x00;
  style.in_payload = true;
  const auto pdu = smpp::make_receipt(facts(), style);
  CHECK(pdu.short_message.empty());
  CHECK(smpp::is_receipt(pdu));
  CHECK(read(style).text_id == "6E84FC04");
  style.tlvs = false;
  CHECK_FALSE(smpp::is_receipt(smpp::make_receipt(facts(), style)));
}
