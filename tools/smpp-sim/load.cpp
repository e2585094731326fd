#include "tools/smpp-sim/load.hpp"

#include "smpp/net/link.hpp"
#include "smpp/receipt.hpp"
#include "smpp/text.hpp"
#include "tools/smpp-sim/load_message.hpp"
#include "tools/smpp-sim/load_report.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <deque>
#include <memory>
#include <vector>

namespace smpp_sim {
namespace {

using std::chrono::milliseconds;

// How often the rate is filled up, the progress is shown and the ends are looked at. Timers finer than that cost more
// than they give: at 10,000/s a tick is a batch of 10 to 20.
constexpr milliseconds kTick{2};
constexpr milliseconds kProgressEvery{200};
constexpr std::chrono::seconds kStopWait{5};  // for unbind_resp

enum class Phase { sending, responses, receipts, ended };

class Load {
 public:
  Load(boost::asio::io_context& io, const LoadOptions& options, const LoadMessages& messages, const Clocks& clocks)
      : io_(io), options_(options), messages_(messages), clocks_(clocks), timer_(io), signals_(io, SIGINT, SIGTERM),
        score_((options.registered_delivery & 0x03) != 0) {
    run_.target = options.connect;
    run_.binds = options.binds;
    run_.window = options.window;
    run_.rate = options.rate;
  }

  void start();
  [[nodiscard]] int report();

 private:
  struct Bind {
    std::unique_ptr<smpp::net::Link> link;
    bool bound = false;
  };

  void add_bind(std::uint32_t number);
  [[nodiscard]] smpp::Session make_session();
  void take(Bind& bind, smpp::Session& session, smpp::net::Events events);
  void take_one(Bind& bind, smpp::Session& session, smpp::Event& event);
  void received(smpp::Session& session, const smpp::Received& received);
  void fill(smpp::Session& session);
  [[nodiscard]] bool has_room_in_rate();
  [[nodiscard]] bool has_more() const;
  void tick();
  void look_at_end();
  void end(std::string failure);
  void show_progress();
  void say(std::string_view text);
  [[nodiscard]] bool is_any_bound() const {
    return std::ranges::any_of(binds_, [](const auto& bind) { return bind->bound; });
  }

  boost::asio::io_context& io_;
  const LoadOptions& options_;
  const LoadMessages& messages_;
  const Clocks& clocks_;
  boost::asio::steady_timer timer_;
  boost::asio::signal_set signals_;
  LoadScore score_;
  LoadRun run_;
  std::vector<std::unique_ptr<Bind>> binds_;
  std::deque<smpp::Token> again_;  // returned unsent
  smpp::Token next_ = 0;
  std::uint64_t epoch_ = 0, in_rate_ = 0;
  Phase phase_ = Phase::sending;
  smpp::Now now_{}, began_{}, phase_began_{}, unbound_since_{}, progress_at_{};
  std::uint64_t shown_answers_ = 0;
  bool has_begun_ = false, has_progress_ = false;
  std::size_t stopping_ = 0;
};

void Load::start() {
  now_ = unbound_since_ = clocks_.steady();
  for (std::uint32_t i = 0; i < options_.binds; ++i) add_bind(i);
  signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
    if (cancelled) return;
    run_.interrupted = true;
    end({});
  });
  tick();
}

smpp::Session Load::make_session() {
  smpp::SessionSettings settings;
  settings.epoch = ++epoch_;
  settings.bind.system_id = options_.system_id;
  settings.bind.password = options_.password;
  settings.bind.system_type = options_.system_type;
  settings.window = options_.window;
  settings.timers.response = options_.response_timeout;
  // Receipts are answered in the wake that brings them; a limit would only turn some of them away.
  settings.max_unanswered_incoming = 1'000'000;
  return smpp::Session(settings);
}

void Load::add_bind(std::uint32_t number) {
  binds_.push_back(std::make_unique<Bind>());
  Bind& bind = *binds_.back();
  smpp::net::LinkSettings settings;
  settings.name = options_.binds == 1 ? "load" : fmt::format("load/{}", number + 1);
  settings.hosts = {options_.connect};
  settings.tls = options_.tls;
  smpp::net::LinkOwner owner;
  owner.now = clocks_.steady;
  owner.random = [] { return 0.5; };  // no two of them meet: all binds are ours
  owner.make_session = [this] { return make_session(); };
  owner.on_events = [this, &bind](smpp::Session& session, smpp::net::Events events) { take(bind, session, events); };
  owner.on_state = [this](std::string_view text) {
    if (!options_.quiet && phase_ != Phase::ended) say(text);
  };
  bind.link = std::make_unique<smpp::net::Link>(io_, settings, std::move(owner));
  bind.link->start();
}

void Load::take(Bind& bind, smpp::Session& session, smpp::net::Events events) {
  now_ = clocks_.steady();
  bool closed = false;
  for (smpp::Event& event : events) {
    closed = closed || std::holds_alternative<smpp::Closed>(event);
    take_one(bind, session, event);
  }
  if (bind.bound && !closed) fill(session);
  look_at_end();
}

void Load::take_one(Bind& bind, smpp::Session& session, smpp::Event& event) {
  if (auto* done = std::get_if<smpp::Done>(&event)) {
    const auto* response = std::get_if<smpp::SubmitSmResp>(&done->response.body);
    score_.answered(done->token, done->status, response != nullptr ? response->message_id : std::string(), now_);
  } else if (const auto* message = std::get_if<smpp::Received>(&event)) {
    received(session, *message);
  } else if (const auto* returned = std::get_if<smpp::Returned>(&event)) {
    score_.returned(returned->token);
    again_.push_back(returned->token);
  } else if (const auto* lost = std::get_if<smpp::Lost>(&event)) {
    score_.lost(lost->token);
  } else if (const auto* late = std::get_if<smpp::TimedOut>(&event)) {
    score_.timed_out(late->token);
  } else if (const auto* answer = std::get_if<smpp::Late>(&event)) {
    const auto* response = std::get_if<smpp::SubmitSmResp>(&answer->response.body);
    score_.answered_late(answer->status, response != nullptr ? response->message_id : std::string(), now_);
  } else if (std::holds_alternative<smpp::Bound>(event)) {
    bind.bound = true;
    if (!has_begun_) began_ = now_;
    has_begun_ = true;
  } else if (std::holds_alternative<smpp::Closed>(event) && bind.bound) {
    bind.bound = false;
    if (phase_ != Phase::ended) ++run_.disconnects;
    if (!is_any_bound()) unbound_since_ = now_;
  }
}

void Load::received(smpp::Session& session, const smpp::Received& received) {
  smpp::Response response;
  if (std::holds_alternative<smpp::DataSm>(received.pdu.body)) response.body = smpp::DataSmResp{};
  else response.body = smpp::DeliverSmResp{};
  session.respond(received.incoming, response);
  const auto* deliver = std::get_if<smpp::DeliverSm>(&received.pdu.body);
  const auto* data = std::get_if<smpp::DataSm>(&received.pdu.body);
  const bool is_receipt = (deliver && smpp::is_receipt(*deliver)) || (data && smpp::is_receipt(*data));
  if (!is_receipt) {
    ++run_.mo;
    return;
  }
  const auto receipt = deliver ? smpp::parse_receipt(*deliver) : smpp::parse_receipt(*data);
  if (!receipt) return;
  const bool is_final = receipt->is_final() && receipt->kind == smpp::ReceiptKind::final_receipt;
  const std::string state = receipt->state ? std::string(smpp::stat_of(*receipt->state)) : receipt->stat;
  score_.receipt(receipt->id, state, is_final, now_);
}

bool Load::has_more() const {
  if (!again_.empty()) return true;
  if (options_.count > 0 && next_ >= options_.count * messages_.parts()) return false;
  return options_.duration.count() == 0 || !has_begun_ || now_ - began_ < options_.duration;
}

// Counted from the first bind, so that a late tick is made up for; but never more than a second of it at once.
bool Load::has_room_in_rate() {
  if (options_.rate <= 0) return true;
  const std::chrono::duration<double> passed = now_ - began_;
  const auto due = static_cast<std::uint64_t>(passed.count() * options_.rate) + 1;
  const auto most_behind = static_cast<std::uint64_t>(options_.rate) + 1;
  if (due > in_rate_ + most_behind) in_rate_ = due - most_behind;
  return in_rate_ < due;
}

void Load::fill(smpp::Session& session) {
  while (phase_ == Phase::sending && session.free_slots() > 0 && has_more() && has_room_in_rate()) {
    const bool repeated = !again_.empty();
    const smpp::Token token = repeated ? again_.front() : next_;
    const auto sent = session.request(messages_.make(token), token, now_);
    if (!sent) {
      // Unbinding or gone: its next session fills itself. What can never be written would be tried for ever.
      const smpp::Error error = sent.error();
      if (error != smpp::errc::not_bound && error != smpp::errc::window_full) {
        end(fmt::format("message {} cannot be sent: {}", token, smpp::message(error)));
      }
      return;
    }
    if (repeated) again_.pop_front();
    else ++next_;
    ++in_rate_;
    score_.submitted(token, now_);
  }
}

void Load::tick() {
  now_ = clocks_.steady();
  if (options_.rate > 0 && phase_ == Phase::sending) {
    for (const auto& bind : binds_) {
      smpp::Session* session = bind->bound ? bind->link->session() : nullptr;
      if (session == nullptr) continue;
      const auto before = score_.totals().submitted;
      fill(*session);
      if (score_.totals().submitted != before) bind->link->wake();
    }
  }
  look_at_end();
  if (phase_ == Phase::ended) return;
  if (options_.terminal && !options_.quiet && now_ - progress_at_ >= kProgressEvery) show_progress();
  timer_.expires_after(options_.rate > 0 ? kTick : milliseconds(50));
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) tick();
  });
}

void Load::look_at_end() {
  if (phase_ == Phase::ended) return;
  if (!is_any_bound() && now_ - unbound_since_ >= options_.bind_wait) {
    return end(fmt::format("not bound to {} for {} s", options_.connect, std::chrono::duration<double>(options_.bind_wait).count()));
  }
  if (phase_ == Phase::sending && has_begun_ && !has_more()) phase_ = Phase::responses;
  if (phase_ == Phase::responses && score_.outstanding() == 0) {
    // What came back unsent while the responses were awaited still has to go.
    phase_ = has_more() ? Phase::sending : Phase::receipts;
    phase_began_ = now_;
  }
  if (phase_ != Phase::receipts) return;
  if (score_.receipts_awaited() == 0 || now_ - phase_began_ >= options_.receipt_wait) end({});
}

void Load::end(std::string failure) {
  if (phase_ == Phase::ended) return;
  phase_ = Phase::ended;
  run_.failure = std::move(failure);
  timer_.cancel();
  signals_.cancel();
  stopping_ = binds_.size();
  for (const auto& bind : binds_) {
    bind->link->stop([this] {
      if (--stopping_ == 0) io_.stop();
    });
  }
  timer_.expires_after(kStopWait);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) io_.stop();
  });
}

void Load::show_progress() {
  const auto answers = score_.response_times().count();
  const std::chrono::duration<double> since = now_ - progress_at_;
  double share = 0;
  if (options_.count > 0) share = static_cast<double>(answers) / static_cast<double>(options_.count * messages_.parts());
  else if (has_begun_) share = std::chrono::duration<double>(now_ - began_) / options_.duration;
  const double per_second = since.count() > 0 ? static_cast<double>(answers - shown_answers_) / since.count() : 0;
  fmt::print(stderr, "\r\x1b[K{}", progress_line(score_, share, per_second));
  std::fflush(stderr);
  has_progress_ = true;
  shown_answers_ = answers;
  progress_at_ = now_;
}

void Load::say(std::string_view text) {
  fmt::print(stderr, "{}smpp-sim {}\n", has_progress_ ? "\r\x1b[K" : "", text);
  has_progress_ = false;
}

int Load::report() {
  if (has_progress_) fmt::print(stderr, "\r\x1b[K");
  const bool wants_receipts = (options_.registered_delivery & 0x03) != 0;
  if (options_.json) fmt::print("{}\n", load_json(score_, run_, wants_receipts));
  else if (score_.totals().submitted > 0) fmt::print("{}", load_table(score_, run_, wants_receipts));
  if (!run_.failure.empty()) fmt::print(stderr, "smpp-sim load: {}\n", run_.failure);
  return is_success(score_, run_) ? 0 : 1;
}

}  // namespace

int run_load(const LoadOptions& options, const Clocks& clocks) {
  LoadMessages messages;
  std::string wrong = messages.prepare(options.from, options.to, options.text, options.registered_delivery, options.seed);
  if (wrong.empty() && !smpp::net::parse_host_port(options.connect)) wrong = "--connect " + options.connect + ": not host:port";
  if (wrong.empty() && options.count == 0 && options.duration.count() == 0) wrong = "--count or --duration: one is needed";
  if (!wrong.empty()) {
    fmt::print(stderr, "smpp-sim load: {}\n", wrong);
    return 2;
  }
  if (options.tls) wrong = smpp::net::tls_fault(*options.tls, smpp::net::TlsSide::link);
  if (!wrong.empty()) {
    fmt::print(stderr, "smpp-sim load: {}\n", wrong);
    return 1;
  }
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io(1);
  Load load(io, options, messages, clocks);
  load.start();
  io.run();
  return load.report();
}

}  // namespace smpp_sim
