#include "core/net/links.hpp"

#include "core/net/clock.hpp"
#include "smpp/status.hpp"
#include "smpp/tlv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace core::net {

using engine::Input;

struct Links::One {
  One(std::string account, std::uint32_t number, std::uint32_t window, smpp::ReceiptProfile receipts)
      : bind(std::move(account), number, window, std::move(receipts)) {}

  engine::Bind bind;
  smpp::SessionSettings session;
  BindStatus status;
  Deviations deviations;
  bool touched = false;               // something was written by releases: wake it at the next flush
  std::unique_ptr<smpp::net::Link> link;

  [[nodiscard]] std::uint32_t in_flight() const {
    const smpp::Session* now = link->session();
    return now && bind.up() ? session.window - std::min(session.window, now->free_slots()) : 0;
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
    auto one = std::make_unique<One>(plan.account, plan.bind, plan.session.window, std::move(plan.receipts));
    One* const self = one.get();
    one->session = std::move(plan.session);
    one->status.account = plan.account;
    one->status.bind = plan.bind;
    one->status.type = type_name(one->session.bind.type);
    one->status.window = one->session.window;
    one->status.since = wall_now();
    one->status.line = "not connected yet";
    smpp::net::LinkOwner link_owner;
    link_owner.now = steady_now;
    link_owner.random = [this] { return random(); };
    link_owner.make_session = [this, self] {
      self->session.epoch = (run_ << 32) | ++sessions_;
      self->bind.begin(self->session.epoch);
      ++self->status.sessions;
      return smpp::Session(self->session);
    };
    link_owner.on_events = [this, self](smpp::Session& session, smpp::net::Events events) { on_events(*self, session, events); };
    link_owner.on_state = [this, self](std::string_view line) {
      // The link puts its name first; the status has it in columns of its own.
      const auto colon = line.find(": ");
      self->status.line = colon == std::string_view::npos ? line : line.substr(colon + 2);
      if (self->status.line.find("next attempt in") != std::string::npos) self->status.last_error = self->status.line;
      if (owner_.on_state) owner_.on_state(line);
    };
    link_owner.on_alarm = [this](std::string_view line) {
      if (owner_.on_alarm) owner_.on_alarm(line);
    };
    one->link = std::make_unique<smpp::net::Link>(io, std::move(plan.connection), std::move(link_owner));
    all_.push_back(std::move(one));
  }
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

void Links::start() {
  for (const auto& one : all_) one->link->start();
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

void Links::deviates(One& one, std::string_view kind, bool refused, std::span<const std::byte> raw) {
  if (!one.deviations.note(kind, refused, raw, wall_now()) || !owner_.on_deviation) return;
  const auto found = std::ranges::find_if(one.deviations.all(), [&](const Deviation& each) { return each.kind == kind && each.refused == refused; });
  if (found == one.deviations.all().end()) return;  // one of the many that are not told apart
  owner_.on_deviation(one.status.account + "/" + std::to_string(one.status.bind), *found, raw);
}

void Links::on_events(One& one, smpp::Session& session, smpp::net::Events events) {
  for (const smpp::Event& event : events) watch(one, event);
  const bool was_up = one.bind.up();
  std::vector<Input> inputs;
  one.bind.take(session, {std::make_move_iterator(events.begin()), std::make_move_iterator(events.end())}, inputs);
  if (was_up != one.bind.up()) {
    one.status.bound = one.bind.up();
    one.status.since = wall_now();
  }
  keep_last_acknowledgement(inputs);
  if (draining_) {
    // Both were told by drain() already, or must not be told any more.
    std::erase_if(inputs, [](const Input& input) {
      return std::holds_alternative<engine::LinkUp>(input) || std::holds_alternative<engine::LinkDown>(input);
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
  engine::Respond busy{one.bind.link(), {}, one.session.busy_status};
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
  one->bind.revoke(one->link->session(), revoke);
  one->touched = true;
}

void Links::respond(const engine::Respond& respond, engine::Turn turn) {
  turn_ = std::max(turn_, turn);
  One* one = find(respond.link);
  if (!one) return;
  one->bind.respond(one->link->session(), respond, turn);
  one->touched = true;
}

void Links::submit(const engine::Submit& submit) {
  One* one = find(submit.link);
  if (draining_ || !one) {
    withheld_.emplace_back(engine::SubmitDone{submit.link, submit.segment, engine::SubmitOutcome::returned, {}, {}, 0, {}});
    return;
  }
  one->bind.submit(one->link->session(), submit, steady_now(), owed_);
  one->touched = true;
}

void Links::flush() {
  for (const auto& one : all_) {
    if (std::exchange(one->touched, false)) one->link->wake();
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
    one->link->stop([this, shared] {
      if (--running_ == 0) (*shared)();
    });
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
    if (const smpp::Session* session = one->link->session()) status.round_trip = session->enquire_link_time();
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace core::net
