// Rules at work over TCP: what a client gets for its submits, its ids and its receipts.
#include "smpp/receipt.hpp"
#include "smpp/receipt_id.hpp"
#include "test/unit/smppsim_place.hpp"
#include "tools/smpp-sim/receipt_shape.hpp"

#include <set>

using namespace smppsim_test;
using smpp::command_status;

namespace {

struct Ruled : Place {
  explicit Ruled(std::vector<std::string> lines) : Place(arguments(lines)) {}
  static std::vector<std::string> arguments(const std::vector<std::string>& lines) {
    std::vector<std::string> all;
    for (const auto& line : lines) all.insert(all.end(), {"--when", line});
    return all;
  }
};

struct Receipted {
  std::string id;                // of the response
  smpp::DeliverSm pdu;           // the receipt
  std::string text() const { return smpp::to_text(pdu.short_message); }
  std::string tlv_id() const { return pdu.tlvs.cstring(smpp::tag::receipted_message_id).value_or("none"); }
};

// One message with a receipt under these rules.
Receipted receipted(std::vector<std::string> lines, const std::string& text = "hello") {
  Ruled place(std::move(lines));
  RawEsme esme(place);
  esme.bound().submit(text, "447700900001", 1);
  Receipted got;
  got.id = esme.next_as<smpp::SubmitSmResp>().message_id;
  got.pdu = esme.next_as<smpp::DeliverSm>();
  return got;
}

}  // namespace

TEST_CASE("a status by destination, by text and for data_sm") {
  Ruled place({"to=4479* status=ESME_RINVDSTADR", "text=*FAIL* status=0x40A", "command=data_sm status=ESME_RX_T_APPN"});
  RawEsme esme(place);
  esme.bound();
  esme.submit("x", "447911");
  esme.submit("it shall FAIL");
  esme.submit("x");
  smpp::DataSm data;
  data.destination.addr = "447700900001";
  esme.send(data);
  CHECK(esme.next_status() == command_status::ESME_RINVDSTADR);
  CHECK(esme.next_status() == command_status{0x40A});
  CHECK(esme.next_status() == command_status::ESME_ROK);
  CHECK(esme.next_status() == command_status::ESME_RX_T_APPN);
  CHECK(place.smsc->rules()[0].obeyed == 1);
}

TEST_CASE("data_sm is a message as any other: answered with an id, receipted, shown on the handset") {
  Place place;
  RawEsme esme(place);
  esme.bound();
  smpp::DataSm data;
  data.source.addr = "80800";
  data.destination.addr = "447700900001";
  data.registered_delivery = 1;
  data.tlvs.add(smpp::tag::message_payload, smpp::to_octets("by other means"));
  esme.send(data);
  const auto response = esme.next_as<smpp::DataSmResp>();
  CHECK_FALSE(response.message_id.empty());
  CHECK(smpp::parse_receipt(esme.next_as<smpp::DeliverSm>())->id == response.message_id);
  CHECK(place.smsc->ledger().to_json(place.smsc->subscribers()).find("by other means") != std::string::npos);
}

TEST_CASE("a queue fills for one destination and not for another, until the handset has them") {
  Ruled place({"queue=2", "receipt_delay=20ms"});
  RawEsme esme(place);
  esme.bound();
  for (const std::string to : {"1", "1", "1", "2"}) esme.submit("x", to);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  CHECK(esme.next_status() == command_status::ESME_RMSGQFUL);
  CHECK(esme.next_status() == command_status::ESME_ROK);
  const auto has_room = [&] {
    esme.submit("x", "1");
    return esme.next_status() == command_status::ESME_ROK;
  };
  CHECK(place.loop.until(has_room));
}

TEST_CASE("congestion_state rises in the responses, and is absent for v3.3") {
  Ruled place({"congestion=ramp(0,100,1)"});
  RawEsme esme(place), old(place);
  esme.bound();
  old.bound("bob", 0x33);
  for (const unsigned expected : {0U, 100U}) {
    esme.submit("x");
    CHECK(esme.next_as<smpp::SubmitSmResp>().tlvs.integer(smpp::tag::congestion_state) == expected);
  }
  old.submit("x");
  CHECK(old.next_as<smpp::SubmitSmResp>().tlvs.empty());
}

TEST_CASE("message ids have the form that is asked for (P135)") {
  const auto ids = [](const std::string& form) {
    Ruled place({"ids=" + form});
    RawEsme esme(place);
    esme.bound();
    std::vector<std::string> seen;
    for (int i = 0; i < 3; ++i) esme.submit("x");
    for (int i = 0; i < 3; ++i) seen.push_back(esme.next_as<smpp::SubmitSmResp>().message_id);
    return seen;
  };
  const auto is_of = [](const std::string& id, const std::string& allowed) {
    return !id.empty() && id.find_first_not_of(allowed) == std::string::npos;
  };
  CHECK(is_of(ids("decimal")[0], "0123456789"));
  CHECK(is_of(ids("hex")[0], "0123456789abcdef"));
  CHECK(is_of(ids("lower")[0], "0123456789abcdef"));
  CHECK(is_of(ids("upper")[0], "0123456789ABCDEF"));
  CHECK(ids("padded")[0].size() == 20);
  CHECK(ids("padded")[0].substr(0, 2) == "00");
  const std::string uuid = ids("uuid")[0];
  CHECK(uuid.size() == 36);
  CHECK(uuid.substr(14, 1) == "4");
  CHECK(ids("uuid")[0] == uuid);  // of the seed
  CHECK(ids("empty") == std::vector<std::string>{"", "", ""});
  const auto reused = ids("reused");
  CHECK(reused[0] == reused[1]);
  CHECK(reused[1] != reused[2]);
}

TEST_CASE("the receipt writes the id in the way that is asked for (P77)") {
  const auto of = [](const std::string& form, const std::string& ids = "decimal") {
    return receipted({"ids=" + ids + " receipt_id=" + form});
  };
  const auto starts = [](const Receipted& got, const std::string& id) {
    return got.text().rfind("id:" + id + " ", 0) == 0 && got.tlv_id() == id;
  };
  const auto same = of("same"), hex = of("hex"), decimal = of("decimal", "hex"), upper = of("upper", "hex");
  CHECK(starts(same, same.id));
  CHECK(starts(hex, *smpp::decimal_to_hex(hex.id)));
  CHECK(starts(decimal, *smpp::hex_to_decimal(decimal.id)));
  CHECK(smpp::same_id(upper.tlv_id(), upper.id));
  CHECK(upper.tlv_id() != upper.id);
  const auto lower = of("lower", "upper"), padded = of("padded"), truncated = of("truncated");
  CHECK(starts(lower, receipt_id(ReceiptId::lower, lower.id)));
  CHECK(lower.tlv_id() != lower.id);
  CHECK(starts(padded, "0000" + padded.id));
  CHECK(starts(truncated, truncated.id.substr(0, 8)));
  const auto tlv_only = of("tlv_only"), text_only = of("text_only");
  CHECK(tlv_only.tlv_id() == tlv_only.id);
  CHECK(tlv_only.text().rfind("id: sub:", 0) == 0);
  CHECK(text_only.tlv_id() == "none");
  CHECK(text_only.text().rfind("id:" + text_only.id + " ", 0) == 0);
}

TEST_CASE("receipts come as text, as TLVs, as both, and as data_sm (P91)") {
  CHECK(receipted({"receipt_form=text"}).pdu.tlvs.empty());
  const auto tlv = receipted({"receipt_form=tlv"});
  CHECK(tlv.text().empty());
  CHECK(tlv.pdu.tlvs.integer(smpp::tag::message_state) == 2);
  const auto both = receipted({"receipt_form=both"});
  CHECK(both.text().find("stat:DELIVRD") != std::string::npos);
  CHECK(both.pdu.tlvs.integer(smpp::tag::message_state) == 2);
  Ruled place({"receipt_form=data_sm"});
  RawEsme esme(place);
  esme.bound().submit("x", "447700900001", 1);
  const auto id = esme.next_as<smpp::SubmitSmResp>().message_id;
  const auto receipt = smpp::parse_receipt(esme.next_as<smpp::DataSm>());
  REQUIRE(receipt);
  CHECK(receipt->id == id);
  CHECK(receipt->stat == "DELIVRD");
}

TEST_CASE("each dialect of the text is as its name says") {
  const auto of = [](const std::string& dialect) {
    const auto got = receipted({"receipt_text=" + dialect + " receipt=UNDELIV"}, "a text of the sender");
    std::string text = got.text();
    if (const auto at = text.find(got.id); at != std::string::npos) text.replace(at, got.id.size(), "N");
    for (char& c : text) {
      if (c >= '0' && c <= '9') c = '9';
    }
    return text;
  };
  CHECK(of("appendix_b") == "id:N sub:999 dlvrd:999 submit date:9999999999 done date:9999999999 stat:UNDELIV err:999 text:");
  CHECK(of("seconds") == "id:N sub:999 dlvrd:999 submit date:999999999999 done date:999999999999 stat:UNDELIV err:999 text:");
  CHECK(of("long_year") == "id:N sub:999 dlvrd:999 submit date:99999999999999 done date:99999999999999 stat:UNDELIV err:999 text:");
  CHECK(of("epoch") == "id:N sub:999 dlvrd:999 submit date:9999999999 done date:9999999999 stat:UNDELIV err:999 text:");
  CHECK(of("upper_case") == "ID:N SUB:999 DLVRD:999 SUBMIT DATE:9999999999 DONE DATE:9999999999 STAT:UNDELIV ERR:999 TEXT:");
  CHECK(of("lower_case") == "id:N sub:999 dlvrd:999 submit date:9999999999 done date:9999999999 stat:undeliv err:999 text:");
  CHECK(of("no_text_field") == "id:N sub:999 dlvrd:999 submit date:9999999999 done date:9999999999 stat:UNDELIV err:999");
  CHECK(of("no_sub") == "id:N submit date:9999999999 done date:9999999999 stat:UNDELIV err:999 text:");
  CHECK(of("id_and_stat") == "id:N stat:UNDELIV");
  CHECK(of("full_words").find("stat:UNDELIVERABLE ") != std::string::npos);
  CHECK(of("numbers").find("stat:9 ") != std::string::npos);
  CHECK(of("err_hex").find("err:99b ") != std::string::npos);
  CHECK(of("err_empty").find("err: text:") != std::string::npos);
  CHECK(of("commas").find("id:N,sub:999,dlvrd:999,submit date:9999999999,") == 0);
  CHECK(of("lines").find("id:N\r\nsub:999\r\n") == 0);
  CHECK(of("kannel") == "id:N sub:999 dlvrd:999 submit date:999999999999 done date:999999999999 stat:UNDELIV err:999 text:a text of th");
}

TEST_CASE("a receipt comes before the response, twice, never, or after notifications (P136)") {
  SECTION("before the response") {
    Ruled place({"receipt_when=before_response"});
    RawEsme esme(place);
    esme.bound().submit("x", "447700900001", 1);
    const auto receipt = smpp::parse_receipt(esme.next_as<smpp::DeliverSm>());
    CHECK(esme.next_as<smpp::SubmitSmResp>().message_id == receipt->id);
  }
  SECTION("twice") {
    Ruled place({"receipt_times=2"});
    RawEsme esme(place);
    esme.bound().submit("x", "447700900001", 1);
    esme.next();
    CHECK(smpp::parse_receipt(esme.next_as<smpp::DeliverSm>())->id == smpp::parse_receipt(esme.next_as<smpp::DeliverSm>())->id);
    CHECK(esme.is_silent());
  }
  SECTION("never, though the handset has it") {
    Ruled place({"receipt=none"});
    RawEsme esme(place);
    esme.bound().submit("x", "447700900001", 1);
    esme.next();
    REQUIRE(place.loop.until([&] {
      return place.smsc->ledger().to_json(place.smsc->subscribers()).find("447700900001") != std::string::npos;
    }));
    CHECK(esme.is_silent());
  }
  SECTION("after notifications, which are no last word") {
    Ruled place({"intermediate=ENROUTE,ACCEPTD receipt_delay=30ms"});
    RawEsme esme(place);
    esme.bound().submit("x", "447700900001", 0x11);
    esme.next();
    std::vector<std::string> seen;
    for (int i = 0; i < 3; ++i) {
      const auto pdu = esme.next_as<smpp::DeliverSm>();
      seen.push_back(smpp::parse_receipt(pdu)->stat + (pdu.esm_class == 0x20 ? " on its way" : ""));
    }
    CHECK(seen == std::vector<std::string>{"ENROUTE on its way", "ACCEPTD on its way", "DELIVRD"});
  }
}

TEST_CASE("a receipt comes on the same bind, on another one, or after a reconnect") {
  SECTION("same") {
    Ruled place({"receipt_on=same_bind"});
    RawEsme first(place), second(place);
    first.bound();
    second.bound();
    for (int i = 0; i < 3; ++i) second.submit("x", "447700900001", 1);
    for (int i = 0; i < 6; ++i) second.next();
    CHECK(first.is_silent());
  }
  SECTION("other") {
    Ruled place({"receipt_on=other_bind"});
    RawEsme first(place), second(place);
    first.bound().submit("x", "447700900001", 1);
    first.next();
    CHECK(first.is_silent());
    second.bound();
    CHECK(smpp::is_receipt(second.next_as<smpp::DeliverSm>()));
  }
  SECTION("after a reconnect") {
    Ruled place({"receipt_when=after_reconnect"});
    RawEsme second(place);
    {
      RawEsme first(place);
      first.bound().submit("x", "447700900001", 1);
      first.next();
      REQUIRE(place.loop.until([&] { return place.smsc->owed() == 1; }));
      CHECK(first.is_silent());
    }
    second.bound();
    CHECK(smpp::is_receipt(second.next_as<smpp::DeliverSm>()));
  }
}

TEST_CASE("the options that need no rule do what they did: status, stat, delays and refusals") {
  Place place({"--receipt-stat", "EXPIRED", "--receipt-delay", "5ms", "--response-delay", "5ms"});
  RawEsme esme(place);
  esme.bound().submit("x", "447700900001", 1);
  CHECK(esme.is_silent());
  CHECK(esme.next_status() == command_status::ESME_ROK);
  CHECK(smpp::parse_receipt(esme.next_as<smpp::DeliverSm>())->stat == "EXPIRED");
  Place sad({"--submit-status", "ESME_RSYSERR", "--refuse", "ESME_RBINDFAIL"});
  RawEsme refused(sad);
  refused.bind();
  CHECK(refused.next_status() == command_status::ESME_RBINDFAIL);
  sad.smsc->behaviour().bind_status = command_status::ESME_ROK;
  RawEsme again(sad);
  again.bound().submit("x");
  CHECK(again.next_status() == command_status::ESME_RSYSERR);
  Place slow({"--throttle", "1"});
  RawEsme eager(slow);
  eager.bound().submit("x");
  eager.submit("x");
  CHECK(eager.next_status() == command_status::ESME_ROK);
  CHECK(eager.next_status() == command_status::ESME_RTHROTTLED);
}

TEST_CASE("no more deliver_sm are unanswered than the window, and a refused one comes again after a while") {
  Place place({"--window", "1"});
  RawEsme esme(place);
  esme.bound();
  MoText mo;
  mo.from = "447700900999";
  mo.to = "80800";
  mo.text = "one";
  std::string error;
  place.smsc->inject(mo, {}, error);
  mo.text = "two";
  place.smsc->inject(mo, {}, error);
  const auto answer = [&](command_status status) {
    smpp::Pdu response;
    response.status = status;
    response.sequence_number = esme.last.sequence_number;
    response.body = smpp::DeliverSmResp{};
    esme.peer.send(*smpp::encode(response));
  };
  const auto text = [&] { return smpp::to_text(esme.next_as<smpp::DeliverSm>().short_message); };
  CHECK(text() == "one");
  CHECK(esme.is_silent());
  esme.last.sequence_number = 1;  // the enquire_link above has its own
  answer(command_status::ESME_RTHROTTLED);
  CHECK(text() == "two");
  answer(command_status::ESME_ROK);
  CHECK(text() == "one");
}

TEST_CASE("a profile is its rules, behind those that are given") {
  Place place({"--profile", "melrose", "--when", "to=333 status=ESME_RINVDSTADR"});
  RawEsme esme(place);
  esme.bound();
  for (const std::string to : {"333", "444", "555", "447700900001"}) esme.submit("x", to);
  CHECK(esme.next_status() == command_status::ESME_RINVDSTADR);
  CHECK(esme.next_status() == command_status::ESME_RTHROTTLED);
  CHECK(esme.next_status() == command_status::ESME_RMSGQFUL);
  CHECK(esme.next_status() == command_status::ESME_ROK);
}

TEST_CASE("the profile dead accepts and says nothing, throttling and capped hold back") {
  Place dead({"--profile", "dead"});
  RawEsme esme(dead);
  esme.bind();
  REQUIRE(dead.loop.until([&] { return dead.smsc->binds() == 1; }));
  dead.smsc->let_happen({}, {Fault::healthy, {}, {}});
  CHECK(esme.is_silent());
  for (const std::string name : {"throttling", "capped", "flaky"}) {
    Place place({"--profile", name, "--seed", "5"});
    RawEsme eager(place);
    eager.bound();
    for (int i = 0; i < 200; ++i) eager.submit("x", std::to_string(i));
    REQUIRE(place.loop.until([&] { return place.smsc->ledger().counters.submits == 200; }));
    CHECK(place.smsc->ledger().counters.refused > 0);
    CHECK(place.smsc->ledger().counters.accepted > 10);
  }
}

TEST_CASE("the same seed gives each bind the same, and another seed something else") {
  const auto statuses = [](const std::string& seed) {
    Place place({"--seed", seed, "--when", "status=ESME_ROK:1,ESME_RSYSERR:1,ESME_RMSGQFUL:1"});
    RawEsme esme(place);
    esme.bound();
    std::string seen;
    for (int i = 0; i < 40; ++i) esme.submit("x");
    for (int i = 0; i < 40; ++i) seen += smpp::status_name(esme.next_status());
    return seen;
  };
  const std::string seven = statuses("7");
  CHECK(statuses("7") == seven);
  CHECK(statuses("8") != seven);
}

TEST_CASE("slow, smppsim and healthy answer as their names say") {
  Place slow({"--profile", "slow"}), healthy({"--profile", "healthy"}), smppsim({"--profile", "smppsim"});
  RawEsme one(slow), two(healthy), three(smppsim);
  one.bound().submit("x");
  CHECK(one.is_silent());
  two.bound().submit("x");
  CHECK(two.next_status() == command_status::ESME_ROK);
  three.bound().submit("x");
  CHECK(three.next_status() == command_status::ESME_ROK);
  CHECK(smppsim.smsc->rules().size() == 1);
}
