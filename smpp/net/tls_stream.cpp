// One connection over Asio's ssl stream. Its composed operations refer to the stream after close(), so every one of
// them keeps this object. Writing is asynchronous there: what is taken is copied, at most one TLS record at a time.
#include "smpp/net/tls_stream.hpp"

#include "smpp/framer.hpp"
#include "smpp/net/tls_reason.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace smpp::net {
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using tcp = asio::ip::tcp;

namespace {

constexpr std::size_t kRecordOctets = 16'384;  // RFC 8446 5.1: of plain text in one record

class TlsStream final : public Stream, public std::enable_shared_from_this<TlsStream> {
 public:
  TlsStream(tcp::socket socket, std::shared_ptr<const Tls> tls, std::string host)
      : tls_(std::move(tls)), host_(std::move(host)), stream_(std::move(socket), tls_->context()),
        timer_(stream_.get_executor()) {
    prepare_socket(stream_.next_layer());
  }

  void handshake(Shaken done) override;
  void read_some(std::span<std::byte> into, Read done) override;
  std::size_t write_some(std::span<const std::byte> from, error_code& error) override;
  void wait_writable(Writable done) override;
  bool finish() override;
  void shutdown_send() override {
    error_code ignored;
    stream_.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
  }
  void close() override {
    error_code ignored;
    shaken_ = nullptr;
    writable_ = nullptr;  // it holds the pump, which holds us
    timer_.cancel();
    stream_.next_layer().close(ignored);
  }
  void reset() override {
    error_code ignored;
    stream_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }
  asio::any_io_executor executor() override { return stream_.get_executor(); }
  std::string reason(const error_code& error) const override {
    return error.category() == asio::error::get_ssl_category() ? tls_error_text(error, tls_->side())
                                                               : transport_reason(error);
  }
  std::string protection() const override { return protection_; }

 private:
  [[nodiscard]] bool is_link() const { return tls_->side() == TlsSide::link; }
  void expect_name();
  void await_hello();
  void refuse(std::span<const std::byte> first);
  void shake_hands();
  void handshake_ended(std::string failed);
  [[nodiscard]] std::string handshake_fault(const error_code& error) const;
  void written(const error_code& error);
  void say_goodbye();

  std::shared_ptr<const Tls> tls_;
  std::string host_;
  ssl::stream<tcp::socket> stream_;
  asio::steady_timer timer_;  // of the handshake
  Shaken shaken_;
  Verdict verdict_;
  std::string protection_;
  std::array<std::byte, kRecordOctets> out_;
  Writable writable_;
  error_code write_error_;
  bool writing_ = false;
  bool finished_ = false;
};

// An end without close_notify is what most SMSCs do, and a normal one (P69): every PDU says itself where it ends, so
// nothing can be cut unseen.
Stream::error_code plain_end(const Stream::error_code& error) {
  return error == ssl::error::stream_truncated ? Stream::error_code(asio::error::eof) : error;
}

void TlsStream::handshake(Shaken done) {
  shaken_ = std::move(done);
  const auto limit = tls_->settings().handshake_timeout;
  timer_.expires_after(limit);
  timer_.async_wait([self = shared_from_this(), limit](const error_code& cancelled) {
    if (cancelled || !self->shaken_) return;
    self->handshake_ended("the handshake was not finished within " + seconds_text(limit) +
                          (self->is_link() ? "; does this port speak plain SMPP?" : ""));
  });
  if (!is_link()) return await_hello();
  expect_name();
  shake_hands();
}

void TlsStream::expect_name() {
  SSL* const raw = stream_.native_handle();
  error_code not_literal;
  asio::ip::make_address(host_, not_literal);
  if (not_literal) SSL_set_tlsext_host_name(raw, host_.c_str());  // RFC 6066 3: no literal addresses in it
  if (!tls_->settings().verify) return;
  SSL_set_hostflags(raw, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (not_literal) {
    SSL_set1_host(raw, host_.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(raw), host_.c_str());
  }
}

// A client that speaks something else is told apart before OpenSSL sees it, so that its operator can be told what he
// did; and it gets the alert by which it can tell its own (P4).
void TlsStream::await_hello() {
  stream_.next_layer().async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& failed) {
    if (!self->shaken_) return;
    if (failed) return self->handshake_ended(transport_reason(failed));
    std::array<std::byte, 16> first;
    const auto count =
        ::recv(self->stream_.next_layer().native_handle(), first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return self->await_hello();
    if (count <= 0) return self->handshake_ended("the client went before the handshake");
    constexpr std::byte kHandshakeRecord{0x16};
    if (first[0] == kHandshakeRecord) return self->shake_hands();
    self->refuse(std::span(first).first(static_cast<std::size_t>(count)));
  });
}

void TlsStream::refuse(std::span<const std::byte> first) {
  Framer framer(69'648);
  framer.append(first);
  std::span<const std::byte> ignored_pdu;
  const bool is_smpp = framer.next(ignored_pdu) != Framer::Found::lost;
  const std::string_view foreign = framer.foreign_protocol();
  std::string what = "the client speaks plain SMPP, and this port expects TLS";
  if (!is_smpp) what = "the client speaks " + (foreign.empty() ? "no TLS" : std::string(foreign) + ", not TLS");
  // Closing with octets unread would send RST, and the alert might die with it.
  error_code error;
  std::array<std::byte, 4096> dropped;
  for (int reads = 0; reads < 16 && !error; ++reads) stream_.next_layer().read_some(asio::buffer(dropped), error);
  // RFC 8446 6: alert, fatal, protocol_version.
  constexpr std::array<std::uint8_t, 7> kAlert{0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 70};
  stream_.next_layer().write_some(asio::buffer(kAlert), error);
  shutdown_send();
  handshake_ended(std::move(what));
}

void TlsStream::shake_hands() {
  if (tls_->settings().verify) {
    error_code ignored;
    stream_.set_verify_callback(
        [this](bool is_fine, ssl::verify_context& chain) {
          if (!is_fine && verdict_.error == X509_V_OK) verdict_ = verdict_of(*chain.native_handle());
          return is_fine;
        },
        ignored);
  }
  stream_.async_handshake(is_link() ? ssl::stream_base::client : ssl::stream_base::server,
                          [self = shared_from_this()](const error_code& error) {
                            if (self->shaken_) self->handshake_ended(error ? self->handshake_fault(error) : "");
                          });
}

void TlsStream::handshake_ended(std::string failed) {
  const auto done = std::exchange(shaken_, nullptr);
  timer_.cancel();
  if (failed.empty()) {
    protection_ = SSL_get_version(stream_.native_handle());
  } else {
    close();
  }
  done(std::move(failed));
}

std::string TlsStream::handshake_fault(const error_code& error) const {
  if (verdict_.error != X509_V_OK) return verdict_text(verdict_, host_);
  const error_code end = plain_end(error);
  if (end != asio::error::eof && end != asio::error::connection_reset) return reason(end);
  return is_link() ? "it closed the connection during the handshake; does this port speak plain SMPP?"
                   : "the client closed the connection during the handshake; perhaps it does not trust our certificate";
}

void TlsStream::read_some(std::span<std::byte> into, Read done) {
  const auto buffer = asio::buffer(into.data(), into.size());
  if (finished_) {
    stream_.next_layer().async_read_some(buffer, [self = shared_from_this(), done = std::move(done)](
                                                     const error_code& error, std::size_t) { done(error, 0); });
    return;
  }
  stream_.async_read_some(buffer, [self = shared_from_this(), into, done = std::move(done)](const error_code& error,
                                                                                            std::size_t octets) {
    // After our close_notify OpenSSL reads no more; the socket is drained below it.
    if (self->finished_ && error != asio::error::operation_aborted) return self->read_some(into, done);
    done(plain_end(error), octets);
  });
}

std::size_t TlsStream::write_some(std::span<const std::byte> from, error_code& error) {
  error = writing_ ? error_code(asio::error::would_block) : write_error_;
  if (error) return 0;
  const std::size_t count = std::min(from.size(), out_.size());
  std::copy_n(from.begin(), count, out_.begin());
  writing_ = true;
  asio::async_write(stream_, asio::buffer(out_.data(), count),
                    [self = shared_from_this()](const error_code& failed, std::size_t) { self->written(failed); });
  return count;
}

void TlsStream::written(const error_code& error) {
  writing_ = false;
  write_error_ = plain_end(error);
  if (finished_) say_goodbye();
  if (const auto tell = std::exchange(writable_, nullptr)) tell(write_error_);
}

void TlsStream::wait_writable(Writable done) {
  if (writing_) {
    writable_ = std::move(done);
    return;
  }
  asio::post(executor(), [self = shared_from_this(), done = std::move(done)] { done(self->write_error_); });
}

bool TlsStream::finish() {
  if (!stream_.next_layer().is_open()) return false;
  finished_ = true;
  if (!writing_) say_goodbye();
  return true;
}

// We do not wait for the peer's close_notify: many never send one. OpenSSL is told that it came, else it would take
// PDUs that are still under way for a fault.
void TlsStream::say_goodbye() {
  if (write_error_) return shutdown_send();
  SSL_set_shutdown(stream_.native_handle(), SSL_get_shutdown(stream_.native_handle()) | SSL_RECEIVED_SHUTDOWN);
  stream_.async_shutdown([self = shared_from_this()](const error_code&) { self->shutdown_send(); });
}

}  // namespace

std::shared_ptr<Stream> Tls::stream(tcp::socket socket, std::string host) const {
  return std::make_shared<TlsStream>(std::move(socket), shared_from_this(), std::move(host));
}

}  // namespace smpp::net
