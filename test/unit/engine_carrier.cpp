// What a carrier does its own way, as the engine does it for that account: texts, parts, receipts, addresses, validity,
// TLVs of its own, tariffs, USSD (P72 to P131).
#include "core/engine/numbers.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/udh.hpp"
#include "test/unit/engine_desk.hpp"

using namespace desk;
using smpp::command_status;

namespace {

std::string words(std::size_t letters) { return std::string(letters, 'a'); }

Mo as_input(Desk& d, const smpp::DeliverSm& pdu, const smpp::ReceiptProfile& receipts, std::uint64_t number) {
  const Octets raw = smpp::encode({command_status::ESME_ROK, static_cast<std::uint32_t>(number), pdu, false}).value();
  return std::get<Mo>(input_of(d.link, {d.link.epoch, number}, pdu, raw, receipts));
}

}  // namespace

// ---- text

TEST_CASE("long texts go by SAR TLVs, or whole in message_payload, where the account says so (P102, P108)") {
  Desk sar(with([](AccountSettings& a) { a.text.long_mode = smpp::LongMode::sar; }));
  sar.up();
  send(sar, kAnn, words(200));
  REQUIRE(sar.submitted.size() == 2);
  CHECK(sar.submitted[0].pdu.tlvs.integer(smpp::tag::sar_total_segments) == 2);
  CHECK(sar.submitted[1].pdu.tlvs.integer(smpp::tag::sar_segment_seqnum) == 2);
  CHECK((sar.submitted[0].pdu.esm_class & 0x40) == 0);

  Desk payload(with([](AccountSettings& a) { a.text.long_mode = smpp::LongMode::payload; }));
  payload.up();
  send(payload, kAnn, words(200));
  REQUIRE(payload.submitted.size() == 1);
  CHECK(payload.submitted[0].pdu.short_message.empty());
  CHECK(payload.submitted[0].pdu.tlvs.octets(smpp::tag::message_payload)->size() == 200);
}

TEST_CASE("a reference of sixteen bits uses them all, and every part shares it (P107)") {
  Desk d(with([](AccountSettings& a) { a.text.long_mode = smpp::LongMode::udh16; }));
  d.up();
  std::set<std::uint16_t> references;
  for (int i = 0; i < 3; ++i) {
    d.submitted.clear();
    send(d, kAnn, words(200));
    REQUIRE(d.submitted.size() == 2);
    const auto first = smpp::payload_of(d.submitted[0].pdu).concatenation, second = smpp::payload_of(d.submitted[1].pdu).concatenation;
    REQUIRE((first && second));
    CHECK(first->width == 16);
    CHECK(first->reference == second->reference);
    references.insert(first->reference);
  }
  CHECK(references.size() == 3);
}

TEST_CASE("what transliteration replaced stands in the message's history (P100)") {
  Desk d(with([](AccountSettings& a) { a.text.translit = smpp::Transliteration::quotes; }));
  d.up();
  const storage::Message m = d.message(send(d, kAnn, "it’s here, it’s now"));
  CHECK(m.data_coding == 0);
  CHECK(m.history.front().detail == "replaced U+2019 -> \"'\" (2 times)");
}

TEST_CASE("a family of joined emoji is not torn where a part has room to spare (P105)") {
  Desk d;
  d.up();
  const std::string family = "👨‍👩‍👧‍👦";
  send(d, kAnn, words(60) + family + words(20));
  REQUIRE(d.submitted.size() == 2);
  const smpp::Payload first = smpp::payload_of(d.submitted[0].pdu);
  CHECK(smpp::decode_text(first.user_data, 8, smpp::Alphabet::gsm7) == words(60));
}

TEST_CASE("a data_coding that the account refuses is followed by the next, for this text and all later ones (P99)") {
  Desk d(with([](AccountSettings& a) { a.text.allow_latin1 = true; a.text.default_alphabet = smpp::Alphabet::ascii; }));
  d.up();
  const Id id = send(d, kAnn, "très bien");
  REQUIRE(d.submitted.at(0).pdu.data_coding == 3);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RINVDCS)});
  REQUIRE(d.submitted.size() == 2);
  CHECK(d.submitted.at(1).pdu.data_coding == 8);
  CHECK(d.message(id).attempt == 0);
  d.submitted.clear();
  send(d, kBob, "très bien");
  CHECK(d.submitted.at(0).pdu.data_coding == 8);
}

TEST_CASE("a refused data_coding is told once, of long texts too, and tried again after an hour (P99)") {
  Desk d;
  d.up(100);
  send(d, kAnn, std::string(100, '.') + "日本");
  REQUIRE(d.submitted.size() == 2);
  std::vector<Input> refusals;
  for (const Submit& each : std::exchange(d.submitted, {})) refusals.push_back(d.result(each, SubmitOutcome::answered, command_status::ESME_RINVDCS));
  CHECK(d.turn(std::move(refusals)).alarms.size() == 1);
  const Answered now = d.send({0, "t", "", 0, kBob, "80800", "日本", "", {}});
  CHECK(std::get<Problem>(now).detail == "the text has characters that no coding of this account has");
  d.pass(61min);
  CHECK(std::holds_alternative<MessageAccepted>(d.send({0, "t", "", 0, kBob, "80800", "日本", "", {}})));
}

TEST_CASE("a data_coding that is refused with nothing left to try ends the message (P99)") {
  Desk d(with([](AccountSettings& a) { a.text.allow_ucs2 = false; }));
  d.up();
  const Id id = send(d, kAnn, "hello");
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RINVDCS)});
  CHECK(d.message(id).state == MessageState::rejected);
}

TEST_CASE("a text that no coding of the account has is refused, and says so (P98)") {
  Desk d(with([](AccountSettings& a) { a.text.allow_ucs2 = false; }));
  d.up();
  const Answered answered = d.send({0, "t", "", 0, kAnn, "80800", "日本", "", {}});
  CHECK(std::get<Problem>(answered).status == 422);
}

TEST_CASE("a flash message says class 0 the account's way (P101)") {
  Desk d(with([](AccountSettings& a) { a.text.class_by = smpp::ClassBy::dest_addr_subunit; }));
  d.up();
  SendMessage request{0, "t", "", 0, kAnn, "80800", "now", "", {}};
  request.flash = true;
  d.send(request);
  CHECK(d.submitted.at(0).pdu.tlvs.integer(smpp::tag::dest_addr_subunit) == 1);
}

TEST_CASE("messages replace what waits at the SMSC or lies on the handset where the account says so, parts never (P103)") {
  Desk d(with([](AccountSettings& a) { a.protocol_id = 0x41; a.replace_if_present = true; }));
  d.up();
  send(d, kAnn);
  CHECK(d.submitted.at(0).pdu.protocol_id == 0x41);
  CHECK(d.submitted.at(0).pdu.replace_if_present_flag == 1);
  d.submitted.clear();
  send(d, kAnn, words(200));
  CHECK(d.submitted.at(0).pdu.replace_if_present_flag == 0);
}

// ---- what comes in

TEST_CASE("a long message in packed septets and Turkish tables is joined as it was typed (P93, P94, P110)") {
  smpp::EncodeOptions writing;
  writing.default_alphabet = smpp::Alphabet::gsm7_packed;
  writing.national_shift = 1U << 1;
  writing.reference = 7;
  std::string text;
  for (int i = 0; i < 60; ++i) text += "şığ";
  const auto encoded = smpp::encode_text(text, writing);
  REQUIRE(encoded);
  REQUIRE(encoded->parts.size() == 2);
  Desk d(with([](AccountSettings& a) { a.decoding.default_alphabet = smpp::Alphabet::gsm7_packed; }));
  d.up();
  for (const std::size_t i : {1U, 0U}) {  // the last one first
    smpp::DeliverSm pdu = from_ann("");
    pdu.esm_class = 0x40;
    pdu.data_coding = encoded->data_coding;
    pdu.short_message = encoded->parts[i].short_message;
    d.turn({d.mo(pdu)});
  }
  CHECK(d.last_inbound(kAnn).text == text);
}

TEST_CASE("parts wait as long as the account says (P112)") {
  Desk d(with([](AccountSettings& a) { a.reassembly_timeout = std::chrono::hours(2); }));
  d.up();
  smpp::DeliverSm pdu = from_ann("");
  pdu.esm_class = 0x40;
  pdu.short_message = {std::byte{5}, std::byte{0}, std::byte{3}, std::byte{9}, std::byte{2}, std::byte{1}, std::byte{'Y'}};
  d.turn({d.mo(pdu)});
  d.pass(10min);
  d.turn({Tick{}});
  CHECK(d.person(kAnn)->chain_head == 0);
  d.pass(2h);
  d.turn({Tick{}});
  CHECK(d.last_inbound(kAnn).text == "Y[…]");
}

TEST_CASE("a person has eight unfinished long messages; the oldest goes on as it is (P112)") {
  Desk d;
  d.up();
  for (std::uint8_t reference = 1; reference <= 9; ++reference) {
    smpp::DeliverSm pdu = from_ann("");
    pdu.esm_class = 0x40;
    pdu.short_message = {std::byte{5}, std::byte{0}, std::byte{3}, std::byte{reference}, std::byte{2}, std::byte{1}, static_cast<std::byte>('A' + reference)};
    d.turn({d.mo(pdu)});
    CHECK((d.person(kAnn)->chain_head == 0) == (reference <= 8));
  }
  CHECK(d.last_inbound(kAnn).text == "B[…]");
  CHECK(d.store->image().parts.rows.size() == 8);
}

TEST_CASE("finished long messages leave room for others (P112)") {
  Desk d;
  d.up();
  for (std::uint8_t reference = 1; reference <= 20; ++reference) {
    for (const std::uint8_t number : {std::uint8_t{1}, std::uint8_t{2}}) {
      smpp::DeliverSm pdu = from_ann("");
      pdu.esm_class = 0x40;
      pdu.short_message = {std::byte{5}, std::byte{0}, std::byte{3}, std::byte{reference}, std::byte{2}, std::byte{number}, std::byte{'x'}};
      d.turn({d.mo(pdu)});
    }
    CHECK(d.last_inbound(kAnn).text == "xx");
  }
  CHECK(d.person(kAnn)->part_sets.size() <= 8);
}

TEST_CASE("data_coding 0 and an overridden one are read as the account means them (P95, P96)") {
  Desk d(with([](AccountSettings& a) {
    a.decoding.default_alphabet = smpp::Alphabet::latin1;
    a.decoding.dcs_map.set(4, smpp::Alphabet::utf8);
  }));
  d.up();
  d.turn({d.mo(from_ann("caf\xE9"))});
  CHECK(d.last_inbound(kAnn).text == "café");
  smpp::DeliverSm pdu = from_ann("naïve");
  pdu.data_coding = 4;
  d.turn({d.mo(pdu)});
  CHECK(d.last_inbound(kAnn).text == "naïve");
}

TEST_CASE("a STOP is heard although it is addressed to a port (P114, promise 4)") {
  Desk d;
  d.up();
  smpp::DeliverSm ports = from_ann("STOP");
  ports.tlvs.add_integer(smpp::tag::dest_port, 2948);
  ports.tlvs.add_integer(smpp::tag::source_port, 1);
  d.turn({d.mo(ports)});
  CHECK(d.last_inbound(kAnn).fields.at("destination_port") == "2948");
  REQUIRE(d.person(kAnn)->consent.size() == 1);
  CHECK(d.person(kAnn)->consent[0].suppressed);
}

TEST_CASE("what is addressed to a port, and octets that are no text, are kept and go to no rule (P114)") {
  Desk d;
  d.up();
  d.launch_to({kAnn});
  d.accept_all();
  smpp::DeliverSm ports = from_ann("");
  ports.esm_class = 0x40;
  ports.short_message = {std::byte{6}, std::byte{5}, std::byte{4}, std::byte{0x0B}, std::byte{0x84}, std::byte{0x23}, std::byte{0xF0}, std::byte{'Y'}};
  d.turn({d.mo(ports)});
  CHECK(d.last_inbound(kAnn).fields.at("destination_port") == "2948");
  CHECK(d.last_inbound(kAnn).conversation == 0);
  smpp::DeliverSm octets = from_ann("YES");
  octets.data_coding = 4;
  d.turn({d.mo(octets)});
  CHECK(d.last_inbound(kAnn).reason == "octets, not text");
  CHECK(d.submitted.empty());
  CHECK(d.person(kAnn)->open.size() == 1);
}

TEST_CASE("a STOP is heard in octets too (promise 4)") {
  Desk d;
  d.up();
  smpp::DeliverSm octets = from_ann("STOP");
  octets.data_coding = 4;
  d.turn({d.mo(octets)});
  CHECK(d.person(kAnn)->consent.at(0).suppressed);
}

TEST_CASE("what cannot be read is refused twice, and the third time kept and acknowledged with an alarm (P14)") {
  Desk d;
  d.up();
  Octets raw(40, std::byte{1});
  const auto send_it = [&](std::uint64_t number) {
    raw[15] = static_cast<std::byte>(number);  // another sequence_number each time
    return d.turn({Undecodable{d.link, {d.link.epoch, number}, raw, command_status::ESME_RINVMSGLEN, "short_message_overrun"}});
  };
  for (const std::uint64_t number : {1U, 2U}) {
    const Releases refused = send_it(number);
    CHECK(refused.responses.at(0).status == command_status::ESME_RINVMSGLEN);
    CHECK(refused.alarms.empty());
  }
  const Releases kept = send_it(3);
  CHECK(kept.responses.at(0).status == command_status::ESME_ROK);
  CHECK(kept.alarms.size() == 1);
  REQUIRE(d.store->image().inbounds.rows.size() == 1);
  const storage::Inbound row = *d.store->image().inbounds.rows.begin()->second.record;
  CHECK(row.state == storage::InboundState::malformed);
  CHECK(row.raw == raw);
  CHECK(row.reason == "refused with ESME_RINVMSGLEN and sent again: short_message_overrun");
  CHECK(send_it(4).responses.at(0).status == command_status::ESME_RINVMSGLEN);
}

TEST_CASE("what cannot be read and comes again after more than an hour is refused anew (P14)") {
  Desk d;
  d.up();
  const Octets raw(40, std::byte{1});
  for (const std::uint64_t number : {1U, 2U, 3U}) {
    const Releases r = d.turn({Undecodable{d.link, {d.link.epoch, number}, raw, command_status::ESME_RINVCMDLEN, "missing_field"}});
    CHECK(r.responses.at(0).status == command_status::ESME_RINVCMDLEN);
    d.pass(61min);
  }
}

TEST_CASE("an incomplete message whose part was cut is handed on all the same, with its STOP (P13, P112)") {
  Desk d;
  d.up();
  smpp::DeliverSm pdu = from_ann("");
  pdu.esm_class = 0x40;
  pdu.short_message = smpp::from_hex("050003070201" "53544f50").value();
  Mo mo = d.mo(pdu);
  const auto length = std::ranges::search(mo.raw, pdu.short_message).begin() - 1;
  *length = static_cast<std::byte>(std::to_integer<unsigned>(*length) + 9);  // as accept_short_sm takes it
  d.turn({mo});
  d.pass(301s);
  d.turn({Tick{}});
  REQUIRE(d.person(kAnn)->consent.size() == 1);
  CHECK(d.person(kAnn)->consent[0].suppressed);
}

// ---- receipts

TEST_CASE("what is acknowledged as a receipt is kept although nothing can be read of it") {
  const auto settings = with([](AccountSettings& a) { a.receipts.receipt_bits = 0x10; });
  Desk d(settings);
  d.up();
  const auto input = [&](std::uint8_t esm_class, const std::string& text) {
    smpp::DeliverSm pdu = from_ann(text);
    pdu.esm_class = esm_class;
    return input_of(d.link, {d.link.epoch, 900U + esm_class}, pdu, smpp::encode({command_status::ESME_ROK, 9, pdu, false}).value(), settings.accounts[0].receipts);
  };
  d.turn({input(4, "what is this")});
  REQUIRE(d.store->image().inbounds.rows.size() == 1);
  CHECK(d.store->image().inbounds.rows.begin()->second.record->reason == "a receipt without an id and without a state");
  d.turn({d.receipt("", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.store->image().inbounds.rows.size() == 2);
  // A bit that only this SMSC uses, and no receipt behind it: the person speaks.
  d.turn({input(0x10, "STOP")});
  REQUIRE(d.person(kAnn)->consent.size() == 1);
  CHECK(d.person(kAnn)->consent[0].suppressed);
}

TEST_CASE("a text that reads as a receipt is one only for a message of the person it comes from (P72)") {
  const auto settings = with([](AccountSettings& a) { a.receipts.by_text = true; });
  Desk d(settings);
  const smpp::ReceiptProfile& profile = settings.accounts[0].receipts;
  d.up();
  const Id id = accepted(d);
  smpp::DeliverSm forged = from_ann("id:m1 stat:DELIVRD err:000");
  forged.source.addr = kBob;
  d.turn({as_input(d, forged, profile, 900)});
  CHECK(d.message(id).state == MessageState::accepted);
  CHECK(d.store->image().inbounds.rows.rbegin()->second.record->text == "id:m1 stat:DELIVRD err:000");
  const Releases releases = d.turn({as_input(d, from_ann("id:m1 stat:DELIVRD err:000"), profile, 901)});
  CHECK(d.message(id).state == MessageState::delivered);
  CHECK(releases.responses.size() == 1);
  CHECK(d.person(kAnn)->chain_head == id);
}

TEST_CASE("what reads as a receipt and fits nothing goes to no rule, whose answer would have such a receipt for ever (P72, P78)") {
  const auto settings = with([](AccountSettings& a) { a.receipts.by_text = true; });
  Desk d(settings);
  d.launch_to({kAnn, kBob});
  d.up();
  d.accept_all();
  const Id id = send(d, kAnn);
  const Submit submit = std::exchange(d.submitted, {}).at(0);
  const smpp::ReceiptProfile& profile = settings.accounts[0].receipts;
  smpp::DeliverSm forged = from_ann("id:early stat:UNDELIV err:001");
  forged.source.addr = kBob;
  const Releases releases = d.turn({as_input(d, from_ann("id:early stat:DELIVRD err:000"), profile, 900), as_input(d, forged, profile, 901)});
  CHECK(releases.responses.size() == 2);
  CHECK(d.submitted.empty());
  CHECK(d.store->image().inbounds.rows.rbegin()->second.record->reason == "reads as a receipt, of no message to this person that is outstanding");
  d.turn({d.result(submit, SubmitOutcome::answered, command_status::ESME_ROK, "early")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("without that quirk the same text is what a handset typed (P72)") {
  Desk d;
  d.up();
  const Id id = accepted(d);
  d.turn({d.mo(from_ann("id:m1 stat:DELIVRD err:000"))});
  CHECK(d.message(id).state == MessageState::accepted);
}

TEST_CASE("the receipt of the last part speaks for all, and only that part asks for one (P87)") {
  Desk d(with([](AccountSettings& a) { a.receipt_last_part_only = true; }));
  d.up();
  const Id id = send(d, kAnn, words(200));
  REQUIRE(d.submitted.size() == 2);
  CHECK(d.submitted[0].pdu.registered_delivery == 0);
  CHECK(d.submitted[1].pdu.registered_delivery == 1);
  d.accept_all();
  d.turn({d.receipt("m2", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("a part that is accepted after the last one's receipt follows it (P87)") {
  Desk d(with([](AccountSettings& a) { a.receipt_last_part_only = true; }));
  d.up();
  const Id id = send(d, kAnn, words(200));
  const std::vector<Submit> parts = std::exchange(d.submitted, {});
  d.turn({d.result(parts.at(1), SubmitOutcome::answered, command_status::ESME_ROK, "p2")});
  d.turn({d.receipt("p2", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  d.turn({d.result(parts.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "p1")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("without that quirk each part waits for its own receipt (P87)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn, words(200));
  d.accept_all();
  d.turn({d.receipt("m2", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::accepted);
}

TEST_CASE("a receipt whose text and TLV name two ids waits under both, and leaves neither behind (P74, P78)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  ReceiptArrived receipt = d.receipt("tlv-7", kAnn, smpp::MessageState::DELIVERED, "DELIVRD");
  receipt.receipt->text_id = "m9";
  d.turn({receipt});
  CHECK(d.store->image().parked_receipts.rows.size() == 2);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "m9")});
  CHECK(d.message(id).state == MessageState::delivered);
  CHECK(d.store->image().parked_receipts.rows.empty());
}

TEST_CASE("the history says what a receipt said: its error in the carrier's words, its date, its TLVs (P83, P84, P89)") {
  const auto settings = with([](AccountSettings& a) {
    a.receipts.err_radix = 16;
    a.receipts.err_texts[0x1B] = "absent subscriber";
    a.receipts.zone = std::chrono::hours(2);
  });
  Desk d(settings);
  d.up();
  const Id id = accepted(d);
  smpp::DeliverSm pdu = from_ann("id:m1 sub:001 dlvrd:000 submit date:2602031000 done date:2602031001 stat:UNDELIV err:01B text:");
  pdu.esm_class = 4;
  pdu.tlvs.add(0x1416, smpp::to_octets("24008"));
  const Octets raw = smpp::encode({command_status::ESME_ROK, 5, pdu, false}).value();
  d.turn({input_of(d.link, {d.link.epoch, 5}, pdu, raw, settings.accounts[0].receipts)});
  CHECK(d.message(id).state == MessageState::undelivered);
  CHECK(d.message(id).history.back().detail == "receipt UNDELIV: err:01B (absent subscriber), done 2026-02-03T08:01:00.000Z, TLV 0x1416 3234303038");
}

// ---- addresses and times

TEST_CASE("addresses leave as the account wants them (P116, P118)") {
  AccountSettings a;
  a.destination_plus = true;
  a.destination_ton = 0;
  CHECK((destination_address("447700900001", a) == smpp::Address{0, 1, "+447700900001"}));
  CHECK((source_address("Acme", a) == smpp::Address{5, 0, "Acme"}));
  a.name_source_ton = 0;
  a.name_source_npi = 1;
  CHECK((source_address("Acme", a) == smpp::Address{0, 1, "Acme"}));
}

TEST_CASE("numbers come in with the exit code and trunk prefix of their country (P117)") {
  AccountSettings us;
  us.country_code = "1";
  us.exit_code = "011";
  us.trunk_prefix = "1";
  CHECK(person_of({0, 1, "011447700900001"}, us) == "447700900001");
  CHECK(person_of({2, 1, "12025550123"}, us) == "12025550123");
  CHECK(person_of({2, 1, "2025550123"}, us) == "12025550123");
  AccountSettings uk;
  uk.country_code = "44";
  CHECK(person_of({0, 0, "00447700900001"}, uk) == "447700900001");
  CHECK(person_of({0, 0, "07700900001"}, uk) == "447700900001");
  CHECK(person_of({1, 1, "447700900001"}, uk) == "447700900001");
}

TEST_CASE("validity_period is what is left of it, no more than the SMSC takes, in the form it takes (P121, P122, P123)") {
  Desk d;
  d.up();
  send(d, kAnn);
  CHECK(d.submitted.at(0).pdu.validity_period == "000001000000000R");
  d.pass(23h);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RTHROTTLED)});
  d.pass(2s);
  d.turn({Tick{}});
  CHECK(d.submitted.at(1).pdu.validity_period == "000000005958000R");

  Desk capped(with([](AccountSettings& a) { a.validity_max = std::chrono::hours(6); a.validity_format = ValidityFormat::absolute; }));
  capped.up();
  send(capped, kAnn);
  CHECK(capped.submitted.at(0).pdu.validity_period == "231115041320000+");

  Desk none(with([](AccountSettings& a) { a.validity_format = ValidityFormat::none; }));
  none.up();
  send(none, kAnn);
  CHECK(none.submitted.at(0).pdu.validity_period.empty());
}
