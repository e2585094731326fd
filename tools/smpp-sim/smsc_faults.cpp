// What goes wrong on a connection, when it is due, and what somebody asks for by HTTP.
#include "tools/smpp-sim/smsc.hpp"

#include "smpp/codec.hpp"

#include <utility>
#include <variant>

namespace smpp_sim {
namespace {

// Tokens of requests that no delivery stands behind; those of the outbox count from 1.
constexpr std::uint64_t kOwnRequest = std::uint64_t{1} << 63;

}  // namespace

void Smsc::set_rules(std::vector<Rule> rules) {
  behaviours_.set(std::move(rules));
  if (!behaviours_.has(Trigger::deliver_sm)) return;
  for (auto& entry : clients_) wire_of(entry.second);
}

Wire& Smsc::wire_of(Client& client) {
  if (client.wire) return *client.wire;
  client.wire = std::make_unique<Wire>();
  client.connection->change_output(
      [this, id = client.connection->id()](std::span<const std::byte> pdus, smpp::Octets& now) { said(id, pdus, now); });
  return *client.wire;
}

void Smsc::said(std::uint64_t connection, std::span<const std::byte> pdus, smpp::Octets& now) {
  Client* const client = find(connection);
  if (client == nullptr) return;
  Wire::OnRequest on_request;
  if (behaviours_.has(Trigger::deliver_sm)) {
    on_request = [this, client](std::span<const std::byte> pdu) { return fault_of_deliver(*client, pdu); };
  }
  client->wire->said(pdus, on_request, now);
  drip(*client);
}

Fault Smsc::fault_of_deliver(Client& client, std::span<const std::byte> pdu) {
  if (smpp::read_header(pdu).id != smpp::command_id::deliver_sm) return Fault::none;
  const auto decoded = smpp::decode(pdu);
  const auto* deliver = decoded ? std::get_if<smpp::DeliverSm>(&decoded->pdu.body) : nullptr;
  if (deliver == nullptr) return Fault::none;
  const std::string text = behaviours_.uses_text() ? text_of(*deliver) : std::string();
  const Decision decision =
      decide(client, Trigger::deliver_sm, deliver->source.addr, deliver->destination.addr, text);
  if (decision.fault.fault == Fault::none) return Fault::none;
  if (scope_of(decision.fault.fault) == FaultScope::pdu) {
    ++faults_[std::string(name_of(decision.fault.fault))];
    return decision.fault.fault;
  }
  plan(client, decision.fault);
  return Fault::none;
}

// What the wire owes, piece by piece, with pauses.
void Smsc::drip(Client& client) {
  if (client.is_dripping || !client.wire->owes()) return;
  client.is_dripping = true;
  schedule_.after(client.wire->pause(), [this, id = client.connection->id()] {
    Client* const found = find(id);
    if (found == nullptr) return;
    found->connection->write_raw({});  // what was said meanwhile gets in line behind what is owed
    const smpp::Octets piece = found->wire->next_piece();
    found->connection->write_raw(piece);
    found->is_dripping = false;
    drip(*found);
  });
}

void Smsc::heal(Client& client) {
  if (client.wire) client.wire->become(Fault::healthy);
  client.connection->read_on(true);
}

// Behind what has been said so far: a response goes out before the end that follows it.
void Smsc::plan(Client& client, const FaultPlan& plan) {
  const bool ends = scope_of(plan.fault) == FaultScope::end, is_due = plan.after.count() == 0;
  if (!ends && is_due) return happen(client, plan.fault);
  const auto act = [this, id = client.connection->id(), fault = plan.fault] {
    if (Client* found = find(id)) happen(*found, fault);
  };
  if (!is_due) return after(plan.after, act);
  client.is_deaf = true;  // its end comes even where a reset comes before it
  schedule_.after(Millis(0), act);
}

void Smsc::happen(Client& client, Fault fault) {
  ++faults_[std::string(name_of(fault))];
  smpp::net::Connection& connection = *client.connection;
  switch (fault) {
    case Fault::reset:
    case Fault::reset_before_response:
    case Fault::reset_after_response: return connection.reset();
    case Fault::fin:
    case Fault::fin_before_response:
    case Fault::fin_after_response: return connection.close();
    case Fault::unbind:
    case Fault::unbind_before_response:
    case Fault::unbind_after_response:
      not_bound_any_more(client);
      connection.session().unbind(clocks_.steady());
      return connection.wake();
    case Fault::stop_reading: return connection.read_on(false);
    default: break;
  }
  if (scope_of(fault) == FaultScope::stream) {
    if (fault == Fault::healthy) return heal(client);
    wire_of(client).become(fault);
  } else {
    wire_of(client).spoil_next(fault);
  }
}

template <class Do>
std::size_t Smsc::for_each(const Which& which, bool bound_only, const Do& act) {
  std::vector<std::uint64_t> ids;  // what is done may end a connection
  for (const auto& [id, client] : clients_) {
    if (which.connection != 0 && which.connection != id) continue;
    if (!which.account.matches(client.key) || (bound_only && !client.is_bound)) continue;
    ids.push_back(id);
  }
  std::size_t count = 0;
  for (const std::uint64_t id : ids) {
    Client* const client = find(id);
    if (client != nullptr && act(*client)) ++count;
  }
  return count;
}

std::size_t Smsc::let_happen(const Which& which, const FaultPlan& fault) {
  return for_each(which, false, [&](Client& client) {
    plan(client, fault);
    return true;
  });
}

std::size_t Smsc::write_raw(const Which& which, std::span<const std::byte> octets) {
  return for_each(which, false, [&](Client& client) {
    client.connection->write_raw(octets);
    return true;
  });
}

std::size_t Smsc::enquire_link(const Which& which) {
  return for_each(which, true, [&](Client& client) {
    smpp::Session& session = client.connection->session();
    const bool sent = session.request(smpp::EnquireLink{}, kOwnRequest | ++own_requests_, clocks_.steady()).has_value();
    client.connection->wake();
    return sent;
  });
}

std::size_t Smsc::unbind(const Which& which) {
  return for_each(which, true, [&](Client& client) {
    not_bound_any_more(client);
    client.connection->session().unbind(clocks_.steady());
    client.connection->wake();
    return true;
  });
}

std::size_t Smsc::alert(const Which& which, const smpp::AlertNotification& alert) {
  return for_each(which, true, [&](Client& client) {
    if (client.version < kVersion34) return false;  // a command of 3.4, also where only the account is older (P20)
    smpp::Session& session = client.connection->session();
    const bool sent = session.request(alert, kOwnRequest | ++own_requests_, clocks_.steady()).has_value();
    client.connection->wake();
    return sent;
  });
}

void Smsc::outbind(const OutbindTo& to, std::function<void(const std::string&)> done) {
  smpp::Outbind pdu;
  pdu.system_id = to.system_id;
  pdu.password = to.password;
  places_.front()->listener->connect(
      to.address, [this, pdu, done = std::move(done)](smpp::net::Connection* connection, const std::string& why) {
        if (connection == nullptr) return done(why);
        const auto sent = connection->session().request(pdu, kOwnRequest | ++own_requests_, clocks_.steady());
        connection->wake();
        done(sent ? std::string() : std::string(smpp::message(sent.error())));
      });
}

void Smsc::outbind_all(const std::function<void(const std::string&)>& failed) {
  for (const OutbindTo& to : options_.outbinds) {
    outbind(to, [failed](const std::string& why) {
      if (!why.empty()) failed(why);
    });
  }
}

}  // namespace smpp_sim
