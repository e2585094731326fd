// A client's connection, plain or TLS, seen alike: connect, write all, read some. Internal to core/http.
#pragma once

#include "core/http/client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace core::http {

class Wire {
 public:
  // `failed`: empty, or what went wrong, for a person ("connect to 127.0.0.1:1: Connection refused").
  using Opened = std::function<void(std::string failed)>;
  using Moved = std::function<void(const boost::system::error_code&, std::size_t)>;
  virtual ~Wire() = default;
  virtual void open(const Url& url, Opened opened) = 0;
  virtual void write(boost::asio::const_buffer octets, Moved written) = 0;
  virtual void read(boost::asio::mutable_buffer into, Moved read) = 0;
  virtual void close() = 0;
  // Asked of an unused connection: has the peer closed it, or said something nobody asked for?
  [[nodiscard]] virtual bool stale() = 0;
};

[[nodiscard]] std::unique_ptr<Wire> make_plain_wire(boost::asio::io_context& io);
// `verify`: chain and name. The context outlives the wire.
[[nodiscard]] std::unique_ptr<Wire> make_tls_wire(boost::asio::io_context& io, boost::asio::ssl::context& tls, bool verify);
// TLS 1.2 and later. `problem`: why the CA file cannot be used.
[[nodiscard]] std::unique_ptr<boost::asio::ssl::context> make_tls(const ClientSettings& settings, std::string& problem);

}  // namespace core::http
