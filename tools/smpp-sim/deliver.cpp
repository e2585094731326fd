#include "tools/smpp-sim/deliver.hpp"

#include "smpp/receipt_build.hpp"
#include "smpp/receipt_state.hpp"

#include <chrono>

namespace smpp_sim {
bool wants_receipt(const smpp::SubmitSm& pdu, std::string_view stat) {
  switch (pdu.registered_delivery & 0x03) {
    case 1: return true;
    case 2: return stat != "DELIVRD";
    case 3: return stat == "DELIVRD";
    default: return false;
  }
}

std::optional<smpp::MessageState> message_state_of(std::string_view stat) {
  const auto state = smpp::state_of_stat(stat);
  return state && smpp::stat_of(*state) == stat ? state : std::nullopt;
}

smpp::DeliverSm make_receipt(const Segment& segment, std::string_view stat, Wall done_at) {
  smpp::ReceiptFacts facts;
  facts.source = segment.pdu.destination;
  facts.destination = segment.pdu.source;
  facts.id = segment.id;
  facts.state = message_state_of(stat).value_or(smpp::MessageState::UNKNOWN);
  if (facts.state != smpp::MessageState::DELIVERED) facts.err = "001";
  facts.submitted_at = std::chrono::floor<std::chrono::seconds>(segment.submitted_at);
  facts.done_at = std::chrono::floor<std::chrono::seconds>(done_at);
  return smpp::make_receipt(facts);
}

}  // namespace smpp_sim
