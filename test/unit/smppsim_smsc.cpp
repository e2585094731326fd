// The simulated SMSC over TCP with an ESME on a Link: what it owes it delivers, whatever happens to the connection.
#include "smpp/receipt.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "test/unit/smppnet_loop.hpp"
#include "tools/smpp-sim/smsc.hpp"

#include <boost/json.hpp>

using namespace smppnet_test;
using namespace smpp_sim;

namespace {

struct Simulation {
  explicit Simulation(SmscOptions the_options = {}) : options(std::move(the_options)) {
    options.listen = "127.0.0.1:0";
    options.quiet = true;
    options.behaviour.receipt_delay = std::chrono::milliseconds(0);
    options.redeliver_after = std::chrono::milliseconds(1);
    clocks.steady = steady;
    clocks.wall = [] { return std::chrono::system_clock::now(); };
    smsc = std::make_unique<Smsc>(loop.io, options, clocks);
    REQUIRE(smsc->start().empty());
  }
  std::unique_ptr<TestEsme> esme() {
    auto made = std::make_unique<TestEsme>(loop, TestEsme::settings_of({"127.0.0.1:" + std::to_string(smsc->port())}));
    made->link.start();
    return made;
  }
  std::unique_ptr<TestEsme> bound_esme() {
    auto made = esme();
    REQUIRE(loop.until([&] { return made->bound == 1 && smsc->receivers() == 1; }));
    return made;
  }
  boost::json::object ledger() const {
    return boost::json::parse(smsc->ledger().to_json(smsc->subscribers())).as_object();
  }
  std::int64_t total(const char* name) const {
    return ledger().at("totals").as_object().at(name).to_number<std::int64_t>();
  }
  std::shared_ptr<HandsetReply> mo(const std::string& text) {
    MoText mo;
    mo.from = "447700900999";
    mo.to = "80800";
    mo.text = text;
    std::string error;
    auto reply = smsc->inject(mo, {}, error);
    CHECK(error.empty());
    return reply;
  }

  Loop loop;
  SmscOptions options;
  Clocks clocks;
  std::unique_ptr<Smsc> smsc;
};

smpp::SubmitSm wanted(const std::string& text, const std::string& to = "447700900001") {
  smpp::SubmitSm pdu = submit_of(text);
  pdu.destination.addr = to;
  pdu.registered_delivery = 1;
  return pdu;
}

}  // namespace

TEST_CASE("a submit reaches the handset and its receipt has text, TLVs and swapped addresses (P91, P120)") {
  Simulation sim;
  const auto esme = sim.bound_esme();
  REQUIRE(esme->link.session()->request(wanted("hello"), 1, steady()));
  esme->link.wake();
  REQUIRE(sim.loop.until([&] { return esme->received_pdus.size() == 1; }));
  const auto& pdu = esme->received_pdus[0];
  CHECK(pdu.source.addr == "447700900001");
  CHECK(pdu.destination.addr == "80800");
  REQUIRE(smpp::is_receipt(pdu));
  const auto receipt = smpp::parse_receipt(pdu);
  REQUIRE(receipt);
  CHECK(receipt->state == smpp::MessageState::DELIVERED);
  CHECK(receipt->id == receipt->text_id);
  CHECK(receipt->stat == "DELIVRD");
  CHECK(sim.total("delivered") == 1);
}

TEST_CASE("an MO waits until somebody is bound who takes it") {
  Simulation sim;
  const auto reply = sim.mo("YES");
  REQUIRE(reply);
  CHECK(reply->attempts == 0);
  const auto esme = sim.bound_esme();
  REQUIRE(sim.loop.until([&] { return reply->is_accepted(); }));
  CHECK(reply->attempts == 1);
  CHECK(smpp::to_text(esme->received_pdus[0].short_message) == "YES");
}

TEST_CASE("what an ESME took and never answered comes again to its next connection, in order") {
  Simulation sim;
  auto first = sim.bound_esme();
  first->answers = false;
  const auto one = sim.mo("one"), two = sim.mo("two");
  REQUIRE(sim.loop.until([&] { return first->received_pdus.size() == 2; }));
  first.reset();  // as a process that dies: no unbind
  REQUIRE(sim.loop.until([&] { return sim.smsc->binds() == 0; }));
  CHECK_FALSE(one->is_answered());
  const auto second = sim.bound_esme();
  REQUIRE(sim.loop.until([&] { return one->is_accepted() && two->is_accepted(); }));
  REQUIRE(second->received_pdus.size() == 2);
  CHECK(smpp::to_text(second->received_pdus[0].short_message) == "one");
  CHECK(smpp::to_text(second->received_pdus[1].short_message) == "two");
  CHECK(one->attempts == 2);
}

TEST_CASE("a temporary refusal is offered again on the same link, another refusal is final") {
  Simulation sim;
  auto esme = sim.bound_esme();
  int asked = 0;
  auto status = smpp::command_status::ESME_RTHROTTLED;
  esme->answers = false;
  const auto reply = sim.mo("YES");
  const auto answer_next = [&] {
    REQUIRE(sim.loop.until([&] { return esme->incoming.size() == static_cast<std::size_t>(asked + 1); }));
    smpp::Response response;
    response.status = status;
    response.body = smpp::DeliverSmResp{};
    esme->link.session()->respond(esme->incoming.at(static_cast<std::size_t>(asked)), response);
    esme->link.wake();
    ++asked;
  };
  answer_next();
  status = smpp::command_status::ESME_RX_R_APPN;
  answer_next();
  REQUIRE(sim.loop.until([&] { return reply->is_answered(); }));
  CHECK(reply->attempts == 2);
  CHECK_FALSE(reply->is_accepted());
  CHECK(reply->status == smpp::command_status::ESME_RX_R_APPN);
}

TEST_CASE("dropped links lose neither receipts nor MOs") {
  Simulation sim;
  auto esme = sim.bound_esme();
  esme->answers = false;
  REQUIRE(esme->link.session()->request(wanted("hello"), 1, steady()));
  esme->link.wake();
  const auto reply = sim.mo("YES");
  REQUIRE(sim.loop.until([&] { return esme->received_pdus.size() == 2; }));
  esme->answers = true;
  sim.smsc->drop_links();
  REQUIRE(sim.loop.until([&] { return esme->received_pdus.size() == 4 && reply->is_accepted(); }));
  CHECK(esme->sessions == 2);
  REQUIRE(sim.loop.until([&] { return sim.smsc->owed() == 0; }));
}

TEST_CASE("with accounts, the password decides (P133)") {
  SmscOptions options;
  options.accounts = {{"test", "right"}};
  Simulation sim(options);
  const auto esme = sim.esme();  // binds as "test" without a password
  REQUIRE(sim.loop.until([&] { return esme->has_state("ESME_RINVPASWD"); }));
  CHECK(sim.smsc->binds() == 0);
}

TEST_CASE("submits above the pace are throttled, and a status can be asked for N submits (P134)") {
  Simulation sim;
  sim.smsc->behaviour().submit_status = smpp::command_status::ESME_RTHROTTLED;
  sim.smsc->behaviour().submit_status_times = 2;
  const auto esme = sim.bound_esme();
  for (smpp::Token token = 1; token <= 4; ++token) REQUIRE(esme->link.session()->request(wanted("x"), token, steady()));
  esme->link.wake();
  REQUIRE(sim.loop.until([&] { return esme->done_tokens.size() == 4; }));
  CHECK(sim.smsc->ledger().counters.refused == 2);
  sim.smsc->behaviour().throttle = 1;
  for (smpp::Token token = 5; token <= 8; ++token) REQUIRE(esme->link.session()->request(wanted("x"), token, steady()));
  esme->link.wake();
  REQUIRE(sim.loop.until([&] { return esme->done_tokens.size() == 8; }));
  CHECK(sim.smsc->ledger().counters.refused >= 4);
}

TEST_CASE("a long text from a handset arrives in parts that join to the same text (P137)") {
  for (const std::string piece : {"Thank you, that suits me. ", "Größe 5 € 😀 "}) {
    Simulation sim;
    const auto esme = sim.bound_esme();
    std::string text;
    for (int i = 0; i < 15; ++i) text += piece;
    const auto reply = sim.mo(text);
    REQUIRE(reply);
    CHECK(reply->parts > 1);
    REQUIRE(sim.loop.until([&] { return reply->is_accepted(); }));
    smpp::Octets joined;
    for (const auto& part : esme->received_pdus) {
      const auto payload = smpp::payload_of(part);
      REQUIRE(payload.concatenation);
      joined.insert(joined.end(), payload.user_data.begin(), payload.user_data.end());
    }
    CHECK(smpp::decode_text(joined, esme->received_pdus[0].data_coding, smpp::Alphabet::gsm7) == text);
  }
}

TEST_CASE("a long submit is one message on the handset, whatever the order of its parts") {
  Simulation sim;
  const auto esme = sim.bound_esme();
  std::string text;
  for (int i = 0; i < 30; ++i) text += "part of a long one ";
  auto encoded_text = smpp::encode_text(text, {});
  REQUIRE(encoded_text);
  REQUIRE(encoded_text->parts.size() > 2);
  smpp::Token token = 0;
  for (auto part = encoded_text->parts.rbegin(); part != encoded_text->parts.rend(); ++part) {
    smpp::SubmitSm pdu = wanted("");
    pdu.short_message = part->short_message;
    pdu.esm_class = 0x40;
    pdu.data_coding = encoded_text->data_coding;
    REQUIRE(esme->link.session()->request(pdu, ++token, steady()));
  }
  esme->link.wake();
  REQUIRE(sim.loop.until([&] { return esme->received_pdus.size() == encoded_text->parts.size(); }));
  const auto messages = sim.ledger().at("messages").as_array();
  REQUIRE(messages.size() == 1);
  CHECK(std::string(messages[0].as_object().at("text").as_string()) == text);
}

TEST_CASE("subscribers answer, and the ledger counts a wish only once it was acknowledged") {
  SmscOptions options;
  options.subscribers = "20";
  options.seed = 3;
  Simulation sim(options);
  const auto esme = sim.bound_esme();
  esme->answers = false;
  std::string agreeing;
  for (const auto& person : sim.smsc->subscribers().all()) {
    if (person.personality() == "agrees") agreeing = person.number();
  }
  REQUIRE(esme->link.session()->request(wanted("Reply YES", agreeing), 1, steady()));
  esme->link.wake();
  REQUIRE(sim.loop.until([&] { return esme->received_pdus.size() == 2; }));  // the receipt and the answer
  CHECK(sim.total("mo") == 1);
  CHECK(sim.total("confirmed") == 0);
  for (const auto incoming : esme->incoming) {
    smpp::Response response;
    response.body = smpp::DeliverSmResp{};
    esme->link.session()->respond(incoming, response);
  }
  esme->link.wake();
  REQUIRE(sim.loop.until([&] { return sim.total("confirmed") == 1; }));
  CHECK(sim.total("replied") == 1);
}

TEST_CASE("what cannot be sent from a handset is refused with the reason") {
  Simulation sim;
  MoText mo;
  mo.from = "447700900999";
  mo.to = "80800";
  std::string error;
  CHECK_FALSE(sim.smsc->inject(mo, {}, error));
  CHECK(error.find("text: ") == 0);
  error.clear();
  mo.text = "é😀";
  mo.data_coding = std::uint8_t{3};
  CHECK_FALSE(sim.smsc->inject(mo, {}, error));
  CHECK(error == "text: a character is not in Latin-1");
}
