// An SMSC that does everything right and remembers nothing: takes every bind, gives every message an id, sends the receipt
// that was asked for at once. For tools that want to see a client against it. No IO, no clock.
#pragma once

#include "smpp/session.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace smpp_sim {

class HealthySmsc {
 public:
  // Answers a BindRequested or Received; other events change nothing.
  void answer(smpp::Session& session, const smpp::Event& event, smpp::Now now);

 private:
  void receipt(smpp::Session& session, const smpp::Pdu& pdu, const std::string& id, smpp::Now now);
  std::uint64_t last_id_ = 0, last_token_ = 0;
};

// What such an SMSC answers to a request; absent where there is nothing to answer.
[[nodiscard]] std::optional<smpp::Response> healthy_response(const smpp::PduBody& request, const std::string& message_id);
// The receipt DELIVRD for a submit that asks for one.
[[nodiscard]] std::optional<smpp::DeliverSm> healthy_receipt(const smpp::PduBody& request, const std::string& message_id);

}  // namespace smpp_sim
