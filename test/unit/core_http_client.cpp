// The webhook client against receivers of every kind: polite, closing, silent, endless, redirecting, badly certified.
#include "core/http/client.hpp"
#include "core/http/server.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/core_http_peer.hpp"

#include <future>
#include <thread>

using namespace core::http;
using core_test::Listener;
using core_test::Loop;
using core_test::Peer;

namespace {

struct Caller {
  explicit Caller(ClientSettings settings = {}) {
    client = loop.on([&] { return std::make_unique<Client>(loop.io, settings); });
  }
  ~Caller() {
    loop.on([&] { client.reset(); return true; });
  }
  // On the loop.
  std::future<ClientAnswer> send(ClientRequest request) {
    auto promise = std::make_shared<std::promise<ClientAnswer>>();
    client->send(std::move(request), [promise](ClientAnswer answer) { promise->set_value(std::move(answer)); });
    return promise->get_future();
  }
  std::future<ClientAnswer> begin(ClientRequest request) {
    return loop.on([&] { return send(std::move(request)); });
  }
  ClientAnswer ask(std::uint16_t port, const std::string& body = "{}") {
    return begin({"POST", "http://127.0.0.1:" + std::to_string(port) + "/hook?a=1", {{"webhook-id", "evt_1"}}, body}).get();
  }
  std::size_t idle() { return loop.on([&] { return client->idle(); }); }
  Loop loop;
  std::unique_ptr<Client> client;
};

// Answers each connection's requests with the given octets, one string per request, then closes.
struct Receiver {
  explicit Receiver(std::vector<std::vector<std::string>> per_connection)
      : thread([this, script = std::move(per_connection)] {
          for (const auto& answers : script) {
            const int accepted = listener.accept();
            if (accepted < 0) return;
            Peer peer(accepted, 0);
            for (const auto& answer : answers) {
              requests.push_back(peer.read_message());
              peer.send(answer);
            }
          }
        }) {}
  ~Receiver() { thread.join(); }
  Listener listener;
  std::vector<std::string> requests;
  std::thread thread;
};

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kind: polite\r\n\r\nok";

}  // namespace

TEST_CASE("a request reaches the receiver as written, and its answer comes back") {
  Caller caller;
  ClientAnswer answer;
  std::string request;
  {
    Receiver receiver({{kOk}});
    answer = caller.ask(receiver.listener.port, "{\"a\":1}");
    receiver.thread.join();
    request = receiver.requests.at(0);
    receiver.thread = std::thread([] {});
    CHECK(request.rfind("POST /hook?a=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(receiver.listener.port) + "\r\n", 0) == 0);
  }
  CHECK(answer.status == 200);
  CHECK(answer.body == "ok");
  CHECK(answer.headers.find("x-kind")->second == "polite");
  CHECK(request.find("webhook-id: evt_1\r\n") != std::string::npos);
  CHECK(request.find("\r\n\r\n{\"a\":1}") != std::string::npos);
}

TEST_CASE("a polite receiver's connection is kept and used again, many at once are bounded") {
  Loop loop;
  ServerSettings settings;
  settings.listen = "127.0.0.1:0";
  ServerHooks hooks;
  hooks.handle = [](Request request, Reply reply) {
    Response response;
    response.body = std::move(request.body);
    reply(std::move(response));
  };
  auto server = loop.on([&] { return std::make_unique<Server>(loop.io, settings, std::move(hooks)); });
  REQUIRE_FALSE(loop.on([&] { return server->start(); }));
  {
    ClientSettings client_settings;
    client_settings.max_idle_per_host = 3;
    Caller caller(client_settings);
    for (int i = 0; i < 5; ++i) CHECK(caller.ask(server->port(), "body").body == "body");
    CHECK(loop.on([&] { return server->connections(); }) == 1);
    std::vector<std::future<ClientAnswer>> many;
    // All within one turn of the loop: one that was answered before the next began would lend it its connection.
    caller.loop.on([&] {
      for (int i = 0; i < 20; ++i) many.push_back(caller.send({"POST", "http://127.0.0.1:" + std::to_string(server->port()) + "/", {}, std::to_string(i)}));
      return true;
    });
    for (int i = 0; i < 20; ++i) CHECK(many[static_cast<std::size_t>(i)].get().body == std::to_string(i));
    CHECK(caller.idle() == 3);
  }
  loop.on([&] { server.reset(); return true; });
}

TEST_CASE("a kept connection that the receiver closed is replaced, and the request is not lost") {
  Caller caller;
  Receiver receiver({{kOk}, {kOk}});
  CHECK(caller.ask(receiver.listener.port).status == 200);
  CHECK(caller.ask(receiver.listener.port).status == 200);
}

TEST_CASE("answers framed by chunks, by the end of the connection, and after a 100 are read whole") {
  Caller caller;
  Receiver receiver({{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
                     {"HTTP/1.1 200 OK\r\n\r\nuntil the end"},
                     {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"}});
  CHECK(caller.ask(receiver.listener.port).body == "abcde");
  CHECK(caller.ask(receiver.listener.port).body == "until the end");
  CHECK(caller.ask(receiver.listener.port).status == 202);
}

TEST_CASE("a redirect is an answer, never followed (S19)") {
  Caller caller;
  Receiver receiver({{"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"}});
  const ClientAnswer answer = caller.ask(receiver.listener.port);
  CHECK(answer.status == 302);
  CHECK(answer.headers.find("location")->second == "http://127.0.0.1:1/");
}

TEST_CASE("no more than 64 KB of an answer is read, then the connection is closed (S21)") {
  Caller caller;
  const std::string exact(64 * 1024, 'x');
  Receiver receiver({{"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + exact + exact},
                     {"HTTP/1.1 200 OK\r\nContent-Length: 65536\r\nConnection: close\r\n\r\n" + exact}});
  const ClientAnswer cut = caller.ask(receiver.listener.port);
  CHECK(cut.status == 200);
  CHECK(cut.truncated);
  CHECK(cut.body.size() == exact.size());
  CHECK(caller.idle() == 0);
  const ClientAnswer whole = caller.ask(receiver.listener.port);
  CHECK_FALSE(whole.truncated);
  CHECK(whole.body.size() == exact.size());
}

TEST_CASE("a receiver that says nothing costs the total deadline and no more (S21)") {
  ClientSettings settings;
  settings.total_deadline = std::chrono::milliseconds(50);
  Caller caller(settings);
  Listener silent;
  const ClientAnswer answer = caller.ask(silent.port);
  CHECK(answer.status == 0);
  CHECK(answer.error == "http://127.0.0.1:" + std::to_string(silent.port) + " did not answer within 50 ms");
}

TEST_CASE("what went wrong is told with the address") {
  Caller caller;
  std::uint16_t closed = 0;
  {
    Listener gone;
    closed = gone.port;
  }
  CHECK(caller.ask(closed).error == "connect to 127.0.0.1:" + std::to_string(closed) + ": Connection refused");
  Receiver receiver({{"SMTP ready\r\n\r\n"}, {""}});
  CHECK(caller.ask(receiver.listener.port).error.find("malformed answer") != std::string::npos);
  CHECK(caller.ask(receiver.listener.port).error.find("the connection was closed") != std::string::npos);
  CHECK(caller.begin({"POST", "ftp://example.net/", {}, ""}).get().error == "the URL cannot be used: the scheme must be http or https");
  CHECK(caller.begin({"POST", "http://127.0.0.1/", {{"X", "a\r\nB: c"}}, ""}).get().error == "a header is not one line");
  CHECK(caller.begin({"POST", "http://127.0.0.1/", {{"Host", "x"}}, ""}).get().error == "the header Host is not the caller's to set");
}

TEST_CASE("stopping the client ends running requests with an error, once") {
  Caller caller;
  Listener silent;
  auto waiting = caller.begin({"POST", "http://127.0.0.1:" + std::to_string(silent.port) + "/", {}, ""});
  caller.loop.on([&] { caller.client->stop(); return true; });
  CHECK(waiting.get().error == "the client has stopped");
  CHECK(caller.ask(silent.port).error == "the client has stopped");
}

TEST_CASE("the blocking client needs no loop of its caller's") {
  Receiver receiver({{kOk}});
  const ClientAnswer answer = request_blocking({"GET", "http://127.0.0.1:" + std::to_string(receiver.listener.port) + "/", {}, ""});
  CHECK(answer.status == 200);
  CHECK(answer.body == "ok");
}

TEST_CASE("URLs are taken apart, and those that mislead are refused") {
  const auto url = parse_url("https://crm.example.net/hooks/sms?x=1");
  REQUIRE(url);
  CHECK(url->port == "443");
  CHECK(url->authority() == "crm.example.net");
  CHECK(url->target == "/hooks/sms?x=1");
  CHECK(parse_url("http://[::1]:8080")->authority() == "[::1]:8080");
  CHECK(parse_url("http://127.0.0.1:8099")->target == "/");
  for (const char* bad : {"", "crm.example.net", "https://", "http://user:pw@crm.example.net/", "http://crm.example.net/#x", "http://crm.example.net:0/",
                          "http://crm.example.net:99999/", "javascript:alert(1)", "http://crm.example.net/\r\nX: y"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_url(bad));
  }
}
