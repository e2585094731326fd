// A Session and everything that is promised about it, judged after every call from its events and its octets alone.
#pragma once

#include "smpp/framer.hpp"
#include "smpp/session.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace fuzz {

class JudgedSession {
 public:
  explicit JudgedSession(smpp::SessionSettings settings);

  void connect();
  void receive(std::span<const std::byte> octets);
  void request(const smpp::Request& request);
  void respond(smpp::Incoming incoming, const smpp::Response& response);
  void written(std::size_t octets);
  void pass(std::chrono::milliseconds time);  // and tick
  void pass_to_deadline();
  void revoke(smpp::Token token);
  void bind();
  void unbind();
  void disconnect();  // after which everything must have ended

  [[nodiscard]] bool is_closed() const { return closed_; }
  [[nodiscard]] const std::vector<smpp::Incoming>& incoming() const { return incoming_; }  // answered ones too
  [[nodiscard]] const std::vector<std::uint32_t>& numbers() const { return numbers_; }     // of requests on the wire
  [[nodiscard]] smpp::Token last_token() const { return last_token_; }

 private:
  void settle(std::size_t permitted_growth);  // after every call
  void read_output(std::size_t permitted_growth);
  void on_sent(std::span<const std::byte> pdu);
  void hear(std::span<const std::byte> octets);
  void on(smpp::Event& event);
  void end(smpp::Token token, std::uint32_t sequence_number);
  void received(smpp::Incoming incoming, std::size_t raw);

  smpp::SessionSettings settings_;
  smpp::Session session_;
  smpp::Now now_{std::chrono::hours(1)};
  bool closed_ = false;

  smpp::Framer sent_;                            // what the session writes
  std::size_t seen_ = 0;                         // octets of output() that sent_ has
  smpp::Framer heard_;                           // what it receives
  std::size_t heard_pdus_ = 0;                   // of the present call
  std::vector<std::uint32_t> asked_, answered_;  // enquire_links of the peer, of the present call
  std::size_t heard_octets_ = 0, event_octets_ = 0;

  smpp::Token last_token_ = 0;
  std::set<smpp::Token> open_, timed_out_, unanswered_;
  std::set<std::uint32_t> in_flight_;  // numbers of requests on the wire
  std::vector<std::uint32_t> numbers_;
  std::vector<smpp::Incoming> incoming_;
  std::set<std::uint64_t> waiting_;
  std::set<std::uint64_t> done_;
};

}  // namespace fuzz
