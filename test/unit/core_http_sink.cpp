// Streamed bodies: back-pressure, early answers, and what a sink hears when the peer fails.
#include "core/http/server.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/core_http_peer.hpp"

#include <atomic>
#include <thread>

using namespace core::http;
using core_test::Loop;
using core_test::Peer;

namespace {

struct Seen {
  std::atomic<std::size_t> octets{0};
  std::atomic<int> chunks{0}, finished{0}, broken{0}, destroyed{0};
  std::string why;
  Resume resume;                                 // of the last chunk, when held
  bool hold = false;
  bool answer_at_once = false;
};

class CountingSink final : public BodySink {
 public:
  CountingSink(Seen& seen, Reply reply) : seen_(seen), reply_(std::move(reply)) {}
  ~CountingSink() override { ++seen_.destroyed; }
  void chunk(std::string_view octets, Resume resume) override {
    seen_.octets += octets.size();
    ++seen_.chunks;
    if (seen_.answer_at_once) return reply_(problem(422, "Unprocessable Content", "line 1: no", "line"));
    if (seen_.hold) seen_.resume = std::move(resume);
    else resume();
  }
  void finished() override {
    ++seen_.finished;
    Response response;
    response.body = std::to_string(seen_.octets);
    reply_(std::move(response));
  }
  void broken(std::string_view why) override {
    seen_.why = why;
    ++seen_.broken;
  }

 private:
  Seen& seen_;
  Reply reply_;
};

struct Import {
  explicit Import(ServerSettings settings = {}) {
    settings.listen = "127.0.0.1:0";
    ServerHooks hooks;
    hooks.handle = [](Request request, Reply reply) {
      Response response;
      response.body = "whole " + request.body;
      reply(std::move(response));
    };
    hooks.open_sink = [this](const Request& head, Reply& reply) -> std::unique_ptr<BodySink> {
      if (head.path == "/forbidden") {
        reply(problem(401, "Unauthorized", "no token"));
        return nullptr;
      }
      if (head.path != "/import") return nullptr;
      return std::make_unique<CountingSink>(seen, std::move(reply));
    };
    server = loop.on([&] { return std::make_unique<Server>(loop.io, settings, std::move(hooks)); });
    REQUIRE_FALSE(loop.on([&] { return server->start(); }));
  }
  ~Import() {
    loop.on([&] { seen.resume = {}; server.reset(); return true; });
  }
  Seen seen;
  Loop loop;
  std::unique_ptr<Server> server;
};

std::string post(const std::string& path, std::size_t length) {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("a body far larger than the limit streams through a sink, and the connection is kept") {
  Import import;
  Peer peer(import.server->port());
  const std::size_t size = 5'000'000;
  peer.send(post("/import", size));
  peer.send(std::string(size, 'x'));
  CHECK(peer.read_message().find("\r\n\r\n5000000") != std::string::npos);
  CHECK(import.seen.finished == 1);
  CHECK(import.seen.chunks > 100);
  peer.send(post("/other", 2) + "ok");
  CHECK(peer.read_message().find("whole ok") != std::string::npos);
  CHECK(import.seen.destroyed == 1);
}

TEST_CASE("chunked bodies stream too") {
  Import import;
  Peer peer(import.server->port());
  peer.send("POST /import HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
  CHECK(peer.read_message().find("\r\n\r\n11") != std::string::npos);
}

TEST_CASE("a sink that does not resume is given nothing more until it does") {
  Import import;
  import.seen.hold = true;
  Peer peer(import.server->port());
  peer.send(post("/import", 100'000) + std::string(100'000, 'x'));
  while (import.seen.chunks == 0) std::this_thread::yield();
  for (int turn = 0; turn < 50; ++turn) import.loop.on([] { return true; });
  CHECK(import.seen.chunks == 1);
  import.loop.on([&] {
    import.seen.hold = false;
    std::exchange(import.seen.resume, nullptr)();
    return true;
  });
  CHECK(peer.read_message().find("\r\n\r\n100000") != std::string::npos);
}

TEST_CASE("a sink may answer before the end; the rest is not read and the connection closes") {
  Import import;
  import.seen.answer_at_once = true;
  Peer peer(import.server->port());
  peer.send(post("/import", 300'000) + std::string(300'000, 'x'));
  const std::string response = peer.read_message();
  CHECK(response.rfind("HTTP/1.1 422 ", 0) == 0);
  CHECK(response.find("Connection: close") != std::string::npos);
  CHECK(peer.read_to_end().empty());
  CHECK(import.seen.chunks == 1);
  CHECK(import.seen.broken == 0);
  CHECK(import.seen.finished == 0);
}

TEST_CASE("a request refused by its head alone has its body left unread") {
  Import import;
  Peer peer(import.server->port());
  peer.send(post("/forbidden", 300'000));
  CHECK(peer.read_message().rfind("HTTP/1.1 401 ", 0) == 0);
}

TEST_CASE("a peer that leaves in the middle breaks the sink once") {
  Import import;
  {
    Peer peer(import.server->port());
    peer.send(post("/import", 1000) + "half");
    while (import.seen.octets < 4) std::this_thread::yield();
  }
  while (import.seen.destroyed == 0) std::this_thread::yield();
  CHECK(import.seen.broken == 1);
  CHECK(import.seen.finished == 0);
}

TEST_CASE("a peer that stalls in the middle breaks the sink; a sink that is slow itself is not blamed on the peer (S8)") {
  ServerSettings settings;
  settings.body_deadline = std::chrono::milliseconds(30);
  Import import(settings);
  Peer peer(import.server->port());
  peer.send(post("/import", 1000) + "half");
  CHECK(peer.read_message().rfind("HTTP/1.1 408 ", 0) == 0);
  CHECK(import.seen.broken == 1);
  CHECK(import.seen.why == "the body took too long");
}
