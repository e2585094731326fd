#include "test/unit/engine_desk.hpp"

using namespace desk;

TEST_CASE("a launch opens a conversation per recipient and submits when a bind is there") {
  Desk d;
  d.launch_to({kAnn, "+44 7700 900002"});
  CHECK(d.submitted.empty());
  d.up();
  REQUIRE(d.submitted.size() == 2);
  CHECK(d.submitted[0].pdu.destination.addr == kAnn);
  CHECK(d.submitted[0].pdu.source.addr == "80800");
  CHECK(d.texts_to(kAnn) == std::vector<std::string>{"Hi Ada, reply YES or NO."});
  CHECK(d.person(kBob)->open.size() == 1);
}

TEST_CASE("YES is answered ESME_ROK, replied to, told to the CRM, and closes its conversation, in one turn") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  const Releases r = d.say(kAnn, " yes. ");
  REQUIRE(r.responses.size() == 1);
  CHECK(r.responses[0].status == smpp::command_status::ESME_ROK);
  REQUIRE(r.submits.size() == 1);
  CHECK(smpp::decode_text(r.submits[0].pdu.short_message, 0, smpp::Alphabet::gsm7) == "Confirmed.");
  REQUIRE(r.webhooks.size() == 1);
  CHECK(r.webhooks[0].type == "appointment.confirmed");
  CHECK(r.webhooks[0].body.find("\"campaign\":\"checkup\"") != std::string::npos);
  CHECK(d.person(kAnn)->open.empty());
  CHECK(d.last_inbound(kAnn).confidence == "certain");
  const auto conversations = d.store->conversations({kAnn, "", "", "", 0, 10});
  REQUIRE(conversations.size() == 1);
  CHECK(conversations[0].outcome == "confirmed");
}

TEST_CASE("a word that only begins like a keyword falls to otherwise (C1)") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.say(kAnn, "NOTHING");
  CHECK(d.texts_to(kAnn).back() == "Please reply YES or NO.");
  CHECK(d.person(kAnn)->open.size() == 1);
}

TEST_CASE("two people at once stay apart") {
  Desk d;
  d.launch_to({kAnn, kBob});
  d.up();
  d.accept_all();
  d.turn({d.mo(kBob, "NO"), d.mo(kAnn, "YES")});
  CHECK(d.texts_to(kAnn).back() == "Confirmed.");
  CHECK(d.texts_to(kBob).back() == "Released.");
}

TEST_CASE("two YES of one person are two messages; the second finds no open conversation") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.turn({d.mo(kAnn, "YES"), d.mo(kAnn, "YES")});
  CHECK(d.texts_to(kAnn) == std::vector<std::string>{"Hi Ada, reply YES or NO.", "Confirmed."});
  CHECK(d.last_inbound(kAnn).reason == "no conversation of 80800 is open with this person");
  CHECK(d.store->image().inbounds.rows.size() == 2);
}

TEST_CASE("a reply after the window belongs to nothing, and says so") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  d.pass(73h);
  d.say(kAnn, "YES");
  CHECK(d.last_inbound(kAnn).confidence == "none");
  CHECK(d.texts_to(kAnn).size() == 1);
  CHECK(d.store->conversations({kAnn, "", "", "", 0, 10})[0].outcome == "expired");
}

TEST_CASE("the window counts from acceptance when the queue held the message back") {
  Desk d;
  d.launch_to({kAnn});
  d.pass(20h);
  d.up();
  d.accept_all();
  d.pass(71h);
  d.say(kAnn, "YES");
  CHECK(d.texts_to(kAnn).back() == "Confirmed.");
}

TEST_CASE("a text that two conversations expect is parked and asked about once; the answer replays it (B3)") {
  Desk d;
  d.launch_to({kAnn}, "checkup");
  d.launch_to({kAnn}, "service");
  d.up();
  d.accept_all();
  d.say(kAnn, "YES");
  CHECK(d.last_inbound(kAnn).state == storage::InboundState::waiting);
  CHECK(d.texts_to(kAnn).back() == "Which one do you mean? Reply 1 for checkup, 2 for service.");
  const std::size_t sent = d.texts_to(kAnn).size();
  d.say(kAnn, "yes");
  CHECK(d.texts_to(kAnn).size() == sent);
  d.say(kAnn, "2");
  CHECK(d.texts_to(kAnn).back() == "Booked.");
  REQUIRE(d.person(kAnn)->open.size() == 1);
  CHECK(d.person(kAnn)->open[0].campaign == "checkup");
}

TEST_CASE("the numbers of a question keep their meaning when one of its conversations ends before the answer") {
  Desk d;
  d.up();
  d.launch_to({kAnn}, "checkup");
  d.accept_all();
  d.pass(71h);
  d.launch_to({kAnn}, "service");
  d.accept_all();
  d.say(kAnn, "YES");
  CHECK(d.texts_to(kAnn).back() == "Which one do you mean? Reply 1 for checkup, 2 for service.");
  const Id parked = d.person(kAnn)->question.parked;
  d.pass(2h);                                    // the check-up's window is over
  d.say(kAnn, "2");
  CHECK(d.texts_to(kAnn).back() == "Booked.");
  CHECK(d.store->image().inbounds.find(parked)->state == storage::InboundState::done);
  CHECK(d.store->image().inbounds.find(parked)->conversation == d.last_inbound(kAnn).conversation);
}

TEST_CASE("a parked message does not wait for ever: opt-out, a later message and the end of all candidates end it") {
  Desk d;
  d.launch_to({kAnn}, "checkup");
  d.launch_to({kAnn}, "service");
  d.up();
  d.accept_all();
  d.say(kAnn, "YES");
  const Id first = d.person(kAnn)->question.parked;
  d.say(kAnn, "yes");
  const Id second = d.person(kAnn)->question.parked;
  CHECK(first != second);
  CHECK(d.store->image().inbounds.find(first)->state == storage::InboundState::done);
  CHECK(d.store->image().inbounds.find(second)->state == storage::InboundState::waiting);
  d.say(kAnn, "STOP");
  CHECK(d.store->image().inbounds.find(second)->state == storage::InboundState::done);
  CHECK(d.person(kAnn)->question.parked == 0);
}

TEST_CASE("a keyword of one open conversation beats the otherwise of another") {
  Desk d;
  d.launch_to({kAnn}, "checkup");
  d.launch_to({kAnn}, "service");
  d.up();
  d.accept_all();
  d.say(kAnn, "NO");
  CHECK(d.texts_to(kAnn).back() == "Released.");
}

TEST_CASE("a text from letters or from nobody is kept and not answered") {
  Desk d;
  d.up();
  smpp::DeliverSm pdu;
  pdu.source = {5, 0, "Bank"};
  pdu.destination = {3, 0, "80800"};
  pdu.short_message = smpp::encode_text("YES", {}).value().parts[0].short_message;
  const Releases r = d.turn({d.mo(pdu)});
  CHECK(r.responses.size() == 1);
  CHECK(d.store->image().inbounds.rows.size() == 1);
  CHECK(d.submitted.empty());
}

TEST_CASE("explain says what would happen and changes nothing") {
  Desk d;
  d.launch_to({kAnn});
  d.up();
  d.accept_all();
  const auto turns = d.store->last_turn();
  const Releases r = d.turn({ExplainText{9, kAnn, "80800", "Yes!"}});
  const auto& e = std::get<Explained>(r.answers.at(0).answered);
  CHECK(e.reply == "Confirmed.");
  CHECK(e.reply_segments == 1);
  CHECK(e.effects.size() == 3);
  CHECK(d.store->last_turn() == turns);
  CHECK(d.person(kAnn)->open.size() == 1);
}
