// An HTTP/1.1 server on the caller's io thread. It bounds everything a peer can make large or slow (S5, S7 to S9) and
// hands whole requests to a handler, or a body piece by piece to a sink. It knows nothing of what is served.
//
// Flow: accept -> head -> checks -> [sink for the head? chunks : whole body -> handler] -> Reply -> next request.
// Requests of one connection are answered one after the other, pipelined ones in order.
#pragma once

#include "core/http/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace core::http {

// A response whose body its owner writes piece by piece, for as long as it likes: events, an export. All on the io
// thread. Dropped, it ends the body; writing to one that is no longer open does nothing.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Sent in order, as the peer reads. A peer so slow that more than ServerSettings::max_unsent octets wait for it is
  // cut off: what it would get later is of no use to it, and our memory is not its buffer. False: no longer open.
  virtual bool write(std::string_view piece) = 0;
  virtual void end() = 0;                        // after what was written; the connection then closes
  [[nodiscard]] virtual bool is_open() const = 0;
  std::function<void()> on_closed;               // once, when the peer went away, was cut off, or the server stops
};

// The right to answer one request, once, on the io thread, now or later. Dropped unanswered it answers 500, so that
// no path through the program can leave a client waiting. Answering a connection that has gone does nothing.
class Reply {
 public:
  using Send = std::function<void(Response)>;
  using Open = std::function<std::shared_ptr<BodyStream>(Response)>;
  Reply() = default;
  explicit Reply(Send send, Open open = {});
  Reply(Reply&& other) noexcept;
  Reply& operator=(Reply&& other) noexcept;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply();

  void operator()(Response response);
  // Answers with this head; its body, if any, is the first piece. Null: the connection has gone, or cannot stream.
  [[nodiscard]] std::shared_ptr<BodyStream> stream(Response head);
  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(send_); }  // not answered yet

 private:
  Send send_;
  Open open_;
};

// Goes on reading; may be called at once, later, or never, on the io thread.
using Resume = std::function<void()>;

// Takes a body as it arrives. Reading stands still from `chunk` until its `resume` is called: that is the
// back-pressure of an import. Its Reply may be used before the end; the rest of the body is then not read and the
// connection closes. The sink is destroyed after finished(), broken(), or an answer.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void chunk(std::string_view octets, Resume resume) = 0;  // never empty; valid during the call
  virtual void finished() = 0;                                     // the whole body has arrived
  virtual void broken(std::string_view why) = 0;                   // the peer went away, or was too slow
};

struct ServerSettings {
  std::string listen = "127.0.0.1:8080";         // "[::1]:8080"; port 0: any free one
  std::vector<std::string> hosts;                // Host names accepted beside loopback ones and `listen` (S5)
  std::size_t max_body = 256 * 1024;             // of a body that no sink takes: 413
  std::size_t max_header = 8 * 1024;
  std::size_t max_fields = 64;
  std::size_t max_unsent = 512 * 1024;           // octets of a BodyStream that its peer has not taken yet
  std::size_t max_connections = 256;
  std::size_t max_connections_per_address = 64;
  std::chrono::milliseconds header_deadline{5'000};  // from the first octet; absolute (S8)
  std::chrono::milliseconds body_deadline{10'000};   // of a whole body; of one chunk of a streamed one
  std::chrono::milliseconds idle_deadline{15'000};   // between two requests
  std::chrono::milliseconds write_deadline{10'000};
};

// Called on the io thread.
struct ServerHooks {
  std::function<void(Request, Reply)> handle;
  // Decides by the head whether the body is streamed. Null result: not this one, and the Reply must be left alone;
  // may be empty. The sink may also answer at once (a refused token) and still be returned.
  std::function<std::unique_ptr<BodySink>(const Request& head, Reply& reply)> open_sink;
};

class Server {
 public:
  Server(boost::asio::io_context& io, ServerSettings settings, ServerHooks hooks);
  ~Server();                                     // closes what is open
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens. What went wrong, for a person: "127.0.0.1:8080 is already in use by another program".
  [[nodiscard]] std::optional<std::string> start();
  [[nodiscard]] std::uint16_t port() const;      // the bound one
  [[nodiscard]] std::size_t connections() const;
  // Accepts nothing more, closes idle connections, lets running requests be answered, cuts what is left after
  // `grace`; then calls `stopped` once.
  void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// "127.0.0.1:8080" or "[::1]:0" -> address and port. Empty: not of that form.
struct Endpoint { std::string address; std::uint16_t port = 0; };
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] bool is_loopback(std::string_view address);

}  // namespace core::http
