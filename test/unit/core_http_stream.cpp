// A response whose body is written piece by piece: order, framing, its ends, and peers that are too slow or gone.
#include "core/http/server.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/core_http_peer.hpp"

#include <atomic>

using namespace core::http;
using core_test::Loop;
using core_test::Peer;

namespace {

// Streams whatever is asked for; the test holds the stream.
struct Streaming {
  explicit Streaming(ServerSettings settings = {}) {
    settings.listen = "127.0.0.1:0";
    ServerHooks hooks;
    hooks.handle = [this](const Request&, Reply reply) {
      Response head;
      head.content_type = "text/event-stream";
      head.body = "first\n";
      stream = reply.stream(std::move(head));
      if (stream) stream->on_closed = [this] { ++closed; };
      ++asked;
    };
    server = loop.on([&] { return std::make_unique<Server>(loop.io, settings, std::move(hooks)); });
    failed = loop.on([&] { return server->start(); });
  }
  ~Streaming() {
    loop.on([&] { return stream.reset(), server.reset(), true; });
  }
  bool on_loop_until(const std::function<bool()>& condition) {
    const auto turns = 2'000'000;  // each a turn of the loop: far more than any condition here needs
    for (int i = 0; i < turns; ++i) {
      if (loop.on(condition)) return true;
    }
    return false;
  }
  bool write(const std::string& piece) {
    return loop.on([&] { return stream && stream->write(piece); });
  }
  int times_closed() {
    return loop.on([&] { return closed; });
  }
  bool has_stream() {
    return loop.on([&] { return stream != nullptr; });
  }
  // All of the loop's thread, from here on.
  Loop loop;
  std::shared_ptr<BodyStream> stream;
  std::unique_ptr<Server> server;
  std::optional<std::string> failed;
  int asked = 0, closed = 0;
};

std::string get(const std::string& version = "1.1") {
  return "GET /events HTTP/" + version + "\r\nHost: localhost\r\n\r\n";
}
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("pieces of a streamed body arrive as chunks, and its end closes the connection") {
  Streaming streaming;
  REQUIRE_FALSE(streaming.failed);
  Peer peer(streaming.server->port());
  peer.send(get());
  REQUIRE(streaming.on_loop_until([&] { return streaming.asked == 1; }));
  REQUIRE(streaming.write("second piece\n"));
  streaming.loop.on([&] { return streaming.stream->end(), true; });
  const std::string all = peer.read_to_end();
  CHECK(contains(all, "Transfer-Encoding: chunked\r\n"));
  CHECK(contains(all, "Content-Type: text/event-stream\r\n"));
  CHECK(contains(all, "Connection: close\r\n"));
  CHECK_FALSE(contains(all, "Content-Length"));
  CHECK(contains(all, "\r\n\r\n6\r\nfirst\n\r\nd\r\nsecond piece\n\r\n0\r\n\r\n"));
  CHECK_FALSE(streaming.write("after the end"));
}

TEST_CASE("an HTTP/1.0 peer gets a streamed body as it is, up to the end of the connection") {
  Streaming streaming;
  Peer peer(streaming.server->port());
  peer.send(get("1.0"));
  REQUIRE(streaming.on_loop_until([&] { return streaming.asked == 1; }));
  REQUIRE(streaming.write("second\n"));
  streaming.loop.on([&] { return streaming.stream.reset(), true; });  // dropped: ended
  const std::string all = peer.read_to_end();
  CHECK_FALSE(contains(all, "chunked"));
  CHECK(contains(all, "\r\n\r\nfirst\nsecond\n"));
}

TEST_CASE("the owner of a stream hears when its peer goes away") {
  Streaming streaming;
  {
    Peer peer(streaming.server->port());
    peer.send(get());
    REQUIRE(streaming.on_loop_until([&] { return streaming.asked == 1; }));
  }
  REQUIRE(streaming.on_loop_until([&] { return streaming.closed == 1; }));
  CHECK_FALSE(streaming.write("to nobody"));
  CHECK(streaming.loop.on([&] { return streaming.server->connections(); }) == 0);
}

TEST_CASE("a peer that does not read is cut off when its backlog is full, and memory stays bounded") {
  ServerSettings settings;
  settings.max_unsent = 64 * 1024;
  settings.write_deadline = std::chrono::hours(1);  // the backlog, not the time, is what ends it
  Streaming streaming(settings);
  Peer peer(streaming.server->port());
  peer.send(get());
  REQUIRE(streaming.on_loop_until([&] { return streaming.asked == 1; }));
  const std::string piece(16 * 1024, 'x');
  constexpr std::size_t kTooMuch = 4'000;  // pieces, 64 MB: above what two kernels' buffers take
  std::size_t written = 0;
  const bool cut = streaming.on_loop_until([&] {
    for (int i = 0; i < 64; ++i) written += streaming.stream->write(piece) ? 1 : 0;
    return !streaming.stream->is_open() || written > kTooMuch;
  });
  CHECK(cut);
  CHECK(written <= kTooMuch);
  CHECK(streaming.times_closed() == 1);
  CHECK(written > 3);  // what fits is kept
}

TEST_CASE("a stream does not hold up the server's stop") {
  Streaming streaming;
  Peer peer(streaming.server->port());
  peer.send(get());
  REQUIRE(streaming.on_loop_until([&] { return streaming.asked == 1; }));
  bool stopped = false;
  streaming.loop.on([&] { return streaming.server->stop(std::chrono::hours(1), [&] { stopped = true; }), true; });
  REQUIRE(streaming.on_loop_until([&] { return stopped; }));
  CHECK(streaming.times_closed() == 1);
}

TEST_CASE("the answer to HEAD has no body to stream") {
  Streaming streaming;
  Peer peer(streaming.server->port());
  peer.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = peer.read_to_end();
  CHECK(contains(all, "HTTP/1.1 200 OK\r\n"));
  CHECK_FALSE(contains(all, "first"));
  CHECK_FALSE(streaming.has_stream());
}
