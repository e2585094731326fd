// The server against a peer that writes octets by hand: order, limits, and what is refused before any handler.
#include "core/http/head_checks.hpp"
#include "core/http/response_text.hpp"
#include "core/http/server.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/core_http_peer.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

using namespace core::http;
using core_test::Loop;
using core_test::Peer;

namespace {

// Echoes method, path and body; "/drop" answers never, "/later" after the next turn of the loop.
struct Echo {
  explicit Echo(ServerSettings settings = {}, std::function<std::unique_ptr<BodySink>(const Request&, Reply&)> open_sink = {}) {
    settings.listen = "127.0.0.1:0";
    ServerHooks hooks;
    hooks.open_sink = std::move(open_sink);
    hooks.handle = [this](Request request, Reply reply) {
      Response response;
      response.content_type = "text/plain";
      response.body = request.method + " " + request.path + " " + request.body;
      if (request.path == "/drop") return;
      if (request.path == "/split") response.headers = {{"X-Good", "1"}, {"X-Bad", "a\r\nX-Injected: 1"}};
      if (request.path == "/later") {
        held = std::move(reply);
        boost::asio::post(loop.io, [this, response] { held(response); });
        return;
      }
      if (request.path == "/hold") {
        held = std::move(reply);
        return;
      }
      reply(std::move(response));
    };
    server = loop.on([&] { return std::make_unique<Server>(loop.io, settings, std::move(hooks)); });
    failure = loop.on([&] { return server->start(); });
  }
  ~Echo() {
    loop.on([&] { server.reset(); return true; });
  }
  std::string ask(const std::string& octets) const {
    Peer peer(server->port());
    peer.send(octets);
    return peer.read_message();
  }
  Loop loop;
  Reply held;
  std::unique_ptr<Server> server;
  std::optional<std::string> failure;
};

std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}
bool is(const std::string& response, int status) { return response.rfind("HTTP/1.1 " + std::to_string(status) + " ", 0) == 0; }
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a request is answered and the connection kept for the next one") {
  Echo echo;
  REQUIRE_FALSE(echo.failure);
  Peer peer(echo.server->port());
  peer.send("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(contains(peer.read_message(), "POST /a hello"));
  peer.send(get("/b"));
  CHECK(contains(peer.read_message(), "GET /b "));
}

TEST_CASE("pipelined requests are answered in order, also when the first is answered later") {
  Echo echo;
  Peer peer(echo.server->port());
  peer.send(get("/later") + get("/second") + get("/third"));
  CHECK(contains(peer.read_message(), "/later"));
  CHECK(contains(peer.read_message(), "/second"));
  CHECK(contains(peer.read_message(), "/third"));
}

TEST_CASE("a request that arrives octet by octet is one request") {
  Echo echo;
  Peer peer(echo.server->port());
  for (const char c : std::string("POST /slow HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
    REQUIRE(peer.send(std::string(1, c)));
  }
  CHECK(contains(peer.read_message(), "POST /slow abcde"));
}

TEST_CASE("a reply that is dropped answers 500 instead of leaving the client waiting") {
  Echo echo;
  const std::string response = echo.ask(get("/drop"));
  CHECK(is(response, 500));
  CHECK(contains(response, "application/problem+json"));
}

TEST_CASE("an answer that comes after the client has gone does nothing") {
  Echo echo;
  {
    Peer peer(echo.server->port());
    peer.send(get("/hold"));
    while (!echo.loop.on([&] { return static_cast<bool>(echo.held); })) std::this_thread::yield();
  }
  echo.loop.on([&] { echo.held(Response{}); return true; });
  CHECK(contains(echo.ask(get("/alive")), "/alive"));
}

TEST_CASE("HEAD gets the length but not the body") {
  Echo echo;
  Peer peer(echo.server->port());
  peer.head_only = true;
  peer.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = peer.read_to_end();
  CHECK(contains(all, "Content-Length: 8\r\n"));
  CHECK(all.substr(all.size() - 4) == "\r\n\r\n");
}

TEST_CASE("heads that two readers would read differently are refused (S9)") {
  Echo echo;
  const std::string host = "Host: localhost\r\n";
  CHECK(is(echo.ask("GET / HTTP/1.1\r\n" + host + "X-Folded: a\r\n  b\r\n\r\n"), 400));
  CHECK(is(echo.ask("GET / HTTP/1.1\r\n" + host + host + "\r\n"), 400));
  CHECK(is(echo.ask("GET / HTTP/1.1\r\n\r\n"), 400));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\nabc"), 400));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), 400));
  CHECK(is(echo.ask("GET http://localhost/ HTTP/1.1\r\n" + host + "\r\n"), 400));
  CHECK(is(echo.ask("OPTIONS * HTTP/1.1\r\n" + host + "\r\n"), 400));
  CHECK(is(echo.ask("BREW / HTTP/1.1\r\n" + host + "\r\n"), 501));
  CHECK(is(echo.ask("TRACE / HTTP/1.1\r\n" + host + "\r\n"), 501));
  CHECK(is(echo.ask("GET /%zz HTTP/1.1\r\n" + host + "\r\n"), 400));
  CHECK(is(echo.ask("GET / HTTP/1.1\nHost: localhost\n\n\r\n\r\n"), 400));
  CHECK(is(echo.ask("\x16\x03\x01 a TLS hello\r\n\r\n"), 400));
}

TEST_CASE("a host the server does not answer for is refused (S5)") {
  ServerSettings settings;
  settings.hosts = {"sms.example.net"};
  Echo echo(settings);
  const auto with_host = [&](const std::string& host) { return echo.ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"); };
  CHECK(is(with_host("127.0.0.1:8080"), 200));
  CHECK(is(with_host("[::1]:8080"), 200));
  CHECK(is(with_host("LOCALHOST"), 200));
  CHECK(is(with_host("sms.example.net:443"), 200));
  CHECK(is(with_host("evil.example"), 421));
  CHECK(is(with_host("localhost.evil.example"), 421));
  CHECK(is(with_host("evil@localhost"), 400));
  CHECK(is(with_host("localhost:80x"), 400));
}

TEST_CASE("a header of more than 8 KB or 64 fields is refused with 431 (S9)") {
  Echo echo;
  CHECK(is(echo.ask(get("/", "X-Long: " + std::string(9000, 'a') + "\r\n")), 431));
  CHECK(is(echo.ask("GET /" + std::string(20000, 'a')), 431));
  std::string fields;
  for (int i = 0; i < 64; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
  CHECK(is(echo.ask(get("/", fields)), 431));
}

TEST_CASE("a body larger than the limit is refused with 413, stated or chunked (S9)") {
  ServerSettings settings;
  settings.max_body = 1000;
  Echo echo(settings);
  CHECK(is(echo.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n"), 413));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x')), 200));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"), 413));
}

TEST_CASE("the refusal of a huge body reaches a client that is still writing it") {
  Echo echo;
  Peer peer(echo.server->port());
  peer.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n");
  peer.send(std::string(600000, 'x'));
  CHECK(is(peer.read_message(), 413));
}

TEST_CASE("100-continue is sent before the body is waited for") {
  Echo echo;
  Peer peer(echo.server->port());
  peer.send("POST /c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(peer.read_message() == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("ok");
  CHECK(contains(peer.read_message(), "POST /c ok"));
  CHECK(is(echo.ask("POST /c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: coffee\r\n\r\n"), 417));
}

TEST_CASE("every answer carries the security headers, and no header can start another (S6, S7)") {
  Echo echo;
  const std::string response = echo.ask(get("/split"));
  for (const char* header : {"X-Content-Type-Options: nosniff", "frame-ancestors 'none'", "Referrer-Policy: no-referrer", "Cache-Control: no-store"}) {
    CHECK(contains(response, header));
  }
  CHECK(contains(response, "X-Good: 1"));
  CHECK_FALSE(contains(response, "X-Injected"));
}

TEST_CASE("slow heads, slow bodies and idle connections are ended (S8)") {
  ServerSettings settings;
  settings.header_deadline = std::chrono::milliseconds(40);
  settings.body_deadline = std::chrono::milliseconds(40);
  settings.idle_deadline = std::chrono::milliseconds(40);
  Echo echo(settings);
  CHECK(is(echo.ask("GET / HTTP/1.1\r\nHost: loc"), 408));
  CHECK(is(echo.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"), 408));
  Peer silent(echo.server->port());
  CHECK(silent.read_to_end().empty());
  Peer idle(echo.server->port());
  idle.send(get("/"));
  CHECK(is(idle.read_message(), 200));
  CHECK(idle.read_to_end().empty());
}

TEST_CASE("one address cannot take all connections, and a full server accepts again when one leaves (S8)") {
  ServerSettings settings;
  settings.max_connections = 2;
  settings.max_connections_per_address = 64;
  Echo echo(settings);
  auto first = std::make_unique<Peer>(echo.server->port());
  Peer second(echo.server->port());
  first->send(get("/"));
  second.send(get("/"));
  CHECK(is(first->read_message(), 200));
  CHECK(is(second.read_message(), 200));
  Peer third(echo.server->port());
  third.send(get("/third"));
  CHECK(echo.loop.on([&] { return echo.server->connections(); }) == 2);
  first.reset();
  CHECK(contains(third.read_message(), "/third"));

  settings.max_connections = 10;
  settings.max_connections_per_address = 1;
  Echo strict(settings);
  Peer kept(strict.server->port());
  kept.send(get("/"));
  CHECK(is(kept.read_message(), 200));
  Peer refused(strict.server->port());
  CHECK(refused.read_to_end().empty());
}

TEST_CASE("a port in use and a nonsense address are told plainly") {
  Echo echo;
  Loop loop;
  ServerSettings settings;
  settings.listen = "127.0.0.1:" + std::to_string(echo.server->port());
  Server second(loop.io, settings, {});
  CHECK(second.start() == settings.listen + " is already in use by another program");
  settings.listen = "everywhere";
  Server third(loop.io, settings, {});
  CHECK(third.start() == "\"everywhere\" is not an address and port such as 127.0.0.1:8080");
  CHECK(parse_endpoint("[::1]:80")->address == "::1");
  CHECK_FALSE(parse_endpoint("127.0.0.1:99999"));
  CHECK_FALSE(parse_endpoint("127.0.0.1:"));
  CHECK(is_loopback("127.9.9.9"));
  CHECK_FALSE(is_loopback("192.0.2.1"));
}

TEST_CASE("stop lets a running request be answered, then closes; idle connections close at once") {
  std::promise<void> stopped;                    // outlives the loop that keeps it
  Echo echo;
  Peer idle(echo.server->port());
  idle.send(get("/"));
  CHECK(is(idle.read_message(), 200));
  Peer busy(echo.server->port());
  busy.send(get("/hold"));
  while (!echo.loop.on([&] { return static_cast<bool>(echo.held); })) std::this_thread::yield();
  echo.loop.on([&] { echo.server->stop(std::chrono::seconds(10), [&] { stopped.set_value(); }); return true; });
  CHECK(idle.read_to_end().empty());
  const std::future<void> ended = stopped.get_future();
  CHECK(ended.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  echo.loop.on([&] { echo.held(Response{}); return true; });
  CHECK(contains(busy.read_to_end(), "Connection: close"));
  ended.wait();
}

TEST_CASE("stop cuts what is left after the grace") {
  std::promise<void> stopped;                    // outlives the loop that keeps it
  Echo echo;
  Peer busy(echo.server->port());
  busy.send(get("/hold"));
  while (!echo.loop.on([&] { return static_cast<bool>(echo.held); })) std::this_thread::yield();
  echo.loop.on([&] { echo.server->stop(std::chrono::milliseconds(1), [&] { stopped.set_value(); }); return true; });
  stopped.get_future().wait();
  CHECK(busy.read_to_end().empty());
}

TEST_CASE("a target is read into path, segments and query") {
  Request request;
  REQUIRE(read_target("/api/v1/campaigns/check%20up/recipients?limit=5&name=a+b&limit=7", request));
  CHECK(request.path == "/api/v1/campaigns/check%20up/recipients");
  CHECK(request.segments == std::vector<std::string>{"api", "v1", "campaigns", "check up", "recipients"});
  CHECK(request.query_value("limit") == "7");
  CHECK(request.query_value("name") == "a b");
  CHECK_FALSE(request.query_value("other"));
  CHECK_FALSE(read_target("//\x01", request));
}
