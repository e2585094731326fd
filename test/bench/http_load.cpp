#include "test/bench/http_load.hpp"

#include "test/bench/carrier.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace bench {

using boost::asio::ip::tcp;
using boost::system::error_code;

struct HttpClients::Shared {
  HttpLoad load;
  std::function<void(std::uint64_t)> left;
  std::uint64_t next = 0, refused = 0;
};

struct HttpClients::Client : std::enable_shared_from_this<Client> {
  Client(boost::asio::io_context& io, std::shared_ptr<Shared> all) : shared(std::move(all)), socket(io) {}

  void connect() {
    socket.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), shared->load.port));
    socket.set_option(tcp::no_delay(true));
    ask();
  }
  void ask() {
    if (shared->next == shared->load.count) return;
    const std::uint64_t person = shared->next++;
    const std::string body = "{\"to\":\"+" + Carrier::number(person) + "\",\"campaign\":\"" + shared->load.campaign + "\"}";
    request = "POST /api/v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + shared->load.token +
              "\r\nContent-Type: application/json\r\nIdempotency-Key: " + shared->load.run + "-" + std::to_string(person) +
              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    shared->left(person);
    boost::asio::async_write(socket, boost::asio::buffer(request), [self = shared_from_this()](const error_code& error, std::size_t) {
      self->expect(error);
      self->read_head();
    });
  }
  void read_head() {
    boost::asio::async_read_until(socket, boost::asio::dynamic_buffer(response), "\r\n\r\n", [self = shared_from_this()](const error_code& error, std::size_t head) {
      self->expect(error);
      self->read_body(head);
    });
  }
  void read_body(std::size_t head) {
    constexpr std::string_view kLength = "Content-Length: ", kAccepted = "HTTP/1.1 202";
    std::size_t length = 0;
    if (const auto at = response.find(kLength); at != std::string::npos) std::from_chars(response.data() + at + kLength.size(), response.data() + head, length);
    if (!response.starts_with(kAccepted)) ++shared->refused;
    const std::size_t whole = head + length, there = response.size();
    if (there >= whole) return answered(whole);
    boost::asio::async_read(socket, boost::asio::dynamic_buffer(response), boost::asio::transfer_exactly(whole - there),
                            [self = shared_from_this(), whole](const error_code& error, std::size_t) {
                              self->expect(error);
                              self->answered(whole);
                            });
  }
  // A request without an answer would be waited for without end.
  static void expect(const error_code& error) {
    if (error) throw std::runtime_error("a connection of the load failed: " + error.message());
  }
  void answered(std::size_t whole) {
    response.erase(0, whole);
    ask();
  }

  std::shared_ptr<Shared> shared;
  tcp::socket socket;
  std::string request, response;
};

HttpClients::HttpClients(boost::asio::io_context& io, HttpLoad load, std::function<void(std::uint64_t)> left)
    : shared_(std::make_shared<Shared>(Shared{std::move(load), std::move(left), 0, 0})) {
  for (std::size_t i = 0; i < shared_->load.connections; ++i) clients_.push_back(std::make_shared<Client>(io, shared_));
}

HttpClients::~HttpClients() = default;

void HttpClients::start() {
  for (const auto& client : clients_) client->connect();
}

std::uint64_t HttpClients::refused() const { return shared_->refused; }

}  // namespace bench
