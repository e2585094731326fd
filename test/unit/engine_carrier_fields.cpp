// What a carrier wants beside the text, and sends beside it: TLVs of its own, tariffs, USSD (P124 to P130).
#include "test/unit/engine_desk.hpp"

using namespace desk;
using smpp::command_status;

namespace {
Settings with_tlvs() {
  return with([](AccountSettings& a) {
    a.vendor_tlvs = {{"entity", 0x1400, VendorTlv::Type::string, false, "1201234567890", ""},
                     {"template", 0x1401, VendorTlv::Type::cstring, false, "{template}", ""},
                     {"price", 0x1402, VendorTlv::Type::int2, false, "150", "gold"},
                     {"operator", 0x1403, VendorTlv::Type::string, true, "", ""}};
    a.tariffs = {{"gold", "PREM", "70900", std::nullopt, std::nullopt, 0}};
  });
}
}  // namespace

TEST_CASE("TLVs of the carrier leave with every message: constant, of the request, of the conversation (P124, P125)") {
  Desk d(with_tlvs());
  d.up();
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  request.tlvs = {{"template", "77"}};
  d.send(request);
  const smpp::Tlvs expected{{0x1400, smpp::to_octets("1201234567890")}, {0x1401, smpp::to_octets(std::string("77\0", 3))}};
  CHECK((d.submitted.at(0).pdu.tlvs == expected));
  d.submitted.clear();
  SendMessage opening{0, "t", "", 0, kBob, "", "", "checkup", {{"template", "88"}}};
  d.send(opening);
  CHECK(d.submitted.at(0).pdu.tlvs.cstring(0x1401) == "88");
}

TEST_CASE("a TLV that the account does not know, and a value that is none, are refused by name (P124)") {
  Desk d(with_tlvs());
  d.up();
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  request.tlvs = {{"tempalte", "77"}};
  CHECK(std::get<Problem>(d.send(request)).detail == "the account a has no TLV \"tempalte\" to send");
  request.tlvs = {{"price", "many"}};
  request.tariff = "gold";
  CHECK(std::get<Problem>(d.send(request)).detail == "\"many\" is no value of the TLV \"price\"");
  request.tariff = "silver";
  CHECK(std::get<Problem>(d.send(request)).detail == "the account a has no tariff \"silver\"");
  CHECK(d.submitted.empty());
}

TEST_CASE("an SMSC that takes no TLVs gets the message again without, and all later ones; somebody is told once (P35)") {
  Desk d(with_tlvs());
  d.up();
  const Id first = send(d, kAnn), second = send(d, kBob);
  REQUIRE(d.submitted.size() == 2);
  CHECK_FALSE(d.submitted[0].pdu.tlvs.empty());
  const Releases releases = d.turn({d.result(d.submitted[0], SubmitOutcome::answered, command_status::ESME_RTLVNOTALLWD),
                                    d.result(d.submitted[1], SubmitOutcome::answered, command_status::ESME_RTLVNOTALLWD)});
  CHECK(releases.alarms.size() == 1);
  REQUIRE(releases.submits.size() == 2);
  for (const Submit& submit : releases.submits) CHECK(submit.pdu.tlvs.empty());
  CHECK(d.message(first).attempt + d.message(second).attempt == 0);
  d.submitted.clear();
  send(d, kAnn, "later");
  CHECK(d.submitted.at(0).pdu.tlvs.empty());
}

TEST_CASE("a message that is nothing without its TLVs is not sent without them (P35)") {
  Desk d(with_tlvs());
  d.up();
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  request.tariff = "gold";
  const Id id = std::get<MessageAccepted>(d.send(request)).message;
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RTLVNOTALLWD)});
  CHECK(d.message(id).state == MessageState::rejected);
}

TEST_CASE("a tariff is a service_type, a source and TLVs, and its message is premium: never sent twice (P126)") {
  Settings settings = with_tlvs();
  settings.accounts[0].doubt_policy = DoubtPolicy::resend_once;
  Desk d(settings);
  d.up();
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  request.tariff = "gold";
  const Id id = std::get<MessageAccepted>(d.send(request)).message;
  const smpp::SubmitSm pdu = d.submitted.at(0).pdu;
  CHECK(pdu.service_type == "PREM");
  CHECK(pdu.source.addr == "70900");
  CHECK(pdu.tlvs.integer(0x1402) == 150);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::timed_out)});
  CHECK(d.message(id).state == MessageState::in_doubt);
}

TEST_CASE("a STOP to the source of a tariff stops its messages, queued or on their way (promise 4)") {
  Desk d(with_tlvs());
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  request.tariff = "gold";
  const Id queued = std::get<MessageAccepted>(d.send(request)).message;
  d.up();
  CHECK(d.submitted.size() == 1);
  const Releases stopped = d.say(kAnn, "STOP", "70900");
  CHECK(stopped.revocations.size() == 1);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::returned)});
  CHECK(d.message(queued).state == MessageState::suppressed);
  const Id later = std::get<MessageAccepted>(d.send(request)).message;
  CHECK(d.message(later).state == MessageState::suppressed);
  d.say(kBob, "STOP");
  request.to = kBob;
  CHECK(std::get<Problem>(d.send(request)).detail == kBob + " has opted out of 80800");
}

TEST_CASE("a STOP to the sender that was asked for stops a message with a tariff too, in the queue or on its way (promise 4)") {
  Desk d(with_tlvs());
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  request.tariff = "gold";
  d.up(1);
  const Id first = std::get<MessageAccepted>(d.send(request)).message;
  const Id second = std::get<MessageAccepted>(d.send(request)).message;
  REQUIRE(d.submitted.size() == 1);
  CHECK(d.say(kAnn, "STOP", "80800").revocations.size() == 1);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::returned)});
  d.submitted.erase(d.submitted.begin());
  d.accept_all();  // the confirmation, which has the only slot
  CHECK(d.message(first).state == MessageState::suppressed);
  CHECK(d.message(second).state == MessageState::suppressed);
}

TEST_CASE("a message whose tariff is gone when it could leave does not leave as an ordinary one (P126)") {
  Desk d(with_tlvs());
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  request.tariff = "gold";
  const Id id = std::get<MessageAccepted>(d.send(request)).message;
  d.restart_with(with([](AccountSettings&) {}));
  d.up();
  CHECK(d.submitted.empty());
  CHECK(d.message(id).state == MessageState::cancelled);
  CHECK(d.message(id).history.back().detail == "the account a has no tariff \"gold\" any more");
}

TEST_CASE("a text with a tariff fits one message, or it would be charged for each part (P126)") {
  Desk d(with_tlvs());
  d.up();
  SendMessage request{0, "t", "", 0, kAnn, "80800", std::string(161, 'x'), "", {}};
  request.tariff = "gold";
  CHECK(std::get<Problem>(d.send(request)).detail == "with the tariff \"gold\" the text must fit one message: 2 parts would be charged 2 times");
}

TEST_CASE("ESME_RSUBMITFAIL is never tried again where it may have been charged, whatever status_map says (P126)") {
  Settings settings = with_tlvs();
  settings.accounts[0].status_map[command_status::ESME_RSUBMITFAIL] = smpp::status_class::retry;
  Desk d(settings);
  d.up();
  SendMessage request{0, "t", "", 0, kAnn, "80800", "hello", "", {}};
  const Id plain = std::get<MessageAccepted>(d.send(request)).message;
  request.tariff = "gold";
  const Id premium = std::get<MessageAccepted>(d.send(request)).message;
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RSUBMITFAIL),
          d.result(d.submitted.at(1), SubmitOutcome::answered, command_status::ESME_RSUBMITFAIL)});
  CHECK(d.message(plain).state == MessageState::queued);
  CHECK(d.message(premium).state == MessageState::rejected);
}

TEST_CASE("a bind whose versions allow no TLVs gets messages without those that are an extra (P35, P46)") {
  Desk d(with_tlvs());
  d.link = {"a", 0, 77};
  d.turn({LinkUp{d.link, 10, true, true, false}});
  send(d, kAnn);
  CHECK(d.submitted.at(0).pdu.tlvs.empty());
  Desk queued(with_tlvs());
  send(queued, kAnn);
  queued.link = {"a", 0, 77};
  queued.turn({LinkUp{queued.link, 10, true, true, false}});
  CHECK(queued.submitted.at(0).pdu.tlvs.empty());
}

TEST_CASE("a TLV that comes in is a field of the conversation (P124, P130)") {
  Desk d(with_tlvs());
  d.up();
  d.launch_to({kAnn});
  smpp::DeliverSm pdu = from_ann("later");
  pdu.tlvs.add(0x1403, smpp::to_octets("Example Mobile"));
  d.turn({d.mo(pdu)});
  CHECK((d.last_inbound(kAnn).fields == storage::Fields{{"operator", "Example Mobile"}}));
  CHECK(d.person(kAnn)->open.at(0).fields.at("operator") == "Example Mobile");
}

TEST_CASE("a USSD dialogue is answered on its bind, goes on while the conversation does, and ends with it (P128)") {
  Desk d;
  d.up();
  d.launch_to({kAnn});
  d.accept_all();
  const LinkRef second{"a", 1, d.link.epoch + 500};
  d.turn({LinkUp{second, 100, true, true}});  // has more room, so that everything else would go there
  smpp::DeliverSm pdu = from_ann("perhaps");
  pdu.service_type = "USSD";
  pdu.tlvs.add_integer(smpp::tag::ussd_service_op, 1);
  pdu.tlvs.add(smpp::tag::its_session_info, {std::byte{5}, std::byte{2}});
  d.turn({d.mo(pdu)});
  REQUIRE(d.submitted.size() == 1);
  CHECK(d.submitted[0].link == d.link);
  CHECK(d.submitted[0].pdu.service_type == "USSD");
  CHECK(d.submitted[0].pdu.tlvs.integer(smpp::tag::ussd_service_op) == 2);
  CHECK(d.submitted[0].pdu.tlvs.integer(smpp::tag::its_session_info) == 0x0502);
  d.accept_all();
  pdu.short_message = smpp::to_octets("YES");
  d.turn({d.mo(pdu)});
  REQUIRE(d.submitted.size() == 1);
  CHECK(d.submitted[0].pdu.tlvs.integer(smpp::tag::ussd_service_op) == 17);
  CHECK(d.submitted[0].pdu.tlvs.integer(smpp::tag::its_session_info) == 0x0503);
}

TEST_CASE("a question asked back keeps a USSD dialogue open (P128)") {
  Desk d;
  d.up();
  d.launch_to({kAnn});
  d.launch_to({kAnn}, "service");
  d.accept_all();
  smpp::DeliverSm pdu = from_ann("YES");
  pdu.tlvs.add_integer(smpp::tag::ussd_service_op, 1);
  d.turn({d.mo(pdu)});
  REQUIRE(d.submitted.size() == 1);
  CHECK(d.person(kAnn)->question.parked != 0);
  CHECK(d.submitted[0].pdu.tlvs.integer(smpp::tag::ussd_service_op) == 2);
}
