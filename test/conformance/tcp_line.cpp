// One connection over loopback: the session under test on the pump of smpp/net, the script's peer on a plain socket.
// Both run on one loop, so that it can be known when nothing is on its way any more; nothing ever waits for a time.
#include "smpp/net/pump.hpp"
#include "smpp/net/stream.hpp"
#include "test/conformance/line.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

namespace conformance {
namespace {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::chrono::seconds kLimit{20};  // only a defect reaches it

class TcpLine final : public Line {
 public:
  TcpLine() : peer_(io_) {}
  ~TcpLine() override {
    if (pump_) pump_->abandon();
  }

  void start(smpp::Session session) override {
    tcp::acceptor acceptor(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    peer_.connect(acceptor.local_endpoint());
    peer_.set_option(tcp::no_delay(true));
    tcp::socket socket = acceptor.accept();
    smpp::net::prepare_socket(socket);
    smpp::net::Pump::Hooks hooks;
    hooks.now = [this] { return now_; };
    hooks.on_events = [this](smpp::net::Events events) { take(events); };
    hooks.on_ended = [this](const std::string&) { ended_ = true; };
    hooks.tap = [this](bool incoming, std::span<const std::byte> octets) {
      (incoming ? read_ : written_) += octets.size();
    };
    pump_ = std::make_shared<smpp::net::Pump>(smpp::net::make_plain_stream(std::move(socket)), std::move(session),
                                              std::chrono::milliseconds(30'000), std::move(hooks));
    pump_->start();
    listen();
  }
  smpp::Session& session() override { return pump_->session(); }
  smpp::Now now() const override { return now_; }
  void advance(smpp::Now now) override {
    now_ = std::max(now_, now);
    if (!ended_) session().tick(now_);
  }
  void deliver(std::span<const std::byte> octets) override {
    boost::system::error_code gone;
    said_ += asio::write(peer_, asio::buffer(octets.data(), octets.size()), gone);
  }
  void close(bool reset) override {
    closed_by_peer_ = true;
    if (peer_ended_) return;
    boost::system::error_code ignored;
    if (reset) peer_.set_option(asio::socket_base::linger(true, 0), ignored);
    peer_ended_ = true;
    peer_.close(ignored);
  }
  std::string settle(smpp_sim::script::Peer& peer, std::deque<smpp::Event>& events) override;
  bool has_closed() const override { return ended_ && !closed_by_peer_; }
  bool block(bool) override { return false; }
  bool write(std::size_t, smpp_sim::script::Peer&) override { return false; }

 private:
  void take(smpp::net::Events events);
  void listen();
  bool until(const std::function<bool()>& condition);
  // All that was sent has been read, nothing is left to send, and the connection of a session that wants to close is gone.
  [[nodiscard]] bool is_quiet() {
    if (written_ != heard_.size() + told_) return false;
    if (ended_ || session().wants_close()) return ended_ && peer_ended_;
    return !peer_ended_ && read_ == said_ && session().output().empty();
  }

  asio::io_context io_;
  tcp::socket peer_;
  std::shared_ptr<smpp::net::Pump> pump_;
  smpp::Now now_{};  // stands still, so that no timer of the pump ever runs out by itself
  std::array<std::byte, 65'536> buffer_{};
  smpp::Octets heard_;  // by the peer, not yet told
  std::size_t told_ = 0;
  std::size_t said_ = 0, read_ = 0, written_ = 0;  // octets of the peer; of those what the pump read; what it wrote
  bool ended_ = false, peer_ended_ = false, closed_by_peer_ = false;
  std::deque<smpp::Event> events_, last_events_;
};

// In memory the session says its last words when the script closes the connection. Here it closes by itself once the
// session wants it, and what it says then waits for the script.
void TcpLine::take(smpp::net::Events events) {
  auto& into = session().state() == smpp::State::closed ? last_events_ : events_;
  for (smpp::Event& event : events) into.push_back(std::move(event));
}

void TcpLine::listen() {
  peer_.async_read_some(asio::buffer(buffer_), [this](const boost::system::error_code& error, std::size_t count) {
    heard_.insert(heard_.end(), buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count));
    if (!error) return listen();
    if (peer_ended_) return;
    peer_ended_ = true;
    boost::system::error_code ignored;
    peer_.close(ignored);
  });
}

bool TcpLine::until(const std::function<bool()>& condition) {
  while (!condition()) {
    if (io_.stopped()) io_.restart();
    if (io_.run_one_for(kLimit) == 0) return false;
  }
  return true;
}

std::string TcpLine::settle(smpp_sim::script::Peer& peer, std::deque<smpp::Event>& events) {
  pump_->wake();
  bool woken = false;  // posted behind the wake, so it has run before
  asio::post(io_, [&woken] { woken = true; });
  const bool quiet = until([&] { return woken && is_quiet(); });
  peer.hear(heard_);
  told_ += heard_.size();
  heard_.clear();
  const auto move_to = [&events](std::deque<smpp::Event>& from) {
    for (smpp::Event& event : std::exchange(from, {})) events.push_back(std::move(event));
  };
  move_to(events_);
  if (closed_by_peer_) move_to(last_events_);
  return quiet ? "" : "the connection did not come to rest";
}

}  // namespace

std::unique_ptr<Line> make_tcp_line() { return std::make_unique<TcpLine>(); }

}  // namespace conformance
