#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"

namespace {

using smpp::command_status;
using smpp::tolerance;

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

smpp::SubmitSm a_message() {
  smpp::SubmitSm pdu;
  pdu.service_type = "CMT";
  pdu.source = {5, 0, "Bindery"};
  pdu.destination = {1, 1, "447700900001"};
  pdu.esm_class = 0x40;
  pdu.registered_delivery = 1;
  pdu.validity_period = "000001000000000R";
  pdu.short_message = smpp::to_octets("hello");
  pdu.tlvs.add_integer(smpp::tag::user_message_reference, 7);
  pdu.tlvs.add(0x1403, hex("0102"));
  pdu.tlvs.add(0x1403, hex(""));
  return pdu;
}

smpp::Decoded round_trip(const smpp::Pdu& pdu) { return smpp::decode(smpp::encode(pdu).value()).value(); }

// A deliver_sm from its body's hexadecimal digits.
smpp::Octets deliver_sm(std::string_view body, std::string_view status = "00000000") {
  auto octets = hex("0000000000000005" + std::string(status) + "00000009" + std::string(body));
  octets[2] = static_cast<std::byte>(octets.size() >> 8);
  octets[3] = static_cast<std::byte>(octets.size() & 0xFF);
  return octets;
}

constexpr std::string_view kAddresses = "00" "000131323300" "000134353600" "0000000000000000";  // up to data_coding

}  // namespace

TEST_CASE("every PDU comes back from the wire as it was (P22)") {
  const smpp::BindBody bind{"me", "secret", "type", 0x34, 1, 2, "^447"};
  smpp::BindRespBody bind_resp{"SMSC", {}};
  bind_resp.tlvs.add_integer(smpp::tag::sc_interface_version, 0x34);
  smpp::DeliverSm deliver;
  static_cast<smpp::MessageBody&>(deliver) = a_message();
  const smpp::PduBody bodies[] = {
      smpp::BindReceiver{bind},           smpp::BindTransmitter{bind},
      smpp::BindTransceiver{bind},        smpp::BindReceiverResp{bind_resp},
      smpp::BindTransmitterResp{bind_resp}, smpp::BindTransceiverResp{bind_resp},
      a_message(),                        smpp::SubmitSmResp{{"id-1", {}}},
      deliver,                            smpp::DeliverSmResp{},
      smpp::Unbind{},                     smpp::UnbindResp{},
      smpp::EnquireLink{},                smpp::EnquireLinkResp{},
      smpp::GenericNack{},                smpp::Unknown{static_cast<smpp::command_id>(0x00010200), hex("3100")},
  };
  for (const auto& body : bodies) {
    const smpp::Pdu pdu{command_status::ESME_ROK, 0x7EDCBA98, body, false};
    INFO(smpp::to_text(pdu));
    const auto decoded = round_trip(pdu);
    CHECK(decoded.pdu == pdu);
    CHECK(decoded.tolerances.empty());
  }
}

TEST_CASE("PDUs that differ in one field are not equal") {
  const auto one = a_message();
  const std::pair<const char*, const char*> changes[] = {
      {"service_type", "X"}, {"source_addr_ton", "1"}, {"destination_addr", "1"}, {"esm_class", "3"},
      {"validity_period", ""}, {"short_message", "x"}, {"dest_port", "1"}};
  for (const auto& [name, value] : changes) {
    smpp::Pdu other{command_status::ESME_ROK, 0, one, false};
    REQUIRE(smpp::set_field(other, name, value).has_value());
    CHECK_FALSE(std::get<smpp::SubmitSm>(other.body) == one);
  }
}

TEST_CASE("a field that is too long is refused by name and nothing is written (P12)") {
  auto pdu = a_message();
  pdu.destination.addr = std::string(21, '1');
  smpp::Octets out = hex("aa");
  const auto done = smpp::append(out, smpp::Request(pdu), 1);
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error() == smpp::errc::unencodable);
  CHECK(smpp::message(done.error()).starts_with("destination_addr: "));
  CHECK(out == hex("aa"));

  pdu = a_message();
  pdu.short_message.resize(256);
  CHECK_FALSE(smpp::encode({command_status::ESME_ROK, 1, pdu, false}).has_value());
  pdu.short_message.resize(255);
  CHECK(smpp::encode({command_status::ESME_ROK, 1, pdu, false}).has_value());
  pdu.source.addr = std::string("a\0b", 3);
  CHECK_FALSE(smpp::encode({command_status::ESME_ROK, 1, pdu, false}).has_value());
}

TEST_CASE("passwords longer than the specification permits are sent as configured (P44)") {
  smpp::BindTransceiver bind;
  bind.password = std::string(100, 'x');
  const auto decoded = round_trip({command_status::ESME_ROK, 1, bind, false});
  CHECK(std::get<smpp::BindTransceiver>(decoded.pdu.body).password == bind.password);
  CHECK(decoded.tolerances == std::vector{tolerance::overlong_cstring});
}

TEST_CASE("error responses keep their status whatever their body (P10)") {
  const std::pair<std::string_view, std::vector<tolerance>> bodies[] = {
      {"", {}},
      {"00", {}},
      {"0423000303001f", {tolerance::response_without_message_id}},
      {"41", {tolerance::unterminated_cstring}},
      {"4100ff", {tolerance::response_body_ignored}},
  };
  for (const auto& [body, tolerances] : bodies) {
    auto octets = hex("00000000800000040000005800000009" + std::string(body));
    octets[2] = static_cast<std::byte>(octets.size() >> 8);
  octets[3] = static_cast<std::byte>(octets.size() & 0xFF);
    INFO(body);
    const auto decoded = smpp::decode(octets);
    REQUIRE(decoded.has_value());
    CHECK(decoded->pdu.status == command_status::ESME_RTHROTTLED);
    CHECK(decoded->tolerances == tolerances);
    CHECK(decoded->pdu.header_only == body.empty());
  }
}

TEST_CASE("responses are encoded with the body their status asks for (P28)") {
  const auto length = [](const smpp::Response& response) {
    smpp::Octets out;
    REQUIRE(smpp::append(out, response, 1).has_value());
    return out.size();
  };
  CHECK(length({command_status::ESME_ROK, smpp::SubmitSmResp{}}) == 17);
  CHECK(length({command_status::ESME_RTHROTTLED, smpp::SubmitSmResp{}}) == 16);
  CHECK(length({command_status::ESME_RTHROTTLED, smpp::SubmitSmResp{{"id", {}}}}) == 19);
  CHECK(length({command_status::ESME_ROK, smpp::DeliverSmResp{}}) == 17);
  CHECK(length({command_status::ESME_RX_R_APPN, smpp::DeliverSmResp{}}) == 17);
}

TEST_CASE("a request that ends early is refused by the first missing field (P17)") {
  const auto whole = smpp::encode({command_status::ESME_ROK, 1, smpp::DeliverSm{}, false}).value();
  for (std::size_t length = smpp::kHeaderLength; length < whole.size(); ++length) {
    auto cut = smpp::Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    cut[3] = static_cast<std::byte>(length);
    const auto decoded = smpp::decode(cut);
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error() == smpp::errc::missing_field);
    CHECK(smpp::status_for(decoded.error()) == command_status::ESME_RINVCMDLEN);
  }
  CHECK(smpp::decode(std::span(whole).first(10)).error() == smpp::errc::incomplete);
  CHECK(smpp::decode(std::span(whole).first(20)).error() == smpp::errc::incomplete);
}

TEST_CASE("sm_length is never believed beyond the PDU (P13)") {
  const auto decoded = smpp::decode(deliver_sm(std::string(kAddresses) + "00" "05" "41424344"));
  REQUIRE_FALSE(decoded.has_value());
  CHECK(decoded.error() == smpp::errc::short_message_overrun);
  CHECK(smpp::status_for(decoded.error()) == command_status::ESME_RINVMSGLEN);
}

TEST_CASE("deviations are accepted by name (P8 to P36)") {
  const std::string upto = std::string(kAddresses) + "00";
  const std::pair<std::string, tolerance> cases[] = {
      {upto + "014100", tolerance::stray_octets},
      {upto + "01410000ff", tolerance::stray_octets},
      {upto + "01410204000a00", tolerance::tlv_overrun},
      {upto + "0141042700020002", tolerance::tlv_wrong_length},
  };
  for (const auto& [body, kind] : cases) {
    INFO(body);
    const auto decoded = smpp::decode(deliver_sm(body));
    REQUIRE(decoded.has_value());
    CHECK(decoded->tolerances == std::vector{kind});
    CHECK(smpp::to_text(std::get<smpp::DeliverSm>(decoded->pdu.body).short_message) == "A");
  }
  CHECK(smpp::decode(deliver_sm(upto + "00", "00000045"))->tolerances == std::vector{tolerance::request_with_status});
  // Of the letter each is refused, by the name that v5.0 has for it (P139).
  CHECK(smpp::strict_status(tolerance::tlv_overrun) == smpp::command_status::ESME_RINVTLVSTREAM);
  CHECK(smpp::strict_status(tolerance::tlv_wrong_length) == smpp::command_status::ESME_RINVTLVLEN);
  CHECK(smpp::strict_status(tolerance::time_length) == smpp::command_status::ESME_RINVEXPIRY);
}

TEST_CASE("a deviation is named once a PDU, however often it occurs (P19)") {
  std::string body = std::string(kAddresses) + "000141";
  for (int i = 0; i < 1000; ++i) body += "0427" "0000";
  const auto decoded = smpp::decode(deliver_sm(body));
  REQUIRE(decoded.has_value());
  CHECK(std::get<smpp::DeliverSm>(decoded->pdu.body).tlvs.size() == 1000);
  CHECK(decoded->tolerances == std::vector{tolerance::tlv_wrong_length});
}

TEST_CASE("TLVs keep their order, their repetitions and unknown tags (P30, P34)") {
  const auto decoded = round_trip({command_status::ESME_ROK, 1, a_message(), false});
  const auto& tlvs = std::get<smpp::SubmitSm>(decoded.pdu.body).tlvs;
  REQUIRE(tlvs.size() == 3);
  CHECK(tlvs.integer(smpp::tag::user_message_reference) == 7);
  CHECK(tlvs.find(0x1403)->value == hex("0102"));
  CHECK_FALSE(tlvs.contains(smpp::tag::dest_port));
}

TEST_CASE("TLV values are read whatever their length (P31)") {
  smpp::Tlvs tlvs;
  tlvs.add(smpp::tag::message_state, hex("0002"));
  tlvs.add(smpp::tag::receipted_message_id, hex("414200ff"));
  tlvs.add(smpp::tag::source_network_id, hex("4142"));
  tlvs.add(smpp::tag::dest_port, {});
  CHECK(tlvs.integer(smpp::tag::message_state) == 2);
  CHECK(tlvs.cstring(smpp::tag::receipted_message_id) == "AB");
  CHECK(tlvs.cstring(smpp::tag::source_network_id) == "AB");
  CHECK_FALSE(tlvs.integer(smpp::tag::dest_port).has_value());
}

TEST_CASE("the text of a PDU is one line without passwords (S28)") {
  smpp::BindTransceiver bind;
  bind.system_id = "me";
  bind.password = "secret";
  const auto line = smpp::to_text({command_status::ESME_ROK, 1, bind, false});
  CHECK(line == "bind_transceiver sequence_number=1 system_id=\"me\" password=\"***\"");

  auto pdu = a_message();
  pdu.short_message = smpp::to_octets("a\nb");
  pdu.source.addr = "x\"\x1b";
  const auto odd = smpp::to_text({command_status::ESME_RSYSERR, 1, pdu, false});
  CHECK(odd.find('\n') == std::string::npos);
  CHECK(odd.find("source_addr=\"x\\\"\\x1b\"") != std::string::npos);
  CHECK(odd.find("short_message=0x610a62") != std::string::npos);
  CHECK(odd.find("command_status=ESME_RSYSERR") != std::string::npos);
  CHECK(odd.find("tlv_0x1403=") != std::string::npos);
}

TEST_CASE("fields are set by name and refused by name") {
  smpp::Pdu pdu = smpp::make_pdu(smpp::command_id::submit_sm);
  CHECK(smpp::set_field(pdu, "command_status", "ESME_RSYSERR").has_value());
  CHECK(smpp::set_field(pdu, "short_message", "0x0041").has_value());
  CHECK(smpp::set_field(pdu, "tlv_0x1400", "0xff").has_value());
  CHECK(smpp::set_field(pdu, "no_such_field", "1").error() == smpp::errc::unknown_name);
  CHECK(smpp::set_field(pdu, "esm_class", "256").error() == smpp::errc::bad_value);
  CHECK(smpp::set_field(pdu, "short_message", "0x004").error() == smpp::errc::bad_value);
  CHECK(std::get<smpp::SubmitSm>(pdu.body).short_message == hex("0041"));
}

TEST_CASE("a dump shows offset, digits and characters") {
  CHECK(smpp::hex_dump(hex("00410a")) == "000000  00 41 0a                                          .A.\n");
  CHECK(smpp::hex_dump(smpp::Octets(17)).find("\n000010  00") != std::string::npos);
}

TEST_CASE("each of several TLVs of one tag is shown in the words of its kind (P34)") {
  smpp::SubmitSm pdu;
  pdu.tlvs.add_integer(smpp::tag::callback_num_pres_ind, 1);
  pdu.tlvs.add_integer(smpp::tag::callback_num_pres_ind, 18);
  const std::string shown = smpp::to_text({smpp::command_status::ESME_ROK, 1, pdu, false});
  CHECK(shown.find("callback_num_pres_ind=1 callback_num_pres_ind=18") != std::string::npos);
}

TEST_CASE("the response to a command is of that command, generic_nack to one that has none") {
  CHECK(smpp::id_of(smpp::make_response(smpp::command_id::bind_receiver)) == smpp::command_id::bind_receiver_resp);
  CHECK(smpp::id_of(smpp::make_response(smpp::command_id::query_sm)) == smpp::command_id::query_sm_resp);
  CHECK(smpp::id_of(smpp::make_response(static_cast<smpp::command_id>(0x00010200))) == smpp::command_id::generic_nack);
}
