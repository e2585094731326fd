// Reads by hand and lets Beast only parse: so the raw head can be checked before the parser joins its lines, a sink
// can hold up reading between any two pieces, and one deadline covers one phase.
//
//   idle -> head -> (continue?) -> body -> answer -> idle
//                                    \-> linger: an answer given before the whole body was read
//                            \-> streaming: the answer's body is written by its owner until it ends; then closed
#include "core/http/server_connection.hpp"

#include "core/http/connection_stream.hpp"
#include "core/http/head_checks.hpp"
#include "core/http/response_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace core::http {
namespace {

namespace net = boost::asio;
namespace bhttp = boost::beast::http;
using boost::system::error_code;
using Tcp = net::ip::tcp;
using Parser = bhttp::request_parser<bhttp::buffer_body>;

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kLingerMax = 1 << 20;      // discarded after an early answer, so that its octets are not reset away
constexpr std::chrono::seconds kLinger{2};

class ServerConnection final : public Connection, public std::enable_shared_from_this<ServerConnection> {
 public:
  ServerConnection(Tcp::socket socket, std::uint64_t number, std::shared_ptr<ServerShared> shared)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), number_(number), shared_(std::move(shared)) {
    error_code ignored;
    const auto peer = socket_.remote_endpoint(ignored);
    if (!ignored) remote_ = peer.address().to_string();
    socket_.set_option(Tcp::no_delay(true), ignored);
  }

  void start() override { next_request(true); }
  void close_if_idle() override {
    const bool is_idle = phase_ == Phase::idle || (phase_ == Phase::head && buffer_.size() == 0);
    if (is_idle || phase_ == Phase::streaming) close_now();
  }
  void close_now() override;
  const std::string& remote() const override { return remote_; }

 private:
  enum class Phase { idle, head, body, answering, streaming, lingering, closed };

  void next_request(bool fresh);
  void read_more(void (ServerConnection::*then)());
  void read_failed(const error_code& error);
  void on_head_octets();
  void parse_head(std::size_t length);
  void take_request();
  void open_body();
  void pump_body();
  void take_piece(std::string_view piece);
  void body_complete();
  void refuse(unsigned status, const std::string& detail);
  void refuse_long_head();
  void answer(std::uint64_t request, Response response);
  void written(bool keep_alive);
  std::shared_ptr<BodyStream> open_stream(std::uint64_t request, Response head);
  bool write_stream(std::string_view piece);
  void pump_stream();
  void watch_stream();
  void linger();
  void discard();
  void arm(std::chrono::milliseconds deadline);
  void timed_out();
  void drop_sink(std::string_view why);
  Reply make_reply();

  Tcp::socket socket_;
  net::steady_timer timer_;
  std::uint64_t number_;
  std::shared_ptr<ServerShared> shared_;
  std::string remote_;
  Phase phase_ = Phase::idle;
  std::uint64_t armed_ = 0;                      // the timer's current meaning; older expiries are void
  boost::beast::flat_buffer buffer_;
  std::size_t scanned_ = 0;
  std::optional<Parser> parser_;
  Request request_;
  std::uint64_t request_number_ = 0;
  bool answered_ = false;
  bool body_read_ = false;
  bool must_close_ = false;                      // what follows on this connection is not to be trusted
  Reply reply_;
  std::unique_ptr<BodySink> sink_;
  bool pumping_ = false;                         // resume() called from within chunk() goes on in the loop, not deeper
  bool waiting_ = false;                         // for resume()
  std::uint64_t piece_number_ = 0;
  std::string piece_;
  std::string outgoing_;
  std::weak_ptr<ConnectionStream> stream_;
  std::string unsent_;                           // of the stream, behind what is being written
  bool writing_ = false;
  bool chunked_ = false;
  bool stream_ended_ = false;
  std::size_t discarded_ = 0;
};

void ServerConnection::arm(std::chrono::milliseconds deadline) {
  timer_.expires_after(deadline);
  timer_.async_wait([self = weak_from_this(), meaning = ++armed_](const error_code& error) {
    const auto connection = self.lock();
    if (!error && connection && connection->armed_ == meaning) connection->timed_out();
  });
}

void ServerConnection::timed_out() {
  switch (phase_) {
    case Phase::head:
      if (buffer_.size() == 0) return close_now();
      return refuse(408, "the request's head took too long");
    case Phase::body:
      drop_sink("the body took too long");
      return refuse(408, "the request's body took too long");
    default: return close_now();
  }
}

void ServerConnection::close_now() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  ++armed_;
  timer_.cancel();
  drop_sink("the connection was closed");
  if (const auto stream = stream_.lock()) stream->disconnect();
  error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  // Posted: the list of connections may be on the stack of whoever closes.
  net::post(socket_.get_executor(), [shared = shared_, number = number_] { if (shared->closed) shared->closed(number); });
}

void ServerConnection::drop_sink(std::string_view why) {
  if (!sink_) return;
  auto sink = std::move(sink_);
  if (!body_read_ && !answered_) sink->broken(why);
  // The sink may be on the stack below us; it goes when that has unwound.
  net::post(socket_.get_executor(), [retired = std::move(sink)] {});
}

void ServerConnection::next_request(bool fresh) {
  if (shared_->draining) return close_now();
  parser_.reset();
  request_ = Request{};
  request_.remote = remote_;
  answered_ = false;
  body_read_ = false;
  waiting_ = false;
  scanned_ = 0;
  ++request_number_;
  if (buffer_.size() > 0 || fresh) {
    phase_ = Phase::head;
    arm(shared_->settings.header_deadline);
    if (buffer_.size() > 0) return on_head_octets();
  } else {
    phase_ = Phase::idle;
    arm(shared_->settings.idle_deadline);
  }
  read_more(&ServerConnection::on_head_octets);
}

void ServerConnection::read_more(void (ServerConnection::*then)()) {
  socket_.async_read_some(buffer_.prepare(kReadSize),
                          [self = shared_from_this(), then](const error_code& error, std::size_t octets) {
                            if (self->phase_ == Phase::closed || self->phase_ == Phase::lingering) return;
                            if (error) return self->read_failed(error);
                            self->buffer_.commit(octets);
                            ((*self).*then)();
                          });
}

void ServerConnection::read_failed(const error_code& error) {
  if (phase_ == Phase::answering) return;
  drop_sink(error == net::error::eof ? "the peer closed the connection" : error.message());
  close_now();
}

void ServerConnection::on_head_octets() {
  if (phase_ == Phase::idle) {
    phase_ = Phase::head;
    arm(shared_->settings.header_deadline);
  }
  std::string_view octets(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  while (octets.substr(0, 2) == "\r\n") {        // empty lines before a request are skipped (RFC 9112 2.2)
    buffer_.consume(2);
    octets.remove_prefix(2);
  }
  const std::size_t end = octets.find("\r\n\r\n", scanned_ < 3 ? 0 : scanned_ - 3);
  if (end == std::string_view::npos) {
    scanned_ = octets.size();
    if (octets.size() > shared_->settings.max_header) return refuse_long_head();
    return read_more(&ServerConnection::on_head_octets);
  }
  parse_head(end + 4);
}

void ServerConnection::parse_head(std::size_t length) {
  const std::string_view raw(static_cast<const char*>(buffer_.data().data()), length);
  if (length > shared_->settings.max_header) return refuse_long_head();
  if (auto fault = check_raw_head(raw, shared_->settings.max_fields)) return refuse(fault->status, fault->detail);
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(length) + 1);
  parser_->body_limit(boost::none);              // ours: it depends on who takes the body
  error_code error;
  const std::size_t used = parser_->put(net::const_buffer(raw.data(), raw.size()), error);
  if ((error && error != bhttp::error::need_buffer) || !parser_->is_header_done()) {
    parser_.reset();
    return refuse(400, error ? "not a request: " + error.message() : "not a request");
  }
  const auto& head = parser_->get();
  request_.method = std::string(head.method_string());
  for (const auto& header : head) {
    std::string name(header.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request_.headers.emplace(std::move(name), std::string(header.value()));
  }
  const bool known = head.method() != bhttp::verb::unknown;
  const bool http11 = head.version() == 11;
  const bool target_fine = read_target(std::string_view(head.target().data(), head.target().size()), request_);
  buffer_.consume(used);
  if (auto fault = check_head(request_, http11, shared_->hosts)) return refuse(fault->status, fault->detail);
  if (!known) return refuse(501, "the method is not implemented");
  if (!target_fine) return refuse(400, "the request target is not a path");
  take_request();
}

Reply ServerConnection::make_reply() {
  const auto send = [self = weak_from_this(), request = request_number_](Response response) {
    if (const auto connection = self.lock()) connection->answer(request, std::move(response));
  };
  const auto open = [self = weak_from_this(), request = request_number_](Response head) {
    const auto connection = self.lock();
    return connection ? connection->open_stream(request, std::move(head)) : nullptr;
  };
  return Reply(send, open);
}

void ServerConnection::take_request() {
  phase_ = Phase::body;
  arm(shared_->settings.body_deadline);
  Reply reply = make_reply();
  if (shared_->hooks.open_sink) {
    sink_ = shared_->hooks.open_sink(request_, reply);
    if (answered_) {                             // refused by the head alone
      if (sink_) net::post(socket_.get_executor(), [retired = std::move(sink_)] {});
      return;
    }
  }
  if (!sink_) {
    const auto length = parser_->content_length();
    if (length && *length > shared_->settings.max_body) {
      reply(problem(413, "Content Too Large", "a body may have at most " + std::to_string(shared_->settings.max_body) + " octets"));
      return;
    }
    reply_ = std::move(reply);                   // kept until the whole body is there
  }
  open_body();
}

void ServerConnection::open_body() {
  if (request_.headers.count("expect") == 0 || parser_->is_done()) return pump_body();
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  net::async_write(socket_, net::buffer(go_on), [self = shared_from_this()](const error_code& error, std::size_t) {
    if (self->phase_ != Phase::body) return;
    if (error) return self->read_failed(error);
    self->pump_body();
  });
}

// Feeds the parser until a piece is out, more octets are needed, or the body is complete.
void ServerConnection::pump_body() {
  if (pumping_) return;
  pumping_ = true;
  while (phase_ == Phase::body && !waiting_ && !answered_) {
    if (parser_->is_done()) {
      pumping_ = false;
      return body_complete();
    }
    if (piece_.size() != kReadSize) piece_.resize(kReadSize);
    auto& body = parser_->get().body();
    body.data = piece_.data();
    body.size = piece_.size();
    error_code error;
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    const std::size_t produced = piece_.size() - body.size;
    if (error && error != bhttp::error::need_buffer && error != bhttp::error::need_more) {
      pumping_ = false;
      drop_sink("the body is malformed");
      return refuse(400, "malformed body: " + error.message());
    }
    if (produced > 0) {
      take_piece(std::string_view(piece_.data(), produced));
    } else if (used == 0 && !parser_->is_done()) {
      // A chunk's header that never ends would be kept for ever (S9).
      if (buffer_.size() > shared_->settings.max_header) {
        pumping_ = false;
        drop_sink("the body is malformed");
        return refuse(400, "malformed body: a chunk's header is too long");
      }
      pumping_ = false;
      return read_more(&ServerConnection::pump_body);
    }
  }
  pumping_ = false;
}

void ServerConnection::take_piece(std::string_view piece) {
  if (!sink_) {
    request_.body.append(piece);
    if (request_.body.size() > shared_->settings.max_body) {
      refuse(413, "a body may have at most " + std::to_string(shared_->settings.max_body) + " octets");
    }
    return;
  }
  waiting_ = true;
  ++armed_;                                      // the sink's own time is not the peer's fault
  sink_->chunk(piece, [self = weak_from_this(), number = ++piece_number_] {
    const auto connection = self.lock();
    if (!connection || connection->piece_number_ != number || !connection->waiting_) return;
    connection->waiting_ = false;
    if (connection->phase_ != Phase::body) return;
    connection->arm(connection->shared_->settings.body_deadline);
    connection->pump_body();
  });
}

void ServerConnection::body_complete() {
  body_read_ = true;
  ++armed_;
  if (sink_) {
    phase_ = Phase::answering;
    return sink_->finished();
  }
  phase_ = Phase::answering;
  shared_->hooks.handle(std::move(request_), std::move(reply_));
}

void ServerConnection::refuse(unsigned status, const std::string& detail) {
  must_close_ = true;
  answer(request_number_, problem(status, reason_phrase(status), detail));
}

void ServerConnection::refuse_long_head() {
  refuse(431, "the header is larger than " + std::to_string(shared_->settings.max_header) + " octets");
}

void ServerConnection::answer(std::uint64_t request, Response response) {
  if (request != request_number_ || answered_ || phase_ == Phase::closed) return;
  answered_ = true;
  if (!body_read_ && parser_ && parser_->is_done()) body_read_ = true;  // it had none
  const bool keep_alive = body_read_ && !must_close_ && parser_ && parser_->keep_alive() && !shared_->draining;
  drop_sink({});
  phase_ = Phase::answering;
  arm(shared_->settings.write_deadline);
  outgoing_ = response_text(response, {keep_alive, parser_ && parser_->get().method() == bhttp::verb::head});
  net::async_write(socket_, net::buffer(outgoing_), [self = shared_from_this(), keep_alive](const error_code& error, std::size_t) {
    if (self->phase_ == Phase::closed) return;
    if (error) return self->close_now();
    self->written(keep_alive);
  });
}

void ServerConnection::written(bool keep_alive) {
  if (keep_alive) return next_request(false);
  if (body_read_ && !must_close_) return close_now();
  linger();
}

std::shared_ptr<BodyStream> ServerConnection::open_stream(std::uint64_t request, Response head) {
  if (request != request_number_ || answered_ || phase_ == Phase::closed || !parser_) return nullptr;
  const bool is_head = parser_->get().method() == bhttp::verb::head;
  if (!body_read_ || is_head || shared_->draining) {
    // Nothing may be streamed before the request is read, into a HEAD's answer, or by a server that is stopping.
    answer(request, shared_->draining ? problem(503, "Service Unavailable", "the server is stopping") : std::move(head));
    return nullptr;
  }
  answered_ = true;
  phase_ = Phase::streaming;
  chunked_ = parser_->get().version() == 11;
  ++armed_;                                      // silence of a stream is no fault; each write has its deadline
  auto stream = std::make_shared<ConnectionStream>();
  stream_ = stream;
  const auto write = [self = weak_from_this()](std::string_view piece) {
    const auto connection = self.lock();
    return connection && connection->write_stream(piece);
  };
  const auto end = [self = weak_from_this()] {
    const auto connection = self.lock();
    if (!connection || connection->phase_ != Phase::streaming) return;
    connection->stream_ended_ = true;
    if (connection->chunked_) connection->unsent_ += chunk_text({});
    connection->pump_stream();
  };
  stream->connect(write, end);
  const std::string first = std::exchange(head.body, {});
  const Framing framing = chunked_ ? Framing::chunked : Framing::until_close;
  unsent_ = response_text(head, {false, false, framing});
  watch_stream();
  if (first.empty()) {
    pump_stream();
  } else {
    write_stream(first);
  }
  return stream;
}

bool ServerConnection::write_stream(std::string_view piece) {
  if (phase_ != Phase::streaming || stream_ended_) return false;
  if (unsent_.size() + piece.size() > shared_->settings.max_unsent) {
    close_now();
    return false;
  }
  unsent_ += chunked_ ? chunk_text(piece) : std::string(piece);
  pump_stream();
  return true;
}

void ServerConnection::pump_stream() {
  if (writing_ || phase_ != Phase::streaming) return;
  if (unsent_.empty()) {
    ++armed_;
    if (stream_ended_) close_now();
    return;
  }
  writing_ = true;
  outgoing_ = std::exchange(unsent_, {});
  arm(shared_->settings.write_deadline);
  net::async_write(socket_, net::buffer(outgoing_), [self = shared_from_this()](const error_code& error, std::size_t) {
    self->writing_ = false;
    if (self->phase_ == Phase::closed) return;
    if (error) return self->close_now();
    self->pump_stream();
  });
}

// The peer has nothing to say any more; that its side ends is how we learn that it has gone.
void ServerConnection::watch_stream() {
  buffer_.consume(buffer_.size());
  socket_.async_read_some(buffer_.prepare(kReadSize), [self = shared_from_this()](const error_code& error, std::size_t) {
    if (self->phase_ != Phase::streaming) return;
    if (error) return self->close_now();
    self->watch_stream();
  });
}

// Closing with unread octets makes the kernel reset the connection, and the peer may lose the answer that says why.
void ServerConnection::linger() {
  phase_ = Phase::lingering;
  arm(kLinger);
  error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  socket_.cancel(ignored);
  buffer_.consume(buffer_.size());
  discard();
}

void ServerConnection::discard() {
  socket_.async_read_some(buffer_.prepare(kReadSize), [self = shared_from_this()](const error_code& error, std::size_t octets) {
    if (self->phase_ == Phase::closed) return;
    self->discarded_ += octets;
    if (error || self->discarded_ > kLingerMax) return self->close_now();
    self->discard();
  });
}

}  // namespace

std::shared_ptr<Connection> make_connection(Tcp::socket socket, std::uint64_t number, std::shared_ptr<ServerShared> shared) {
  return std::make_shared<ServerConnection>(std::move(socket), number, std::move(shared));
}

}  // namespace core::http
