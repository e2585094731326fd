#include "smpp/net/link.hpp"

#include "smpp/backoff.hpp"
#include "smpp/net/pump.hpp"
#include "smpp/status.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstdio>
#include <utility>
#include <variant>

namespace smpp::net {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string seconds_text(std::chrono::milliseconds delay) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(delay.count()) / 1000.0);
  return text;
}

std::string reason_text(const error_code& error) {
  if (error == asio::error::connection_refused) return "refused (nothing listens there)";
  if (error == asio::error::host_unreachable || error == asio::error::network_unreachable)
    return "failed: no route to it";
  if (error == asio::error::host_not_found) return "failed: the name is unknown to DNS";
  if (error == asio::error::host_not_found_try_again) return "failed: DNS did not answer";
  return "failed: " + error.message();
}

}  // namespace

struct Link::Impl : std::enable_shared_from_this<Link::Impl> {
  // The life of a link; `attempt` names the present attempt so that handlers of an abandoned one do nothing.
  enum class Phase { idle, waiting, connecting, connected, stopped };

  Impl(asio::io_context& context, LinkSettings the_settings, LinkOwner the_owner)
      : io(context), settings(std::move(the_settings)), owner(std::move(the_owner)), resolver(io), socket(io),
        timer(io) {}

  void say(const std::string& text) {
    if (owner.on_state && !abandoned) owner.on_state(settings.name.empty() ? text : settings.name + ": " + text);
  }
  const std::string& host() const { return settings.hosts[host_index]; }

  void wait(std::chrono::milliseconds delay);
  void connect();
  void on_resolved(std::vector<tcp::endpoint> endpoints);
  void try_endpoint(std::size_t index);
  void attempt_failed(const std::string& why);
  void on_connected();
  void on_events(Events events);
  void on_ended(const std::string& why);
  void stop(std::function<void()> on_stopped);
  void stopped();

  asio::io_context& io;
  LinkSettings settings;
  LinkOwner owner;
  tcp::resolver resolver;
  tcp::socket socket;
  asio::steady_timer timer;
  Backoff backoff;
  Phase phase = Phase::idle;
  std::uint64_t attempt = 0;
  std::size_t host_index = 0;
  std::size_t hosts_tried = 0;
  std::vector<tcp::endpoint> endpoints;
  std::shared_ptr<Pump> pump;
  std::optional<Now> bound_at;
  std::optional<command_status> refused;
  std::string closed_reason;
  bool stopping = false;
  bool abandoned = false;
  std::function<void()> when_stopped;
};

void Link::Impl::wait(std::chrono::milliseconds delay) {
  phase = Phase::waiting;
  timer.expires_after(delay);
  timer.async_wait([self = shared_from_this(), mine = ++attempt](const error_code& cancelled) {
    if (!cancelled && mine == self->attempt && self->phase == Phase::waiting) self->connect();
  });
}

void Link::Impl::connect() {
  phase = Phase::connecting;
  const auto mine = ++attempt;
  const auto where = parse_host_port(host());
  if (!where) return attempt_failed("failed: \"" + host() + "\" is not host:port");
  timer.expires_after(settings.connect_timeout);
  timer.async_wait([self = shared_from_this(), mine](const error_code& cancelled) {
    if (cancelled || mine != self->attempt) return;
    self->attempt_failed("timed out after " + seconds_text(self->settings.connect_timeout));
  });
  error_code not_literal;
  const auto address = asio::ip::make_address(where->host, not_literal);
  if (!not_literal) return on_resolved({tcp::endpoint(address, static_cast<std::uint16_t>(std::stoi(where->port)))});
  resolver.async_resolve(
      where->host, where->port,
      [self = shared_from_this(), mine](const error_code& error, tcp::resolver::results_type results) {
        if (mine != self->attempt) return;
        if (error) return self->attempt_failed(reason_text(error));
        self->on_resolved({results.begin(), results.end()});
      });
}

void Link::Impl::on_resolved(std::vector<tcp::endpoint> found) {
  endpoints = std::move(found);
  if (endpoints.empty()) return attempt_failed("failed: the name has no address");
  try_endpoint(0);
}

void Link::Impl::try_endpoint(std::size_t index) {
  error_code error;
  socket = tcp::socket(io);
  socket.open(endpoints[index].protocol(), error);
  if (!error && !settings.local_address.empty()) {
    const auto local = asio::ip::make_address(settings.local_address, error);
    if (!error) socket.bind(tcp::endpoint(local, 0), error);
    if (error) return attempt_failed("failed: the local address " + settings.local_address + ": " + error.message());
  }
  if (error) return attempt_failed(reason_text(error));
  socket.async_connect(endpoints[index], [self = shared_from_this(), mine = attempt, index](const error_code& failed) {
    if (mine != self->attempt) return;
    if (!failed) return self->on_connected();
    if (index + 1 < self->endpoints.size()) return self->try_endpoint(index + 1);
    self->attempt_failed(reason_text(failed));
  });
}

// Every host is tried once before the back-off: a dead first host must not cost its whole delay (P51).
void Link::Impl::attempt_failed(const std::string& why) {
  ++attempt;
  error_code ignored;
  timer.cancel();
  resolver.cancel();
  socket.close(ignored);
  const std::string what = "connect to " + host() + " " + why;
  host_index = (host_index + 1) % settings.hosts.size();
  if (++hosts_tried < settings.hosts.size()) {
    say(what + ", trying " + host());
    return wait(std::chrono::milliseconds{0});
  }
  hosts_tried = 0;
  const auto delay = backoff.next(std::nullopt, owner.random());
  wait(delay);
  say(what + ", next attempt in " + seconds_text(delay));
}

void Link::Impl::on_connected() {
  ++attempt;
  timer.cancel();
  phase = Phase::connected;
  hosts_tried = 0;
  bound_at.reset();
  refused.reset();
  closed_reason.clear();
  Pump::Hooks hooks;
  hooks.now = owner.now;
  hooks.tap = owner.tap;
  hooks.on_events = [weak = weak_from_this()](Events events) {
    if (const auto self = weak.lock()) self->on_events(events);
  };
  hooks.on_ended = [weak = weak_from_this()](const std::string& why) {
    if (const auto self = weak.lock()) self->on_ended(why);
  };
  pump = std::make_shared<Pump>(std::move(socket), owner.make_session(), settings.write_timeout, std::move(hooks));
  socket = tcp::socket(io);
  say("connected to " + host() + ", binding");
  if (const auto running = pump) running->start();
}

void Link::Impl::on_events(Events events) {
  for (const Event& event : events) {
    if (std::holds_alternative<Bound>(event)) {
      bound_at = owner.now();
      say("bound to " + host());
    } else if (const auto* no = std::get_if<BindRefused>(&event)) {
      refused = no->status;
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
      closed_reason = closed->reason;
    }
  }
  owner.on_events(pump->session(), events);
}

void Link::Impl::on_ended(const std::string& why) {
  const bool was_stable = bound_at && owner.now() - *bound_at >= Backoff::kStableAfter;
  pump.reset();
  if (stopping) return stopped();
  if (was_stable) backoff.reset();
  const auto delay = backoff.next(refused, owner.random());
  const std::string next = ", next attempt in " + seconds_text(delay);
  std::string what;
  if (refused) {
    what = host() + " refused the bind: " + status_name(*refused) + " (" + std::string(likely_cause(*refused)) + ")";
  } else {
    what = "connection to " + host() + " ended: " + (why.empty() ? closed_reason : why);
  }
  if (!bound_at) host_index = (host_index + 1) % settings.hosts.size();
  wait(delay);
  say(what + next);
}

void Link::Impl::stop(std::function<void()> on_stopped) {
  when_stopped = std::move(on_stopped);
  if (stopping) return;
  stopping = true;
  if (phase != Phase::connected) {
    ++attempt;
    error_code ignored;
    resolver.cancel();
    socket.close(ignored);
    asio::post(io, [self = shared_from_this()] { self->stopped(); });
    return;
  }
  ++attempt;
  timer.expires_after(settings.stop_timeout);
  timer.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && self->pump) self->pump->reset();
  });
  if (bound_at) {
    pump->session().unbind(owner.now());
    pump->wake();
  } else {
    pump->finish();
  }
}

void Link::Impl::stopped() {
  phase = Phase::stopped;
  timer.cancel();
  const auto tell = std::exchange(when_stopped, nullptr);
  if (tell && !abandoned) tell();
}

Link::Link(asio::io_context& io, LinkSettings settings, LinkOwner owner)
    : impl_(std::make_shared<Impl>(io, std::move(settings), std::move(owner))) {}

Link::~Link() {
  impl_->abandoned = true;
  ++impl_->attempt;
  impl_->phase = Impl::Phase::stopped;
  impl_->timer.cancel();
  impl_->resolver.cancel();
  error_code ignored;
  impl_->socket.close(ignored);
  if (impl_->pump) impl_->pump->abandon();
}

void Link::start() {
  if (impl_->phase != Impl::Phase::idle) return;
  if (impl_->settings.hosts.empty()) return impl_->say("no host to connect to");
  impl_->wait(impl_->settings.first_delay);
}

void Link::wake() {
  if (impl_->pump) impl_->pump->wake();
}

void Link::stop(std::function<void()> on_stopped) { impl_->stop(std::move(on_stopped)); }

Session* Link::session() { return impl_->pump ? &impl_->pump->session() : nullptr; }

}  // namespace smpp::net
