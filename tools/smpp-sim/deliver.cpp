#include "tools/smpp-sim/deliver.hpp"

#include "smpp/receipt_state.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "tools/smpp-sim/receipt_shape.hpp"

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

smpp::DeliverSm make_receipt(const Segment& segment, smpp::MessageState state, Wall done_at, bool is_intermediate) {
  smpp::ReceiptFacts facts;
  facts.source = segment.pdu.destination;
  facts.destination = segment.pdu.source;
  facts.id = segment.id;
  facts.state = state;
  if (facts.state != smpp::MessageState::DELIVERED && !is_intermediate) facts.err = "001";
  facts.submitted_at = std::chrono::floor<std::chrono::seconds>(segment.submitted_at);
  facts.done_at = std::chrono::floor<std::chrono::seconds>(done_at);
  if (segment.shape.dialect == Dialect::kannel) facts.text = text_of(segment.pdu);
  return shaped_receipt(std::move(facts), segment.shape, is_intermediate);
}

namespace {
template <class P>
std::string text_in(const P& pdu) {
  const smpp::Payload payload = smpp::payload_of(pdu);
  return smpp::decode_text(payload.user_data, pdu.data_coding, smpp::DecodeOptions{}, payload.header());
}
}  // namespace

std::string text_of(const smpp::SubmitSm& pdu) { return text_in(pdu); }
std::string text_of(const smpp::DeliverSm& pdu) { return text_in(pdu); }

}  // namespace smpp_sim
