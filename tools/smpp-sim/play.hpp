// One script on one connection to a stranger.
#pragma once

#include "smpp/session.hpp"
#include "tools/smpp-sim/script/peer.hpp"
#include "tools/smpp-sim/script/script.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// Runs the loop until the condition holds. False: it did not within `patience`.
[[nodiscard]] bool run_until(boost::asio::io_context& io, std::chrono::milliseconds patience,
                             const std::function<bool()>& condition);

struct PlaySettings {
  std::chrono::milliseconds patience{30'000};  // for what a line waits for
  double pace = 1;                             // of pause and after=: 0.5 waits half as long
  std::function<smpp::Now()> now;              // steady time
};

class Play {
 public:
  // Gets another connection to the stranger within that time: empty, or why there is none.
  using Connect = std::function<std::string(std::chrono::milliseconds, std::optional<boost::asio::ip::tcp::socket>&)>;

  Play(boost::asio::io_context& io, boost::asio::ip::tcp::socket socket, const PlaySettings& settings, Connect connect);
  ~Play();
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  // Both: empty when the stranger behaved as the script says, else what it did instead.
  [[nodiscard]] std::string step(const script::Step& step);
  [[nodiscard]] std::string finish();  // nothing may have come that the script does not tell

 private:
  // What a pending read uses; it stays until that has ended, whatever becomes of the play.
  struct Wire {
    explicit Wire(boost::asio::ip::tcp::socket the_socket) : socket(std::move(the_socket)) {}
    boost::asio::ip::tcp::socket socket;
    std::array<std::byte, 65'536> buffer{};
    script::Peer peer;
    bool ended = false;
  };

  static void listen(const std::shared_ptr<Wire>& wire);
  void take_over(boost::asio::ip::tcp::socket socket);
  void say(const smpp::Octets& octets);
  void end(bool reset);
  [[nodiscard]] bool wait_for_pdu(std::chrono::milliseconds patience);
  [[nodiscard]] std::string too_soon(const script::Step& step) const;
  [[nodiscard]] std::string reconnect(const script::Step& step);
  [[nodiscard]] std::string pause(const script::Step& step);
  [[nodiscard]] std::chrono::milliseconds patience_of(const script::Step& step) const;
  static void list(const script::Step& step, std::set<smpp::command_id>& commands);
  bool answer_served(const smpp::Octets& octets);
  [[nodiscard]] std::string expect_pdu(const script::Step& step);
  [[nodiscard]] std::string expect_silence();
  [[nodiscard]] std::string within(std::chrono::milliseconds patience) const;
  bool answer_link(const smpp::Octets& octets);

  boost::asio::io_context& io_;
  PlaySettings settings_;
  Connect connect_;
  std::shared_ptr<Wire> wire_;
  std::set<smpp::command_id> served_, ignored_;
  bool serves_all_ = false;
  std::uint64_t served_ids_ = 0;
  smpp::Now last_word_{};            // when we last said something, or the connection ended
  std::vector<smpp::Octets> early_;  // answers that the stranger's owner gave before the script asks for them
};

}  // namespace smpp_sim
