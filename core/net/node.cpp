#include "core/net/node.hpp"

#include "core/net/clock.hpp"
#include "core/net/limits.hpp"
#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace core::net {

namespace {

LinksOwner links_owner(Inbox& inbox, Log& log, std::function<void()> on_events) {
  LinksOwner owner;
  owner.put = [&inbox](std::vector<engine::Input> inputs) { return inbox.put(std::move(inputs)); };
  owner.on_state = [&log](std::string_view line) { log.info("link", {field("state", line)}); };
  owner.on_alarm = [&log](std::string_view line) { log.error("link.alarm", {field("state", line)}); };
  owner.on_deviation = [&log](std::string_view link, const Deviation& deviation, std::span<const std::byte> raw) {
    log.warn("link.deviation", {field("link", link), field("was", deviation.refused ? "refused" : "tolerated"), field("kind", deviation.kind),
                                field("count", deviation.count), field("octets", raw.size()), field("header", smpp::to_hex(raw.first(std::min(raw.size(), smpp::kHeaderLength)))),
                                text_field("pdu", smpp::to_hex(raw.first(std::min(raw.size(), kDeviationOctets))))});
  };
  owner.on_events = std::move(on_events);
  return owner;
}

WebhooksOwner webhooks_owner(Inbox& inbox, Log& log) {
  WebhooksOwner owner;
  owner.done = [&inbox](engine::WebhookDone done) { inbox.owe(std::move(done)); };
  owner.on_failure = [&log](std::string_view endpoint, std::string_view event, std::string_view why) {
    log.warn("webhook.failed", {field("endpoint", endpoint), field("event", event), field("why", why)});
  };
  return owner;
}

}  // namespace

// The engine thread tells the io thread through the context's queue; by the time a told one runs, the node may be gone.
Node::Node(boost::asio::io_context& io, NodeSettings settings, std::shared_ptr<const rules::Program> program, storage::Store& store,
           Log& log, NodeOwner owner)
    : io_(io),
      log_(log),
      owner_(std::move(owner)),
      releases_([this] {
        boost::asio::post(io_, [this, alive = std::weak_ptr<bool>(alive_)] {
          if (!alive.expired()) pop_releases();
        });
      }),
      requests_(inbox_),
      links_(io, std::move(settings.links), store.fence().run, settings.engine.seed, links_owner(inbox_, log, [this] { advance(); })),
      webhooks_(io, std::move(settings.endpoints), std::move(settings.webhook_client), webhooks_owner(inbox_, log)),
      ending_timer_(io),
      engine_(std::move(settings.engine), program, store, inbox_, releases_) {
  status_.started = wall_now();
  status_.run = store.fence().run;
  status_.revision = program->revision();
  // The revision's source is recorded before the first decision refers to it.
  inbox_.owe(engine::NewRules{std::move(program), 0});
}

Node::~Node() {
  alive_.reset();
  inbox_.stop();
  releases_.close();
  engine_.join();
}

void Node::start() { engine_.start(); }

void Node::pop_releases() {
  while (auto outcome = releases_.pop()) {
    execute(std::move(*outcome));
    if (status_.stopped) return;
  }
  links_.flush();
  advance();
}

// One turn's list, front to back (DESIGN 3.5). The deadline is the engine thread's own: it waits for it.
void Node::execute(TurnOutcome outcome) {
  for (const std::string& alarm : outcome.alarms) log_.error("alarm", {field("what", alarm)});
  if (outcome.stopped) {
    status_.stopped = true;
    status_.why_stopped = *outcome.stopped;
    requests_.abandon();
    if (owner_.on_stopped) owner_.on_stopped(*outcome.stopped);
    return;
  }
  engine::Releases& list = outcome.releases;
  for (const engine::Revoke& revoke : list.revocations) links_.revoke(revoke);
  for (const engine::Respond& respond : list.responses) links_.respond(respond, list.turn);
  for (const engine::Submit& submit : list.submits) links_.submit(submit);
  for (engine::Answer& answer : list.answers) {
    if (const auto* swapped = std::get_if<engine::RulesSwapped>(&answer.answered)) status_.revision = swapped->revision;
    requests_.answered(std::move(answer));
  }
  for (const engine::WebhookRequest& request : list.webhooks) webhooks_.send(request);
  status_.turn = list.turn;
  decided_ = outcome.taken_out;
  if (outcome.figures) status_.figures = std::move(*outcome.figures);
  if (outcome.recovered && !std::exchange(status_.recovered, true)) {
    if (ending_ == Ending::no) {
      if (const std::string fault = links_.start(); !fault.empty()) log_.error("link.alarm", {field("state", fault)});
    }
    if (owner_.on_recovered) owner_.on_recovered();
  }
}

NodeStatus Node::status() const {
  NodeStatus status = status_;
  status.inputs_waiting = inbox_.waiting();
  status.requests_waiting = requests_.waiting();
  status.binds = links_.status();
  status.endpoints = webhooks_.status();
  return status;
}

void Node::drain(std::function<void()> drained) {
  if (ending_ != Ending::no) return;
  drained_ = std::move(drained);
  status_.draining = true;
  ending_ = Ending::emptying;
  requests_.close();
  for (const engine::Input& input : inbox_.refuse_offered()) requests_.dropped(input);
  links_.drain();
  inbox_.owe(engine::Tick{});  // so that a turn reports when everything before it was decided
  barrier_ = inbox_.put_in();
  ending_timer_.expires_after(kWindowDrain);
  ending_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && ending_ == Ending::emptying) unbind();
  });
  advance();
}

void Node::advance() {
  if (status_.stopped) return;
  if (ending_ == Ending::emptying && decided_ >= barrier_ && links_.idle()) unbind();
  if (ending_ == Ending::storing && decided_ >= barrier_) finish();
}

void Node::unbind() {
  ending_ = Ending::unbinding;
  ending_timer_.cancel();
  links_.stop([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    // Submits that the engine claimed while it did not know yet: never written, so simply queued again.
    [[maybe_unused]] const auto none = inbox_.put(links_.withheld());
    webhooks_.stop();
    inbox_.owe(engine::Tick{});
    barrier_ = inbox_.put_in();
    ending_ = Ending::storing;
    ending_timer_.expires_after(kStoreTime);
    ending_timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && ending_ == Ending::storing) finish();
    });
  });
}

void Node::finish() {
  ending_ = Ending::done;
  ending_timer_.cancel();
  requests_.abandon();
  if (drained_) boost::asio::post(io_, std::exchange(drained_, nullptr));
}

}  // namespace core::net
