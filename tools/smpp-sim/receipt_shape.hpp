// Message ids and receipts in the many forms that SMSCs give them (P76, P77, P135, P136). Pure.
#pragma once

#include "smpp/receipt_build.hpp"
#include "tools/smpp-sim/behaviour.hpp"

#include <cstdint>
#include <string>

namespace smpp_sim {

inline constexpr std::size_t kTruncatedId = 8;  // characters that receipt_id=truncated leaves
inline constexpr std::size_t kPaddedId = 20;    // digits, with zeros before them

// The id of the message with this number. `last`: the one before it on the same bind, for IdForm::reused.
[[nodiscard]] std::string message_id(IdForm form, std::uint64_t number, const std::string& last, Random& random);
// The id as the receipt writes it.
[[nodiscard]] std::string receipt_id(ReceiptId form, const std::string& id);

[[nodiscard]] std::string receipt_text(const smpp::ReceiptFacts& facts, Dialect dialect);
// `tlvs`: false towards a bind that takes none. An intermediate notification has esm_class 0x20 (P72).
[[nodiscard]] smpp::DeliverSm shaped_receipt(smpp::ReceiptFacts facts, const ReceiptShape& shape, bool is_intermediate);
// The same as a data_sm: the text in message_payload.
[[nodiscard]] smpp::DataSm as_data_sm(const smpp::DeliverSm& pdu);
// deliver_sm or data_sm for a bind that takes no TLVs (v3.3) and so no data_sm: message_payload becomes short_message
// where it has room, the rest is dropped.
[[nodiscard]] smpp::DeliverSm without_tlvs(const smpp::Request& pdu);

}  // namespace smpp_sim
