// What an ESME asks of its messages (P25), submit_multi (P23), the broadcast family (P27), and what the SMSC asks.
#include "smpp/receipt.hpp"
#include "test/unit/smppsim_place.hpp"

#include <boost/json.hpp>

#include <set>

using namespace smppsim_test;
using smpp::command_status;

namespace {

smpp::Address sender() { return {0, 0, "80800"}; }

template <class Body>
Body about(const std::string& id) {
  Body body;
  body.message_id = id;
  body.source = sender();
  return body;
}

struct Slow : Place {  // messages stay under way for ever
  Slow() : Place({"--when", "command=message,broadcast_sm receipt_delay=never"}) {}
};

std::string submitted(RawEsme& esme, std::uint8_t receipt = 0) {
  esme.submit("first", "447700900001", receipt);
  return esme.next_as<smpp::SubmitSmResp>().message_id;
}

smpp::BroadcastSm broadcast() {
  smpp::BroadcastSm pdu;
  pdu.source = sender();
  pdu.tlvs.add(smpp::tag::broadcast_area_identifier, smpp::to_octets("north"));
  pdu.tlvs.add(smpp::tag::broadcast_content_type, smpp::to_octets("abc"));
  pdu.tlvs.add(smpp::tag::broadcast_rep_num, smpp::to_octets("01"));
  pdu.tlvs.add(smpp::tag::broadcast_frequency_interval, smpp::to_octets("abc"));
  return pdu;
}

}  // namespace

TEST_CASE("query_sm tells where a message is, and when it got there") {
  Place place({"--when", "to=447700900002 receipt_delay=never", "--when", "receipt=UNDELIV"});
  RawEsme esme(place);
  esme.bound();
  const std::string id = submitted(esme, 1);
  CHECK(smpp::is_receipt(esme.next_as<smpp::DeliverSm>()));
  esme.send(about<smpp::QuerySm>(id));
  const auto done = esme.next_as<smpp::QuerySmResp>();
  CHECK(done.message_id == id);
  CHECK(done.message_state == 5);
  CHECK(done.error_code == 1);
  CHECK(done.final_date.size() == 16);
  esme.submit("x", "447700900002");
  esme.send(about<smpp::QuerySm>(esme.next_as<smpp::SubmitSmResp>().message_id));
  const auto under_way = esme.next_as<smpp::QuerySmResp>();
  CHECK(under_way.message_state == 1);
  CHECK(under_way.final_date.empty());
  esme.send(about<smpp::QuerySm>("nothing"));
  CHECK(esme.next_status() == command_status::ESME_RQUERYFAIL);
  RawEsme stranger(place);
  stranger.bound("bob").send(about<smpp::QuerySm>(id));
  CHECK(stranger.next_status() == command_status::ESME_RQUERYFAIL);
}

TEST_CASE("a cancelled message does not reach the handset, and its receipt says DELETED") {
  Place place({"--receipt-delay", "20ms"});
  RawEsme esme(place);
  esme.bound();
  const std::string id = submitted(esme, 1);
  esme.send(about<smpp::CancelSm>(id));
  std::vector<smpp::command_id> order;
  for (int i = 0; i < 2; ++i) {
    const smpp::Pdu pdu = esme.next();
    if (const auto* receipt = std::get_if<smpp::DeliverSm>(&pdu.body)) CHECK(smpp::parse_receipt(*receipt)->stat == "DELETED");
    if (pdu.id() == smpp::command_id::cancel_sm_resp) CHECK(pdu.status == command_status::ESME_ROK);
    order.push_back(pdu.id());
  }
  CHECK(std::count(order.begin(), order.end(), smpp::command_id::deliver_sm) == 1);
  esme.send(about<smpp::CancelSm>(id));
  CHECK(esme.next_status() == command_status::ESME_RCANCELFAIL);
  esme.submit("behind it", "447700900002", 1);  // its receipt comes after that of the cancelled one would have
  esme.next();
  CHECK(smpp::parse_receipt(esme.next_as<smpp::DeliverSm>())->stat == "DELIVRD");
  CHECK(place.smsc->ledger().to_json(place.smsc->subscribers()).find("\"first\"") == std::string::npos);
}

TEST_CASE("cancel_sm without an id cancels all from one source to one destination") {
  Slow place;
  RawEsme esme(place);
  esme.bound();
  const std::string one = submitted(esme), two = submitted(esme);
  smpp::CancelSm cancel = about<smpp::CancelSm>("");
  cancel.destination.addr = "447700900001";
  esme.send(cancel);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  for (const auto& id : {one, two}) {
    esme.send(about<smpp::QuerySm>(id));
    CHECK(esme.next_as<smpp::QuerySmResp>().message_state == 4);
  }
  esme.send(cancel);
  CHECK(esme.next_status() == command_status::ESME_RCANCELFAIL);
}

TEST_CASE("replace_sm changes what the handset shows, while it is under way") {
  Place place({"--receipt-delay", "20ms"});
  RawEsme esme(place);
  esme.bound();
  auto replace = about<smpp::ReplaceSm>(submitted(esme));
  replace.short_message = smpp::to_octets("second");
  replace.registered_delivery = 1;
  esme.send(replace);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  CHECK(smpp::is_receipt(esme.next_as<smpp::DeliverSm>()));
  const std::string ledger = place.smsc->ledger().to_json(place.smsc->subscribers());
  CHECK(ledger.find("\"second\"") != std::string::npos);
  CHECK(ledger.find("\"first\"") == std::string::npos);
  esme.send(replace);
  CHECK(esme.next_status() == command_status::ESME_RREPLACEFAIL);
}

TEST_CASE("submit_multi: one id, an error for each destination that failed, lists unfolded (P23)") {
  Place place({"--list", "friends=4471,4472", "--when", "to=4472 status=ESME_RINVDSTADR"});
  RawEsme esme(place);
  esme.bound();
  smpp::SubmitMulti multi;
  multi.source = sender();
  multi.dest_address = {smpp::DistributionList{"friends"}, smpp::Address{1, 1, "4473"}};
  multi.registered_delivery = 1;
  multi.short_message = smpp::to_octets("to all");
  esme.send(multi);
  const auto response = esme.next_as<smpp::SubmitMultiResp>();
  CHECK(esme.last.status == command_status::ESME_ROK);
  REQUIRE(response.unsuccess_sme.size() == 1);
  CHECK(response.unsuccess_sme[0].destination.addr == "4472");
  CHECK(response.unsuccess_sme[0].error_status_code == command_status::ESME_RINVDSTADR);
  std::set<std::string> from;
  for (int i = 0; i < 2; ++i) {
    const auto receipt = esme.next_as<smpp::DeliverSm>();
    CHECK(smpp::parse_receipt(receipt)->id == response.message_id);
    from.insert(receipt.source.addr);
  }
  CHECK(from == std::set<std::string>{"4471", "4473"});
  multi.dest_address = {smpp::DistributionList{"nobody"}};
  esme.send(multi);
  CHECK(esme.next_status() == command_status::ESME_RINVDLNAME);
  multi.dest_address = {smpp::Address{1, 1, "4472"}};
  esme.send(multi);
  CHECK(esme.next_status() == command_status::ESME_RINVDSTADR);
}

TEST_CASE("broadcast_sm can be asked for and cancelled on a v5.0 bind, and is no command on a v3.4 one (P27)") {
  Slow place;
  RawEsme esme(place), old(place);
  esme.bound("alice", 0x50);
  esme.send(broadcast());
  const std::string id = esme.next_as<smpp::BroadcastSmResp>().message_id;
  CHECK(esme.last.status == command_status::ESME_ROK);
  esme.send(about<smpp::QueryBroadcastSm>(id));
  const auto state = esme.next_as<smpp::QueryBroadcastSmResp>();
  CHECK(state.message_id == id);
  CHECK(state.tlvs.integer(smpp::tag::message_state) == 1);
  CHECK(smpp::to_text(*state.tlvs.octets(smpp::tag::broadcast_area_identifier)) == "north");
  esme.send(about<smpp::CancelBroadcastSm>(id));
  CHECK(esme.next_status() == command_status::ESME_ROK);
  esme.send(about<smpp::CancelBroadcastSm>(id));
  CHECK(esme.next_status() == command_status::ESME_RBCASTCANCELFAIL);
  esme.send(about<smpp::QueryBroadcastSm>("nothing"));
  CHECK(esme.next_status() == command_status::ESME_RBCASTQUERYFAIL);
  old.bound().send(broadcast());
  CHECK(old.next().id() == smpp::command_id::generic_nack);
}

TEST_CASE("an operation has its rules too") {
  Place place({"--when", "command=query_sm,cancel_sm,replace_sm status=ESME_RSYSERR", "--when",
               "command=broadcast_sm,query_broadcast_sm,cancel_broadcast_sm,submit_multi status=ESME_RPROHIBITED"});
  RawEsme esme(place);
  esme.bound("alice", 0x50);
  const std::string id = submitted(esme);
  esme.send(about<smpp::QuerySm>(id));
  esme.send(about<smpp::CancelSm>(id));
  esme.send(about<smpp::ReplaceSm>(id));
  for (int i = 0; i < 3; ++i) CHECK(esme.next_status() == command_status::ESME_RSYSERR);
  smpp::SubmitMulti multi;
  multi.dest_address = {smpp::Address{1, 1, "4473"}};
  esme.send(broadcast());
  esme.send(about<smpp::QueryBroadcastSm>(id));
  esme.send(about<smpp::CancelBroadcastSm>(id));
  esme.send(multi);
  for (int i = 0; i < 4; ++i) CHECK(esme.next_status() == command_status::ESME_RPROHIBITED);
}

TEST_CASE("an unknown command gets a generic_nack ESME_RINVCMDID") {
  Place place;
  RawEsme esme(place);
  esme.bound();
  esme.send(smpp::Unknown{static_cast<smpp::command_id>(0x600), {}});
  const smpp::Pdu nack = esme.next();
  CHECK(nack.id() == smpp::command_id::generic_nack);
  CHECK(nack.status == command_status::ESME_RINVCMDID);
}

TEST_CASE("by HTTP the SMSC asks: enquire_link, alert_notification, unbind, any octets") {
  Place place;
  RawEsme alice(place), bob(place);
  alice.bound();
  bob.bound("bob");
  CHECK(ask(place, "POST", "/enquire_link", R"({"account":"ali*"})").body.at("connections") == 1);
  CHECK(alice.next().id() == smpp::command_id::enquire_link);
  ask(place, "POST", "/alert_notification", R"({"account":"alice","source":"447700900001","ms_availability_status":0})");
  const auto alert = alice.next_as<smpp::AlertNotification>();
  CHECK(alert.source.addr == "447700900001");
  CHECK(alert.tlvs.integer(smpp::tag::ms_availability_status) == 0);
  ask(place, "POST", "/pdu", R"({"connection":2,"hex":"00000010800000000000000300000000"})");
  CHECK(bob.next().id() == smpp::command_id::generic_nack);
  CHECK(ask(place, "POST", "/unbind").body.at("connections") == 2);
  bob.next();
  CHECK(alice.peer.received.empty());
  CHECK(ask(place, "POST", "/alert_notification", "{}").status == 400);
  CHECK(ask(place, "POST", "/pdu", R"({"hex":"0"})").status == 400);
}

TEST_CASE("rules are replaced by HTTP, all or none, and tell how often they were obeyed") {
  Place place({"--when", "status=ESME_RSYSERR"});
  RawEsme esme(place);
  esme.bound().submit("x");
  CHECK(esme.next_status() == command_status::ESME_RSYSERR);
  const auto wrong = ask(place, "POST", "/behaviour", R"({"rules":["to=1 delay=1s","to=2 colour=red"]})");
  CHECK(wrong.status == 400);
  CHECK(std::string(wrong.body.at("detail").as_string()).find("rules[1]: column 6: unknown word") == 0);
  esme.submit("x");
  CHECK(esme.next_status() == command_status::ESME_RSYSERR);
  CHECK(ask(place, "POST", "/behaviour", R"({"rules":["command=deliver_sm fault=sequence_0","to=4* status=88"]})").status == 200);
  esme.submit("x");
  CHECK(esme.next_status() == command_status::ESME_RTHROTTLED);
  const auto rules = ask(place, "GET", "/behaviour/rules").body.at("rules").as_array();
  REQUIRE(rules.size() == 2);
  CHECK(rules[1].at("rule") == "to=4* status=88");
  CHECK(rules[1].at("obeyed") == 1);
  MoText mo;
  mo.from = "447700900999";
  mo.to = "80800";
  mo.text = "YES";
  std::string error;
  place.smsc->inject(mo, {}, error);
  CHECK(number_at(esme.next_octets(), 12) == 0);
}

TEST_CASE("faults happen by HTTP on the connections that are meant, and are counted") {
  Place place;
  RawEsme alice(place), bob(place);
  alice.bound();
  bob.bound("bob");
  CHECK(ask(place, "POST", "/faults", R"({"fault":"length_15","account":"alice"})").body.at("connections") == 1);
  alice.submit("x");
  CHECK(number_at(alice.take(33), 0) == 15);
  alice.submit("x");
  CHECK(alice.next_status() == command_status::ESME_ROK);
  ask(place, "POST", "/faults", R"({"fault":"reset","account":"bob","after":"10ms"})");
  REQUIRE(bob.ended());
  CHECK(bob.peer.was_reset);
  CHECK_FALSE(alice.peer.ended);
  const auto counts = ask(place, "GET", "/faults").body.at("faults").as_object();
  CHECK(counts.at("reset") == 1);
  const auto wrong = ask(place, "POST", "/faults", R"({"fault":"fire"})");
  CHECK(wrong.status == 400);
  CHECK(std::string(wrong.body.at("detail").as_string()).find("fault: must be one of reset_before_response,") == 0);
}

TEST_CASE("an ESME that waits gets an outbind, binds on the same connection, and is served (P53)") {
  Place place;
  tcp::acceptor acceptor(place.loop.io, {asio::ip::address_v4::loopback(), 0});
  const std::string address = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  RawPeer esme(place.loop);
  bool accepted = false;
  acceptor.async_accept(esme.socket, [&](const boost::system::error_code& error) {
    accepted = !error;
    if (accepted) esme.collect();
  });
  CHECK(ask(place, "POST", "/outbind", R"({"to":")" + address + R"(","system_id":"smsc","password":"pw"})").status == 200);
  const std::size_t length = 16 + 5 + 3;
  REQUIRE(place.loop.until([&] { return esme.received.size() >= length; }));
  const auto decoded = smpp::decode(std::span(esme.received).first(length));
  REQUIRE(decoded);
  const auto* outbind = std::get_if<smpp::Outbind>(&decoded->pdu.body);
  REQUIRE(outbind != nullptr);
  CHECK(outbind->system_id == "smsc");
  CHECK(outbind->password == "pw");
  esme.send(encoded(smpp::BindTransceiver{}, 1));
  CHECK(place.loop.until([&] { return place.smsc->receivers() == 1; }));
  acceptor.close();
  CHECK(ask(place, "POST", "/outbind", R"({"to":")" + address + R"("})").status == 502);
  CHECK(ask(place, "POST", "/outbind", R"({"to":"example.net:1"})").status == 502);
}
