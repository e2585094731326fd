// One connection under the eye of `lint`: what is outstanding each way, and what that says about each PDU.
#pragma once

#include "smpp/codec.hpp"
#include "smpp/pdu.hpp"
#include "tools/smpp-sim/lint_rule.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace smpp_sim {

// Told of a broken rule; the caller counts.
using Report = std::function<void(LintRule rule, std::size_t pdu, LintTime at, std::string what)>;

class LintSession {
 public:
  bool loopback = false, tls = false, from_begin = true;

  void connected(LintTime at) { began_ = last_from_esme_ = at; }
  void pdu(std::size_t number, LintTime at, bool from_esme, std::span<const std::byte> octets, const Report& report);
  void closed(LintTime at, bool by_esme, bool reset, const Report& report);
  void finish(LintTime at, const Report& report);
  [[nodiscard]] bool is_open() const { return !closed_; }
  // Of the last refused bind, for the next connection of the same client.
  [[nodiscard]] std::optional<LintTime> refused_at() const { return refused_at_; }

 private:
  struct Pending {
    std::size_t number = 0;
    LintTime at{0};
    smpp::command_id id{};
    std::string destination, fingerprint;
  };

  void request(std::size_t number, LintTime at, bool from_esme, const smpp::Header& header, const smpp::Pdu* pdu,
               const Report& report);
  void sequence(std::size_t number, LintTime at, const smpp::Header& header, const Report& report);
  void response(std::size_t number, LintTime at, bool from_esme, const smpp::Header& header, const Report& report);
  void bind(std::size_t number, LintTime at, const smpp::Pdu& pdu, const Report& report);
  void enquired(std::size_t number, LintTime at, const Report& report);
  void submit(std::size_t number, LintTime at, const smpp::Pdu* pdu, Pending& pending, const Report& report);
  void repetition(std::size_t number, LintTime at, const Pending& pending, const Report& report);
  void pace(std::size_t number, LintTime at, const Report& report);
  void answered(LintTime at, const smpp::Header& header, const Pending& asked);
  void esme_answered(std::size_t number, LintTime at, const smpp::Header& header, const Pending& asked, const Report& report);
  void unanswered(LintTime at, const Report& report);

  std::size_t last_number_ = 0;
  LintTime began_{0}, last_from_esme_{0}, last_response_time_{0};
  std::map<std::uint32_t, Pending> from_esme_, from_smsc_;  // by sequence_number, unanswered
  std::optional<smpp::command_id> bound_as_, binding_as_;
  bool unbound_ = false, closed_ = false, has_spoken_ = false, asks_receipts_ = false;
  std::optional<LintTime> refused_at_, last_enquire_;
  std::optional<std::uint32_t> nacked_by_smsc_;
  // Of submits: for window, throttling and repetitions.
  std::size_t submits_ = 0, most_outstanding_ = 0, outstanding_ = 0, waited_ = 0;
  std::optional<LintTime> throttled_at_, last_answer_;
  std::size_t before_throttled_ = 0, since_throttled_ = 0;
  std::deque<LintTime> recent_submits_;                           // of the last second
  std::map<std::string, LintTime> throttled_, full_queues_;       // by fingerprint; by destination
  std::map<std::string, smpp::command_status> failed_for_good_;   // by fingerprint
};

// The rules that look at one message of an ESME alone (lint_message.cpp).
void lint_submit(const smpp::SubmitSm& pdu, std::size_t number, LintTime at, const Report& report);
[[nodiscard]] bool is_time(std::string_view text);  // empty or of 16 characters as P121 has them

}  // namespace smpp_sim
