#include "test/unit/engine_desk.hpp"

using namespace desk;

TEST_CASE("STOP closes the conversations with that sender, confirms once in 24 h, and tells the CRM (D1, S37)") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  const Releases r = d.say(kAnn, "Stop!");
  CHECK(r.responses.at(0).status == smpp::command_status::ESME_ROK);
  REQUIRE(r.submits.size() == 1);
  CHECK(d.texts_to(kAnn).back() == "You are out.");
  REQUIRE(r.webhooks.size() == 1);
  CHECK(r.webhooks[0].type == "contact.opted_out");
  CHECK(d.person(kAnn)->open.empty());
  CHECK(d.store->image().consent_entries.rows.size() == 1);
  const std::size_t sent = d.texts_to(kAnn).size();
  d.say(kAnn, "STOP");
  CHECK(d.texts_to(kAnn).size() == sent);
  CHECK(d.store->image().consent_entries.rows.size() == 1);
  d.pass(25h);
  d.say(kAnn, "STOP");
  CHECK(d.texts_to(kAnn).size() == sent + 1);
}

TEST_CASE("STOP counts for the sender it was meant for, in whatever form the carrier writes its number (P117)") {
  Settings settings = Desk::standard();
  settings.accounts[0].country_code = "44";
  settings.senders[0].number = "447700900100";
  for (const smpp::Address& written : {smpp::Address{2, 1, "07700900100"}, {0, 1, "00447700900100"}, {1, 1, "+447700900100"}, {0, 0, "07700900100"}}) {
    Desk d(settings);
    d.up();
    smpp::DeliverSm pdu;
    pdu.source = {1, 1, kAnn};
    pdu.destination = written;
    pdu.short_message = smpp::to_octets("STOP");
    d.turn({d.mo(pdu)});
    const Id id = std::get<MessageAccepted>(d.send({0, "t", "", 0, kAnn, "447700900100", "hello", "", {}})).message;
    INFO(written.addr);
    CHECK(d.message(id).state == MessageState::suppressed);
  }
}

TEST_CASE("explain says that an opt-out or an earlier confirmation keeps the answer in") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.say(kAnn, "STOP");
  const auto ask = [&](const std::string& text) {
    return std::get<Explained>(d.turn({ExplainText{1, kAnn, "80800", text}}).answers.at(0).answered);
  };
  CHECK(ask("STOP").reply.empty());
  d.send({0, "t", "", 0, kAnn, "80800", "", "checkup", {}});
  const Explained explained = ask("YES");
  CHECK(explained.reply.empty());
  CHECK(explained.effects.back().find("opted out of 80800") != std::string::npos);
}

TEST_CASE("what waits in the queue is suppressed at the door, not sent after a STOP (F27)") {
  Desk d;
  d.up(1);
  const Id first = std::get<MessageAccepted>(d.send({0, "t", "", 0, kAnn, "80800", "one", "", {}})).message;
  const Id second = std::get<MessageAccepted>(d.send({0, "t", "", 0, kAnn, "80800", "two", "", {}})).message;
  REQUIRE(d.submitted.size() == 1);
  d.say(kAnn, "STOP");
  d.accept_all();
  d.accept_all();
  CHECK(d.message(first).state == MessageState::accepted);
  CHECK(d.message(second).state == MessageState::suppressed);
}

TEST_CASE("STOP revokes what a session holds, and a segment that was not encoded ends suppressed") {
  Desk d;
  d.up();
  const Id id = std::get<MessageAccepted>(d.send({0, "t", "", 0, kAnn, "80800", "one", "", {}})).message;
  const Submit submit = d.submitted.at(0);
  const Releases r = d.say(kAnn, "STOP");
  REQUIRE(r.revocations.size() == 1);
  CHECK(r.revocations[0].segment == submit.segment);
  d.turn({d.result(submit, SubmitOutcome::returned)});
  CHECK(d.message(id).state == MessageState::suppressed);
}

TEST_CASE("an opt-out holds for its sender and for no other") {
  Desk d;
  d.up();
  d.say(kAnn, "STOP", "80900");
  const auto sent = std::get<MessageAccepted>(d.send({0, "t", "", 0, kAnn, "80800", "one", "", {}}));
  CHECK(d.message(sent.message).state == MessageState::submitting);
  const auto refused = std::get<MessageAccepted>(d.send({0, "t", "", 0, kAnn, "80900", "one", "", {}}));
  CHECK(refused.state == MessageState::suppressed);
}

TEST_CASE("START restores, YES does not") {
  Desk d;
  d.up();
  d.say(kAnn, "STOP");
  d.say(kAnn, "YES");
  CHECK(d.person(kAnn)->consent.at(0).suppressed);
  d.pass(25h);
  d.say(kAnn, "start");
  CHECK_FALSE(d.person(kAnn)->consent.at(0).suppressed);
  CHECK(d.texts_to(kAnn).back() == "Welcome back.");
}

TEST_CASE("HELP is answered even to somebody who opted out (3e)") {
  Desk d;
  d.up();
  d.say(kAnn, "STOP");
  d.accept_all();
  d.say(kAnn, "HELP");
  REQUIRE(d.submitted.size() == 1);
  CHECK(d.texts_to(kAnn).back() == "Ask at the desk.");
}

TEST_CASE("a launch skips those who opted out and counts them") {
  Desk d;
  d.up();
  d.say(kAnn, "STOP");
  d.accept_all();
  const Id launch = d.launch_to({kAnn, kBob});
  CHECK(d.submitted.size() == 1);
  const auto row = d.store->launches("checkup").at(0);
  CHECK(row.id == launch);
  CHECK(row.suppressed == 1);
  CHECK(row.sent == 1);
  CHECK(row.state == storage::LaunchState::done);
}

TEST_CASE("STOP in a long message of parts is honoured as soon as the set is handed on") {
  Desk d;
  d.up();
  smpp::DeliverSm pdu;
  pdu.source = {1, 1, kAnn};
  pdu.destination = {3, 0, "80800"};
  pdu.esm_class = 0x40;
  const std::string octets = std::string("\x05\x00\x03\x09\x02\x01", 6) + "STO";
  for (const char c : octets) pdu.short_message.push_back(static_cast<std::byte>(c));
  d.turn({d.mo(pdu)});
  CHECK(d.person(kAnn)->consent.empty());
  pdu.short_message[5] = std::byte{2};
  pdu.short_message[8] = std::byte{'P'};
  pdu.short_message.resize(9);
  pdu.short_message[6] = std::byte{'P'};
  pdu.short_message.resize(7);
  d.turn({d.mo(pdu)});
  CHECK(d.person(kAnn)->consent.at(0).suppressed);
}
