#include "test/sim/line.hpp"

#include "smpp/codec.hpp"
#include "test/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace sim {

using namespace std::chrono_literals;

Line::Line(World& world, Node& node, const LinePlan& plan)
    : world_(world), node_(node), plan_(plan), bind_(plan.account, plan.slot, plan.window) {
  if (world.mutation == Mutation::wide_window) bind_ = core::engine::Bind(plan.account, plan.slot, plan.window * 2);
}

void Line::connect_after(Duration delay) {
  world_.schedule.after(delay, [this, weak = node_.weak_from_this(), mine = ++connection_] {
    const auto node = weak.lock();
    if (node && !node->dead() && mine == connection_) connect();
  });
}

void Line::connect() {
  const bool refused = world_.faults.strikes(Fault::connect_refused);
  auto wire = std::make_shared<Wire>(world_);
  if (refused || world_.carrier.dark()) return connect_after(backoff_.next(std::nullopt, world_.random.unit()));
  world_.schedule.after(world_.random.between(1ms, 20ms), [this, weak = node_.weak_from_this(), wire, mine = ++connection_] {
    const auto node = weak.lock();
    if (node && !node->dead() && mine == connection_) connected(wire);
  });
}

smpp::SessionSettings Line::session_settings() {
  smpp::SessionSettings settings;
  settings.role = smpp::Role::esme;
  settings.epoch = node_.next_epoch();
  settings.bind.type = plan_.type;
  settings.bind.system_id = "bindery";
  settings.window = world_.mutation == Mutation::wide_window ? plan_.window * 2 : plan_.window;
  settings.timers = world_.plan.esme_timers;
  // Near the end of the numbers, so that every session of some length goes through it (P7).
  settings.first_sequence_number = 0x7FFFFFFF - static_cast<std::uint32_t>(settings.epoch % 50);
  // In the quiet after everything is healed nobody has to ask whether the other is there.
  if (world_.faults.healed()) settings.timers.enquire_link = 0ms;
  return settings;
}

Wire::Ends Line::ends(std::uint64_t connection) {
  const auto mine = [this, connection, weak = node_.weak_from_this()]() -> std::shared_ptr<Node> {
    auto node = weak.lock();
    return node && !node->dead() && connection == connection_ && session_ ? node : nullptr;
  };
  return {[this, mine](std::span<const std::byte> octets) {
            const auto node = mine();
            if (node) read(octets);
          },
          [this, mine] {
            if (const auto node = mine()) end(false);
          }};
}

void Line::read(std::span<const std::byte> octets) {
  numbers_.heard(octets);
  unread_.insert(unread_.end(), octets.begin(), octets.end());
  if (world_.mutation != Mutation::links_behind_commit || !node_.committing()) {
    session_->receive(std::exchange(unread_, {}), world_.schedule.now());
    step();
  }
  if (session_) numbers_.woke();
}

void Line::connected(const std::shared_ptr<Wire>& wire) {
  ++connection_;
  const smpp::SessionSettings settings = session_settings();
  session_.emplace(settings);
  wire_ = wire;
  requests_ = {};
  numbers_ = {};
  unread_.clear();
  seen_ = written_ = 0;
  received_.clear();
  unencoded_.clear();
  bound_at_.reset();
  armed_.reset();
  refused_.reset();
  bind_.begin(settings.epoch);
  wire->attach(Side::esme, ends(connection_));
  if (!world_.carrier.accept(wire, plan_.account, plan_.slot, node_.incarnation())) return end(true);
  world_.log.note("connected", settings.epoch, plan_.slot, plan_.account);
  session_->connected(world_.schedule.now());
  step();
}

void Line::step() {
  if (stepping_ || !session_) return;
  stepping_ = true;
  take_events();
  flush();
  stepping_ = false;
  const bool over = session_->wants_close() && session_->output().empty();
  if (refused_ || over) return end(true);
  arm();
}

// Notes each event before the engine's glue takes it.
void Line::take_events() {
  observe();
  for (;;) {
    std::vector<smpp::Event> events;
    while (auto event = session_->next_event()) {
      see(*event);
      events.push_back(std::move(*event));
    }
    if (events.empty()) return;
    std::vector<core::engine::Input> inputs;
    bind_.take(*session_, std::move(events), inputs);
    node_.put(std::move(inputs));
    observe();
  }
}

void Line::see(const smpp::Event& event) {
  requests_.see(event);
  const std::uint64_t epoch = session_->epoch();
  if (std::holds_alternative<smpp::Bound>(event)) {
    bound_at_ = world_.schedule.now();
    world_.log.note("bound", epoch, plan_.slot, plan_.account);
  } else if (const auto* refused = std::get_if<smpp::BindRefused>(&event)) {
    refused_ = refused->status;
  } else if (const auto* received = std::get_if<smpp::Received>(&event)) {
    if (const auto* pdu = std::get_if<smpp::DeliverSm>(&received->pdu.body)) {
      received_[received->pdu.sequence_number] = tracer_of(*pdu).value_or(Tracer{});
    }
  } else if (const auto* done = std::get_if<smpp::Done>(&event)) {
    world_.judge.submit_ended(epoch, done->sequence_number);
  } else if (const auto* timed_out = std::get_if<smpp::TimedOut>(&event)) {
    world_.judge.submit_ended(epoch, timed_out->sequence_number);
  } else if (const auto* malformed = std::get_if<smpp::Malformed>(&event)) {
    throw Violation{"what the carrier sends is understood", words("our session refused a PDU: ", malformed->kind)};
  } else if (const auto* closed = std::get_if<smpp::Closed>(&event)) {
    world_.log.note("session closed", epoch, plan_.slot, closed->reason);
  }
}

void Line::flush() {
  for (;;) {
    const auto output = session_->output();
    if (output.empty()) return;
    const std::size_t count = wire_->write(Side::esme, output);
    const bool all = count == output.size();
    if (count > 0) {
      session_->written(count);
      written_ += count;
      take_events();
    }
    if (all) continue;
    if (retry_) return;
    retry_ = true;
    const Duration wait = wire_->stalled() ? 50ms : world_.random.between(200us, 20ms);
    world_.schedule.after(wait, [this, weak = node_.weak_from_this()] {
      const auto node = weak.lock();
      if (!node || node->dead()) return;
      retry_ = false;
      step();
    });
    return;
  }
}

// Octets of the session's output that were not there before: whole PDUs, in the order in which they were encoded.
void Line::observe() {
  const auto output = session_->output();
  const std::uint64_t total = written_ + output.size();
  auto fresh = output.last(static_cast<std::size_t>(total - seen_));
  seen_ = total;
  while (!fresh.empty()) {
    const smpp::Header header = smpp::read_header(fresh);
    const auto decoded = smpp::decode(fresh.first(header.command_length));
    if (!decoded) throw Violation{"what we send is well formed", "a PDU of ours cannot be decoded"};
    numbers_.said(header);
    encoded(decoded->pdu);
    fresh = fresh.subspan(header.command_length);
  }
}

void Line::encoded(const smpp::Pdu& pdu) {
  const core::engine::LinkRef& link = bind_.link();
  if (const auto* submit = std::get_if<smpp::SubmitSm>(&pdu.body)) {
    const auto segment = segment_of(*submit);
    if (!segment) throw Violation{"what we send is well formed", "a submit_sm without a trace"};
    std::erase_if(unencoded_, [&](const core::engine::Submit& s) { return s.segment == *segment; });
    world_.judge.submit_encoded(link, plan_.window, pdu.sequence_number, *segment);
  } else if (std::holds_alternative<smpp::DeliverSmResp>(pdu.body)) {
    const auto found = received_.find(pdu.sequence_number);
    if (found == received_.end()) throw Violation{"acknowledged is stored", "a deliver_sm_resp to nothing"};
    world_.judge.delivery_answered(link, found->second, pdu.status);
    received_.erase(found);
  }
}

void Line::arm() {
  const auto deadline = session_->next_deadline();
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  world_.schedule.at(*deadline, [this, weak = node_.weak_from_this(), mine = connection_] {
    const auto node = weak.lock();
    if (!node || node->dead() || mine != connection_ || !session_) return;
    armed_.reset();
    session_->tick(world_.schedule.now());
    step();
  });
}

void Line::end(bool close_socket) {
  if (!session_) return;
  stepping_ = true;
  take_events();
  session_->disconnected({}, world_.schedule.now());
  take_events();
  stepping_ = false;
  if (close_socket) wire_->close(Side::esme);
  const bool stable = bound_at_ && world_.schedule.now() - *bound_at_ >= smpp::Backoff::kStableAfter;
  if (stable) backoff_.reset();
  world_.judge.our_session_ended(session_->epoch());
  session_.reset();
  unencoded_.clear();
  connect_after(backoff_.next(refused_, world_.random.unit()));
}

void Line::die() {
  if (!session_) return;
  wire_->die(Side::esme);
  world_.judge.our_session_ended(session_->epoch());
  session_.reset();
}

void Line::revoke(const core::engine::Revoke& revoke) {
  if (world_.mutation == Mutation::no_revoke) return;
  bind_.revoke(session_ ? &*session_ : nullptr, revoke);
}

void Line::respond(const core::engine::Respond& respond, core::engine::Turn turn) {
  bind_.respond(session_ ? &*session_ : nullptr, respond, turn);
  if (session_) observe();
}

void Line::submit(const core::engine::Submit& submit) {
  core::engine::Submit traced = submit;
  // Behind a stalled socket each counts for many, so that a few fill the session's output and the next stay unencoded.
  mark(traced.pdu, traced.segment, wire_ && wire_->stalled() ? 8000 : 0);
  std::vector<core::engine::Input> inputs;
  const bool counted = session_ && submit.link == bind_.link() && session_->epoch() == submit.link.epoch;
  bind_.submit(session_ ? &*session_ : nullptr, traced, world_.schedule.now(), inputs);
  if (counted) ++last_token_;
  if (inputs.empty()) {
    requests_.accepted(last_token_);
    unencoded_.push_back(submit);
    observe();
  }
  node_.put(std::move(inputs));
}

}  // namespace sim
