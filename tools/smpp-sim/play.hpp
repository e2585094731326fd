// One script on one connection to a stranger.
#pragma once

#include "tools/smpp-sim/script/peer.hpp"
#include "tools/smpp-sim/script/script.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// Runs the loop until the condition holds. False: it did not within `patience`.
[[nodiscard]] bool run_until(boost::asio::io_context& io, std::chrono::milliseconds patience,
                             const std::function<bool()>& condition);

class Play {
 public:
  Play(boost::asio::io_context& io, boost::asio::ip::tcp::socket socket, std::chrono::milliseconds patience);
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
  void say(const smpp::Octets& octets);
  void end(bool reset);
  [[nodiscard]] bool wait_for_pdu();
  [[nodiscard]] std::string expect_pdu(const script::Step& step);
  [[nodiscard]] std::string expect_silence();
  [[nodiscard]] std::string within() const;
  bool answer_link(const smpp::Octets& octets);

  boost::asio::io_context& io_;
  std::chrono::milliseconds patience_;
  std::shared_ptr<Wire> wire_;
  std::vector<smpp::Octets> early_;  // answers that the stranger's owner gave before the script asks for them
};

}  // namespace smpp_sim
