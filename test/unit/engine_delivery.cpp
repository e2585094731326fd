#include "core/engine/limits.hpp"
#include "test/unit/engine_desk.hpp"

#include <cstdio>

using namespace desk;
using smpp::command_status;

namespace {
Id send(Desk& d, const std::string& to, const std::string& text = "hello") {
  return std::get<MessageAccepted>(d.send({0, "t", "", 0, to, "80800", text, "", {}})).message;
}
Id accepted(Desk& d, const std::string& to = kAnn) {
  const Id id = send(d, to);
  d.accept_all();
  return id;
}
}  // namespace

TEST_CASE("nothing is submitted beyond the free slots, and answers bring the next") {
  Desk d;
  d.up(2);
  for (int i = 0; i < 5; ++i) send(d, kAnn, "n" + std::to_string(i));
  REQUIRE(d.submitted.size() == 2);
  const Submit first = d.submitted[0];
  d.turn({d.result(first, SubmitOutcome::answered, command_status::ESME_ROK, "x1")});
  CHECK(d.submitted.size() == 3);
}

TEST_CASE("pace counts segments and says when the next falls due (P61)") {
  Settings settings = Desk::standard();
  settings.accounts[0].rate = 10;
  Desk d(settings);
  d.up(10);
  send(d, kAnn, "one");
  CHECK(d.submitted.size() == 1);
  const Releases r = d.turn({SendMessage{5, "t", "", 0, kAnn, "80800", "two", "", {}}});
  CHECK(r.submits.empty());
  REQUIRE(r.deadline);
  CHECK(*r.deadline - d.now.steady <= 100ms);
  d.pass(100ms);
  CHECK(d.turn({Tick{}}).submits.size() == 1);
}

TEST_CASE("replies go before bulk, and bulk still gets one credit in twenty") {
  Desk d;
  std::vector<std::string> numbers;
  for (int i = 0; i < 60; ++i) numbers.push_back("4477009100" + std::to_string(10 + i));
  d.launch_to(numbers);
  d.turn({Tick{}});
  d.up(1);
  std::size_t replies = 0, bulk = 0;
  std::vector<std::string> waiting;
  for (int i = 0; i < 40; ++i) d.turn({d.mo(kAnn, "HELP")});
  for (int i = 0; i < 40; ++i) {
    REQUIRE(d.submitted.size() == 1);
    (d.submitted[0].pdu.destination.addr == kAnn ? replies : bulk) += 1;
    d.accept_all();
  }
  CHECK(bulk >= 2);
  CHECK(bulk <= 4);
  CHECK(replies + bulk == 40);
}

TEST_CASE("throttled: no attempt is counted, the place is kept, the account pauses (P61)") {
  Desk d;
  d.up(1);
  const Id first = send(d, kAnn, "first");
  send(d, kAnn, "second");
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RTHROTTLED)});
  CHECK(d.message(first).state == MessageState::queued);
  CHECK(d.message(first).attempt == 0);
  CHECK(d.submitted.size() == 1);
  d.pass(1000ms);
  d.turn({Tick{}});
  REQUIRE(d.submitted.size() == 2);
  CHECK(d.submitted[1].segment.message == first);
}

TEST_CASE("a temporary status is tried again after its delay, by a timer") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RSYSERR)});
  CHECK(d.message(id).attempt == 1);
  d.pass(29s);
  CHECK(d.turn({Tick{}}).submits.empty());
  d.pass(2s);
  CHECK(d.turn({Tick{}}).submits.size() == 1);
}

TEST_CASE("a permanent status rejects the message") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RINVDSTADR)});
  CHECK(d.message(id).state == MessageState::rejected);
  CHECK(d.message(id).history.back().detail == "ESME_RINVDSTADR");
}

TEST_CASE("the parts of a long text leave in order under one reference; one refused part ends it") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn, std::string(400, 'x'));
  REQUIRE(d.submitted.size() == 3);
  CHECK(d.submitted[0].pdu.esm_class == 0x40);
  CHECK(d.submitted[0].pdu.short_message[3] == d.submitted[2].pdu.short_message[3]);
  CHECK(std::to_integer<int>(d.submitted[2].pdu.short_message[5]) == 3);
  d.turn({d.result(d.submitted[0], SubmitOutcome::answered, command_status::ESME_ROK, "p1"),
          d.result(d.submitted[1], SubmitOutcome::answered, command_status::ESME_RINVDSTADR),
          d.result(d.submitted[2], SubmitOutcome::answered, command_status::ESME_ROK, "p3")});
  d.turn({d.receipt("p1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD"), d.receipt("p3", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::rejected);
}

TEST_CASE("a message longer than the window continues where it was, on its bind") {
  Desk d;
  d.up(1);
  const Id id = send(d, kAnn, std::string(400, 'x'));
  send(d, kAnn, "after");
  for (int part = 1; part <= 3; ++part) {
    REQUIRE(d.submitted.size() == 1);
    CHECK(d.submitted[0].segment.message == id);
    CHECK(std::to_integer<int>(d.submitted[0].pdu.short_message[5]) == part);
    d.accept_all();
  }
  CHECK(d.message(id).state == MessageState::accepted);
}

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

TEST_CASE("a receipt before the response is parked, over a restart too, and joined (F7)") {
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

TEST_CASE("a segment whose session ended is in doubt, is not sent again, and is unknown when its validity ends") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::lost), LinkDown{d.link, "reset"}});
  CHECK(d.message(id).state == MessageState::in_doubt);
  d.submitted.clear();
  d.up();
  CHECK(d.submitted.empty());
  d.pass(25h);
  d.turn({Tick{}});
  CHECK(d.message(id).state == MessageState::unknown);
}

TEST_CASE("a late response settles the doubt") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  const Submit submit = d.submitted.at(0);
  d.turn({d.result(submit, SubmitOutcome::timed_out)});
  CHECK(d.message(id).state == MessageState::in_doubt);
  d.turn({d.result(submit, SubmitOutcome::late, command_status::ESME_ROK, "L1")});
  CHECK(d.message(id).state == MessageState::accepted);
}

TEST_CASE("a late response behind a doubt that was given up changes no state, but its receipt then counts (P58)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  const Submit submit = d.submitted.at(0);
  d.turn({d.result(submit, SubmitOutcome::timed_out)});
  d.turn({SettleDoubt{1, id, false}});
  d.turn({d.result(submit, SubmitOutcome::late, command_status::ESME_ROK, "L1")});
  CHECK(d.message(id).state == MessageState::unknown);
  d.turn({d.receipt("L1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("a claim that a crash interrupted is in doubt after the restart (F4)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  d.restart();
  CHECK(d.message(id).state == MessageState::in_doubt);
  CHECK(d.message(id).history.back().detail == "the process ended before the response");
}

TEST_CASE("policy resend_once sends again exactly once, and marks it") {
  Settings settings = Desk::standard();
  settings.accounts[0].doubt_policy = DoubtPolicy::resend_once;
  Desk d(settings);
  d.up();
  const Id id = send(d, kAnn);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::timed_out)});
  REQUIRE(d.submitted.size() == 2);
  CHECK(d.message(id).resent);
  d.turn({d.result(d.submitted.at(1), SubmitOutcome::timed_out)});
  CHECK(d.submitted.size() == 2);
  CHECK(d.message(id).state == MessageState::in_doubt);
}

TEST_CASE("policy resend_once sends every part in doubt again, not the first of them only") {
  Settings settings = Desk::standard();
  settings.accounts[0].doubt_policy = DoubtPolicy::resend_once;
  Desk d(settings);
  d.up();
  const Id id = send(d, kAnn, std::string(400, 'x'));
  REQUIRE(d.submitted.size() == 3);
  const std::vector<Submit> parts = std::exchange(d.submitted, {});
  d.turn({d.result(parts[0], SubmitOutcome::lost), d.result(parts[1], SubmitOutcome::lost), d.result(parts[2], SubmitOutcome::lost), LinkDown{d.link, "reset"}});
  d.up();
  CHECK(d.submitted.size() == 3);
  d.accept_all();
  CHECK(d.message(id).state == MessageState::accepted);
  CHECK(d.message(id).resent);
}

TEST_CASE("what can never be written as a PDU is rejected with its reason, not tried for ever") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn);
  SubmitDone impossible = d.result(d.submitted.at(0), SubmitOutcome::unencodable);
  impossible.message_id = "destination_addr: longer than the specification permits";
  d.turn({impossible});
  CHECK(d.message(id).state == MessageState::rejected);
  CHECK(d.message(id).history.back().detail.find("destination_addr") != std::string::npos);
  CHECK(d.submitted.size() == 1);
}

TEST_CASE("parts that are refused together cost one attempt") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn, std::string(400, 'x'));
  std::vector<Input> batch;
  for (const Submit& submit : std::exchange(d.submitted, {})) batch.push_back(d.result(submit, SubmitOutcome::answered, command_status::ESME_RSYSERR));
  d.turn(std::move(batch));
  CHECK(d.message(id).attempt == 1);
  CHECK(d.submitted.empty());
  d.pass(31s);
  d.turn({Tick{}});
  CHECK(d.submitted.size() == 3);
}

TEST_CASE("a message that came back unwritten is not bound to the bind it came from") {
  Settings settings = Desk::standard();
  Desk d(settings);
  const LinkRef one = d.up(1);
  const Id id = send(d, kAnn);
  const Submit first = d.submitted.at(0);
  const LinkRef other{"a", 1, one.epoch + 100};
  d.turn({d.result(first, SubmitOutcome::returned), LinkDown{one, "the peer unbound"}, LinkUp{other, 1, true, true}});
  REQUIRE(d.submitted.size() == 2);
  CHECK(d.submitted[1].link == other);
  CHECK(d.message(id).state == MessageState::submitting);
}

TEST_CASE("thousands that expired in an outage do not hold up what is in time") {
  Desk d;
  for (std::size_t i = 0; i < 2 * kDoorRefusals + 10; ++i) send(d, kAnn, "late");
  d.pass(25h);
  d.link = {"a", 0, d.store->fence().run * 1000 + 900};
  const Releases r = d.turn({LinkUp{d.link, 10, true, true}});
  std::size_t expired = 0;
  for (const auto& [id, row] : d.store->image().messages.rows) expired += row.record->state == MessageState::expired;
  CHECK(expired >= kDoorRefusals);
  CHECK(expired < 2 * kDoorRefusals);
  REQUIRE(r.deadline);
  CHECK(*r.deadline == d.now.steady);
  for (int i = 0; i < 3; ++i) d.turn({Tick{}});
  for (const auto& [id, row] : d.store->image().messages.rows) CHECK(row.record->state == MessageState::expired);
}

TEST_CASE("a message expires in time although no bind is up") {
  Desk d;
  const Id id = send(d, kAnn);
  d.pass(24h + 2min);
  d.turn({Tick{}});
  CHECK(d.message(id).state == MessageState::expired);
}

TEST_CASE("an operator settles a doubt either way") {
  Desk d;
  d.up();
  const Id one = send(d, kAnn), two = send(d, kBob);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::timed_out), d.result(d.submitted.at(1), SubmitOutcome::timed_out)});
  d.turn({SettleDoubt{1, one, true}, SettleDoubt{2, two, false}});
  CHECK(d.message(one).state == MessageState::submitting);
  CHECK(d.message(two).state == MessageState::unknown);
  const Releases again = d.turn({SettleDoubt{3, two, true}});
  CHECK(std::get<Problem>(again.answers.at(0).answered).status == 409);
}

TEST_CASE("accepted without a receipt becomes no_receipt a day after its validity") {
  Desk d;
  d.up();
  const Id id = accepted(d);
  d.pass(49h);
  d.turn({Tick{}});
  CHECK(d.message(id).state == MessageState::no_receipt);
}

TEST_CASE("the sweep goes on where it was, over more than one slice and a restart") {
  Desk d;
  d.up(200);
  std::vector<Id> ids;
  for (std::uint32_t i = 0; i < 2 * kSweepSlice + 2; ++i) ids.push_back(accepted(d, "44770091" + std::to_string(1000 + i)));
  d.pass(49h);
  const Releases first = d.turn({Tick{}});
  CHECK(d.message(ids[kSweepSlice]).state == MessageState::accepted);
  REQUIRE(first.deadline);
  CHECK(*first.deadline == d.now.steady);        // there is more
  d.restart();
  d.turn({Tick{}});
  d.turn({Tick{}});
  for (const Id id : ids) CHECK(d.message(id).state == MessageState::no_receipt);
}

TEST_CASE("a message that waited longer than it is valid expires at the door") {
  Desk d;
  const Id id = send(d, kAnn);
  d.pass(25h);
  d.up();
  CHECK(d.submitted.empty());
  CHECK(d.message(id).state == MessageState::expired);
}

TEST_CASE("a queue survives a restart and leaves in its order") {
  Desk d;
  const Id one = send(d, kAnn, "one"), two = send(d, kAnn, "two");
  d.restart();
  d.up();
  REQUIRE(d.submitted.size() == 2);
  CHECK(d.submitted[0].segment.message == one);
  CHECK(d.submitted[1].segment.message == two);
}

TEST_CASE("only an untouched message can be cancelled") {
  Desk d;
  const Id waiting = send(d, kAnn);
  d.turn({CancelMessage{1, waiting}});
  CHECK(d.message(waiting).state == MessageState::cancelled);
  d.up();
  const Id sent = send(d, kAnn);
  const Releases r = d.turn({CancelMessage{2, sent}});
  CHECK(std::get<Problem>(r.answers.at(0).answered).status == 409);
}
