// receipts.jsonl: what is a receipt, what it says, whether it is the last word (P72 to P85).
#include "smpp/pdu_text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/text.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_vector_files.hpp"

namespace {

using boost::json::object;

// The octets of the message: given as such, else the text in the coding that data_coding names.
smpp::Octets short_message_of(const object& row, std::uint8_t data_coding) {
  for (const char* key : {"short_message_hex", "text_hex"}) {
    if (row.contains(key)) return vectors::octets_of(row, key);
  }
  const auto text = vectors::text_of(row, "text");
  if (text.empty() || data_coding != 8) return smpp::to_octets(text);
  smpp::Octets octets;
  for (const char c : text) {  // ASCII in these vectors
    octets.push_back(std::byte{0});
    octets.push_back(static_cast<std::byte>(c));
  }
  return octets;
}

smpp::DeliverSm deliver_sm_of(const object& row) {
  smpp::DeliverSm pdu;
  const auto integer = [&](const char* key, std::uint8_t otherwise) {
    const auto* value = row.if_contains(key);
    return value ? static_cast<std::uint8_t>(value->as_int64()) : otherwise;
  };
  pdu.esm_class = integer("esm_class", 0x04);
  pdu.data_coding = integer("data_coding", 0);
  pdu.short_message = short_message_of(row, pdu.data_coding);
  const auto* tlvs = row.if_contains("tlvs");
  if (!tlvs) return pdu;
  for (const auto& item : tlvs->as_array()) {
    const object& tlv = item.as_object();
    const auto tag = static_cast<std::uint16_t>(std::stoul(vectors::text_of(tlv, "tag"), nullptr, 16));
    if (tlv.contains("hex")) {
      pdu.tlvs.add(tag, vectors::octets_of(tlv, "hex"));
    } else if (tlv.at("value").is_string()) {
      pdu.tlvs.add_cstring(tag, vectors::text_of(tlv, "value"));
    } else {
      pdu.tlvs.add_integer(tag, tlv.at("value").to_number<std::uint64_t>());
    }
  }
  return pdu;
}

void check_text_fields(const smpp::Receipt& receipt, const object& fields) {
  const bool by_tlv = receipt.text_id.empty();
  CHECK((by_tlv && fields.contains("id") ? receipt.id : receipt.text_id) == vectors::text_of(fields, "id"));
  CHECK(receipt.sub == vectors::text_of(fields, "sub"));
  CHECK(receipt.dlvrd == vectors::text_of(fields, "dlvrd"));
  CHECK(receipt.stat == vectors::text_of(fields, "stat"));
  CHECK(receipt.err == vectors::text_of(fields, "err"));
  CHECK(receipt.text == vectors::text_of(fields, "text"));
  CHECK(receipt.submit_date == vectors::text_of(fields, "submit_date"));
  CHECK(receipt.done_date == vectors::text_of(fields, "done_date"));
}

// The state comes from the TLV where there is one, else from the text (P74).
void check_state(const smpp::DeliverSm& pdu, const smpp::Receipt& receipt, const object& fields) {
  const auto of_tlv = pdu.tlvs.integer(smpp::tag::message_state);
  const auto* of_text = fields.if_contains("message_state");
  if (of_tlv) {
    CHECK(static_cast<std::uint64_t>(receipt.state.value()) == *of_tlv);
  } else if (of_text && of_text->is_int64()) {
    CHECK(static_cast<std::int64_t>(receipt.state.value()) == of_text->as_int64());
  } else {
    CHECK_FALSE(receipt.state.has_value());
  }
}

void check_vector(const object& row) {
  const smpp::DeliverSm pdu = deliver_sm_of(row);
  const object& fields = row.at("fields").as_object();
  const auto expected = vectors::text_of(row, "expect");
  if (expected == "mo" || fields.contains("kind")) {
    CHECK_FALSE(smpp::is_receipt(pdu));
    return;
  }
  CHECK(smpp::is_receipt(pdu));
  const auto receipt = smpp::parse_receipt(pdu);
  if (expected == "error") {
    CHECK_FALSE(receipt.has_value());
    return;
  }
  REQUIRE(receipt.has_value());
  check_text_fields(*receipt, fields);
  check_state(pdu, *receipt, fields);
  const auto id = pdu.tlvs.cstring(smpp::tag::receipted_message_id);
  CHECK(receipt->id == (id ? *id : receipt->text_id));
  const auto final = vectors::text_of(row, "final");
  if (!final.empty()) CHECK(receipt->is_final() == (final == "yes"));
}

void check_file(const vectors::File& file) {
  for (const object& row : file.rows) {
    INFO(file.path << ": " << vectors::text_of(row, "name"));
    check_vector(row);
  }
  vectors::Skipped{}.print(file.path, file.rows.size());
}

}  // namespace

TEST_CASE("our receipt vectors are told from messages and read as they say (P72 to P85)") {
  const auto file = vectors::ours("receipts.jsonl");
  INFO(file.path << " must be there");
  REQUIRE(file.rows.size() > 40);
  check_file(file);
}

TEST_CASE("receipt vectors of other stacks are read as they say (P72 to P85)") {
  check_file(vectors::field("receipts.jsonl"));
}
