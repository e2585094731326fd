#include "core/http/server.hpp"

#include "core/http/head_checks.hpp"
#include "core/http/server_connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <charconv>
#include <map>
#include <utility>

namespace core::http {

namespace net = boost::asio;
using boost::system::error_code;
using Tcp = net::ip::tcp;

// ---- Reply ------------------------------------------------------------------------------------------------------
Reply::Reply(Send send, Open open) : send_(std::move(send)), open_(std::move(open)) {}
Reply::Reply(Reply&& other) noexcept
    : send_(std::exchange(other.send_, nullptr)), open_(std::exchange(other.open_, nullptr)) {}
Reply& Reply::operator=(Reply&& other) noexcept {
  Reply old(std::exchange(send_, std::exchange(other.send_, nullptr)),
            std::exchange(open_, std::exchange(other.open_, nullptr)));
  return *this;
}
Reply::~Reply() {
  if (send_) (*this)(problem(500, "Internal Server Error", "the request was dropped without an answer"));
}
void Reply::operator()(Response response) {
  if (const Send send = std::exchange(send_, nullptr)) send(std::move(response));
}
std::shared_ptr<BodyStream> Reply::stream(Response head) {
  const Open open = std::exchange(open_, nullptr);
  if (!open || !std::exchange(send_, nullptr)) return nullptr;
  return open(std::move(head));
}

// ---- addresses --------------------------------------------------------------------------------------------------
std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  Endpoint endpoint;
  endpoint.address = host == "localhost" ? "127.0.0.1" : std::string(host);
  error_code error;
  net::ip::make_address(endpoint.address, error);
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error || port.empty() || failed != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  return endpoint;
}

bool is_loopback(std::string_view address) {
  error_code error;
  const auto parsed = net::ip::make_address(std::string(address), error);
  return !error && parsed.is_loopback();
}

// ---- Server -----------------------------------------------------------------------------------------------------
struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(net::io_context& context, ServerSettings settings, ServerHooks hooks)
      : io(context), acceptor(context), pause(context), grace(context), shared(std::make_shared<ServerShared>()) {
    shared->settings = std::move(settings);
    shared->hooks = std::move(hooks);
  }

  std::optional<std::string> listen();
  void accept();
  void take(Tcp::socket socket);
  void gone(std::uint64_t number);
  void stop(std::chrono::milliseconds grace_time, std::function<void()> done);
  void finish_stop();
  void abandon();

  net::io_context& io;
  Tcp::acceptor acceptor;
  net::steady_timer pause, grace;
  std::shared_ptr<ServerShared> shared;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections;
  std::map<std::string, std::size_t> per_address;
  std::uint64_t last_number = 0;
  bool accepting = false;
  std::function<void()> stopped;
};

std::optional<std::string> Server::Impl::listen() {
  const std::string& text = shared->settings.listen;
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) return "\"" + text + "\" is not an address and port such as 127.0.0.1:8080";
  shared->hosts = {"127.0.0.1", "localhost", "[::1]"};
  const auto address = net::ip::make_address(endpoint->address);
  shared->hosts.push_back(address.is_v6() ? "[" + address.to_string() + "]" : address.to_string());
  for (const auto& host : shared->settings.hosts) {
    if (std::string name = host_name(host); !name.empty()) shared->hosts.push_back(std::move(name));
  }
  error_code error;
  const Tcp::endpoint where(address, endpoint->port);
  acceptor.open(where.protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(where, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) {
    error_code ignored;
    acceptor.close(ignored);
    if (error == net::error::address_in_use) return text + " is already in use by another program";
    if (error == net::error::access_denied) return text + ": no permission to listen on this port";
    return "cannot listen on " + text + ": " + error.message();
  }
  shared->closed = [self = weak_from_this()](std::uint64_t number) {
    if (const auto server = self.lock()) server->gone(number);
  };
  accept();
  return std::nullopt;
}

void Server::Impl::accept() {
  // At the limit nobody is accepted and refused: the kernel's queue waits, and no descriptor is spent (S8).
  if (accepting || !acceptor.is_open() || connections.size() >= shared->settings.max_connections) return;
  accepting = true;
  acceptor.async_accept([self = weak_from_this()](const error_code& error, Tcp::socket socket) {
    const auto server = self.lock();
    if (!server) return;
    server->accepting = false;
    if (error == net::error::operation_aborted || !server->acceptor.is_open()) return;
    if (!error) {
      server->take(std::move(socket));
      return server->accept();
    }
    // Out of descriptors, or a peer that left in the queue: neither may spin or end the listener.
    server->pause.expires_after(std::chrono::milliseconds(100));
    server->pause.async_wait([self](const error_code& cancelled) {
      const auto later = self.lock();
      if (later && !cancelled) later->accept();
    });
  });
}

void Server::Impl::take(Tcp::socket socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;
  const std::string address = peer.address().to_string();
  auto& count = per_address[address];
  if (count >= shared->settings.max_connections_per_address) return;  // closed by its destructor
  ++count;
  const std::uint64_t number = ++last_number;
  const auto connection = make_connection(std::move(socket), number, shared);
  connections.emplace(number, connection);
  connection->start();
}

void Server::Impl::gone(std::uint64_t number) {
  const auto found = connections.find(number);
  if (found == connections.end()) return;
  const auto address = per_address.find(found->second->remote());
  if (address != per_address.end() && --address->second == 0) per_address.erase(address);
  connections.erase(found);
  accept();
  if (stopped && connections.empty()) finish_stop();
}

void Server::Impl::stop(std::chrono::milliseconds grace_time, std::function<void()> done) {
  error_code ignored;
  acceptor.close(ignored);
  shared->draining = true;
  stopped = done ? std::move(done) : [] {};
  for (const auto& [number, connection] : connections) connection->close_if_idle();
  if (connections.empty()) return finish_stop();
  grace.expires_after(grace_time);
  grace.async_wait([self = weak_from_this()](const error_code& error) {
    const auto server = self.lock();
    if (error || !server) return;
    for (const auto& [number, connection] : server->connections) connection->close_now();
  });
}

void Server::Impl::finish_stop() {
  grace.cancel();
  if (const auto done = std::exchange(stopped, nullptr)) done();
}

void Server::Impl::abandon() {
  error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  grace.cancel();
  stopped = nullptr;
  shared->closed = nullptr;
  shared->draining = true;
  for (const auto& [number, connection] : connections) connection->close_now();
  connections.clear();
}

Server::Server(net::io_context& io, ServerSettings settings, ServerHooks hooks)
    : impl_(std::make_shared<Impl>(io, std::move(settings), std::move(hooks))) {}
Server::~Server() { impl_->abandon(); }
std::optional<std::string> Server::start() { return impl_->listen(); }
std::uint16_t Server::port() const {
  error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}
std::size_t Server::connections() const { return impl_->connections.size(); }
void Server::stop(std::chrono::milliseconds grace, std::function<void()> stopped) { impl_->stop(grace, std::move(stopped)); }

}  // namespace core::http
