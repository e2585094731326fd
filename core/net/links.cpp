#include "core/net/links.hpp"

#include "core/net/clock.hpp"
#include "core/net/limits.hpp"
#include "smpp/status.hpp"
#include "smpp/tlv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace core::net {

using engine::Input;

struct Links::One {
  One(const LinkPlan& plan) : bind(plan.account, plan.bind, plan.session.window, plan.receipts, plan.max_messages) {}

  engine::Bind bind;
  smpp::SessionSettings session_settings;
  BindStatus status;
  Deviations deviations;
  bool touched = false;               // something was written by releases: wake it at the next flush
  // One of the two: a connection that we make, or a port at which the carrier may knock.
  std::unique_ptr<smpp::net::Link> link;
  std::unique_ptr<smpp::net::Listener> listener;
  smpp::net::Connection* knocked = nullptr;
  OutbindPlan outbind;

  [[nodiscard]] smpp::Session* session() { return link ? link->session() : knocked ? &knocked->session() : nullptr; }
  void wake() {
    if (link) link->wake();
    else if (knocked) knocked->wake();
  }
  [[nodiscard]] std::uint32_t in_flight() {
    const smpp::Session* now = session();
    return now && bind.up() ? session_settings.window - std::min(session_settings.window, now->free_slots()) : 0;
  }
};

namespace {

std::string_view type_name(smpp::BindType type) {
  switch (type) {
    case smpp::BindType::transceiver: return "transceiver";
    case smpp::BindType::transmitter: return "transmitter";
    case smpp::BindType::receiver: return "receiver";
  }
  return "";
}

std::string status_name(const auto& one) { return one.status.account + "/" + std::to_string(one.status.bind) + ": "; }

// Acknowledgements are cumulative: the last one of a batch says it all.
void keep_last_acknowledgement(std::vector<Input>& inputs) {
  bool seen = false;
  for (auto it = inputs.rbegin(); it != inputs.rend(); ++it) {
    if (!std::holds_alternative<engine::LinkAcknowledged>(*it)) continue;
    if (std::exchange(seen, true)) *it = engine::Tick{};
  }
  if (seen) std::erase_if(inputs, [](const Input& input) { return std::holds_alternative<engine::Tick>(input); });
}

}  // namespace

Links::Links(boost::asio::io_context& io, std::vector<LinkPlan> plans, std::uint64_t run, std::uint64_t seed, LinksOwner owner)
    : owner_(std::move(owner)), run_(run), random_state_(seed | 1) {
  for (LinkPlan& plan : plans) {
    auto one = std::make_unique<One>(plan);
    one->session_settings = plan.session;
    one->status.account = plan.account;
    one->status.bind = plan.bind;
    one->status.type = type_name(plan.session.bind.type);
    one->status.window = plan.session.window;
    one->status.since = wall_now();
    one->status.line = plan.outbind ? "waiting for an outbind at " + plan.outbind->listen : "not connected yet";
    if (plan.outbind) make_listener(*one, std::move(plan), io);
    else make_link(*one, std::move(plan), io);
    all_.push_back(std::move(one));
  }
}

smpp::Session Links::next_session(One& one) {
  one.session_settings.epoch = next_epoch();
  one.bind.begin(one.session_settings.epoch);
  ++one.status.sessions;
  return smpp::Session(one.session_settings);
}

void Links::make_link(One& one, LinkPlan plan, boost::asio::io_context& io) {
  One* const self = &one;
  smpp::net::LinkOwner link;
  link.now = steady_now;
  link.random = [this] { return random(); };
  link.make_session = [this, self] { return next_session(*self); };
  link.on_events = [this, self](smpp::Session& session, smpp::net::Events events) { on_events(*self, session, events); };
  link.on_state = [this, self](std::string_view line) { say(*self, line); };
  link.on_alarm = [this](std::string_view line) {
    if (owner_.on_alarm) owner_.on_alarm(line);
  };
  one.link = std::make_unique<smpp::net::Link>(io, std::move(plan.connection), std::move(link));
}

// The carrier connects, says who it is, and is bound to on the same connection (P53). Who connects is nobody until then:
// neither they nor whoever comes while the carrier is there changes anything.
void Links::make_listener(One& one, LinkPlan plan, boost::asio::io_context& io) {
  One* const self = &one;
  one.outbind = *std::move(plan.outbind);
  smpp::net::ListenerOwner listener;
  listener.now = steady_now;
  listener.make_session = [this, self](const smpp::net::Peer&) {
    smpp::SessionSettings settings = self->session_settings;
    settings.await_outbind = true;
    settings.epoch = next_epoch();
    return smpp::Session(std::move(settings));
  };
  listener.on_events = [this, self](smpp::net::Connection& connection, smpp::net::Events events) {
    for (const smpp::Event& event : events) {
      const auto* asked = std::get_if<smpp::OutbindRequested>(&event);
      if (const auto* outbind = asked ? std::get_if<smpp::Outbind>(&asked->pdu.body) : nullptr) knock(*self, connection, *outbind);
    }
    if (self->knocked == &connection) on_events(*self, connection.session(), events);
  };
  listener.on_closed = [this, self](smpp::net::Connection& connection) {
    if (self->knocked != &connection) return;
    self->knocked = nullptr;
    say(*self, status_name(*self) + "waiting for an outbind at " + self->outbind.listen);
  };
  smpp::net::ListenerSettings settings;
  settings.listen = one.outbind.listen;
  settings.tls = std::nullopt;
  one.listener = std::make_unique<smpp::net::Listener>(io, settings, std::move(listener));
}

void Links::knock(One& one, smpp::net::Connection& connection, const smpp::Outbind& outbind) {
  const bool ours = outbind.system_id == one.outbind.system_id && outbind.password == one.outbind.password;
  std::string_view why;
  if (!ours) why = ": its system_id or password is not ours";
  else if (one.knocked) why = ": another is bound already";
  else if (draining_) why = ": we are stopping";
  say(one, status_name(one) + (why.empty() ? "an outbind of " : "refused an outbind of ") + outbind.system_id + " from " +
               connection.peer().remote_address + (why.empty() ? ", binding" : std::string(why)));
  if (!why.empty()) return connection.session().unbind(steady_now());
  one.knocked = &connection;
  one.session_settings.epoch = connection.session().epoch();
  one.bind.begin(one.session_settings.epoch);
  ++one.status.sessions;
  connection.session().bind(one.session_settings.bind, steady_now());
}

// The link puts its name first; the status has it in columns of its own.
void Links::say(One& one, std::string_view line) {
  const auto colon = line.find(": ");
  one.status.line = colon == std::string_view::npos ? line : line.substr(colon + 2);
  if (one.status.line.find("next attempt in") != std::string::npos) one.status.last_error = one.status.line;
  if (owner_.on_state) owner_.on_state(line);
}

Links::~Links() = default;

// xorshift64*: jitter of back-offs needs to differ between processes, nothing more.
double Links::random() {
  random_state_ ^= random_state_ >> 12;
  random_state_ ^= random_state_ << 25;
  random_state_ ^= random_state_ >> 27;
  constexpr double kScale = 1.0 / 9007199254740992.0;  // 2^53
  return static_cast<double>((random_state_ * 0x2545f4914f6cdd1dull) >> 11) * kScale;
}

// One port that cannot be opened keeps no other account from binding (P52).
std::string Links::start() {
  std::string faults;
  for (const auto& one : all_) {
    if (one->link) {
      one->link->start();
    } else if (const std::string fault = one->listener->start(); !fault.empty()) {
      one->status.line = one->status.last_error = "outbind_listen: " + fault;
      faults += (faults.empty() ? "" : "; ") + one->status.account + ": outbind_listen: " + fault;
    }
  }
  return faults;
}

std::uint16_t Links::outbind_port(std::string_view account) const {
  const auto found = std::ranges::find_if(all_, [&](const auto& one) { return one->listener && one->status.account == account; });
  return found == all_.end() ? std::uint16_t{0} : (*found)->listener->port();
}

Links::One* Links::find(const engine::LinkRef& link) {
  const auto found = std::ranges::find_if(all_, [&](const auto& one) {
    return one->bind.link().bind == link.bind && one->bind.link().account == link.account;
  });
  return found == all_.end() ? nullptr : found->get();
}

// What a person wants to know of a bind beside its messages (P19, P30, P71).
void Links::watch(One& one, const smpp::Event& event) {
  const auto unknown_tlvs = [&](const smpp::Tlvs& tlvs, std::span<const std::byte> raw) {
    for (const smpp::Tlv& tlv : tlvs) {
      if (!smpp::describe_tlv(tlv.tag)) deviates(one, fmt::format("unknown_tlv_0x{:04X}", tlv.tag), false, raw);
    }
  };
  if (const auto* tolerated = std::get_if<smpp::Tolerated>(&event)) {
    ++one.status.tolerated;
    deviates(one, tolerated->kind, false, tolerated->raw);
  } else if (const auto* malformed = std::get_if<smpp::Malformed>(&event)) {
    ++one.status.malformed;
    deviates(one, malformed->kind, true, malformed->raw);
  } else if (const auto* received = std::get_if<smpp::Received>(&event)) {
    if (const auto* deliver_sm = std::get_if<smpp::DeliverSm>(&received->pdu.body)) unknown_tlvs(deliver_sm->tlvs, received->raw);
    if (const auto* data_sm = std::get_if<smpp::DataSm>(&received->pdu.body)) unknown_tlvs(data_sm->tlvs, received->raw);
  } else if (const auto* done = std::get_if<smpp::Done>(&event)) {
    if (const auto* answer = std::get_if<smpp::SubmitSmResp>(&done->response.body)) unknown_tlvs(answer->tlvs, {});
    if (const std::string name = smpp::status_name(done->status); name.starts_with("0x")) deviates(one, "unknown_status_" + name, false, {});
  } else if (const auto* closed = std::get_if<smpp::Closed>(&event)) {
    one.status.last_error = closed->reason;
  }
}

// What only the text of a message or receipt shows (P84, P102, P109, P111).
void Links::watch(One& one, const Input& input) {
  if (const auto* mo = std::get_if<engine::Mo>(&input)) {
    if (mo->payload.both_bodies) deviates(one, "short_message_and_message_payload", false, mo->raw);
    if (mo->payload.odd_concatenation) deviates(one, "odd_concatenation", false, mo->raw);
    if (mo->payload.broken_udh) deviates(one, "broken_udh", false, mo->raw);
  }
  const auto* arrived = std::get_if<engine::ReceiptArrived>(&input);
  const smpp::Receipt* receipt = arrived && arrived->receipt ? &*arrived->receipt : nullptr;
  if (!receipt || !receipt->done_at) return;
  const auto off = smpp::zone_error(*receipt->done_at, std::chrono::floor<std::chrono::seconds>(wall_now()));
  if (off) deviates(one, fmt::format("receipt_dates_{:+}h_off_see_receipt_zone", off->count()), false, arrived->raw);
}

void Links::deviates(One& one, std::string_view kind, bool refused, std::span<const std::byte> raw) {
  if (!one.deviations.note(kind, refused, raw, wall_now()) || !owner_.on_deviation) return;
  const auto found = std::ranges::find_if(one.deviations.all(), [&](const Deviation& each) { return each.kind == kind && each.refused == refused; });
  if (found == one.deviations.all().end()) return;  // one of the many that are not told apart
  owner_.on_deviation(one.status.account + "/" + std::to_string(one.status.bind), *found, raw);
}

void Links::refresh(One& one) {
  if (one.status.bound == one.bind.takes_submits()) return;
  one.status.bound = one.bind.takes_submits();
  one.status.since = wall_now();
}

void Links::on_events(One& one, smpp::Session& session, smpp::net::Events events) {
  for (const smpp::Event& event : events) watch(one, event);
  std::vector<Input> inputs;
  one.bind.take(session, {std::make_move_iterator(events.begin()), std::make_move_iterator(events.end())}, inputs);
  refresh(one);
  for (const Input& input : inputs) watch(one, input);
  keep_last_acknowledgement(inputs);
  if (draining_) {
    // Both were told by drain() already, or must not be told any more.
    std::erase_if(inputs, [](const Input& input) {
      return std::holds_alternative<engine::LinkUp>(input) || std::holds_alternative<engine::LinkQuiet>(input) ||
             std::holds_alternative<engine::LinkDown>(input);
    });
  }
  for (const Input& refused : owner_.put(std::move(inputs))) refuse(one, session, refused);
  if (owner_.on_events) owner_.on_events();
}

// While draining nothing new is answered: the SMSC keeps what we do not acknowledge (F31). Otherwise it is told to come
// back later. The answer belongs to no turn; it counts to the last one, so that marks never run ahead.
void Links::refuse(One& one, smpp::Session& session, const Input& input) {
  ++one.status.refused;
  if (draining_) return;
  engine::Respond busy{one.bind.link(), {}, one.session_settings.busy_status};
  if (const auto* mo = std::get_if<engine::Mo>(&input)) {
    busy.incoming = mo->incoming;
  } else if (const auto* receipt = std::get_if<engine::ReceiptArrived>(&input)) {
    busy.incoming = receipt->incoming;
  } else if (const auto* undecodable = std::get_if<engine::Undecodable>(&input)) {
    busy.incoming = undecodable->incoming;
  } else {
    return;
  }
  one.bind.respond(&session, busy, turn_);
}

void Links::revoke(const engine::Revoke& revoke) {
  One* one = find(revoke.link);
  if (!one) return;
  one->bind.revoke(one->session(), revoke);
  one->touched = true;
}

void Links::respond(const engine::Respond& respond, engine::Turn turn) {
  turn_ = std::max(turn_, turn);
  One* one = find(respond.link);
  if (!one) return;
  one->bind.respond(one->session(), respond, turn);
  one->touched = true;
}

void Links::submit(const engine::Submit& submit) {
  One* one = find(submit.link);
  if (draining_ || !one) {
    withheld_.emplace_back(engine::SubmitDone{submit.link, submit.segment, engine::SubmitOutcome::returned, {}, {}, 0, {}});
    return;
  }
  one->bind.submit(one->session(), submit, steady_now(), owed_);
  refresh(*one);
  one->touched = true;
}

void Links::flush() {
  for (const auto& one : all_) {
    if (std::exchange(one->touched, false)) one->wake();
  }
  if (owed_.empty()) return;
  [[maybe_unused]] const auto none = owner_.put(std::exchange(owed_, {}));
}

void Links::drain() {
  draining_ = true;
  std::vector<Input> downs;
  for (const auto& one : all_) {
    if (one->bind.up()) downs.emplace_back(engine::LinkDown{one->bind.link(), "stopping"});
  }
  [[maybe_unused]] const auto none = owner_.put(std::move(downs));
}

bool Links::idle() const {
  return std::ranges::all_of(all_, [](const auto& one) { return one->in_flight() == 0; });
}

void Links::stop(std::function<void()> stopped) {
  running_ = all_.size();
  if (running_ == 0) return stopped();
  const auto shared = std::make_shared<std::function<void()>>(std::move(stopped));
  for (const auto& one : all_) {
    const auto ended = [this, shared] {
      if (--running_ == 0) (*shared)();
    };
    if (one->link) one->link->stop(ended);
    else one->listener->stop(kUnbindTime, ended);
  }
}

std::vector<Input> Links::withheld() { return std::exchange(withheld_, {}); }

std::vector<BindStatus> Links::status() const {
  std::vector<BindStatus> all;
  for (const auto& one : all_) {
    BindStatus status = one->status;
    status.in_flight = one->in_flight();
    status.unanswered = one->bind.unanswered();
    status.deviations = one->deviations.all();
    if (const smpp::Session* session = one->session()) status.round_trip = session->enquire_link_time();
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace core::net
