#include "tools/smpp-sim/replay.hpp"

#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/net/wire.hpp"
#include "smpp/pdu_text.hpp"
#include "tools/smpp-sim/pdu_input.hpp"
#include "tools/smpp-sim/play.hpp"

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <deque>
#include <memory>

namespace smpp_sim {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

// The connection, and what came on it that nothing has asked for yet.
struct Wire {
  explicit Wire(tcp::socket the_socket) : socket(std::move(the_socket)) {}
  tcp::socket socket;
  std::array<std::byte, 65'536> buffer{};
  smpp::Framer framer{69'648};
  std::deque<smpp::Octets> came;
  bool ended = false;
};

void listen(const std::shared_ptr<Wire>& wire) {
  wire->socket.async_read_some(asio::buffer(wire->buffer), [wire](const error_code& error, std::size_t count) {
    wire->framer.append(std::span(wire->buffer).first(count));
    std::span<const std::byte> pdu;
    while (wire->framer.next(pdu) == smpp::Framer::Found::pdu) wire->came.emplace_back(pdu.begin(), pdu.end());
    if (!error) return listen(wire);
    wire->ended = true;
  });
}

struct Divergence {
  std::size_t number;
  std::string what;
};

class Replay {
 public:
  Replay(asio::io_context& io, tcp::socket socket, const ReplayOptions& options, const Recording& recording,
         std::function<smpp::Now()> now)
      : io_(io), options_(options), recording_(recording), now_(std::move(now)), rehearsal_(options.as_esme),
        wire_(std::make_shared<Wire>(std::move(socket))) {
    error_code ignored;
    wire_->socket.set_option(tcp::no_delay(true), ignored);
    listen(wire_);
  }
  ~Replay() {
    error_code ignored;
    wire_->socket.close(ignored);
  }

  void run() {
    began_ = now_();
    for (const RecordedPdu& recorded : recording_.pdus) {
      if (rehearsal_.is_ours(recorded)) send(recorded);
      else if (!expect(recorded)) return;
    }
    for (const smpp::Octets& extra : wire_->came) {
      if (!answer_link(extra)) diverged(recording_.pdus.back().number, "not in the recording: " + text_of(extra));
    }
  }
  std::vector<Divergence> divergences;
  std::size_t sent = 0, matched = 0;

 private:
  static std::string text_of(const smpp::Octets& octets) {
    const auto decoded = smpp::decode(octets);
    return decoded ? smpp::to_text(decoded->pdu) : smpp::command_name(smpp::read_header(octets).id) + ", which cannot be decoded";
  }
  void diverged(std::size_t number, std::string what) { divergences.push_back({number, std::move(what)}); }

  void say(const smpp::Octets& octets) {
    error_code gone;  // the read tells
    asio::write(wire_->socket, asio::buffer(octets), gone);
  }
  // Keeping the link up is neither side's conversation: it depends on how long everything took.
  bool answer_link(const smpp::Octets& octets) {
    const smpp::Header header = smpp::read_header(octets);
    if (header.id != smpp::command_id::enquire_link) return false;
    smpp::Octets answer;
    if (smpp::append(answer, smpp::Response{smpp::command_status::ESME_ROK, smpp::EnquireLinkResp{}}, header.sequence_number)) say(answer);
    return true;
  }

  void send(const RecordedPdu& recorded) {
    const auto due = began_ + recorded.at;
    const auto left = std::chrono::ceil<milliseconds>(due - now_());
    if (!options_.fast && left.count() > 0) static_cast<void>(run_until(io_, left, [this] { return wire_->ended; }));
    const auto octets = rehearsal_.ours(recorded);
    if (!octets) {
      const bool link = smpp::read_header(recorded.octets).id == smpp::command_id::enquire_link_resp;
      if (!link) diverged(recorded.number, "not sent, for what it answers never came: " + text_of(recorded.octets));
      return;
    }
    say(*octets);
    ++sent;
  }

  // False: the connection is over.
  bool expect(const RecordedPdu& recorded) {
    const auto find = [&] {
      return std::ranges::find_if(wire_->came, [&](const smpp::Octets& one) { return rehearsal_.may_be(recorded, one); });
    };
    const auto id = smpp::read_header(recorded.octets).id;
    if (id == smpp::command_id::enquire_link) return true;  // asked this time or not
    const bool found = run_until(io_, options_.patience, [&] {
      std::erase_if(wire_->came, [this](const smpp::Octets& one) { return answer_link(one); });
      return find() != wire_->came.end() || wire_->ended;
    });
    const auto one = find();
    if (one == wire_->came.end()) {
      diverged(recorded.number, fmt::format("{}: {}", found ? "the peer closed the connection before" : "did not come",
                                            text_of(recorded.octets)));
      return !wire_->ended;
    }
    for (const std::string& difference : rehearsal_.theirs(recorded, *one)) {
      diverged(recorded.number, smpp::command_name(id) + ": " + difference);
    }
    wire_->came.erase(one);
    ++matched;
    return true;
  }

  asio::io_context& io_;
  const ReplayOptions& options_;
  const Recording& recording_;
  std::function<smpp::Now()> now_;
  Rehearsal rehearsal_;
  std::shared_ptr<Wire> wire_;
  smpp::Now began_{};
};

// Empty, or why there is no connection.
std::string connection_of(asio::io_context& io, const ReplayOptions& options, tcp::socket& socket) {
  const std::string& text = options.as_esme ? options.connect : options.listen;
  const auto where = smpp::net::parse_host_port(text);
  if (!where) return text + ": not host:port";
  error_code error;
  if (options.as_esme) {
    const auto found = tcp::resolver(io).resolve(where->host, where->port, error);
    if (!error) asio::connect(socket, found, error);
    return error ? "connect to " + text + ": " + error.message() : "";
  }
  const auto address = asio::ip::make_address(where->host == "localhost" ? "127.0.0.1" : where->host, error);
  if (error) return "--listen " + text + ": not a literal address";
  if (!address.is_loopback()) return "--listen " + text + ": it takes anybody, so it listens on loopback only";
  tcp::acceptor acceptor(io);
  acceptor.open(tcp::endpoint(address, 0).protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind({address, static_cast<std::uint16_t>(std::stoul(where->port))}, error);
  if (!error) acceptor.listen(1, error);
  if (error) return text + ": " + error.message();
  fmt::print(stderr, "smpp-sim replay: waiting for the ESME on port {}\n", acceptor.local_endpoint().port());
  bool done = false;
  acceptor.async_accept(socket, [&](const error_code& accepted) {
    done = true;
    error = accepted;
  });
  if (run_until(io, options.patience, [&] { return done; })) return error ? error.message() : "";
  acceptor.cancel();
  static_cast<void>(run_until(io, milliseconds(1000), [&] { return done; }));
  return fmt::format("no ESME connected to {} within {} ms", text, options.patience.count());
}

void report(const ReplayOptions& options, const Replay& replay) {
  if (!options.json) {
    for (const Divergence& one : replay.divergences) fmt::print("PDU {}: {}\n", one.number, one.what);
    fmt::print("{} sent, {} came as recorded or nearly, {} divergences\n", replay.sent, replay.matched, replay.divergences.size());
    return;
  }
  json::array list;
  for (const Divergence& one : replay.divergences) list.push_back(json::object{{"pdu", one.number}, {"what", one.what}});
  const json::object out{{"sent", replay.sent}, {"matched", replay.matched}, {"divergences", std::move(list)}};
  fmt::print("{}\n", json::serialize(out));
}

}  // namespace

int run_replay(const ReplayOptions& options, const std::function<smpp::Now()>& now) {
  const auto fail = [](const std::string& why) {
    fmt::print(stderr, "smpp-sim replay: {}\n", why);
    return 1;
  };
  smpp::Octets file;
  Recording recording;
  if (const std::string wrong = read_file(options.file, file); !wrong.empty()) return fail(wrong);
  if (const std::string wrong = read_recording(file, options.connection, recording); !wrong.empty()) {
    return fail(options.file + ": " + wrong);
  }
  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context io(1);
  tcp::socket socket(io);
  if (const std::string wrong = connection_of(io, options, socket); !wrong.empty()) return fail(wrong);
  Replay replay(io, std::move(socket), options, recording, now);
  replay.run();
  report(options, replay);
  return replay.divergences.empty() ? 0 : 1;
}

}  // namespace smpp_sim
