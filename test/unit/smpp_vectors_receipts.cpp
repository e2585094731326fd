// receipts.jsonl: what is a receipt, what it says, whether it is the last word (P72 to P89). Every column of every row is
// checked but the ones that say where a row comes from; a column or a value that is not known here fails.
#include "smpp/pdu_text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/tlv.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/smpp_vector_files.hpp"

#include <set>

namespace {

using boost::json::object;
using std::chrono::hours;

const std::set<std::string_view> kColumns{"name", "source", "note",       "text",  "text_hex", "short_message_hex", "command",
                                          "tlvs", "expect", "esm_class", "final", "fields",   "data_coding"};
const std::set<std::string_view> kFields{"id",  "sub",  "dlvrd",           "submit_date",   "done_date",     "stat",
                                         "err", "text", "submit_date_iso", "done_date_iso", "message_state", "kind"};

void check_names(const object& row, const std::set<std::string_view>& known) {
  for (const auto& [key, value] : row) {
    INFO(std::string(key));
    CHECK(known.count(std::string_view(key)) == 1);
  }
}

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

smpp::DeliverSm pdu_of(const object& row) {
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

// "2022-11-25T10:37:00", with "Z(epoch)" behind it where it was in UTC; absent: null.
struct When {
  std::optional<smpp::UtcSeconds> at;
  bool is_utc = false;
};
When when_of(const object& fields, const char* key) {
  const auto text = vectors::text_of(fields, key);
  if (text.empty()) return {};
  const auto part = [&](std::size_t at, std::size_t length) { return std::stoi(text.substr(at, length)); };
  const std::chrono::year_month_day day{std::chrono::year{part(0, 4)}, std::chrono::month{static_cast<unsigned>(part(5, 2))},
                                        std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  return {std::chrono::sys_days{day} + hours{part(11, 2)} + std::chrono::minutes{part(14, 2)} + std::chrono::seconds{part(17, 2)},
          text.find('Z') != std::string::npos};
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

// No receive time is known here, so of two readings the first counts; a zone moves all but seconds since 1970 (P84).
void check_dates(const smpp::DeliverSm& pdu, const object& fields) {
  smpp::ReceiptProfile ahead;
  ahead.zone = hours{2};
  const auto utc = smpp::parse_receipt(pdu), local = smpp::parse_receipt(pdu, ahead);
  const When submitted = when_of(fields, "submit_date_iso"), done = when_of(fields, "done_date_iso");
  CHECK(utc->submitted_at == submitted.at);
  CHECK(utc->done_at == done.at);
  if (done.at) CHECK(local->done_at == *done.at - (done.is_utc ? hours{0} : hours{2}));
}

// message_state of the columns is what the text says; the state comes from the TLV where there is one (P74). Two rows
// have it without a text: their TLV says it.
void check_state(const smpp::DeliverSm& pdu, const smpp::Receipt& receipt, const object& fields) {
  const auto of_tlv = pdu.tlvs.integer(smpp::tag::message_state);
  const auto* column = fields.if_contains("message_state");
  std::optional<std::uint64_t> of_text;
  if (column && column->is_int64()) of_text = static_cast<std::uint64_t>(column->as_int64());
  const auto number = [](const auto& state) { return state ? std::optional(static_cast<std::uint64_t>(*state)) : std::nullopt; };
  if (!receipt.stat.empty()) CHECK(number(receipt.text_state) == of_text);
  CHECK(number(receipt.state) == (of_tlv ? of_tlv : of_text));
  CHECK(receipt.state_conflict == (of_tlv && of_text && of_tlv != of_text));
  if (receipt.state || receipt.stat.empty()) return;
  // A word that nobody explained is kept, and the profile can explain it (P81).
  smpp::ReceiptProfile profile;
  std::string word = receipt.stat;
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  profile.stat_map[word] = smpp::MessageState::UNDELIVERABLE;
  CHECK(smpp::parse_receipt(pdu, profile)->is_final());
}

void check_tlvs(const object& row, const smpp::DeliverSm& pdu, const smpp::Receipt& receipt) {
  if (const auto id = pdu.tlvs.cstring(smpp::tag::receipted_message_id)) CHECK(receipt.id == *id);
  else CHECK(receipt.id == receipt.text_id);
  // In these vectors the two ids are always one: equal, or decimal against hexadecimal (P77).
  CHECK_FALSE(receipt.id_conflict);
  const auto code = pdu.tlvs.integer(smpp::tag::network_error_code);
  CHECK(receipt.network_error_code == (code ? std::optional(static_cast<std::uint32_t>(*code)) : std::nullopt));
  std::size_t vendors = 0;
  const auto* tlvs = row.if_contains("tlvs");
  for (std::size_t i = 0; tlvs && i < tlvs->as_array().size(); ++i) {
    const object& tlv = tlvs->as_array()[i].as_object();
    const auto tag = static_cast<std::uint16_t>(std::stoul(vectors::text_of(tlv, "tag"), nullptr, 16));
    const auto name = vectors::text_of(tlv, "name");
    if (name == "vendor") {
      ++vendors;
      REQUIRE(receipt.vendor_tlvs.contains(tag));
      CHECK(receipt.vendor_tlvs.find(tag)->value == vectors::octets_of(tlv, "hex"));
    } else {
      REQUIRE(smpp::describe_tlv(tag) != nullptr);
      CHECK(smpp::describe_tlv(tag)->name == name);
    }
  }
  CHECK(receipt.vendor_tlvs.size() == vendors);
}

// Rows without the column are those whose word is unknown: shown, and open for what comes later.
void check_finality(const object& row, const smpp::Receipt& receipt) {
  const auto final = vectors::text_of(row, "final");
  if (final == "yes") CHECK(receipt.finality() == smpp::Finality::final_state);
  else if (final == "no") CHECK(receipt.finality() == smpp::Finality::not_final);
  else CHECK(receipt.finality() == smpp::Finality::soft);
  if (final.empty()) CHECK_FALSE(receipt.state.has_value());
  CHECK((final.empty() || final == "yes" || final == "no" || final == "soft"));
}

void check_body(const object& row, const smpp::DeliverSm& pdu) {
  auto text = vectors::text_of(row, "text");
  if (!text.empty() && text.back() == '\0') text.pop_back();  // counted in sm_length (P16)
  CHECK(smpp::receipt_body(pdu.esm_class, pdu.data_coding, pdu.short_message) == text);
}

void check_pdu(const object& row, const smpp::DeliverSm& pdu) {
  const object& fields = row.at("fields").as_object();
  const auto expected = vectors::text_of(row, "expect");
  const auto carries = smpp::carries(smpp::receipt_parts(pdu));
  if (expected == "mo" || fields.contains("kind")) {
    CHECK_FALSE(smpp::is_receipt(pdu));
    CHECK(smpp::to_string(carries) == (expected == "mo" ? "message" : vectors::text_of(fields, "kind")));
    if (fields.contains("text")) CHECK(vectors::text_of(fields, "text") == vectors::text_of(row, "text"));
    // A profile may take it for a receipt, and then only of an id that is outstanding (P72).
    smpp::ReceiptProfile by_text;
    by_text.by_text = true;
    CHECK(smpp::receipt_by_text(smpp::receipt_parts(pdu), by_text).has_value() == (expected == "mo"));
    CHECK_FALSE(smpp::receipt_by_text(smpp::receipt_parts(pdu), {}).has_value());
    return;
  }
  CHECK(carries == (pdu.esm_class == 0x20 ? smpp::Carries::intermediate : smpp::Carries::receipt));
  const auto receipt = smpp::parse_receipt(pdu);
  if (expected == "error") {
    CHECK_FALSE(receipt.has_value());
    return;
  }
  CHECK(expected == "ok");
  REQUIRE(receipt.has_value());
  check_text_fields(*receipt, fields);
  check_dates(pdu, fields);
  check_state(pdu, *receipt, fields);
  check_tlvs(row, pdu, *receipt);
  check_finality(row, *receipt);
}

void check_vector(const object& row) {
  check_names(row, kColumns);
  check_names(row.at("fields").as_object(), kFields);
  const auto command = vectors::text_of(row, "command");
  CHECK((command.empty() || command == "deliver_sm" || command == "data_sm"));
  smpp::DeliverSm pdu = pdu_of(row);
  check_body(row, pdu);
  if (command != "data_sm") check_pdu(row, pdu);
  // A data_sm has its text in message_payload, and a deliver_sm may (P74).
  pdu.tlvs.add(smpp::tag::message_payload, std::move(pdu.short_message));
  pdu.short_message.clear();
  check_pdu(row, pdu);
}

void check_file(const vectors::File& file) {
  for (const object& row : file.rows) {
    INFO(file.path << ": " << vectors::text_of(row, "name"));
    check_vector(row);
  }
  vectors::Skipped{}.print(file.path, file.rows.size());
}

}  // namespace

TEST_CASE("our receipt vectors are told from messages and read as they say (P72 to P89)") {
  const auto file = vectors::ours("receipts.jsonl");
  REQUIRE(vectors::why_too_few(file, 40) == "");
  check_file(file);
}

TEST_CASE("receipt vectors of other stacks are read as they say (P72 to P89)") {
  check_file(vectors::field("receipts.jsonl"));
}
