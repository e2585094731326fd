// The receipts a simulator sends, by default in the form of SMPP v3.4 appendix B with both TLVs (P91).
#pragma once

#include "smpp/octets.hpp"
#include "smpp/pdu.hpp"
#include "smpp/receipt_state.hpp"
#include "tools/smpp-sim/handsets.hpp"
#include "tools/smpp-sim/mo_parts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// Whether registered_delivery of the submit asks for a receipt of this outcome (P86).
[[nodiscard]] bool wants_receipt(const smpp::SubmitSm& pdu, std::string_view stat);
// "DELIVRD", "UNDELIV", "EXPIRED", ... -> message_state; absent: not a word of appendix B.
[[nodiscard]] std::optional<smpp::MessageState> message_state_of(std::string_view stat);
// In the shape that the segment's rules gave it.
[[nodiscard]] smpp::DeliverSm make_receipt(const Segment& segment, smpp::MessageState state, Wall done_at,
                                           bool is_intermediate);

// What a handset would show of this submit, or an ESME of this deliver_sm, alone.
[[nodiscard]] std::string text_of(const smpp::SubmitSm& pdu);
[[nodiscard]] std::string text_of(const smpp::DeliverSm& pdu);

}  // namespace smpp_sim
