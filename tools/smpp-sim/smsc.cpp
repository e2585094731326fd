#include "tools/smpp-sim/smsc.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>
#include <variant>

namespace smpp_sim {
using smpp::command_status;
using smpp::net::Connection;

namespace {

constexpr std::uint64_t kMaxSubscribers = 10'000'000;

std::int64_t seconds_of(Wall at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

// Nothing is made where it is not needed.
SelfMade made_for(const SmscOptions& options, const Clocks& clocks) {
  const auto where = smpp::net::parse_host_port(options.listen);
  if (!options.tls || !options.certificate.empty() || !where) return {};
  return make_certificate(where->host, clocks.wall());
}

}  // namespace

Smsc::Smsc(boost::asio::io_context& io, const SmscOptions& options, const Clocks& clocks)
    : options_(options), clocks_(clocks), self_made_(made_for(options, clocks)), behaviour_(options.behaviour),
      trace_(options.trace), schedule_(io, clocks.steady, [this] { offer(); }),
      subscribers_(std::make_unique<Subscribers>(Population{}, 0, options.seed)),
      // Ids go on where an earlier run of the simulator cannot have been: a client keeps them in its store.
      next_id_(static_cast<std::uint64_t>(seconds_of(clocks.wall())) * 1'000'000),
      reference_(static_cast<std::uint16_t>(options.seed)),
      listener_(io, listener_settings(), listener_owner()) {}

smpp::net::ListenerSettings Smsc::listener_settings() const {
  smpp::net::ListenerSettings settings;
  settings.listen = options_.listen;
  if (!options_.tls) return settings;
  smpp::net::TlsSettings& tls = settings.tls.emplace();
  tls.ca_file = options_.client_ca;
  tls.certificate_file = options_.certificate;
  tls.key_file = options_.key;
  tls.certificate = self_made_.certificate;
  tls.key = self_made_.key;
  return settings;
}

smpp::net::ListenerOwner Smsc::listener_owner() {
  smpp::net::ListenerOwner owner;
  owner.now = clocks_.steady;
  owner.make_session = [this](const smpp::net::Peer& peer) {
    ++ledger_.counters.connections;
    wiretap_.link(peer, LinkEvent::connected, {}, clocks_.wall());
    return make_session();
  };
  owner.on_events = [this](Connection& connection, smpp::net::Events events) { on_events(connection, events); };
  owner.on_refused = [this](const smpp::net::Peer& peer, const std::string& why) {
    wiretap_.link(peer, LinkEvent::refused, why, clocks_.wall());
  };
  owner.on_closed = [this](Connection& connection) {
    forget(connection.id());
    wiretap_.link(connection.peer(), LinkEvent::closed, {}, clocks_.wall());
  };
  owner.tap = [this](const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets) {
    wiretap_.octets(peer, incoming, octets, clocks_.wall());
  };
  return owner;
}

Smsc::~Smsc() = default;

std::string Smsc::start() {
  if (auto wrong = make_subscribers(); !wrong.empty()) return wrong;
  if (!options_.pcap.empty()) {
    if (auto wrong = pcap_.open(options_.pcap); !wrong.empty()) return wrong;
    wiretap_.add(pcap_);
  }
  wiretap_.add(pdus_);
  if (!options_.quiet) wiretap_.add(trace_);
  return listener_.start();
}

std::string Smsc::make_subscribers() {
  std::uint64_t count = options_.subscribers.empty() && options_.subscribers_file.empty() ? 0 : 20;
  if (!options_.subscribers.empty() && options_.subscribers != "demo") {
    std::istringstream number(options_.subscribers);
    char rest = 0;
    if (!(number >> count) || number >> rest || count > kMaxSubscribers) {
      return "--subscribers " + options_.subscribers + ": must be a number, or demo for 20";
    }
  }
  Population population = demo_population();
  if (!options_.subscribers_file.empty()) {
    std::ifstream file(options_.subscribers_file, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return options_.subscribers_file + ": cannot be read";
    std::string error;
    auto read = parse_population(text.str(), options_.subscribers_file, error);
    if (!read) return error;
    population = std::move(*read);
  }
  subscribers_ = std::make_unique<Subscribers>(std::move(population), count, options_.seed);
  return {};
}

void Smsc::stop(std::function<void()> on_stopped) { listener_.stop(std::chrono::seconds(2), std::move(on_stopped)); }

std::size_t Smsc::binds() const { return binds_.size(); }

std::size_t Smsc::receivers() const {
  return static_cast<std::size_t>(
      std::count_if(binds_.begin(), binds_.end(), [](const auto& entry) { return entry.second.receives; }));
}

smpp::Session Smsc::make_session() {
  smpp::SessionSettings settings;
  settings.role = smpp::Role::smsc;
  settings.epoch = ++sessions_;
  settings.window = options_.window;
  settings.max_unanswered_incoming = 100'000;  // with response_delay a client may have many outstanding
  return smpp::Session(settings);
}

void Smsc::on_events(Connection& connection, smpp::net::Events events) {
  for (auto& event : events) on_event(connection, event);
  if (outbox_.has_waiting()) offer();
}

void Smsc::on_event(Connection& connection, smpp::Event& event) {
  if (auto* received = std::get_if<smpp::Received>(&event)) {
    on_submit(connection, *received);
  } else if (auto* done = std::get_if<smpp::Done>(&event)) {
    on_answered(done->token, done->status);
  } else if (auto* late = std::get_if<smpp::Late>(&event)) {
    on_answered(late->token, late->status);
  } else if (auto* asked = std::get_if<smpp::BindRequested>(&event)) {
    on_bind(connection, *asked);
  } else if (auto* slow = std::get_if<smpp::TimedOut>(&event)) {
    // Offered again after the same pause as a temporary refusal; an answer that still comes ends it.
    if (outbox_.connection_of(slow->token) == connection.id()) outbox_.rest(slow->token);
    schedule_.after(options_.redeliver_after, [this, id = slow->token] { outbox_.wake(id); });
  } else if (auto* returned = std::get_if<smpp::Returned>(&event)) {
    outbox_.back(returned->token);
  } else if (std::holds_alternative<smpp::Closed>(event)) {
    forget(connection.id());
  } else if (std::holds_alternative<smpp::PeerUnbound>(event)) {
    binds_.erase(connection.id());
  }
}

// What was in flight there is offered again.
void Smsc::forget(std::uint64_t connection_id) {
  binds_.erase(connection_id);
  outbox_.connection_ended(connection_id);
}

void Smsc::offer() {
  if (!outbox_.has_waiting()) return;
  std::vector<Connection*> used;
  // One deliver_sm to each bind in turn, so that several binds share the work.
  for (bool more = true; more;) {
    more = false;
    for (auto& [connection_id, bind] : binds_) {
      if (!bind.receives || bind.connection->session().free_slots() == 0) continue;
      const std::uint64_t id = outbox_.take(bind.account, connection_id);
      if (id == 0) continue;
      Delivery& delivery = outbox_.at(id);
      if (!bind.connection->session().request(delivery.pdu, id, clocks_.steady())) {
        outbox_.back(id);
        continue;
      }
      ++delivery.attempts;
      ++ledger_.counters.deliver_attempts;
      if (delivery.reply) ++delivery.reply->attempts;
      if (used.empty() || used.back() != bind.connection) used.push_back(bind.connection);
      more = true;
    }
  }
  for (Connection* connection : used) connection->wake();
}

void Smsc::on_answered(std::uint64_t id, command_status status) {
  if (!outbox_.contains(id)) return;  // a late answer to one that was offered again and answered meanwhile
  if (is_temporary(status) && outbox_.at(id).attempts < outbox_.at(id).max_attempts) {
    ++ledger_.counters.deliver_temporary;
    outbox_.rest(id);
    schedule_.after(options_.redeliver_after, [this, id] { outbox_.wake(id); });
    return;
  }
  const auto reply = outbox_.at(id).reply;
  outbox_.finished(id);
  if (!reply) {
    ++ledger_.counters.receipts_answered;
    return;
  }
  ++reply->answered;
  if (status != command_status::ESME_ROK && reply->status == command_status::ESME_ROK) reply->status = status;
  if (!reply->is_answered()) return;
  reply->answered_at = clocks_.wall();
  for (const auto& tell : std::exchange(reply->when_answered, {})) tell();
}

}  // namespace smpp_sim
