// The octets of one connection, plain TCP or TLS, seen alike by the pump and by both sides. Private to smpp/net.
// Flow: make_plain_stream or Tls::stream -> handshake -> read_some, write_some, wait_writable -> finish or close.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace smpp::net {

// A stream keeps itself alive while one of its operations runs; what its callbacks use is the caller's to keep.
class Stream {
 public:
  using error_code = boost::system::error_code;
  using Shaken = std::function<void(std::string failed)>;  // empty, or what went wrong, for a person
  using Read = std::function<void(const error_code&, std::size_t)>;
  using Writable = std::function<void(const error_code&)>;

  virtual ~Stream() = default;

  // Once, before anything else. A plain stream answers at once, from within the call. After close() nobody is told.
  virtual void handshake(Shaken done) = 0;
  // One at a time; never answers from within the call.
  virtual void read_some(std::span<std::byte> into, Read done) = 0;
  // Takes what it can now. `would_block`: nothing until wait_writable has answered. What it took may have reached the
  // peer even if an error follows; what it did not take has not.
  virtual std::size_t write_some(std::span<const std::byte> from, error_code& error) = 0;
  virtual void wait_writable(Writable done) = 0;

  // Ends our side as the protocol below asks (close_notify, then FIN). Reads go on, and no longer show what they read.
  // False: the connection is gone already.
  virtual bool finish() = 0;
  // FIN and nothing else: writing has failed, but what the peer sent before is still to be read.
  virtual void shutdown_send() = 0;
  virtual void close() = 0;  // who waits to write is not told any more
  virtual void reset() = 0;  // RST

  [[nodiscard]] virtual boost::asio::any_io_executor executor() = 0;
  [[nodiscard]] virtual std::string reason(const error_code& error) const = 0;  // for a person
  [[nodiscard]] virtual std::string protection() const = 0;                     // "TLSv1.3"; empty: none
};

[[nodiscard]] std::shared_ptr<Stream> make_plain_stream(boost::asio::ip::tcp::socket socket);

// What a person should read of an end or an error of TCP: "the peer closed the connection".
[[nodiscard]] std::string transport_reason(const boost::system::error_code& error);
[[nodiscard]] std::string seconds_text(std::chrono::milliseconds time);  // "2.1 s"

// TCP_NODELAY, SO_KEEPALIVE with 60 s idle (P68), non-blocking. Best effort: a failure shows up in the first read.
void prepare_socket(boost::asio::ip::tcp::socket& socket);

}  // namespace smpp::net
