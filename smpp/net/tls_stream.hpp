// TLS streams out of TlsSettings. OpenSSL and Asio's ssl stay in the .cpp files. Private to smpp/net.
#pragma once

#include "smpp/net/stream.hpp"
#include "smpp/net/tls.hpp"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace smpp::net {

// Settings whose files have been read. Streams made of it keep it alive.
class Tls : public std::enable_shared_from_this<Tls> {
 public:
  // nullptr, and then `fault` says why.
  [[nodiscard]] static std::shared_ptr<const Tls> load(TlsSettings settings, TlsSide side, std::string& fault);
  Tls(TlsSettings settings, TlsSide side);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  // `host`: the name or literal address that a link connects to, sent as SNI and held against the certificate.
  [[nodiscard]] std::shared_ptr<Stream> stream(boost::asio::ip::tcp::socket socket, std::string host) const;
  [[nodiscard]] const TlsSettings& settings() const { return settings_; }
  [[nodiscard]] TlsSide side() const { return side_; }
  // Not const: Asio's streams take it so, and change nothing in it.
  [[nodiscard]] boost::asio::ssl::context& context() const { return *context_; }

 private:
  std::string read_files();

  TlsSettings settings_;
  TlsSide side_;
  std::unique_ptr<boost::asio::ssl::context> context_;
};

}  // namespace smpp::net
