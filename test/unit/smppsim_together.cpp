// Rules, faults and accounts together with the log of PDUs, handsets off the network and a reset.
#include "smpp/receipt.hpp"
#include "test/unit/smppsim_place.hpp"

using namespace smppsim_test;
using smpp::command_status;

namespace {

void refuse_next(RawEsme& esme, command_status status) {
  esme.next_as<smpp::DeliverSm>();
  const smpp::Pdu response{status, esme.last.sequence_number, smpp::DeliverSmResp{}};
  const auto octets = smpp::encode(response);
  REQUIRE(octets);
  esme.peer.send(*octets);
}

boost::json::array pdus(Place& place, const std::string& query) {
  return ask(place, "GET", "/pdus" + query).body.at("pdus").as_array();
}

}  // namespace

TEST_CASE("the log has what was on the wire: a PDU that a fault has spoiled, and octets written by hand") {
  Place place;
  RawEsme esme(place);
  esme.bound();
  CHECK(ask(place, "POST", "/pdu", R"({"hex":"00000010000000150000000000000009"})").body.at("connections") == 1);
  esme.next();
  CHECK(ask(place, "POST", "/faults", R"({"fault":"length_15"})").body.at("connections") == 1);
  esme.submit("x");
  CHECK(number_at(esme.take(33), 0) == 15);
  const auto all = pdus(place, "?direction=out");
  REQUIRE(all.size() == 3);
  CHECK(all[1].at("command") == "enquire_link");
  CHECK(std::string(all[2].at("fault").as_string()).find("command_length 15") != std::string::npos);
}

TEST_CASE("a message for a handset off the network keeps the rule it met, and can be cancelled meanwhile") {
  Place place({"--when", "to=447700900005 receipt=UNDELIV receipt_form=data_sm"});
  RawEsme esme(place);
  esme.bound();
  ask(place, "POST", "/network", R"({"number":"447700900005","on":false})");
  esme.submit("kept", "447700900005", 1);
  esme.next();
  esme.submit("cancelled", "447700900005", 0);
  smpp::CancelSm cancel;
  cancel.message_id = esme.next_as<smpp::SubmitSmResp>().message_id;
  cancel.source = submit_of("").source;
  cancel.destination.addr = "447700900005";
  esme.send(cancel);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  ask(place, "POST", "/network", R"({"number":"447700900005","on":true})");
  const auto receipt = esme.next_as<smpp::DataSm>();
  CHECK(receipt.tlvs.integer(smpp::tag::message_state) == 5);  // UNDELIVERABLE
  CHECK(ask(place, "GET", "/messages?number=447700900005").body.at("messages").as_array().empty());  // it did not get there
  const auto messages = ask(place, "GET", "/ledger").body.at("messages").as_array();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].at("text") == "kept");
}

TEST_CASE("a reset brings rules, their counts, faults and kept messages back to the start, and the link goes on") {
  Place place({"--when", "first=1 to=4* status=ESME_RSYSERR", "--when", "to=447700900007 receipt_delay=1h"});
  RawEsme esme(place);
  esme.bound().submit("x");
  CHECK(esme.next_status() == command_status::ESME_RSYSERR);
  esme.submit("kept", "447700900007");
  smpp::QuerySm query;
  query.message_id = esme.next_as<smpp::SubmitSmResp>().message_id;
  query.source = submit_of("").source;
  esme.send(query);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  ask(place, "POST", "/behaviour", R"({"rules":["status=ESME_RTHROTTLED"]})");
  ask(place, "POST", "/faults", R"({"fault":"mute"})");
  ask(place, "POST", "/faults", R"({"fault":"reset","after":"50ms"})");
  CHECK(ask(place, "POST", "/reset").status == 200);

  CHECK(ask(place, "GET", "/faults").body.at("faults").as_object().empty());
  CHECK(ask(place, "GET", "/behaviour").body.at("rules").as_array().size() == 2);
  esme.send(query);
  CHECK(esme.next_status() == command_status::ESME_RQUERYFAIL);
  esme.submit("x");
  CHECK(esme.next_status() == command_status::ESME_RSYSERR);
  esme.submit("x");
  CHECK(esme.next_status() == command_status::ESME_ROK);
  CHECK(ask(place, "GET", "/behaviour/rules").body.at("rules").as_array()[0].at("obeyed") == 1);
  // A message takes longer than the reset of the connection that had been asked for.
  esme.submit("later", "447700900001", 1);
  esme.next();
  CHECK(smpp::is_receipt(esme.next_as<smpp::DeliverSm>()));
  CHECK_FALSE(esme.peer.ended);
}

TEST_CASE("rules and members of the behaviour are changed by one request, or neither") {
  Place place;
  const auto wrong = ask(place, "POST", "/behaviour", R"({"throttle":5,"rules":["to=1 colour=red"]})");
  CHECK(wrong.status == 400);
  CHECK(ask(place, "GET", "/behaviour").body.at("throttle") == 0);
  const auto right = ask(place, "POST", "/behaviour", R"({"throttle":5,"rules":["to=1 delay=1s"]})").body;
  CHECK(right.at("throttle") == 5);
  CHECK(right.at("rules").as_array() == boost::json::array{"to=1 delay=1s"});
  // What it said is what it takes.
  CHECK(ask(place, "POST", "/behaviour", boost::json::serialize(right)).body == right);
}

TEST_CASE("a receipt that is refused for now is offered as often as --max-attempts says") {
  Place place({"--max-attempts", "2"});
  RawEsme esme(place);
  esme.bound().submit("x", "447700900001", 1);
  esme.next();
  for (int i = 0; i < 2; ++i) refuse_next(esme, command_status::ESME_RX_T_APPN);
  REQUIRE(place.loop.until([&] { return place.smsc->owed() == 0; }));
  CHECK(place.smsc->ledger().counters.deliver_attempts == 2);
}

TEST_CASE("a data_sm from a handset reaches a bind of v3.3 as deliver_sm without TLVs") {
  Place place;
  RawEsme esme(place);
  esme.bound("alice", 0x33);
  ask(place, "POST", "/mo", R"({"from":"447700900999","to":"80800","text":"YES","command":"data_sm","wait":0})");
  const auto deliver = esme.next_as<smpp::DeliverSm>();
  CHECK(smpp::to_text(deliver.short_message) == "YES");
  CHECK(deliver.tlvs.empty());
}

TEST_CASE("the log tells accounts of a further SMSC from those of the first") {
  Place place({"--smsc", "name=b listen=127.0.0.1:0"});
  RawEsme first(place), second(place, 1);
  first.bound();
  second.bound();
  CHECK(pdus(place, "?account=alice").size() == 2);
  const auto of_b = pdus(place, "?account=alice@b");
  REQUIRE(of_b.size() == 2);
  CHECK(of_b[0].at("command") == "bind_transceiver");
}
