// The control port: its routes and their description, what tests ask of it, and what it refuses.
#include "test/unit/smppnet_loop.hpp"
#include "tools/smpp-sim/control.hpp"
#include "tools/smpp-sim/page.hpp"

#include <boost/json.hpp>

#include <set>

using namespace smppnet_test;
using namespace smpp_sim;
namespace json = boost::json;

namespace {

// A streamed body as a text.
struct Collected : core::http::BodyStream {
  bool write(std::string_view piece) override { return text += piece, open; }
  void end() override { open = false; }
  bool is_open() const override { return open; }
  std::string text;
  bool open = true;
};

struct Port {
  explicit Port(const std::string& subscribers = {}) {
    options.listen = "127.0.0.1:0";
    options.quiet = true;
    options.subscribers = subscribers;
    options.behaviour.receipt_delay = std::chrono::milliseconds(0);
    clocks.steady = steady;
    clocks.wall = [this] { return wall; };
    smsc = std::make_unique<Smsc>(loop.io, options, clocks);
    REQUIRE(smsc->start().empty());
    control = std::make_unique<Control>(*smsc, waits);
    settings.hosts = {"127.0.0.1:" + std::to_string(smsc->port())};
  }
  struct Asked {
    std::optional<core::http::Response> response;
    std::shared_ptr<Collected> stream;
    std::string head;
    json::object body() const { return json::parse(response->body).as_object(); }
    unsigned status() const { return response ? response->status : 0; }
  };
  std::shared_ptr<Asked> ask(const std::string& method, const std::string& target, const std::string& body = {},
                             const std::string& origin = {}) {
    core::http::Request request;
    request.method = method;
    REQUIRE(core::http::read_target(target, request));
    request.body = body;
    request.headers.emplace("host", "127.0.0.1:2780");
    if (!origin.empty()) request.headers.emplace("origin", origin);
    auto asked = std::make_shared<Asked>();
    const auto send = [asked](core::http::Response response) { asked->response = std::move(response); };
    const auto open = [asked](core::http::Response head) -> std::shared_ptr<core::http::BodyStream> {
      asked->stream = std::make_shared<Collected>();
      asked->stream->text = head.body;
      asked->head = head.content_type;
      return asked->stream;
    };
    control->handle(request, core::http::Reply(send, open));
    return asked;
  }
  std::unique_ptr<TestEsme> bound_esme() {
    auto esme = std::make_unique<TestEsme>(loop, settings);
    esme->link.start();
    REQUIRE(loop.until([&] { return esme->bound == 1 && smsc->receivers() == 1; }));
    return esme;
  }
  void submit(TestEsme& esme, const std::string& text, const std::string& to) {
    smpp::SubmitSm pdu = submit_of(text);
    pdu.destination.addr = to;
    pdu.registered_delivery = 1;
    REQUIRE(esme.link.session()->request(pdu, ++token, steady()));
    esme.link.wake();
  }

  Loop loop;
  SmscOptions options;
  Clocks clocks;
  Wall wall{std::chrono::days(20'000) + std::chrono::hours(12)};
  smpp::net::LinkSettings settings = TestEsme::settings_of({});
  std::unique_ptr<Smsc> smsc;
  Schedule waits{loop.io, steady, [] {}};
  std::unique_ptr<Control> control;
  smpp::Token token = 0;
};

}  // namespace

TEST_CASE("openapi.json describes every route, and no other") {
  const auto document = json::parse(page_file("openapi.json")).as_object();
  std::set<std::string> described, served;
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& method : path.value().as_object()) {
      std::string name(method.key());
      for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      described.insert(name + " " + std::string(path.key()));
    }
  }
  for (const auto& route : Control::routes()) served.insert(std::string(route.method) + " " + std::string(route.path));
  CHECK(described == served);
}

TEST_CASE("the page and its files are served, and nothing of it comes from elsewhere") {
  Port port;
  CHECK(port.ask("GET", "/")->response->content_type == "text/html; charset=utf-8");
  for (const char* name : {"/page.css", "/page.js"}) CHECK(port.ask("GET", name)->response->body.size() > 1000);
  for (const char* name : {"index.html", "page.css", "page.js"}) {
    CHECK(page_file(name).find("//cdn") == std::string_view::npos);
    CHECK(page_file(name).find("https://") == std::string_view::npos);
    CHECK(page_file(name).find("innerHTML") == std::string_view::npos);
  }
}

TEST_CASE("unknown paths, other methods, other origins and unknown parameters are refused with what is known") {
  Port port;
  CHECK(port.ask("GET", "/nothing")->status() == 404);
  const auto method = port.ask("GET", "/mo");
  CHECK(method->status() == 405);
  CHECK(method->response->headers.at(0).second == "POST");
  CHECK(port.ask("POST", "/reset", {}, "http://evil.example")->status() == 403);
  CHECK(port.ask("POST", "/reset", {}, "http://127.0.0.1:2780")->status() == 200);
  CHECK(port.ask("GET", "/pdus?comand=submit_sm")->status() == 400);
  for (const char* bad : {"/pdus?command=nothing", "/pdus?direction=up", "/pdus?status=BAD", "/pdus?limit=0",
                          "/wait?count=0", "/wait?timeout=1h", "/wait?timeout=11m", "/messages"}) {
    CAPTURE(bad);
    CHECK(port.ask("GET", bad)->status() == 400);
  }
}

TEST_CASE("PDUs are listed newest or onwards, and decoded") {
  Port port;
  const auto esme = port.bound_esme();
  port.submit(*esme, "hello", "447700900001");
  REQUIRE(port.loop.until([&] { return esme->received_pdus.size() == 1; }));
  const auto all = port.ask("GET", "/pdus")->body().at("pdus").as_array();
  REQUIRE(all.size() >= 5);
  CHECK(all[0].at("command").as_string() == "bind_transceiver");
  const auto newest = port.ask("GET", "/pdus?limit=1&command=submit_sm,submit_sm_resp")->body().at("pdus").as_array();
  REQUIRE(newest.size() == 1);
  CHECK(newest[0].at("command").as_string() == "submit_sm_resp");
  const auto onward = port.ask("GET", "/pdus?limit=1&after=1&hex=1")->body().at("pdus").as_array();
  REQUIRE(onward.size() == 1);
  CHECK(onward[0].at("id").to_number<int>() == 2);
  CHECK(onward[0].as_object().contains("hex"));
  const auto receipt = port.ask("GET", "/pdus?command=deliver_sm&text=stat:DELIVRD")->body().at("pdus").as_array();
  REQUIRE(receipt.size() == 1);
  CHECK(receipt[0].at("receipt").as_bool());
}

TEST_CASE("a wait ends with the PDU that completes it, or says at its end what it has seen") {
  Port port;
  const auto esme = port.bound_esme();
  const auto two = port.ask("GET", "/wait?command=submit_sm&count=2&timeout=1m");
  const auto never = port.ask("GET", "/wait?command=submit_sm&count=3&timeout=200ms");
  port.submit(*esme, "one", "1");
  REQUIRE(port.loop.until([&] { return esme->received_pdus.size() == 1; }));
  CHECK_FALSE(two->response);
  port.submit(*esme, "two", "2");
  REQUIRE(port.loop.until([&] { return two->response.has_value(); }));
  CHECK(two->status() == 200);
  CHECK(two->body().at("pdus").as_array()[1].at("to").as_string() == "2");
  CHECK(port.ask("GET", "/wait?command=submit_sm&count=2")->status() == 200);  // what has passed counts
  REQUIRE(port.loop.until([&] { return never->response.has_value(); }));
  CHECK(never->status() == 408);
  CHECK(never->body().at("count").to_number<int>() == 2);
  CHECK(never->body().at("detail").as_string() == "2 of 3 PDUs were seen");
}

TEST_CASE("a reset forgets what was, and what was still to come") {
  Port port;
  const auto esme = port.bound_esme();
  port.smsc->behaviour().receipt_delay = std::chrono::milliseconds(300);
  port.submit(*esme, "before", "447700900001");
  REQUIRE(port.loop.until([&] { return esme->done_tokens.size() == 1; }));
  port.ask("POST", "/mo", R"({"from":"1","to":"2","text":"x","account":"nobody","wait":0})");
  CHECK(port.smsc->owed() == 1);
  const auto reset = port.ask("POST", "/reset");
  CHECK(port.smsc->owed() == 0);
  CHECK(port.smsc->binds() == 1);
  CHECK(port.smsc->behaviour().receipt_delay.count() == 0);
  CHECK(port.ask("GET", "/pdus")->body().at("pdus").as_array().empty());
  CHECK(port.ask("GET", "/ledger")->body().at("traffic").as_object().at("submit_sm").to_number<int>() == 0);
  // A message submitted later arrives; the receipt of the one before the reset never does.
  port.smsc->behaviour().receipt_delay = std::chrono::milliseconds(400);
  port.submit(*esme, "after", "447700900002");
  REQUIRE(port.loop.until([&] { return esme->received_pdus.size() == 1; }));
  CHECK(esme->received_pdus[0].source.addr == "447700900002");
  CHECK(port.ask("GET", "/pdus?limit=1&after=1")->body().at("pdus").as_array()[0].at("id").to_number<std::int64_t>() >
        reset->body().at("last_id").to_number<std::int64_t>());
}

TEST_CASE("events tell of links and PDUs as they come, go on behind the last seen, and are bounded by a rate") {
  Port port;
  const auto all = port.ask("GET", "/events"), few = port.ask("GET", "/events?rate=1&command=submit_sm");
  CHECK(all->head == "text/event-stream");
  CHECK(all->stream->text.rfind("event: state\ndata: {\"binds\":0", 0) == 0);
  const auto esme = port.bound_esme();
  CHECK(all->stream->text.find("event: link\ndata: {\"at\":") != std::string::npos);
  CHECK(all->stream->text.find("id: 1\nevent: pdu\ndata: {\"id\":1,") != std::string::npos);
  port.submit(*esme, "one", "1");
  port.submit(*esme, "two", "2");
  REQUIRE(port.loop.until([&] { return few->stream->text.find("\"skipped\":1") != std::string::npos; }));
  CHECK(few->stream->text.find("\"text\":\"one\"") != std::string::npos);
  CHECK(few->stream->text.find("\"text\":\"two\"") == std::string::npos);
  const auto later = port.ask("GET", "/events?after=2");
  CHECK(later->stream->text.find("\nid: 2\n") == std::string::npos);
  CHECK(later->stream->text.find("\nid: 3\n") != std::string::npos);
}

TEST_CASE("so many read events, and no more") {
  Port port;
  std::vector<std::shared_ptr<Port::Asked>> readers;
  for (std::size_t i = 0; i < Inspection::kMaxStreams; ++i) readers.push_back(port.ask("GET", "/events"));
  CHECK(port.ask("GET", "/events")->status() == 503);
  readers[0]->stream->open = false;
  REQUIRE(port.loop.until([&] { return port.ask("GET", "/events")->stream != nullptr; }));
}

TEST_CASE("a handset off the network gets its message and its sender the receipt when it is back") {
  Port port("20");
  const auto esme = port.bound_esme();
  CHECK(port.ask("POST", "/network", R"({"number":"+447700900005","on":false})")->status() == 200);
  port.submit(*esme, "hello", "447700900005");
  port.submit(*esme, "hello", "447700900999");
  REQUIRE(port.loop.until([&] { return esme->received_pdus.size() == 1; }));
  CHECK(esme->received_pdus[0].source.addr == "447700900999");
  const auto messages = port.ask("GET", "/messages?number=447700900005&timeout=1m");
  CHECK_FALSE(messages->response);
  port.wall += std::chrono::hours(3);
  CHECK(port.ask("POST", "/network", R"({"number":"447700900005","on":true})")->status() == 200);
  REQUIRE(messages->response);
  CHECK(messages->body().at("messages").as_array()[0].at("text").as_string() == "hello");
  REQUIRE(port.loop.until([&] { return esme->received_pdus.size() >= 2; }));
  const auto ledger = port.ask("GET", "/ledger")->body();
  const auto person = ledger.at("subscribers").as_array()[4].as_object();
  CHECK(person.at("off_network").to_number<int>() == 1);
  const auto message = person.at("messages").as_array()[0].as_object();
  CHECK(message.at("off_network").as_bool());
  CHECK(message.at("submitted_at").as_string() == "2024-10-04T12:00:00.000Z");
  CHECK(message.at("at").as_string() == "2024-10-04T15:00:00.000Z");
}

TEST_CASE("POST /mo says what is wrong with each of its members") {
  Port port;
  const auto detail = [&](const std::string& more) {
    const auto asked = port.ask("POST", "/mo", R"({"from":"1","to":"2","text":"x",)" + more + "}");
    CHECK(asked->status() == 400);
    return std::string(asked->body().at("field").as_string());
  };
  CHECK(detail(R"("hex":"0")") == "hex");
  CHECK(detail(R"("alphabet":"gsm")") == "alphabet");
  CHECK(detail(R"("long":"udh")") == "long");
  CHECK(detail(R"("parts":"0")") == "parts");
  CHECK(detail(R"("parts":"2")") == "parts");
  CHECK(detail(R"("ports":"x")") == "ports");
  CHECK(detail(R"("tlv":["zz"])") == "tlv");
  CHECK(detail(R"("command":"submit_sm")") == "command");
  CHECK(detail(R"("reference":70000)") == "reference");
  CHECK(detail(R"("colour":"red")") == "colour");
}

TEST_CASE("an MO that is refused for now is offered so many times and then given up") {
  Port port;
  port.options.redeliver_after = std::chrono::milliseconds(1);
  const auto esme = port.bound_esme();
  esme->answers = false;
  const auto mo = port.ask("POST", "/mo", R"({"from":"1","to":"2","text":"x","max_attempts":2})");
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(port.loop.until([&] { return esme->incoming.size() == i + 1; }));
    smpp::Response response;
    response.status = smpp::command_status::ESME_RX_T_APPN;
    response.body = smpp::DeliverSmResp{};
    esme->link.session()->respond(esme->incoming[i], response);
    esme->link.wake();
  }
  REQUIRE(port.loop.until([&] { return mo->response.has_value(); }));
  CHECK(mo->body().at("status").as_string() == "ESME_RX_T_APPN");
  CHECK(mo->body().at("attempts").to_number<int>() == 2);
  CHECK(port.smsc->owed() == 0);
}
