#include "core/engine/limits.hpp"
#include "test/unit/engine_desk.hpp"

using namespace desk;
using smpp::command_status;

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

TEST_CASE("a temporary status is tried again after its delay, by a timer (P38)") {
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

TEST_CASE("what waits for its next try goes at once when the handset is reachable again, once (P26)") {
  Desk d;
  d.up();
  const Id id = send(d, kAnn), bobs = send(d, kBob);
  d.turn({d.result(d.submitted.at(0), SubmitOutcome::answered, command_status::ESME_RSYSERR),
          d.result(d.submitted.at(1), SubmitOutcome::answered, command_status::ESME_RSYSERR)});
  const Releases now = d.turn({Reachable{d.link, {1, 1, kAnn}}});
  REQUIRE(now.submits.size() == 1);
  CHECK(now.submits[0].segment.message == id);
  CHECK(d.message(bobs).state == MessageState::queued);
  d.turn({d.result(now.submits[0], SubmitOutcome::answered, command_status::ESME_ROK, "a1")});
  d.pass(31s);
  CHECK(d.turn({Tick{}}).submits.at(0).segment.message == bobs);
  CHECK(d.turn({Reachable{d.link, {1, 1, kAnn}}, Reachable{d.link, {5, 0, "Bindery"}}}).submits.empty());
  CHECK(d.message(id).state == MessageState::accepted);
}

TEST_CASE("a permanent status rejects the message (P38)") {
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

TEST_CASE("a late response leaves the next try where a STOP finds it (promise 4)") {
  Settings settings = Desk::standard();
  settings.accounts[0].doubt_policy = DoubtPolicy::resend_once;
  Desk d(settings);
  d.up();
  send(d, kAnn);
  const Submit first = d.submitted.at(0);
  d.turn({d.result(first, SubmitOutcome::timed_out)});
  REQUIRE(d.submitted.size() == 2);
  d.turn({d.result(first, SubmitOutcome::late, command_status::ESME_ROK, "m1")});
  const Releases stopped = d.say(kAnn, "STOP");
  REQUIRE(stopped.revocations.size() == 1);
  CHECK(stopped.revocations[0].segment == d.submitted.at(1).segment);
}

TEST_CASE("a doubt is given up at once where the account says so, and a late response still makes its receipt count (P57)") {
  Settings settings = Desk::standard();
  settings.accounts[0].doubt_policy = DoubtPolicy::give_up;
  Desk d(settings);
  d.up();
  const Id id = send(d, kAnn);
  const Submit submit = d.submitted.at(0);
  d.turn({d.result(submit, SubmitOutcome::timed_out)});
  CHECK(d.message(id).state == MessageState::unknown);
  d.turn({d.result(submit, SubmitOutcome::late, command_status::ESME_ROK, "m1")});
  d.turn({d.receipt("m1", kAnn, smpp::MessageState::DELIVERED, "DELIVRD")});
  CHECK(d.message(id).state == MessageState::delivered);
}

TEST_CASE("accepted without a receipt becomes no_receipt a day after its validity (P90)") {
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

TEST_CASE("a message that waited longer than it is valid expires at the door (P123)") {
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

TEST_CASE("a late refusal of an earlier try says nothing of the one in doubt: the person never gets a third") {
  Settings settings = Desk::standard();
  settings.accounts[0].doubt_policy = DoubtPolicy::resend_once;
  Desk d(settings);
  d.up();
  const Id id = send(d, kAnn);
  SubmitDone first = d.result(d.submitted.at(0), SubmitOutcome::timed_out);
  first.sequence_number = 1;
  d.turn({first});
  SubmitDone second = d.result(d.submitted.at(1), SubmitOutcome::timed_out);
  second.sequence_number = 2;
  d.turn({second});
  SubmitDone late = d.result(d.submitted.at(0), SubmitOutcome::late, command_status::ESME_RTHROTTLED);
  late.sequence_number = 1;
  d.turn({late});
  CHECK(d.message(id).state == MessageState::in_doubt);
  CHECK(d.submitted.size() == 2);
  late.status = command_status::ESME_ROK;
  d.turn({late});
  CHECK(d.message(id).state == MessageState::accepted);
}

TEST_CASE("a bind that takes no more submits still has its messages answered, and its slots stay with it (P63)") {
  Desk d;
  d.up(5);
  send(d, kAnn);
  d.turn({LinkQuiet{d.link, "full"}});
  send(d, kBob);
  CHECK(d.submitted.size() == 1);
  d.accept_all();
  CHECK(d.message(d.store->image().messages.rows.begin()->first).state == MessageState::accepted);
}
