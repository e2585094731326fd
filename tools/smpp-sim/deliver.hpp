// The deliver_sm a simulator sends: receipts, by default in the form of SMPP v3.4 appendix B with both TLVs (P91), and
// messages from handsets, long ones in parts with a UDH.
#pragma once

#include "smpp/octets.hpp"
#include "smpp/pdu.hpp"
#include "smpp/receipt_state.hpp"
#include "tools/smpp-sim/handsets.hpp"

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

// What a handset would show of this submit alone.
[[nodiscard]] std::string text_of(const smpp::SubmitSm& pdu);

struct MoText {
  std::string from, to, text;
  std::optional<std::uint8_t> data_coding;  // 0, 3, 8; absent: the smallest that holds the text
  std::optional<smpp::Octets> octets;       // instead of the text, with data_coding and esm_class as they are
  std::uint8_t esm_class = 0;
};

// One deliver_sm per part; empty, and then `error` says why.
[[nodiscard]] std::vector<smpp::DeliverSm> make_mo(const MoText& mo, std::uint16_t reference, std::string& error);

}  // namespace smpp_sim
