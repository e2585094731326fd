#include "smpp/net/link.hpp"
#include "smpp/net/listener.hpp"
#include "test/bench/smpp/measure.hpp"
#include "test/bench/smpp/parts.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace bench {
namespace {

constexpr double kSeconds = 2;

smpp::Now now() { return std::chrono::steady_clock::now(); }

// Answers every bind and every message, on its own thread.
class Smsc {
 public:
  explicit Smsc(std::uint32_t window) : listener_(io_, settings(), owner(window)) {
    if (const auto error = listener_.start(); !error.empty()) std::fprintf(stderr, "%s\n", error.c_str()), std::exit(1);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Smsc() {
    boost::asio::post(io_, [this] { io_.stop(); });
    thread_.join();
  }
  Smsc(const Smsc&) = delete;
  Smsc& operator=(const Smsc&) = delete;
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(listener_.port()); }

 private:
  static smpp::net::ListenerSettings settings() {
    smpp::net::ListenerSettings made;
    made.listen = "127.0.0.1:0";
    return made;
  }
  static smpp::net::ListenerOwner owner(std::uint32_t window) {
    smpp::net::ListenerOwner made;
    made.now = now;
    made.make_session = [window](const smpp::net::Peer&) {
      smpp::SessionSettings session;
      session.role = smpp::Role::smsc;
      session.window = window;
      return smpp::Session(session);
    };
    made.on_events = [](smpp::net::Connection& connection, smpp::net::Events events) {
      for (const smpp::Event& event : events) {
        if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) {
          connection.session().respond(bind->incoming, {smpp::command_status::ESME_ROK, smpp::BindTransceiverResp{}});
        } else if (const auto* received = std::get_if<smpp::Received>(&event)) {
          connection.session().respond(received->incoming,
                                       {smpp::command_status::ESME_ROK, smpp::SubmitSmResp{{"6E84FC04", {}}}});
        }
      }
    };
    return made;
  }

  boost::asio::io_context io_;
  smpp::net::Listener listener_;
  std::thread thread_;
};

// Messages a second with the window always full.
double messages_a_second(std::uint32_t window) {
  Smsc smsc(window);
  boost::asio::io_context io;
  const smpp::Request request{smpp::SubmitSm{a_message()}};
  smpp::Token token = 0;
  std::uint64_t done = 0;
  smpp::net::LinkOwner owner;
  owner.now = now;
  owner.random = [] { return 0.0; };
  owner.make_session = [window] {
    smpp::SessionSettings made;
    made.window = window;
    return smpp::Session(made);
  };
  owner.on_state = [](std::string_view) {};
  owner.on_events = [&](smpp::Session& session, smpp::net::Events events) {
    for (const smpp::Event& event : events) done += std::holds_alternative<smpp::Done>(event) ? 1 : 0;
    while (session.free_slots() > 0 && session.request(request, ++token, now())) continue;
  };
  smpp::net::LinkSettings settings;
  settings.name = "bench";
  settings.hosts = {smsc.host()};
  smpp::net::Link link(io, settings, owner);
  link.start();
  while (done == 0) io.run_one();
  const auto begin = now();
  const auto before = done;
  while (seconds_since(begin) < kSeconds) io.run_one();
  return static_cast<double>(done - before) / seconds_since(begin);
}

}  // namespace

void bench_loopback() {
  std::printf("Link and Listener over loopback TCP, a thread each\n");
  for (const std::uint32_t window : {1U, 10U, 100U}) {
    const double messages = messages_a_second(window);
    std::printf("  window %3u %10.0f messages a second (%.2f million PDUs)\n", window, messages, messages * 2e-6);
  }
}

}  // namespace bench
