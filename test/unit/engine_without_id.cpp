// Receipts of messages whose id we do not know, since the response was lost or had none: they mean the one message that
// they can mean, or nothing (DESIGN 3.3, P42, P127).
#include "core/engine/numbers.hpp"
#include "test/unit/engine_desk.hpp"

using namespace desk;
using smpp::command_status;

namespace {

Id doubtful(Desk& d, const std::string& to = kAnn, const std::string& text = "hello") {
  d.submitted.clear();
  const Id id = send(d, to, text);
  std::vector<Input> lost;
  for (const Submit& each : d.submitted) lost.push_back(d.result(each, SubmitOutcome::timed_out));
  d.turn(std::move(lost));
  REQUIRE(d.message(id).state == MessageState::in_doubt);
  return id;
}

ReceiptArrived delivered(Desk& d, const std::string& id = "x1", const std::string& from = kAnn) {
  return d.receipt(id, from, smpp::MessageState::DELIVERED, "DELIVRD");
}

Settings by_address() { return with([](AccountSettings& a) { a.receipt_by_address = true; }); }
Settings by_reference() { return with([](AccountSettings& a) { a.user_message_reference = true; }); }

}  // namespace

TEST_CASE("a receipt settles the only doubt that it can mean, and later ones find it by their id") {
  Desk d;
  d.up();
  const Id id = doubtful(d);
  ReceiptArrived enroute = d.receipt("x1", kAnn, smpp::MessageState::ENROUTE, "ENROUTE");
  enroute.receipt->kind = smpp::ReceiptKind::intermediate;
  d.turn({enroute});
  CHECK(d.message(id).state == MessageState::accepted);
  CHECK(d.message(id).segments[0].smsc_message_id == "x1");
  CHECK(d.message(id).history.back().detail == "its receipt came, the only message it can mean");
  CHECK(d.engine->figures().settled_by_receipt == 1);
  d.turn({delivered(d)});
  CHECK(d.message(id).state == MessageState::delivered);
  CHECK(d.engine->figures().orphan_receipts == 0);
}

TEST_CASE("a doubt survives a restart and is settled by its receipt all the same (F4)") {
  Desk d;
  d.up();
  const Id id = doubtful(d);
  d.restart();
  d.up();
  d.turn({delivered(d)});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("a doubt that was given up is settled by a late receipt") {
  Desk d;
  d.up();
  const Id id = doubtful(d);
  d.turn({SettleDoubt{1, id, false}});
  REQUIRE(d.message(id).state == MessageState::unknown);
  d.turn({delivered(d)});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("a message whose id came after all is found by that id only") {
  Desk d;
  d.up();
  const Id id = doubtful(d);
  d.turn({SettleDoubt{1, id, false}});
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::late, command_status::ESME_ROK, "L1")});
  d.turn({delivered(d, "x1")});
  CHECK(d.message(id).state == MessageState::unknown);
  d.turn({delivered(d, "L1")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("a receipt that may mean two messages means none, nor one of another person, sender or day") {
  Desk d;
  d.up();
  const Id first = doubtful(d);
  const Id second = doubtful(d);
  d.turn({delivered(d)});
  CHECK(d.message(first).state == MessageState::in_doubt);
  CHECK(d.message(second).state == MessageState::in_doubt);

  const Id bobs = doubtful(d, kBob);
  ReceiptArrived other_sender = delivered(d, "x2", kBob);
  other_sender.destination.addr = "80900";
  ReceiptArrived other_day = delivered(d, "x3", kBob);
  other_day.receipt->submitted_at = std::chrono::floor<std::chrono::seconds>(d.now.wall - 16h);
  d.turn({other_sender, other_day});
  CHECK(d.message(bobs).state == MessageState::in_doubt);
  CHECK(d.engine->figures().orphan_receipts == 3);
  ReceiptArrived wrong_zone = delivered(d, "x4", kBob);
  wrong_zone.receipt->submitted_at = std::chrono::floor<std::chrono::seconds>(d.now.wall - 14h);
  d.turn({wrong_zone});
  CHECK(d.message(bobs).state == MessageState::delivered);
}

TEST_CASE("a receipt of a known id settles no doubt beside it") {
  Desk d;
  d.up();
  accepted(d);
  const Id id = doubtful(d);
  d.turn({delivered(d, "m1")});
  CHECK(d.message(id).state == MessageState::in_doubt);
}

TEST_CASE("the late response of a doubt that its receipt settled changes nothing") {
  Desk d;
  d.up();
  const Id id = doubtful(d);
  const Submit submit = d.submitted.at(0);
  d.turn({delivered(d)});
  d.turn({d.result(submit, SubmitOutcome::late, command_status::ESME_RSYSERR)});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("a message accepted without an id is found by number and sender where the account says so, and only there (P42)") {
  for (const bool sought : {true, false}) {
    Desk d(sought ? by_address() : Desk::standard());
    d.up();
    const Id id = send(d, kAnn);
    d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "")});
    CHECK(d.message(id).state == MessageState::accepted);
    d.turn({delivered(d)});
    CHECK(d.message(id).state == (sought ? MessageState::delivered : MessageState::accepted));
  }
}

TEST_CASE("beside a part in doubt, the part that was accepted without an id is not sought unasked (P42)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn, std::string(200, 'x'));
  REQUIRE(d.submitted.size() == 2);
  d.turn({d.result(d.submitted[0], SubmitOutcome::answered, command_status::ESME_ROK, ""), d.result(d.submitted[1], SubmitOutcome::timed_out)});
  d.turn({delivered(d)});
  CHECK(d.message(id).segments[0].state == storage::SegmentState::accepted);
  CHECK(d.message(id).segments[1].state == storage::SegmentState::delivered);
}

TEST_CASE("each segment carries its user_message_reference, and the receipt that gives it back finds it among several (P127)") {
  Desk d(by_reference());
  d.up();
  const Id first = doubtful(d, kAnn, std::string(200, 'x'));
  REQUIRE(d.submitted.size() == 2);
  const auto reference = d.submitted[1].pdu.tlvs.integer(smpp::tag::user_message_reference);
  REQUIRE(reference);
  CHECK(*reference == reference_of(first, 1));
  CHECK(d.submitted[0].pdu.tlvs.integer(smpp::tag::user_message_reference) != reference);
  const Id second = doubtful(d);
  ReceiptArrived receipt = delivered(d);
  receipt.receipt->user_message_reference = static_cast<std::uint16_t>(*reference);
  d.turn({receipt});
  CHECK(d.message(first).segments[1].state == storage::SegmentState::delivered);
  CHECK(d.message(first).segments[0].state == storage::SegmentState::in_doubt);
  CHECK(d.message(second).state == MessageState::in_doubt);
}

TEST_CASE("a reference that is nobody's leads to nobody, though only one message is in doubt (P127)") {
  Desk d(by_reference());
  d.up();
  const Id id = doubtful(d);
  ReceiptArrived receipt = delivered(d);
  receipt.receipt->user_message_reference = static_cast<std::uint16_t>(reference_of(id, 0) + 1);
  d.turn({receipt});
  CHECK(d.message(id).state == MessageState::in_doubt);
}

TEST_CASE("no user_message_reference is sent unasked, nor where TLVs were refused (P35, P127)") {
  Desk d;
  d.up();
  send(d, kAnn);
  CHECK(d.submitted.at(0).pdu.tlvs.empty());
  Desk refused(by_reference());
  refused.up();
  send(refused, kAnn);
  refused.turn({refused.result(refused.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RTLVNOTALLWD)});
  REQUIRE(refused.submitted.size() == 2);
  CHECK(refused.submitted[1].pdu.tlvs.empty());
  send(refused, kBob);
  CHECK(refused.submitted.at(2).pdu.tlvs.empty());
}

TEST_CASE("a person keeps the last eight such messages; an older one is no longer found") {
  Desk d(by_reference());
  d.up(100);
  std::vector<Id> ids;
  for (std::size_t i = 0; i <= storage::kWithoutId; ++i) ids.push_back(doubtful(d));
  for (const Id id : {ids.front(), ids.back()}) {
    ReceiptArrived receipt = delivered(d, "r" + std::to_string(id));
    receipt.receipt->user_message_reference = reference_of(id, 0);
    d.turn({receipt});
  }
  CHECK(d.message(ids.front()).state == MessageState::in_doubt);
  CHECK(d.message(ids.back()).state == MessageState::delivered);
}

TEST_CASE("the deliver_sm_resp to a receipt carries its id where the account says so (P28)") {
  Desk d(with([](AccountSettings& a) { a.echo_message_id = true; }));
  d.up();
  CHECK(d.turn({delivered(d, "AB-7")}).responses.at(0).message_id == "AB-7");
  CHECK(d.say(kAnn, "hello").responses.at(0).message_id.empty());
  Desk plain;
  plain.up();
  CHECK(plain.turn({delivered(plain, "AB-7")}).responses.at(0).message_id.empty());
}
