#include "smpp/net/link.hpp"

#include "smpp/net/pump.hpp"
#include "smpp/net/tls_stream.hpp"
#include "smpp/status.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace smpp::net {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string reason_text(const error_code& error) {
  if (error == asio::error::connection_refused) return "refused (nothing listens there)";
  if (error == asio::error::host_unreachable || error == asio::error::network_unreachable)
    return "failed: no route to it";
  if (error == asio::error::host_not_found) return "failed: the name is unknown to DNS";
  if (error == asio::error::host_not_found_try_again) return "failed: DNS did not answer";
  return "failed: " + error.message();
}

std::vector<tcp::endpoint> endpoints_of(const std::vector<std::string>& addresses, std::uint16_t port) {
  std::vector<tcp::endpoint> endpoints;
  for (const auto& text : addresses) {
    error_code not_literal;
    const auto address = asio::ip::make_address(text, not_literal);
    if (!not_literal) endpoints.emplace_back(address, port);
  }
  return endpoints;
}

}  // namespace

struct Link::Impl : std::enable_shared_from_this<Link::Impl> {
  // The life of a link; `attempt` names the present attempt so that handlers of an abandoned one do nothing.
  enum class Phase { idle, waiting, connecting, connected, stopped };

  Impl(asio::io_context& context, LinkSettings the_settings, LinkOwner the_owner)
      : io(context), settings(std::move(the_settings)), owner(std::move(the_owner)), resolver(io), socket(io),
        timer(io), backoff(settings.backoff) {}

  void say(const std::string& text) {
    if (owner.on_state && !abandoned) owner.on_state(settings.name.empty() ? text : settings.name + ": " + text);
  }
  void alarm(const std::string& text) {
    if (owner.on_alarm && !abandoned) owner.on_alarm(settings.name.empty() ? text : settings.name + ": " + text);
  }
  const std::string& host() const { return settings.hosts[host_index]; }
  // "smsc.example.net:2776 over TLSv1.3"; a link that trusts anybody says so wherever it is named.
  std::string peer_text() const {
    if (protection.empty()) return host();
    return host() + " over " + protection + (settings.tls->verify ? "" : ", ITS CERTIFICATE NOT VERIFIED");
  }

  void wait(std::chrono::milliseconds delay);
  void connect();
  void limit_to(std::chrono::milliseconds time, std::function<void()> expired);
  void on_resolved(std::vector<tcp::endpoint> endpoints);
  void try_endpoint(std::size_t index);
  void endpoint_failed(std::size_t index, const std::string& why);
  void attempt_failed(const std::string& why, bool failed_at_tls = false);
  void shake_hands();
  void on_connected();
  void on_events(Events events);
  void on_ended(const std::string& why);
  void stop(std::function<void()> on_stopped);
  void unbind_now();
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
  std::shared_ptr<Stream> stream;  // while it shakes hands; then the pump's
  std::string protection;
  std::shared_ptr<Pump> pump;
  std::optional<Now> bound_at;
  std::optional<command_status> refused;
  std::string closed_reason;
  bool planned = false;                // the session ended by our own unbind: no failure
  bool stopping = false;
  bool abandoned = false;
  std::vector<std::function<void()>> when_stopped;
};

void Link::Impl::wait(std::chrono::milliseconds delay) {
  phase = Phase::waiting;
  timer.expires_after(delay);
  timer.async_wait([self = shared_from_this(), mine = ++attempt](const error_code& cancelled) {
    if (!cancelled && mine == self->attempt && self->phase == Phase::waiting) self->connect();
  });
}

// Of the present step; the next step takes its place.
void Link::Impl::limit_to(std::chrono::milliseconds time, std::function<void()> expired) {
  timer.expires_after(time);
  timer.async_wait([self = shared_from_this(), mine = attempt, expired = std::move(expired)](const error_code& cancelled) {
    if (!cancelled && mine == self->attempt) expired();
  });
}

void Link::Impl::connect() {
  phase = Phase::connecting;
  const auto mine = ++attempt;
  const auto where = parse_host_port(host());
  if (!where) return attempt_failed("failed: \"" + host() + "\" is not host:port");
  const auto port = static_cast<std::uint16_t>(std::stoi(where->port));
  auto literal = endpoints_of({where->host}, port);
  if (!literal.empty()) return on_resolved(std::move(literal));
  if (owner.resolve) return on_resolved(endpoints_of(owner.resolve(where->host), port));
  limit_to(settings.connect_timeout, [this] {
    attempt_failed("failed: DNS did not answer within " + seconds_text(settings.connect_timeout));
  });
  resolver.async_resolve(
      where->host, where->port,
      [self = shared_from_this(), mine](const error_code& error, tcp::resolver::results_type results) {
        if (mine != self->attempt) return;
        if (error) return self->attempt_failed(reason_text(error));
        self->on_resolved({results.begin(), results.end()});
      });
}

// From a local address only peers of its own family can be reached (P70).
void Link::Impl::on_resolved(std::vector<tcp::endpoint> found) {
  if (found.empty()) return attempt_failed("failed: the name has no address");
  if (!settings.local_address.empty()) {
    error_code error;
    const bool is_v6 = asio::ip::make_address(settings.local_address, error).is_v6();
    if (error) return attempt_failed("failed: the local address " + settings.local_address + " is no literal address");
    std::erase_if(found, [is_v6](const tcp::endpoint& one) { return one.address().is_v6() != is_v6; });
    if (found.empty())
      return attempt_failed("failed: the local address " + settings.local_address + " can only reach " +
                            (is_v6 ? "IPv6" : "IPv4") + " addresses, and it has none");
  }
  endpoints = std::move(found);
  try_endpoint(0);
}

void Link::Impl::try_endpoint(std::size_t index) {
  const auto mine = ++attempt;
  error_code error;
  socket = tcp::socket(io);
  socket.open(endpoints[index].protocol(), error);
  if (!error && !settings.local_address.empty()) {
    socket.bind(tcp::endpoint(asio::ip::make_address(settings.local_address, error), 0), error);
    if (error) return attempt_failed("failed: the local address " + settings.local_address + ": " + error.message());
  }
  if (error) return endpoint_failed(index, reason_text(error));
  limit_to(settings.connect_timeout, [this, index] {
    endpoint_failed(index, "timed out after " + seconds_text(settings.connect_timeout));
  });
  socket.async_connect(endpoints[index], [self = shared_from_this(), mine, index](const error_code& failed) {
    if (mine != self->attempt) return;
    if (failed) return self->endpoint_failed(index, reason_text(failed));
    self->shake_hands();
  });
}

// All addresses of a host are tried, those that do not answer too (P51).
void Link::Impl::endpoint_failed(std::size_t index, const std::string& why) {
  ++attempt;
  error_code ignored;
  timer.cancel();
  socket.close(ignored);
  if (index + 1 < endpoints.size()) return try_endpoint(index + 1);
  attempt_failed(endpoints.size() == 1 ? why : why + ", the last of its " + std::to_string(endpoints.size()) + " addresses");
}

// Every host is tried once before the back-off: a dead first host must not cost its whole delay (P51).
void Link::Impl::attempt_failed(const std::string& why, bool failed_at_tls) {
  ++attempt;
  error_code ignored;
  timer.cancel();
  resolver.cancel();
  socket.close(ignored);
  if (stream) stream->close();
  stream.reset();
  const std::string what = "connect to " + host() + " " + why;
  host_index = (host_index + 1) % settings.hosts.size();
  if (++hosts_tried < settings.hosts.size()) {
    say(what + ", trying " + host());
    return wait(settings.least_gap);
  }
  hosts_tried = 0;
  const auto delay = std::max(backoff.next(std::nullopt, owner.random()), settings.least_gap);
  wait(delay);
  const std::string line = what + ", next attempt in " + seconds_text(delay);
  say(line);
  // A certificate or a protocol does not mend itself.
  if (failed_at_tls) alarm(line);
}

void Link::Impl::shake_hands() {
  const auto mine = ++attempt;
  timer.cancel();
  protection.clear();
  if (settings.tls) {
    std::string fault;
    const auto tls = Tls::load(*settings.tls, TlsSide::link, fault);
    if (!tls) return attempt_failed("failed: TLS: " + fault, true);
    stream = tls->stream(std::move(socket), parse_host_port(host())->host);
  } else {
    stream = make_plain_stream(std::move(socket));
  }
  socket = tcp::socket(io);
  const auto shaking = stream;
  shaking->handshake([self = shared_from_this(), mine](const std::string& failed) {
    if (mine != self->attempt) return;
    if (!failed.empty()) return self->attempt_failed("failed: TLS: " + failed, true);
    self->protection = self->stream->protection();
    self->on_connected();
  });
}

void Link::Impl::on_connected() {
  ++attempt;
  phase = Phase::connected;
  hosts_tried = 0;
  bound_at.reset();
  refused.reset();
  closed_reason.clear();
  planned = false;
  Pump::Hooks hooks;
  hooks.now = owner.now;
  hooks.tap = owner.tap;
  hooks.on_events = [weak = weak_from_this()](Events events) {
    if (const auto self = weak.lock()) self->on_events(events);
  };
  hooks.on_ended = [weak = weak_from_this()](const std::string& why) {
    if (const auto self = weak.lock()) self->on_ended(why);
  };
  pump = std::make_shared<Pump>(std::exchange(stream, nullptr), owner.make_session(), settings.write_timeout,
                                std::move(hooks));
  say("connected to " + peer_text() + ", binding");
  if (const auto running = pump) running->start();
}

void Link::Impl::on_events(Events events) {
  for (const Event& event : events) {
    if (std::holds_alternative<Bound>(event)) {
      bound_at = owner.now();
      say("bound to " + peer_text());
    } else if (const auto* no = std::get_if<BindRefused>(&event)) {
      refused = no->status;
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
      closed_reason = closed->reason;
      planned = closed->planned;
    }
  }
  owner.on_events(pump->session(), events);
}

void Link::Impl::on_ended(const std::string& why) {
  const bool was_stable = bound_at && owner.now() - *bound_at >= Backoff::kStableAfter;
  const bool was_silent = !pump->has_read();
  pump.reset();
  if (stopping) return stopped();
  if (was_stable || planned) backoff.reset();
  const auto delay = std::max(backoff.next(refused, owner.random()) + (bound_at ? settings.first_delay : std::chrono::milliseconds{0}),
                              settings.least_gap);
  std::string what;
  if (refused) {
    what = host() + " refused the bind: " + status_name(*refused) + " (" + std::string(likely_cause(*refused)) + ")";
    const bool unknown = refused == command_status::ESME_RINVCMDID || refused == command_status::ESME_RINVBNDSTS;
    if (unknown && !settings.bind_hint.empty()) what += "; " + settings.bind_hint;
    if (refused == command_status::ESME_RALYBND && backoff.is_alarm())
      what += ", for more than 5 minutes now: another client uses this account, or its limit of binds is reached";
  } else {
    what = "connection to " + host() + " ended: " + (why.empty() ? closed_reason : why);
    if (was_silent && protection.empty() && !why.empty()) what += " without a word; does this port expect TLS?";
  }
  if (!bound_at) host_index = (host_index + 1) % settings.hosts.size();
  wait(delay);
  what += ", next attempt in " + seconds_text(delay);
  say(what);
  if (backoff.is_alarm()) alarm(what);
}

void Link::Impl::stop(std::function<void()> on_stopped) {
  if (phase == Phase::stopped) {
    if (on_stopped) asio::post(io, std::move(on_stopped));
    return;
  }
  if (on_stopped) when_stopped.push_back(std::move(on_stopped));
  if (stopping) return;
  stopping = true;
  if (phase != Phase::connected) {
    ++attempt;
    error_code ignored;
    timer.cancel();
    resolver.cancel();
    socket.close(ignored);
    if (stream) stream->close();
    stream.reset();
    asio::post(io, [self = shared_from_this()] { self->stopped(); });
    return;
  }
  ++attempt;
  timer.expires_after(settings.stop_timeout);
  timer.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && self->pump) self->unbind_now();
  });
  if (bound_at) {
    pump->session().unbind(owner.now());
    pump->wake();
  } else {
    pump->finish();
  }
}

// The answers that were waited for do not come. Without an unbind the next start may meet ESME_RALYBND (P49).
void Link::Impl::unbind_now() {
  if (!bound_at) return pump->reset();
  timer.expires_after(kLastWord);
  timer.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && self->pump) self->pump->reset();
  });
  pump->session().unbind(owner.now());
  pump->wake();
}

void Link::Impl::stopped() {
  phase = Phase::stopped;
  timer.cancel();
  if (abandoned) return;
  for (const auto& tell : std::exchange(when_stopped, {})) tell();
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
  if (impl_->stream) impl_->stream->close();
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
