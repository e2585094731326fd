#include "smpp/net/listener.hpp"

#include "smpp/net/pump.hpp"
#include "smpp/net/tls_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <map>
#include <utility>
#include <vector>

namespace smpp::net {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

struct Listener::Impl : std::enable_shared_from_this<Listener::Impl> {
  Impl(asio::io_context& context, ListenerSettings the_settings, ListenerOwner the_owner)
      : io(context), settings(std::move(the_settings)), owner(std::move(the_owner)), acceptor(io), timer(io),
        last_id(settings.first_id - 1) {}

  std::string listen();
  void accept();
  void accepted(tcp::socket socket);
  void shaken(Peer peer, const std::string& failed);
  Peer next_peer(tcp::socket& socket, error_code& error);
  void begin(Peer peer, const std::shared_ptr<Stream>& stream);
  void on_events(std::uint64_t id, Events events);
  void on_ended(std::uint64_t id);
  void for_each(const std::function<void(Connection&)>& visit);
  void unbind_now();
  void stopped();
  Connection* find(std::uint64_t id) {
    const auto found = connections.find(id);
    return found == connections.end() ? nullptr : found->second.get();
  }

  asio::io_context& io;
  ListenerSettings settings;
  ListenerOwner owner;
  tcp::acceptor acceptor;
  asio::steady_timer timer;
  std::shared_ptr<const Tls> tls;
  std::map<std::uint64_t, std::shared_ptr<Stream>> shaking;  // hands, not connections yet
  std::map<std::uint64_t, std::unique_ptr<Connection>> connections;
  std::uint64_t last_id = 0;
  std::uint16_t port = 0;
  bool stopping = false;
  bool abandoned = false;
  bool ended = false;
  std::vector<std::function<void()>> when_stopped;
};

Connection::Connection(std::uint64_t id) : id_(id) {}
Connection::~Connection() {
  if (pump_) pump_->abandon();
}
Session& Connection::session() { return pump_->session(); }
void Connection::wake() { pump_->wake(); }
void Connection::close() { pump_->finish(); }
void Connection::reset() { pump_->reset(); }
void Connection::change_output(Change change) { pump_->change_output(std::move(change)); }
void Connection::write_raw(std::span<const std::byte> octets) { pump_->write_raw(octets); }
void Connection::read_on(bool wanted) { pump_->read_on(wanted); }

std::string Listener::Impl::listen() {
  const auto where = parse_host_port(settings.listen);
  if (!where) return "\"" + settings.listen + "\" is not host:port";
  if (settings.tls) {
    std::string fault;
    tls = Tls::load(*settings.tls, TlsSide::listener, fault);
    if (!tls) return settings.listen + ": TLS: " + fault;
  }
  error_code error;
  const auto address = asio::ip::make_address(where->host == "localhost" ? "127.0.0.1" : where->host, error);
  if (error) return settings.listen + ": the address to listen on must be a literal one, such as 127.0.0.1";
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(std::stoi(where->port)));
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) return settings.listen + ": the port is in use by another program";
  if (error) return settings.listen + ": " + error.message();
  port = acceptor.local_endpoint(error).port();
  accept();
  return {};
}

void Listener::Impl::accept() {
  acceptor.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
    if (self->stopping || self->abandoned) return;
    if (!error) {
      self->accepted(std::move(socket));
      return self->accept();
    }
    // Out of descriptors: without a pause the loop would spin on the same error.
    self->timer.expires_after(std::chrono::milliseconds(100));
    self->timer.async_wait([self](const error_code& cancelled) {
      if (!cancelled && !self->stopping && !self->abandoned) self->accept();
    });
  });
}

void Listener::Impl::accepted(tcp::socket socket) {
  if (connections.size() + shaking.size() >= settings.max_connections) return;  // the socket closes here
  error_code error;
  Peer peer = next_peer(socket, error);
  if (error) return;  // it went before we looked
  const std::uint64_t id = peer.connection;
  const auto stream = tls ? tls->stream(std::move(socket), {}) : make_plain_stream(std::move(socket));
  shaking.emplace(id, stream);
  stream->handshake([weak = weak_from_this(), peer = std::move(peer)](const std::string& failed) {
    if (const auto self = weak.lock()) self->shaken(peer, failed);
  });
}

Peer Listener::Impl::next_peer(tcp::socket& socket, error_code& error) {
  const auto local = socket.local_endpoint(error);
  const auto remote = socket.remote_endpoint(error);
  if (error) return {};
  return {++last_id, local.address().to_string(), remote.address().to_string(), local.port(), remote.port()};
}

void Listener::Impl::shaken(Peer peer, const std::string& failed) {
  const std::uint64_t id = peer.connection;
  const auto stream = shaking.at(id);
  shaking.erase(id);
  if (!failed.empty()) {
    if (owner.on_refused) owner.on_refused(peer, failed);
    return;
  }
  peer.tls = stream->protection();
  begin(std::move(peer), stream);
}

void Listener::Impl::begin(Peer peer, const std::shared_ptr<Stream>& stream) {
  const std::uint64_t id = peer.connection;
  auto connection = std::make_unique<Connection>(id);
  connection->peer_ = std::move(peer);
  Pump::Hooks hooks;
  hooks.now = owner.now;
  hooks.on_events = [weak = weak_from_this(), id](Events events) {
    if (const auto self = weak.lock()) self->on_events(id, events);
  };
  hooks.on_ended = [weak = weak_from_this(), id](const std::string&) {
    if (const auto self = weak.lock()) self->on_ended(id);
  };
  if (owner.tap) {
    hooks.tap = [weak = weak_from_this(), peer = connection->peer_](bool incoming, std::span<const std::byte> octets) {
      if (const auto self = weak.lock()) self->owner.tap(peer, incoming, octets);
    };
  }
  connection->pump_ = std::make_shared<Pump>(stream, owner.make_session(connection->peer_),
                                             settings.write_timeout, std::move(hooks));
  const auto pump = connection->pump_;
  Connection& placed = *connections.emplace(id, std::move(connection)).first->second;
  if (owner.on_connected) owner.on_connected(placed);
  pump->start();
}

void Listener::Impl::on_events(std::uint64_t id, Events events) {
  if (Connection* connection = find(id)) owner.on_events(*connection, events);
}

void Listener::Impl::on_ended(std::uint64_t id) {
  const auto found = connections.find(id);
  if (found == connections.end()) return;
  if (owner.on_closed) owner.on_closed(*found->second);
  // The pump lingers on its own; its hooks find nothing of ours any more.
  found->second->pump_.reset();
  connections.erase(found);
  if (stopping && connections.empty()) stopped();
}

// Over a copy of the ids: a visit may end a connection.
void Listener::Impl::for_each(const std::function<void(Connection&)>& visit) {
  std::vector<std::uint64_t> ids;
  for (const auto& entry : connections) ids.push_back(entry.first);
  for (const auto id : ids) {
    if (Connection* connection = find(id)) visit(*connection);
  }
}

// The answers that were waited for do not come; the peers are told all the same (P49).
void Listener::Impl::unbind_now() {
  timer.expires_after(kLastWord);
  timer.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && !self->abandoned) self->for_each([](Connection& connection) { connection.reset(); });
  });
  for_each([this](Connection& connection) {
    connection.session().unbind(owner.now());
    connection.wake();
  });
}

void Listener::Impl::stopped() {
  timer.cancel();
  ended = true;
  if (abandoned) return;
  for (const auto& tell : std::exchange(when_stopped, {})) tell();
}

Listener::Listener(asio::io_context& io, ListenerSettings settings, ListenerOwner owner)
    : impl_(std::make_shared<Impl>(io, std::move(settings), std::move(owner))) {}

Listener::~Listener() {
  impl_->abandoned = true;
  error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->timer.cancel();
  for (const auto& [id, stream] : impl_->shaking) stream->close();
  impl_->shaking.clear();
  impl_->connections.clear();
}

std::string Listener::start() { return impl_->listen(); }
std::uint16_t Listener::port() const { return impl_->port; }

void Listener::for_each(const std::function<void(Connection&)>& visit) { impl_->for_each(visit); }

void Listener::reset_all() {
  for_each([](Connection& connection) { connection.reset(); });
}

void Listener::connect(const std::string& to, std::function<void(Connection*, const std::string&)> done) {
  const auto where = parse_host_port(to);
  error_code error;
  const auto address = where ? asio::ip::make_address(where->host, error) : asio::ip::address();
  if (!where || error) return done(nullptr, to + ": must be host:port with a literal address, such as 127.0.0.1");
  const auto socket = std::make_shared<tcp::socket>(impl_->io);
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(std::stoi(where->port)));
  socket->async_connect(endpoint, [self = impl_, socket, to, done = std::move(done)](const error_code& failed) {
    if (self->stopping || self->abandoned) return;
    error_code gone = failed;
    Peer peer = gone ? Peer{} : self->next_peer(*socket, gone);
    if (gone) return done(nullptr, to + ": " + gone.message());
    const std::uint64_t id = peer.connection;
    self->begin(std::move(peer), make_plain_stream(std::move(*socket)));
    Connection* const connection = self->find(id);
    done(connection, connection == nullptr ? to + ": the connection ended at once" : std::string());
  });
}

void Listener::stop(std::chrono::milliseconds limit, std::function<void()> on_stopped) {
  Impl& impl = *impl_;
  if (impl.ended) {
    if (on_stopped) asio::post(impl.io, std::move(on_stopped));
    return;
  }
  if (on_stopped) impl.when_stopped.push_back(std::move(on_stopped));
  if (impl.stopping) return;
  impl.stopping = true;
  error_code ignored;
  impl.acceptor.close(ignored);
  for (const auto& [id, stream] : impl.shaking) stream->close();
  impl.shaking.clear();
  if (impl.connections.empty()) {
    asio::post(impl.io, [self = impl_] { self->stopped(); });
    return;
  }
  impl.timer.expires_after(limit);
  impl.timer.async_wait([self = impl_](const error_code& cancelled) {
    if (cancelled || self->abandoned) return;
    self->unbind_now();
  });
  for_each([&impl](Connection& connection) {
    const State state = connection.session().state();
    if (state == State::bound_trx || state == State::bound_tx || state == State::bound_rx) {
      connection.session().unbind(impl.owner.now());
      connection.wake();
    } else {
      connection.close();
    }
  });
}

}  // namespace smpp::net
