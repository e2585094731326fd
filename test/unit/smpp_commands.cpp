// The commands beside submit_sm and deliver_sm: what cannot be encoded, what is refused, and their lists as text.
#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/udh.hpp"
#include "test/unit/catch.hpp"

namespace {

using smpp::command_status;

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

smpp::Pdu pdu_of(smpp::PduBody body) { return {command_status::ESME_ROK, 7, std::move(body), false}; }

smpp::Pdu round_trip(const smpp::Pdu& pdu) { return smpp::decode(smpp::encode(pdu).value()).value().pdu; }

std::string value_of(const smpp::Pdu& pdu, std::string_view name) {
  for (const auto& field : smpp::fields_of(pdu)) {
    if (field.name == name) return field.value;
  }
  return "(none)";
}

smpp::SubmitMulti to(std::size_t destinations) {
  smpp::SubmitMulti pdu;
  for (std::size_t i = 0; i < destinations; ++i) {
    if (i % 2 == 0) {
      pdu.dest_address.emplace_back(smpp::Address{1, 1, std::to_string(447700900000 + i)});
    } else {
      pdu.dest_address.emplace_back(smpp::DistributionList{"list " + std::to_string(i)});
    }
  }
  return pdu;
}

// Of the field that cannot be encoded; empty: it can.
std::string unencodable(smpp::PduBody body) {
  const auto octets = smpp::encode(pdu_of(std::move(body)));
  if (octets) return {};
  CHECK(octets.error() == smpp::errc::unencodable);
  return std::string(octets.error().where);
}

smpp::errc refusal(std::string_view header, std::string_view body) {
  auto octets = hex("00000000" + std::string(header) + "0000000000000001" + std::string(body));
  octets[3] = static_cast<std::byte>(octets.size());
  const auto decoded = smpp::decode(octets);
  return decoded ? smpp::errc::ok : decoded.error().code;
}

}  // namespace

TEST_CASE("every command of the specifications is described and comes back from the wire (P22)") {
  for (std::uint32_t number = 0; number <= 0x120; ++number) {
    for (const std::uint32_t value : {number, number | smpp::kResponseBit}) {
      const auto id = static_cast<smpp::command_id>(value);
      smpp::Pdu pdu = smpp::make_pdu(id);
      pdu.sequence_number = 1;
      CHECK(pdu.id() == id);
      CHECK(std::holds_alternative<smpp::Unknown>(pdu.body) == !smpp::is_known(id));
      if (id == smpp::command_id::submit_multi) REQUIRE(smpp::set_field(pdu, "dest_address", "0/0/1").has_value());
      // Every field with a value of its own.
      std::uint8_t next = 1;
      for (const auto& field : smpp::fields_of(pdu)) {
        if (field.name == "dest_address" || field.name == "unsuccess_sme") continue;
        const bool time = field.name.ends_with("_time") || field.name == "validity_period" || field.name == "final_date";
        const std::string digits = std::to_string(next++);
        REQUIRE(smpp::set_field(pdu, field.name, time ? "00000100000000" + std::to_string(9 + next) : digits).has_value());
      }
      INFO(smpp::to_text(pdu));
      const auto decoded = smpp::decode(smpp::encode(pdu).value());
      REQUIRE(decoded.has_value());
      CHECK(decoded->pdu == pdu);
      CHECK(decoded->tolerances.empty());
    }
  }
}

TEST_CASE("submit_multi is encoded for 1 to 254 destinations and for no other number (P23)") {
  CHECK(unencodable(to(0)) == "number_of_dests");
  CHECK(unencodable(to(255)) == "number_of_dests");
  for (const std::size_t count : {std::size_t{1}, std::size_t{254}}) {
    const auto pdu = pdu_of(to(count));
    CHECK(round_trip(pdu) == pdu);
  }
}

TEST_CASE("an element of a list that is too long is refused by the name of the list (P12)") {
  smpp::SubmitMulti multi;
  multi.dest_address = {smpp::Address{1, 1, std::string(20, '1')}, smpp::DistributionList{std::string(20, 'l')}};
  CHECK(unencodable(multi).empty());
  multi.dest_address[0] = smpp::Address{1, 1, std::string(21, '1')};
  CHECK(unencodable(multi) == "dest_address");
  multi.dest_address[0] = smpp::DistributionList{std::string(21, 'l')};
  CHECK(unencodable(multi) == "dest_address");

  smpp::SubmitMultiResp response;
  response.unsuccess_sme.resize(255);
  CHECK(unencodable(response).empty());
  response.unsuccess_sme.resize(256);
  CHECK(unencodable(response) == "no_unsuccess");
  response.unsuccess_sme.assign(1, {{1, 1, std::string(21, '1')}, command_status::ESME_RINVDSTADR});
  CHECK(unencodable(response) == "unsuccess_sme");
}

TEST_CASE("fields of the other commands keep the limits of the specification (P12)") {
  smpp::DataSm data;
  data.source.addr = std::string(64, '1');
  CHECK(unencodable(data).empty());
  data.destination.addr = std::string(65, '1');
  CHECK(unencodable(data) == "destination_addr");
  smpp::AlertNotification alert;
  alert.esme_addr.addr = std::string(64, '1');
  CHECK(unencodable(alert).empty());
  alert.source.addr = std::string(65, '1');
  CHECK(unencodable(alert) == "source_addr");
  CHECK(unencodable(smpp::QuerySm{std::string(64, 'm'), {}}).empty());
  CHECK(unencodable(smpp::QuerySm{std::string(65, 'm'), {}}) == "message_id");
  CHECK(unencodable(smpp::CancelSm{"", "", {}, {0, 0, std::string(21, '1')}}) == "destination_addr");
  CHECK(unencodable(smpp::QuerySmResp{"", std::string(17, '0'), 0, 0}) == "final_date");
  smpp::ReplaceSm replace;
  replace.short_message.resize(256);
  CHECK(unencodable(replace) == "short_message");
}

TEST_CASE("lists on the wire are never believed beyond the PDU (P13, P17)") {
  const std::string head = "00" "000000";  // service_type, source
  CHECK(refusal("00000021", head + "00" + "00000000000000000000") == smpp::errc::bad_number_of_dests);
  CHECK(refusal("00000021", head + "ff" "01" "0101" "3100") == smpp::errc::missing_field);
  CHECK(refusal("00000021", head + "01" "01" "01") == smpp::errc::missing_field);
  CHECK(refusal("00000021", head + "01" "00" "3100") == smpp::errc::bad_dest_flag);
  CHECK(smpp::status_for(smpp::errc::bad_number_of_dests) == command_status::ESME_RINVNUMDESTS);
  CHECK(smpp::status_for(smpp::errc::bad_dest_flag) == command_status::ESME_RINVDESTFLAG);
  CHECK(refusal("80000021", "6d00" "01" "0101" "3100" "000000") == smpp::errc::missing_field);
  CHECK(refusal("80000021", "6d00" "ff" "0101" "3100" "0000000b") == smpp::errc::missing_field);
}

TEST_CASE("octets that are no TLV anybody defined are not dropped where fields are all there is (P23, P27, P32)") {
  const std::string broken = "65780061" "7061", known = "02040061" "7061", vendors = "14000061" "7061";
  const std::string query = "6d00" "000000", response = "6d00" "00";
  CHECK(refusal("00000112", query + broken) == smpp::errc::trailing_octets);
  CHECK(refusal("80000021", response + broken) == smpp::errc::trailing_octets);
  for (const auto& tlv : {known, vendors}) {
    CHECK(refusal("00000112", query + tlv) == smpp::errc::ok);
    CHECK(refusal("80000021", response + tlv) == smpp::errc::ok);
  }
  CHECK(refusal("00000112", query + "0204000200ff" + broken) == smpp::errc::ok);
  CHECK(refusal("80000004", "6d00" + broken) == smpp::errc::ok);  // its message_id is worth more than its TLVs
}

TEST_CASE("an error response that is a lone NUL is no deviation, whatever its command (P10)") {
  for (const std::uint32_t id : {0x80000003U, 0x80000004U, 0x80000021U, 0x80000103U}) {
    smpp::Octets octets = hex("00000011" "00000000" "00000045" "00000001" "00");
    for (std::size_t i = 0; i < 4; ++i) octets[4 + i] = static_cast<std::byte>(id >> (24 - 8 * i) & 0xFF);
    const auto decoded = smpp::decode(octets);
    REQUIRE(decoded.has_value());
    CHECK(decoded->tolerances.empty());
    CHECK(decoded->pdu.status == command_status::ESME_RSUBMITFAIL);
  }
}

TEST_CASE("destinations are written and read as text") {
  smpp::Pdu pdu = smpp::make_pdu(smpp::command_id::submit_multi);
  CHECK(value_of(pdu, "dest_address").empty());
  REQUIRE(smpp::set_field(pdu, "dest_address", "1/1/447700900001,dl/friends,5/0/a\\,b\\\\c/d").has_value());
  const auto& list = std::get<smpp::SubmitMulti>(pdu.body).dest_address;
  REQUIRE(list.size() == 3);
  CHECK(list[0] == smpp::DestAddress(smpp::Address{1, 1, "447700900001"}));
  CHECK(list[1] == smpp::DestAddress(smpp::DistributionList{"friends"}));
  CHECK(list[2] == smpp::DestAddress(smpp::Address{5, 0, "a,b\\c/d"}));
  const std::string text = value_of(pdu, "dest_address");
  CHECK(text == "1/1/447700900001,dl/friends,5/0/a\\,b\\\\c/d");

  for (const char* bad : {"447700900001", "1/447700900001", "1/1/1,", ",", "256/1/1", "x/1/1", "1/1/1\\"}) {
    INFO(bad);
    CHECK(smpp::set_field(pdu, "dest_address", bad).error() == smpp::errc::bad_value);
    CHECK(value_of(pdu, "dest_address") == text);
  }
  REQUIRE(smpp::set_field(pdu, "dest_address", "").has_value());
  CHECK(value_of(pdu, "dest_address").empty());
  CHECK(smpp::set_field(pdu, "number_of_dests", "1").error() == smpp::errc::unknown_name);
}

TEST_CASE("failed destinations are written and read as text") {
  smpp::Pdu pdu = smpp::make_pdu(smpp::command_id::submit_multi_resp);
  REQUIRE(smpp::set_field(pdu, "unsuccess_sme", "1/1/447700900001/ESME_RINVDSTADR,0/0/a/b/0x40A").has_value());
  const auto& list = std::get<smpp::SubmitMultiResp>(pdu.body).unsuccess_sme;
  REQUIRE(list.size() == 2);
  CHECK(list[0] == smpp::UnsuccessSme{{1, 1, "447700900001"}, command_status::ESME_RINVDSTADR});
  CHECK(list[1] == smpp::UnsuccessSme{{0, 0, "a/b"}, static_cast<command_status>(0x40A)});
  CHECK(value_of(pdu, "unsuccess_sme") == "1/1/447700900001/ESME_RINVDSTADR,0/0/a/b/0x0000040A");
  CHECK(round_trip(pdu) == pdu);
  CHECK(smpp::to_text(pdu).find("unsuccess_sme=\"1/1/447700900001/ESME_RINVDSTADR,") != std::string::npos);
  for (const char* bad : {"1/1/447700900001", "1/1/447700900001/", "1/1/447700900001/ESME_WHAT"}) {
    CHECK(smpp::set_field(pdu, "unsuccess_sme", bad).error() == smpp::errc::bad_value);
  }
}

TEST_CASE("the text of an outbind hides its password (S28)") {
  const auto line = smpp::to_text(pdu_of(smpp::Outbind{"SMSC", "secret"}));
  CHECK(line == "outbind sequence_number=7 system_id=\"SMSC\" password=\"***\"");
}

TEST_CASE("message and receipt are read from a data_sm as from a deliver_sm (P24, P74)") {
  smpp::DataSm pdu;
  pdu.esm_class = 0x40;
  pdu.tlvs.add(smpp::tag::message_payload, hex("050003070201" "4142"));
  const auto payload = smpp::payload_of(pdu);
  REQUIRE(payload.concatenation);
  CHECK(payload.concatenation->number == 1);
  CHECK(smpp::to_text(payload.user_data) == "AB");
  CHECK_FALSE(smpp::is_receipt(pdu));

  pdu = {};
  CHECK(smpp::payload_of(pdu).user_data.empty());
  pdu.esm_class = 0x04;
  pdu.tlvs.add(smpp::tag::message_payload, smpp::to_octets("id:7 stat:EXPIRED err:001"));
  CHECK(smpp::is_receipt(pdu));
  const auto receipt = smpp::parse_receipt(pdu);
  REQUIRE(receipt);
  CHECK(receipt->id == "7");
  CHECK(receipt->state == smpp::MessageState::EXPIRED);
}
