// Receipts: which message they mean, what they may change, and what an account's receipts teach (P72 to P82).
#include "test/unit/engine_desk.hpp"

#include <cstdio>

using namespace desk;
using smpp::command_status;

TEST_CASE("a receipt delivers, its duplicate and an older state change nothing") {
  Desk d;
  d.up();
  const Id id = accepted(d);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::ENROUTE, "ENROUTE")});
  CHECK(d.message(id).state == MessageState::accepted);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::UNDELIVERABLE, "UNDELIV"), d.receipt("m1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("a late delivery corrects an undelivered one and is counted") {
  Desk d;
  d.up();
  const Id id = accepted(d);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::UNDELIVERABLE, "UNDELIV")});
  CHECK(d.message(id).state == MessageState::undelivered);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
  CHECK(d.engine->figures().late_receipts == 1);
}

TEST_CASE("a receipt before the response is parked and joined (F7)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  const Submit submit = d.submitted.at(0);
  d.turn({d.receipt("0AB9", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.store->image().parked_receipts.rows.size() == 1);
  d.turn({d.result(submit, SubmitOutcome::answered, command_status::ESME_ROK, "0ab9")});
  CHECK(d.message(id).state == MessageState::delivered);
  CHECK(d.store->image().parked_receipts.rows.empty());
}

TEST_CASE("a parked receipt is there after a restart, for the message that is sent again and has that id (P78)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.receipt("0AB9", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  d.restart();
  d.up();
  REQUIRE(d.message(id).state == MessageState::in_doubt);
  d.submitted.clear();
  d.turn({SettleDoubt{1, id, true}});
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "0ab9")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("an id that two messages have means the newer one (P80)") {
  Desk d;
  d.up();
  const Id older = send(d, kAnn), newer = send(d, kAnn);
  for (const Submit& each : d.submitted) d.turn({d.result(each, SubmitOutcome::answered, command_status::ESME_ROK, "again")});
  d.turn({d.receipt("again", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(older).state == MessageState::accepted);
  CHECK(d.message(newer).state == MessageState::delivered);
}

TEST_CASE("an id is one account's: the receipt of another account with the same id is not its receipt (P80)") {
  Settings settings = Desk::standard();
  settings.accounts.push_back(settings.accounts[0]);
  settings.accounts[1].id = "b";
  Desk d(settings);
  d.up();
  const Id id = accepted(d);
  ReceiptArrived elsewhere = d.receipt("m1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD");
  elsewhere.link.account = "b";
  d.turn({elsewhere});
  CHECK(d.message(id).state == MessageState::accepted);
}

TEST_CASE("a receipt in another radix counts for its own person only (P77)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "6E84FC04")});
  d.turn({d.receipt("1854209028", kBob, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::accepted);
  d.turn({d.receipt("1854209028", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
}

namespace {
// One message to Ann whose response had the hexadecimal id and whose receipt writes it in decimal.
Id in_other_radix(Desk& d, unsigned number, const std::string& from = kAnn) {
  char hexadecimal[16];
  std::snprintf(hexadecimal, sizeof hexadecimal, "%08X", number);
  d.submitted.clear();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, hexadecimal)});
  d.turn({d.receipt(std::to_string(number), from, smpp::MessageState::DELIVERED, "DELIVRD")});
  return id;
}
const smpp::ReceiptIdRule& rule_of(const Desk& d) { return d.engine->figures().receipt_ids.at(0).rule; }
Settings with_ids(smpp::ReceiptIdMode mode) {
  Settings settings = Desk::standard();
  settings.accounts[0].receipt_id = mode;
  return settings;
}
}  // namespace

TEST_CASE("an account learns the radix of its receipts, says so, and then needs no sender on them (P77)") {
  Desk d;
  d.up();
  CHECK(d.message(in_other_radix(d, 0x6E84FC00, "")).state == MessageState::accepted);
  for (unsigned i = 1; i <= smpp::ReceiptIdRule::kSettle; ++i) {
    CHECK(d.message(in_other_radix(d, 0x6E84FC00 + i)).state == MessageState::delivered);
  }
  CHECK(rule_of(d).mode() == smpp::ReceiptIdMode::decimal_to_hex);
  CHECK(rule_of(d).learnt() == "95 % of receipts match after decimal->hexadecimal (21 seen, settled)");
  CHECK(d.message(in_other_radix(d, 0x6E84FD00, "")).state == MessageState::delivered);
  // What is learnt is not kept over a restart; it is learnt anew.
  d.restart();
  d.up();
  CHECK(d.message(in_other_radix(d, 0x6E84FD01, "")).state == MessageState::accepted);
  CHECK(d.message(in_other_radix(d, 0x6E84FD02)).state == MessageState::delivered);
}

TEST_CASE("an SMSC whose ids come back as they were settles on that, and strange receipts unsettle it (P77)") {
  Desk d;
  d.up();
  for (unsigned i = 0; i < smpp::ReceiptIdRule::kSettle; ++i) {
    d.submitted.clear();
    send(d, kAnn);
    const std::string id = "7f" + std::to_string(100 + i);
    d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, id)});
    d.turn({d.receipt(id, kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  }
  CHECK(rule_of(d).mode() == smpp::ReceiptIdMode::same);
  for (unsigned i = 0; i < smpp::ReceiptIdRule::kUnsettle; ++i) {
    d.turn({d.receipt("unheard-" + std::to_string(i), kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  }
  CHECK(rule_of(d).mode() == smpp::ReceiptIdMode::automatic);
}

TEST_CASE("a radix that is configured counts from the first receipt and without a sender (P77)") {
  Desk d(with_ids(smpp::ReceiptIdMode::decimal_to_hex));
  d.up();
  CHECK(d.message(in_other_radix(d, 0x6E84FC04, "")).state == MessageState::delivered);
}

TEST_CASE("an account whose ids are configured to stay the same does not guess (P77)") {
  Desk d(with_ids(smpp::ReceiptIdMode::same));
  d.up();
  CHECK(d.message(in_other_radix(d, 0x6E84FC04)).state == MessageState::accepted);
}

TEST_CASE("a small id that is another person's in one radix is found in the other (P80)") {
  Desk d;
  d.up();
  const Id anns = send(d, kAnn), bobs = send(d, kBob);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "12"),
          d.result(d.submitted.at(1), SubmitOutcome::answered, command_status::ESME_ROK, "18")});
  d.turn({d.receipt("18", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});  // 0x12
  CHECK(d.message(anns).state == MessageState::delivered);
  CHECK(d.message(bobs).state == MessageState::accepted);
}

TEST_CASE("two messages of one person that fit in two radixes are both left alone (P77)") {
  Desk d;
  d.up();
  const Id one = send(d, kAnn), two = send(d, kAnn, "other");
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "c"),
          d.result(d.submitted.at(1), SubmitOutcome::answered, command_status::ESME_ROK, "18")});
  d.turn({d.receipt("12", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});  // 12 = 0xc, 0x12 = 18
  CHECK(d.message(one).state == MessageState::accepted);
  CHECK(d.message(two).state == MessageState::accepted);
}

TEST_CASE("the person of a receipt is known by the last digits, however the number is written (P80)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "6E84FC04")});
  ReceiptArrived national = d.receipt("1854209028", "0" + std::string(kAnn).substr(2), smpp::MessageState::DELIVERED, "DELIVRD");
  national.source.ton = 2;
  d.turn({national});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("the id of the text serves where the TLV's finds nothing, and the disagreement is counted (P74)") {
  Desk d;
  d.up();
  const Id id = accepted(d);
  ReceiptArrived receipt = d.receipt("elsewhere", kAnn, smpp::MessageState::DELIVERED, "DELIVRD");
  receipt.receipt->text_id = "m1";
  receipt.receipt->id_conflict = true;
  d.turn({receipt});
  CHECK(d.message(id).state == MessageState::delivered);
  CHECK(d.engine->figures().conflicting_receipts == 1);
}

TEST_CASE("a receipt in another radix before the response waits for it (P77, P78)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  const Submit submit = d.submitted.at(0);
  d.turn({d.receipt("1854209028", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  d.turn({d.result(submit, SubmitOutcome::answered, command_status::ESME_ROK, "6E84FC04")});
  CHECK(d.message(id).state == MessageState::delivered);
  CHECK(d.store->image().parked_receipts.rows.empty());
  CHECK(rule_of(d).learnt() == "100 % of receipts match after decimal->hexadecimal (1 seen, not settled)");
}

TEST_CASE("a receipt of a message that the SMSC refused, and one without an id, change nothing (P79)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RINVDSTADR, "r1")});
  const Releases r = d.turn({d.receipt("r1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD"),
                             d.receipt("", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::rejected);
  CHECK(d.engine->figures().orphan_receipts == 2);
  CHECK(r.responses.size() == 2);
  CHECK(d.store->image().parked_receipts.rows.size() == 1);
}

TEST_CASE("soft states are shown and leave the message open; behind a final one they are not shown (P81, P82)") {
  Desk d;
  d.up();
  const Id id = accepted(d);
  for (const auto& [state, stat] : {std::pair{smpp::MessageState::ACCEPTED, "ACCEPTD"}, {smpp::MessageState::UNKNOWN, "UNKNOWN"}}) {
    d.turn({d.receipt("m1", kAnn, state, stat)});
    CHECK(d.message(id).state == MessageState::accepted);
    CHECK(d.message(id).segments[0].receipt == stat);
  }
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::EXPIRED, "EXPIRED")});
  CHECK(d.message(id).state == MessageState::expired_at_smsc);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::ENROUTE, "ENROUTE")});
  CHECK(d.message(id).segments[0].receipt == "EXPIRED");
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::UNDELIVERABLE, "UNDELIV")});  // a second final one: stored, not applied
  CHECK(d.message(id).state == MessageState::expired_at_smsc);
  CHECK(d.message(id).segments[0].receipt == "UNDELIV");
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("an id that comes after the doubt was given up is heard of, on its way or arrived (P58, P82)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  const Submit submit = d.submitted.at(0);
  d.turn({d.result(submit, SubmitOutcome::timed_out)});
  d.pass(25h);
  d.turn({Tick{}});
  REQUIRE(d.message(id).state == MessageState::unknown);
  d.turn({d.result(submit, SubmitOutcome::late, command_status::ESME_ROK, "m1")});
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::ENROUTE, "ENROUTE")});
  CHECK(d.message(id).state == MessageState::unknown);
  CHECK(d.message(id).segments[0].receipt == "ENROUTE");
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::ENROUTE, "ENROUTE")});
  CHECK(d.message(id).segments[0].receipt == "DELIVRD");
}

TEST_CASE("an accepted message without an id says that no receipt will find it, and is never taken for delivered (P42)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_ROK, "")});
  CHECK(d.message(id).state == MessageState::accepted);
  CHECK(d.message(id).history.back().detail == "the response has no message_id: no receipt will find this message");
  CHECK(d.store->image().smsc_ids.rows.empty());
}

TEST_CASE("no receipt is no success, also where receipts were asked for on failure only (P86)") {
  Desk d(with([](AccountSettings& a) { a.registered_delivery = 2; }));
  d.up();
  const Id id = accepted(d);
  d.pass(24h + 24h + 1min);
  d.turn({Tick{}});
  d.pass(2min);
  d.turn({Tick{}});
  CHECK(d.message(id).state == MessageState::no_receipt);
}

TEST_CASE("what a handset acknowledges by itself is kept and goes to no rule; what its user answers does (P73)") {
  Desk d;
  d.up();
  const auto say = [&](std::uint8_t esm_class) {
    smpp::DeliverSm pdu;
    pdu.source = {1, 1, kAnn};
    pdu.destination = {3, 0, "80800"};
    pdu.esm_class = esm_class;
    pdu.short_message = smpp::to_octets("STOP");
    d.turn({d.mo(pdu)});
    return d.engine->figures().opt_outs;
  };
  CHECK(say(0x08) == 0);
  CHECK(say(0x18) == 0);
  CHECK(d.store->image().inbounds.rows.size() == 2);
  CHECK(say(0x10) == 1);
}

TEST_CASE("a message that was skipped is not delivered (P81)") {
  Desk d;
  d.up();
  const Id id = accepted(d);
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::SKIPPED, "SKIPPED")});
  CHECK(d.message(id).state == MessageState::undelivered);
}
