#include "smpp/net/stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdio>
#include <utility>

namespace smpp::net {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

class PlainStream final : public Stream, public std::enable_shared_from_this<PlainStream> {
 public:
  explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) { prepare_socket(socket_); }

  void handshake(Shaken done) override { done({}); }
  void read_some(std::span<std::byte> into, Read done) override {
    socket_.async_read_some(asio::buffer(into.data(), into.size()),
                            [self = shared_from_this(), done = std::move(done)](const error_code& error,
                                                                                std::size_t octets) {
                              done(error, octets);
                            });
  }
  // A direct non-blocking write of the caller's own buffer: no copy, and the count is exact at every moment.
  std::size_t write_some(std::span<const std::byte> from, error_code& error) override {
    return socket_.write_some(asio::buffer(from.data(), from.size()), error);
  }
  void wait_writable(Writable done) override {
    socket_.async_wait(tcp::socket::wait_write,
                       [self = shared_from_this(), done = std::move(done)](const error_code& failed) { done(failed); });
  }

  bool finish() override {
    error_code failed;
    socket_.shutdown(tcp::socket::shutdown_send, failed);
    return !failed;
  }
  void shutdown_send() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }
  void reset() override {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }

  asio::any_io_executor executor() override { return socket_.get_executor(); }
  std::string reason(const error_code& error) const override { return transport_reason(error); }
  std::string protection() const override { return {}; }

 private:
  tcp::socket socket_;
};

}  // namespace

std::string transport_reason(const Stream::error_code& error) {
  if (error == asio::error::eof) return "the peer closed the connection";
  if (error == asio::error::connection_reset) return "the peer reset the connection";
  return error.message();
}

std::string seconds_text(std::chrono::milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1000.0);
  return text;
}

void prepare_socket(tcp::socket& socket) {
  Stream::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(tcp::socket::keep_alive(true), ignored);
  const int idle_seconds = 60;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
  socket.non_blocking(true, ignored);
}

std::shared_ptr<Stream> make_plain_stream(tcp::socket socket) { return std::make_shared<PlainStream>(std::move(socket)); }

}  // namespace smpp::net
