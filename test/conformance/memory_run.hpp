// Runs one script against a Session in memory, with a clock of its own.
#pragma once

#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/session.hpp"
#include "test/conformance/script.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace conformance {

class MemoryRun {
 public:
  // Empty when the session behaved as the script says, else "12: expected ..., got ...".
  [[nodiscard]] std::string run(const Script& script);
  [[nodiscard]] std::uint32_t transitions_taken() const { return session_ ? session_->transitions_taken() : 0; }

 private:
  std::string step(const Step& step);
  std::string apply_settings(const Step& step);
  std::string owner(const Step& step);
  std::string expect_pdu(const Step& step);
  std::string send(const Step& step);
  std::string request(const Step& step);
  std::string respond(const Step& step);
  std::string expect(const Step& step);
  std::string expect_event(const Step& step);
  std::string at_end();
  std::string compare(const smpp::Pdu& pdu, const Step& step, std::size_t length);
  std::string build(const Step& step, smpp::Pdu& pdu) const;
  std::uint32_t sequence_number_for(const Step& step, smpp::command_id id);
  void start();
  void advance(std::chrono::milliseconds time);
  void deliver(const smpp::Octets& octets);
  void settle();

  smpp::SessionSettings settings_;
  std::optional<smpp::Session> session_;
  smpp::Now now_{};
  bool blocked_ = false, holding_ = false, ignore_acknowledged_ = true;
  std::size_t chunk_ = 0;
  smpp::Octets held_;
  smpp::Framer wire_{0xFFFFFFFF};             // what the session has sent
  std::deque<smpp::Octets> sent_;             // the same, PDU by PDU, not yet expected
  std::deque<smpp::Event> events_;
  std::deque<smpp::Incoming> unanswered_;
  std::map<std::string, std::uint32_t> named_;       // as=
  std::map<std::uint32_t, std::uint32_t> last_sent_; // command -> sequence_number the session used last
  std::uint32_t peer_sequence_number_ = 0;
  smpp::Token next_token_ = 1;
};

}  // namespace conformance
