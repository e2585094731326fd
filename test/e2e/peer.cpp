// e2e_peer: a session of ours for foreign judges, told line by line what to do; it answers whatever it is asked.
//   e2e_peer smsc                       an SMSC on a free port of loopback, which it prints
//   e2e_peer esme PORT [interface_version=0x50 bind=receiver]
//   e2e_peer reencode                   PDUs as hexadecimal digits, one a line: decoded and encoded again
// Standard input has lines of the scripts' language (tools/smpp-sim/script): `request submit_sm ...`, `unbind`, and
// `respond submit_sm_resp ...` for how to answer from then on. Each event becomes a line on standard output.
#include "tools/smpp-sim/script/peer.hpp"
#include "smpp/net/link.hpp"
#include "smpp/net/listener.hpp"
#include "smpp/pdu_text.hpp"
#include "test/conformance/event_text.hpp"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>

namespace {
namespace asio = boost::asio;
namespace script = smpp_sim::script;

// Nothing here depends on a time: no timer of a session runs out while a test lasts.
smpp::Now standing_still() { return {}; }

class Owner {
 public:
  std::function<smpp::Session*()> session;
  std::function<void()> wake;

  void on_events(smpp::Session& of, smpp::net::Events events) {
    for (const smpp::Event& event : events) {
      std::cout << conformance::event_text(event) << std::endl;
      if (const auto* bind = std::get_if<smpp::BindRequested>(&event)) answer(of, bind->incoming, bind->pdu);
      if (const auto* received = std::get_if<smpp::Received>(&event)) answer(of, received->incoming, received->pdu);
    }
  }

  void on_line(const std::string& line) {
    const script::Script parsed = script::parse(line);
    if (!parsed.mistakes.empty()) return complain(parsed.mistakes.front());
    const script::Step& step = parsed.steps.front();
    smpp::Pdu pdu;
    if (step.verb == script::Verb::unbind) {
      if (session()) session()->unbind(standing_still());
      return wake();
    }
    if (const std::string wrong = script::build(step, pdu); !wrong.empty()) return complain(wrong);
    if (step.verb == script::Verb::respond) {
      answers_[pdu.id()] = pdu;
      std::cout << "answering " << smpp::command_name(pdu.id()) << std::endl;
    } else {
      request(pdu);
    }
  }

 private:
  static void complain(const std::string& what) { std::cout << "wrong " << what << std::endl; }

  void request(const smpp::Pdu& pdu) {
    std::string done = "there is no such request";
    std::visit(
        [&]<class Body>(const Body& body) {
          if constexpr (std::is_constructible_v<smpp::Request, Body>) {
            if (!session()) return;
            const auto accepted = session()->request(smpp::Request(body), ++token_, standing_still());
            done = accepted ? "" : smpp::message(accepted.error());
          }
        },
        pdu.body);
    if (!done.empty()) complain(done);
    wake();
  }

  void answer(smpp::Session& of, smpp::Incoming incoming, const smpp::Pdu& request) {
    const smpp::command_id id = smpp::response_to(request.id());
    const auto told = answers_.find(id);
    const smpp::Pdu pdu = told == answers_.end() ? smpp::make_pdu(id) : told->second;
    std::visit(
        [&]<class Body>(const Body& body) {
          if constexpr (std::is_constructible_v<decltype(smpp::Response::body), Body>) {
            of.respond(incoming, smpp::Response{pdu.status, body});
          }
        },
        pdu.body);
  }

  std::map<smpp::command_id, smpp::Pdu> answers_;
  smpp::Token token_ = 0;
};

// Reads lines until the end of standard input, which ends the program.
class Input {
 public:
  Input(asio::io_context& io, Owner& owner) : io_(io), owner_(owner), input_(io, ::dup(STDIN_FILENO)) { read(); }

 private:
  void read() {
    asio::async_read_until(input_, asio::dynamic_buffer(text_), '\n', [this](const auto& error, std::size_t count) {
      if (error) return io_.stop();
      const std::string line = text_.substr(0, count - 1);
      text_.erase(0, count);
      owner_.on_line(line);
      read();
    });
  }
  asio::io_context& io_;
  Owner& owner_;
  asio::posix::stream_descriptor input_;
  std::string text_;
};

int smsc() {
  asio::io_context io(1);
  Owner owner;
  smpp::net::Connection* last = nullptr;
  smpp::net::ListenerOwner hooks;
  hooks.now = standing_still;
  std::uint64_t epoch = 0;
  hooks.make_session = [&epoch](const smpp::net::Peer&) {
    smpp::SessionSettings settings;
    settings.role = smpp::Role::smsc;
    settings.epoch = ++epoch;
    return smpp::Session(settings);
  };
  hooks.on_events = [&](smpp::net::Connection& connection, smpp::net::Events events) {
    last = &connection;
    owner.on_events(connection.session(), events);
  };
  hooks.on_closed = [&](smpp::net::Connection& connection) {
    if (last == &connection) last = nullptr;
  };
  smpp::net::ListenerSettings settings;
  settings.listen = "127.0.0.1:0";
  smpp::net::Listener listener(io, settings, hooks);
  owner.session = [&]() -> smpp::Session* {
    // Before its bind a connection has told nothing: an outbind goes to the newest.
    if (!last) listener.for_each([&](smpp::net::Connection& connection) { last = &connection; });
    return last ? &last->session() : nullptr;
  };
  owner.wake = [&] {
    if (last) last->wake();
  };
  if (const std::string wrong = listener.start(); !wrong.empty()) return std::cerr << wrong << '\n', 1;
  const Input input(io, owner);
  std::cout << "port " << listener.port() << std::endl;
  io.run();
  return 0;
}

int esme(const std::string& port, std::string_view version, std::string_view bind) {
  asio::io_context io(1);
  Owner owner;
  std::optional<smpp::net::Link> link;
  smpp::net::LinkSettings settings;
  settings.hosts = {"127.0.0.1:" + port};
  smpp::net::LinkOwner hooks;
  hooks.now = standing_still;
  hooks.random = [] { return 0.0; };
  hooks.make_session = [&] {
    smpp::SessionSettings session;
    session.bind.system_id = "ours";
    session.bind.password = "secret08";
    if (!version.empty()) static_cast<void>(script::parse_number(version, session.bind.interface_version));
    if (bind == "receiver") session.bind.type = smpp::BindType::receiver;
    if (bind == "transmitter") session.bind.type = smpp::BindType::transmitter;
    return smpp::Session(session);
  };
  hooks.on_events = [&](smpp::Session& session, smpp::net::Events events) { owner.on_events(session, events); };
  hooks.on_state = [](std::string_view text) { std::cerr << text << '\n'; };
  link.emplace(io, settings, hooks);
  owner.session = [&] { return link->session(); };
  owner.wake = [&] { link->wake(); };
  const Input input(io, owner);
  link->start();
  io.run();
  return 0;
}

int reencode() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto octets = smpp::from_hex(line);
    const auto decoded = smpp::decode(octets ? *octets : smpp::Octets{});
    const auto encoded = decoded ? smpp::encode(decoded->pdu) : smpp::result<smpp::Octets>(smpp::errc::unencodable);
    std::cout << (encoded ? smpp::to_hex(*encoded) : std::string("cannot")) << '\n';
  }
  return 0;
}

std::string word(int argc, char** argv, std::string_view name) {
  for (int i = 3; i < argc; ++i) {
    const std::string_view given = argv[i];
    if (given.starts_with(name)) return std::string(given.substr(name.size()));
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "smsc") return smsc();
  if (mode == "reencode") return reencode();
  if (mode == "esme" && argc > 2) {
    return esme(argv[2], word(argc, argv, "interface_version="), word(argc, argv, "bind="));
  }
  std::cerr << "usage: e2e_peer smsc | esme PORT [interface_version=N] [bind=TYPE] | reencode\n";
  return 2;
}
