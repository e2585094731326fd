#include "test/bench/carrier.hpp"

#include "core/net/clock.hpp"
#include "smpp/text.hpp"
#include "test/bench/counted.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::uint64_t kFirstNumber = 447'700'000'000;
constexpr std::uint64_t kSpread = 7919;

smpp::net::ListenerOwner owner_of(std::uint32_t window, std::uint64_t& sessions, std::function<void(smpp::net::Connection&, smpp::net::Events)> on_events) {
  smpp::net::ListenerOwner owner;
  owner.now = core::net::steady_now;
  owner.make_session = [window, &sessions](const smpp::net::Peer&) {
    smpp::SessionSettings settings;
    settings.role = smpp::Role::smsc;
    settings.epoch = ++sessions;
    settings.window = window;
    return smpp::Session(settings);
  };
  owner.on_events = std::move(on_events);
  return owner;
}

smpp::net::ListenerSettings any_port() {
  smpp::net::ListenerSettings settings;
  settings.listen = "127.0.0.1:0";
  return settings;
}

}  // namespace

std::string Carrier::number(std::uint64_t person) { return std::to_string(kFirstNumber + person); }

Carrier::Carrier(std::uint32_t window)
    : listener_(io_, any_port(), owner_of(window, sessions_, [this](smpp::net::Connection& connection, smpp::net::Events events) { on_events(connection, std::move(events)); })) {
  mo_.destination = {3, 0, "80800"};
  mo_.source = {1, 1, ""};
  if (const std::string why = listener_.start(); !why.empty()) throw std::runtime_error(why);
  thread_ = std::thread([this] {
    const auto work = boost::asio::make_work_guard(io_);
    io_.run();
  });
}

Carrier::~Carrier() {
  io_.stop();
  thread_.join();
}

double Carrier::cpu_seconds() { return thread_cpu_seconds(thread_); }

void Carrier::on_events(smpp::net::Connection& connection, smpp::net::Events events) {
  for (smpp::Event& event : events) {
    if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) {
      connection.session().respond(bind->incoming, {smpp::command_status::ESME_ROK, smpp::BindTransceiverResp{}});
      bound_ = &connection;
      const std::lock_guard lock(mutex_);
      is_bound_ = true;
      changed_.notify_all();
    } else if (const auto* received = std::get_if<smpp::Received>(&event)) {
      took(connection.session(), *received);
    } else if (std::holds_alternative<smpp::Closed>(event)) {
      bound_ = nullptr;
      const std::lock_guard lock(mutex_);
      is_bound_ = false;
    }
  }
  pump();
}

// Ids of 16 hexadecimal digits, as many carriers give.
void Carrier::took(smpp::Session& session, const smpp::Received& received) {
  const auto& pdu = std::get<smpp::SubmitSm>(received.pdu.body);
  smpp::SubmitSmResp response;
  response.message_id = std::string(16, '0');
  char* end = response.message_id.data() + response.message_id.size();
  for (std::uint64_t id = ++last_id_; id != 0; id >>= 4) *--end = "0123456789ABCDEF"[id & 15];
  session.respond(received.incoming, {smpp::command_status::ESME_ROK, response});

  std::uint64_t number = 0;
  std::from_chars(pdu.destination.addr.data(), pdu.destination.addr.data() + pdu.destination.addr.size(), number);
  const Time now = core::net::steady_now();
  if (number >= kFirstNumber && number - kFirstNumber < left_at_.size()) {
    took_.latencies_ms.push_back(std::chrono::duration<double, std::milli>(now - left_at_[number - kFirstNumber]).count());
  }
  if (submits_left_ == 0 || --submits_left_ > 0) return;
  took_.seconds = std::chrono::duration<double>(now - begun_).count();
  const std::lock_guard lock(mutex_);
  done_ = true;
  changed_.notify_all();
}

void Carrier::left(std::uint64_t person) { left_at_[person] = core::net::steady_now(); }

void Carrier::pump() {
  if (bound_ == nullptr || mos_left_ == 0) return;
  smpp::Session& session = bound_->session();
  while (mos_left_ > 0 && session.free_slots() > 0) {
    const std::uint64_t person = next_person_;
    mo_.source.addr = number(person);
    if (!session.request(mo_, ++last_token_, core::net::steady_now())) return;
    left(person);
    next_person_ = (next_person_ + kSpread) % people_;
    --mos_left_;
  }
}

void Carrier::reset(std::uint64_t submits, std::uint64_t mos, std::uint64_t people) {
  took_ = {};
  took_.latencies_ms.reserve(submits);
  left_at_.assign(people, {});
  people_ = people;
  submits_left_ = submits;
  mos_left_ = mos;
  begun_ = core::net::steady_now();
}

Took Carrier::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return done_; });
  done_ = false;
  Took took = std::move(took_);
  std::ranges::sort(took.latencies_ms);
  return took;
}

Took Carrier::deliver(std::uint64_t count, std::uint64_t people, const std::string& text) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_bound_; });
  }
  boost::asio::post(io_, [this, count, people, text] {
    mo_.short_message = smpp::to_octets(text);
    reset(count, count, people);
    pump();
    bound_->wake();
  });
  return wait();
}

Took Carrier::await_submits(std::uint64_t count, std::function<void()> begin) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_bound_; });
  }
  boost::asio::post(io_, [this, count, begin = std::move(begin)] {
    reset(count, 0, count);
    begin();
  });
  return wait();
}

}  // namespace bench
