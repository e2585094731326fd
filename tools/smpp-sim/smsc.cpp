#include "tools/smpp-sim/smsc.hpp"

#include "tools/smpp-sim/receipt_shape.hpp"

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
constexpr std::uint64_t kConnectionsOfPlace = 1'000'000;  // numbers of connections that each SMSC has for itself

// Where ids begin: a simulator that starts again at once, and has given fewer than a million a second, repeats none.
std::uint64_t microseconds_of(Wall at) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count());
}

// The SMSC of --listen is the first place and has no name.
std::vector<SmscPlace> places_of(const SmscOptions& options) {
  std::vector<SmscPlace> places{{{}, options.listen, options.tls, options.certificate, options.key, options.client_ca}};
  places.insert(places.end(), options.places.begin(), options.places.end());
  return places;
}

// One for all that need it; nothing is made where none does.
SelfMade made_for(const SmscOptions& options, const Clocks& clocks) {
  for (const SmscPlace& place : places_of(options)) {
    const auto where = smpp::net::parse_host_port(place.listen);
    if (place.tls && place.certificate.empty() && where) return make_certificate(where->host, clocks.wall());
  }
  return {};
}

// Sessions that know of it refuse what departs from v5.0 (P139).
template <class Settings>
void set_strict(Settings& settings, bool strict) {
  if constexpr (requires { settings.strict; }) settings.strict = strict;
}

}  // namespace

Smsc::Smsc(boost::asio::io_context& io, const SmscOptions& options, const Clocks& clocks)
    : options_(options), clocks_(clocks), self_made_(made_for(options, clocks)), behaviour_(options.behaviour),
      trace_(options.trace), schedule_(io, clocks.steady, [this] { offer(); }),
      subscribers_(std::make_unique<Subscribers>(Population{}, 0, options.seed)), random_(options.seed),
      // Ids go on where an earlier run of the simulator cannot have been: a client keeps them in its store.
      next_id_(microseconds_of(clocks.wall())),
      reference_(static_cast<std::uint16_t>(options.seed)) {
  behaviours_.set(options.rules);
  make_places(io);
}

void Smsc::make_places(boost::asio::io_context& io) {
  for (SmscPlace& settings : places_of(options_)) {
    const std::size_t index = places_.size();
    auto listener = std::make_unique<smpp::net::Listener>(io, listener_settings(settings, index), listener_owner(index));
    places_.push_back(std::make_unique<Place>(Place{std::move(settings), std::move(listener)}));
  }
}

smpp::net::ListenerSettings Smsc::listener_settings(const SmscPlace& place, std::size_t index) const {
  smpp::net::ListenerSettings settings;
  settings.listen = place.listen;
  settings.first_id = index * kConnectionsOfPlace + 1;
  if (!place.tls) return settings;
  smpp::net::TlsSettings& tls = settings.tls.emplace();
  tls.ca_file = place.client_ca;
  tls.certificate_file = place.certificate;
  tls.key_file = place.key;
  if (!place.certificate.empty()) return settings;
  tls.certificate = self_made_.certificate;
  tls.key = self_made_.key;
  return settings;
}

smpp::net::ListenerOwner Smsc::listener_owner(std::size_t index) {
  smpp::net::ListenerOwner owner;
  owner.now = clocks_.steady;
  owner.make_session = [this, index](const smpp::net::Peer& peer) {
    ++ledger_.counters.connections;
    if (const std::string& name = places_[index]->settings.name; !name.empty()) wiretap_.belongs_to(peer.connection, name);
    wiretap_.link(peer, LinkEvent::connected, {}, clocks_.wall());
    return make_session();
  };
  owner.on_connected = [this, index](Connection& connection) { on_connected(index, connection); };
  owner.on_events = [this](Connection& connection, smpp::net::Events events) { on_events(connection, events); };
  owner.on_refused = [this](const smpp::net::Peer& peer, const std::string& why) {
    wiretap_.link(peer, LinkEvent::refused, why, clocks_.wall());
  };
  owner.on_closed = [this](Connection& connection) {
    if (Client* client = find(connection.id())) not_bound_any_more(*client);
    clients_.erase(connection.id());
    outbox_.connection_ended(connection.id());
    wiretap_.link(connection.peer(), LinkEvent::closed, {}, clocks_.wall());
  };
  owner.tap = [this](const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets) {
    wiretap_.octets(peer, incoming, octets, clocks_.wall());
  };
  return owner;
}

Smsc::~Smsc() { places_.clear(); }

std::string Smsc::start() {
  if (auto wrong = make_subscribers(); !wrong.empty()) return wrong;
  if (!options_.pcap.empty()) {
    if (auto wrong = pcap_.open(options_.pcap); !wrong.empty()) return wrong;
    wiretap_.add(pcap_);
  }
  wiretap_.add(pdus_);
  if (!options_.quiet) wiretap_.add(trace_);
  for (const auto& place : places_) {
    std::string wrong = place->listener->start();
    if (wrong.empty()) continue;
    return place->settings.name.empty() ? wrong : "SMSC " + place->settings.name + ": " + wrong;
  }
  return {};
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

void Smsc::after(Millis delay, std::function<void()> act) {
  schedule_.after(delay, [this, act = std::move(act), era = era_] {
    if (era == era_) act();
  });
}

void Smsc::reset() {
  ++era_;
  behaviour_ = options_.behaviour;
  set_rules(options_.rules);
  pdus_.clear();
  ledger_.clear();
  store_.clear();
  outbox_.clear();
  handsets_.clear();
  coverage_.clear();
  subscribers_->forget();
  paces_.clear();
  account_of_source_.clear();
  broadcast_areas_.clear();
  last_ended_.clear();
  faults_.clear();
  binds_of_.clear();
  random_ = Random(options_.seed);
  for (auto& [id, client] : clients_) {
    heal(client);
    client.last_id.clear();
    if (client.is_bound) client.random = Random(options_.seed, client.key, ++binds_of_[client.key]);
  }
}

void Smsc::stop(std::function<void()> on_stopped) {
  const auto left = std::make_shared<std::size_t>(places_.size());
  const auto one_stopped = [left, tell = std::move(on_stopped)] {
    if (--*left == 0 && tell) tell();
  };
  for (const auto& place : places_) place->listener->stop(std::chrono::seconds(2), one_stopped);
}

void Smsc::drop_links() {
  for (const auto& place : places_) place->listener->reset_all();
}

std::size_t Smsc::binds() const {
  return static_cast<std::size_t>(
      std::count_if(clients_.begin(), clients_.end(), [](const auto& entry) { return entry.second.is_bound; }));
}

std::size_t Smsc::receivers() const {
  return static_cast<std::size_t>(
      std::count_if(clients_.begin(), clients_.end(), [](const auto& entry) { return entry.second.receives; }));
}

smpp::Session Smsc::make_session() {
  smpp::SessionSettings settings;
  settings.role = smpp::Role::smsc;
  settings.epoch = ++sessions_;
  settings.window = options_.window;
  settings.max_unanswered_incoming = 100'000;  // with response_delay a client may have many outstanding
  set_strict(settings, options_.strict);
  return smpp::Session(settings);
}

Smsc::Client* Smsc::find(std::uint64_t connection) {
  const auto found = clients_.find(connection);
  return found == clients_.end() ? nullptr : &found->second;
}

void Smsc::on_connected(std::size_t place, Connection& connection) {
  Client& client = clients_[connection.id()];
  client.connection = &connection;
  client.place = place;
  if (behaviours_.has(Trigger::deliver_sm)) wire_of(client);
  if (!behaviours_.has(Trigger::connect)) return;
  const std::string& address = connection.peer().remote_address;
  const Decision decision =
      behaviours_.decide({Trigger::connect, {}, address, {}, {}, 0}, random_, clocks_.steady());
  if (decision.fault.fault != Fault::none) plan(client, decision.fault);
}

void Smsc::on_events(Connection& connection, smpp::net::Events events) {
  for (auto& event : events) {
    if (Client* client = find(connection.id())) on_event(*client, event);
  }
  if (outbox_.has_waiting()) offer();
}

void Smsc::on_event(Client& client, smpp::Event& event) {
  if (auto* received = std::get_if<smpp::Received>(&event)) {
    on_request(client, *received);
  } else if (auto* done = std::get_if<smpp::Done>(&event)) {
    on_answered(done->token, done->status);
  } else if (auto* late = std::get_if<smpp::Late>(&event)) {
    on_answered(late->token, late->status);
  } else if (auto* asked = std::get_if<smpp::BindRequested>(&event)) {
    on_bind(client, *asked);
  } else if (auto* slow = std::get_if<smpp::TimedOut>(&event)) {
    // Offered again after the same pause as a temporary refusal; an answer that still comes ends it.
    if (outbox_.connection_of(slow->token) == client.connection->id()) outbox_.rest(slow->token);
    schedule_.after(options_.redeliver_after, [this, id = slow->token] { outbox_.wake(id); });
  } else if (auto* returned = std::get_if<smpp::Returned>(&event)) {
    outbox_.back(returned->token);
  } else if (std::holds_alternative<smpp::Closed>(event)) {
    not_bound_any_more(client);
    outbox_.connection_ended(client.connection->id());
  } else if (std::holds_alternative<smpp::PeerUnbound>(event)) {
    not_bound_any_more(client);
  }
}

void Smsc::not_bound_any_more(Client& client) {
  if (client.is_bound) last_ended_[client.key] = clocks_.steady();
  client.is_bound = client.receives = false;
}

// False: this bind takes no more now.
bool Smsc::offer_one(Client& client, std::uint64_t id) {
  Delivery& delivery = outbox_.at(id);
  smpp::Session& session = client.connection->session();
  const smpp::result<void> sent = client.takes_tlvs ? session.request(delivery.pdu, id, clocks_.steady())
                                                    : session.request(without_tlvs(delivery.pdu), id, clocks_.steady());
  if (!sent && sent.error().code == smpp::errc::unencodable) {
    // It would stand before all that follows for ever. As refused for good, so that whoever waits for it is told.
    on_answered(id, command_status::ESME_RINVMSGLEN);
    return true;
  }
  if (!sent) {
    outbox_.back(id);
    return false;
  }
  ++delivery.attempts;
  ++ledger_.counters.deliver_attempts;
  if (delivery.reply) ++delivery.reply->attempts;
  return true;
}

void Smsc::offer() {
  if (!outbox_.has_waiting()) return;
  std::vector<Connection*> used;
  // One deliver_sm to each bind in turn, so that several binds share the work.
  for (bool more = true; more;) {
    more = false;
    for (auto& [connection_id, client] : clients_) {
      if (!client.receives || client.is_deaf || client.connection->session().free_slots() == 0) continue;
      const std::uint64_t id = outbox_.take(client.key, connection_id);
      if (id == 0 || !offer_one(client, id)) continue;
      if (used.empty() || used.back() != client.connection) used.push_back(client.connection);
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
