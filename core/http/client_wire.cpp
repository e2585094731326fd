#include "core/http/client_wire.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <utility>

namespace core::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using Tcp = net::ip::tcp;

// Name and TCP, for both kinds. The caller keeps `socket` and `resolver` alive until `opened` was called.
void open_tcp(Tcp::socket& socket, Tcp::resolver& resolver, const std::shared_ptr<bool>& alive, const Url& url, Wire::Opened opened) {
  const std::string where = url.host + ":" + url.port;
  auto connected = [where, opened, alive, &socket](const error_code& error, const Tcp::endpoint&) {
    if (!*alive) return;
    if (error) return opened("connect to " + where + ": " + error.message());
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    opened({});
  };
  auto resolved = [where, opened, alive, &socket, connected](const error_code& error, const Tcp::resolver::results_type& found) {
    if (!*alive) return;
    if (error) return opened("look up " + where + ": " + error.message());
    net::async_connect(socket, found, connected);
  };
  resolver.async_resolve(url.host, url.port, resolved);
}

// A kept connection that has become readable holds an end or an answer to nothing.
bool is_readable(Tcp::socket& socket, bool data_is_fine) {
  char octet = 0;
  const auto got = ::recv(socket.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
  return got == 0 || !data_is_fine;
}

class PlainWire final : public Wire {
 public:
  explicit PlainWire(net::io_context& io) : socket_(io), resolver_(io) {}
  ~PlainWire() override { *alive_ = false; }
  void open(const Url& url, Opened opened) override { open_tcp(socket_, resolver_, alive_, url, std::move(opened)); }
  void write(net::const_buffer octets, Moved written) override { net::async_write(socket_, octets, guarded(std::move(written))); }
  void read(net::mutable_buffer into, Moved done) override { socket_.async_read_some(into, guarded(std::move(done))); }
  void close() override {
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
  }
  bool stale() override { return is_readable(socket_, false); }

 private:
  Moved guarded(Moved moved) const {
    return [alive = alive_, moved = std::move(moved)](const error_code& error, std::size_t octets) {
      if (*alive) moved(error, octets);
    };
  }
  Tcp::socket socket_;
  Tcp::resolver resolver_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// The stream is kept by its own operations: a composed TLS operation still refers to it after close().
class TlsWire final : public Wire {
 public:
  using Stream = net::ssl::stream<Tcp::socket>;
  TlsWire(net::io_context& io, net::ssl::context& tls, bool verify)
      : stream_(std::make_shared<Stream>(io, tls)), resolver_(io), verify_(verify) {}
  ~TlsWire() override {
    *alive_ = false;
    close();
  }
  void open(const Url& url, Opened opened) override {
    open_tcp(stream_->next_layer(), resolver_, alive_, url, [this, url, opened = std::move(opened)](std::string failed) {
      if (!failed.empty()) return opened(std::move(failed));
      shake_hands(url, opened);
    });
  }
  void write(net::const_buffer octets, Moved written) override { net::async_write(*stream_, octets, guarded(std::move(written))); }
  void read(net::mutable_buffer into, Moved done) override { stream_->async_read_some(into, guarded(std::move(done))); }
  void close() override {
    error_code ignored;
    resolver_.cancel();
    stream_->next_layer().close(ignored);
  }
  // Session tickets may wait unread, so octets alone say nothing here.
  bool stale() override { return is_readable(stream_->next_layer(), true); }

 private:
  void shake_hands(const Url& url, const Opened& opened) {
    error_code numeric;
    net::ip::make_address(url.host, numeric);
    if (numeric) SSL_set_tlsext_host_name(stream_->native_handle(), url.host.c_str());
    if (verify_) stream_->set_verify_callback(net::ssl::host_name_verification(url.host));
    auto shaken = [stream = stream_, alive = alive_, url, opened](const error_code& error) {
      if (!*alive) return;
      if (!error) return opened({});
      std::string why = error.message();
      const long verdict = SSL_get_verify_result(stream->native_handle());
      if (verdict != X509_V_OK) why = X509_verify_cert_error_string(verdict);
      opened("TLS with " + url.host + ":" + url.port + ": " + why);
    };
    stream_->async_handshake(net::ssl::stream_base::client, shaken);
  }
  Moved guarded(Moved moved) const {
    return [alive = alive_, stream = stream_, moved = std::move(moved)](const error_code& error, std::size_t octets) {
      if (*alive) moved(error, octets);
    };
  }
  std::shared_ptr<Stream> stream_;
  Tcp::resolver resolver_;
  bool verify_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<Wire> make_plain_wire(net::io_context& io) { return std::make_unique<PlainWire>(io); }
std::unique_ptr<Wire> make_tls_wire(net::io_context& io, net::ssl::context& tls, bool verify) {
  return std::make_unique<TlsWire>(io, tls, verify);
}

std::unique_ptr<net::ssl::context> make_tls(const ClientSettings& settings, std::string& problem) {
  error_code error;
  auto tls = std::make_unique<net::ssl::context>(net::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  if (settings.ca_file.empty()) {
    tls->set_default_verify_paths(error);
  } else {
    tls->load_verify_file(settings.ca_file, error);
    if (error) problem = "cannot read certificates from " + settings.ca_file + ": " + error.message();
  }
  tls->set_verify_mode(settings.verify_tls ? net::ssl::verify_peer : net::ssl::verify_none, error);
  return tls;
}

}  // namespace core::http
