// Sessions of the carrier: accept, bind, octets, timers, end.
#include "test/sim/carrier.hpp"

#include "test/sim/world.hpp"

namespace sim {

using namespace std::chrono_literals;

bool Carrier::dark() const { return world_.schedule.now() < dark_until_; }

void Carrier::go_dark(Duration duration) {
  dark_until_ = world_.schedule.now() + duration;
  const auto all = sessions_;
  for (const auto& [id, session] : all) {
    session->wire->cut(world_.random.between(1ms, 5s), std::nullopt);
    end(session, true);
  }
}

bool Carrier::accept(const std::shared_ptr<Wire>& wire, const std::string& account, std::uint32_t slot, std::uint64_t incarnation) {
  if (dark()) return false;
  // A bind of ours that comes again has given up its old session, whatever the network told us of it.
  const auto all = sessions_;
  for (const auto& [id, old] : all) {
    if (old->account == account && old->slot == slot) end(old, false);
  }
  smpp::SessionSettings settings;
  settings.role = smpp::Role::smsc;
  settings.epoch = ++last_session_;
  settings.window = 12;
  settings.timers = world_.plan.smsc_timers;
  if (world_.faults.healed()) settings.timers.enquire_link = 0ms;
  auto session = std::make_shared<Session>(Session{last_session_, account, slot, incarnation, smpp::Session(settings), wire, {}, false, false, false, false, {}});
  sessions_[session->id] = session;
  wire->attach(Side::smsc, {[this, id = session->id](std::span<const std::byte> octets) {
                              if (const SessionPtr found = this->session(id)) {
                                found->smpp.receive(octets, world_.schedule.now());
                                step(found);
                              }
                            },
                            [this, id = session->id] {
                              if (const SessionPtr found = this->session(id)) end(found, true);
                            }});
  session->smpp.connected(world_.schedule.now());
  step(session);
  return true;
}

Carrier::SessionPtr Carrier::session(std::uint64_t id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

void Carrier::step(const SessionPtr& session) {
  if (session->stepping || session->ended) return;
  session->stepping = true;
  while (auto event = session->smpp.next_event()) {
    session->requests.see(*event);
    on_event(session, *event);
  }
  // The carrier's socket takes everything; what the network makes of it is the wire's affair.
  const auto output = session->smpp.output();
  const std::size_t count = session->wire->write(Side::smsc, output);
  session->smpp.written(count);
  session->stepping = false;
  if (session->smpp.wants_close()) return end(session, false);
  arm(session);
}

void Carrier::arm(const SessionPtr& session) {
  const auto deadline = session->smpp.next_deadline();
  if (!deadline || (session->armed && *session->armed <= *deadline)) return;
  session->armed = deadline;
  world_.schedule.at(*deadline, [this, id = session->id] {
    const SessionPtr found = this->session(id);
    if (!found) return;
    found->armed.reset();
    found->smpp.tick(world_.schedule.now());
    step(found);
  });
}

void Carrier::on_event(const SessionPtr& session, smpp::Event& event) {
  if (const auto* request = std::get_if<smpp::BindRequested>(&event)) {
    bind(session, *request);
  } else if (std::holds_alternative<smpp::Bound>(event)) {
    session->bound = true;
    session->receives = session->smpp.state() != smpp::State::bound_tx;
    release_kept_back(false);
    const std::string account = session->account;
    world_.schedule.after(0ns, [this, account] { pump(account); });
  } else if (const auto* received = std::get_if<smpp::Received>(&event)) {
    on_submit(session, *received);
  } else if (const auto* done = std::get_if<smpp::Done>(&event)) {
    delivered(session, *done);
  } else if (const auto* late = std::get_if<smpp::Late>(&event)) {
    delivered(session, {late->token, late->status, late->response, 0});
  } else if (const auto* malformed = std::get_if<smpp::Malformed>(&event)) {
    throw Violation{"what we send is well formed", words("the carrier refused a PDU: ", malformed->kind)};
  }
}

void Carrier::bind(const SessionPtr& session, const smpp::BindRequested& request) {
  smpp::command_status status = smpp::command_status::ESME_ROK;
  if (world_.faults.strikes(Fault::bind_refused)) {
    status = world_.random.chance(0.3) ? smpp::command_status::ESME_RALYBND : smpp::command_status::ESME_RBINDFAIL;
  }
  smpp::Response response{status, smpp::BindTransceiverResp{{"carrier", {}}}};
  if (request.type == smpp::BindType::transmitter) response.body = smpp::BindTransmitterResp{{"carrier", {}}};
  if (request.type == smpp::BindType::receiver) response.body = smpp::BindReceiverResp{{"carrier", {}}};
  world_.schedule.after(world_.random.between(1ms, 40ms), [this, id = session->id, incoming = request.incoming, response] {
    const SessionPtr found = this->session(id);
    if (!found) return;
    found->smpp.respond(incoming, response);
    step(found);
  });
}

// Whatever was not answered goes back into the queue: it comes again in a later session.
void Carrier::end(const SessionPtr& session, bool by_peer) {
  if (session->ended) return;
  session->ended = true;
  sessions_.erase(session->id);
  session->smpp.disconnected({}, world_.schedule.now());
  while (auto event = session->smpp.next_event()) {
    session->requests.see(*event);
    if (const auto* done = std::get_if<smpp::Done>(&*event)) delivered(session, *done);
  }
  if (!by_peer) session->wire->close(Side::smsc);
  world_.judge.carrier_session_ended(session->id);
  world_.log.note("carrier session ended", session->id, session->slot, session->account);
  for (Delivery& delivery : deliveries_) {
    if (delivery.state == Delivery::State::outstanding && delivery.session == session->id) put_back(delivery);
  }
  const std::string account = session->account;
  world_.schedule.after(0ns, [this, account] { pump(account); });
}

void Carrier::unbind_all() {
  const auto all = sessions_;
  for (const auto& [id, session] : all) {
    session->smpp.unbind(world_.schedule.now());
    step(session);
  }
}

void Carrier::unbind_one() {
  if (sessions_.empty()) return;
  auto chosen = sessions_.begin();
  std::advance(chosen, static_cast<std::ptrdiff_t>(world_.random.index(sessions_.size())));
  const SessionPtr session = chosen->second;
  session->smpp.unbind(world_.schedule.now());
  step(session);
}

void Carrier::enquire() {
  const auto all = sessions_;
  for (const auto& [id, session] : all) {
    if (!session->bound || !session->smpp.request(smpp::EnquireLink{}, ++last_link_token_, world_.schedule.now())) continue;
    session->requests.accepted(last_link_token_);
    step(session);
  }
}

}  // namespace sim
