// Delivery receipts: telling them from messages, and reading their two dialects, the text of SMPP v3.4 appendix B
// and the TLVs receipted_message_id, message_state and network_error_code (P72 to P91).
#pragma once

#include "smpp/pdu.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

// message_state of SMPP v3.4 5.2.28 / v5.0 4.7.15.
enum class MessageState : std::uint8_t {
  SCHEDULED = 0, ENROUTE = 1, DELIVERED = 2, EXPIRED = 3, DELETED = 4, UNDELIVERABLE = 5, ACCEPTED = 6, UNKNOWN = 7,
  REJECTED = 8, SKIPPED = 9
};

enum class ReceiptKind { final_receipt, intermediate };

struct Receipt {
  std::string id;                               // as received; TLV first (P74)
  std::string text_id;                          // the id of the text, when it has one
  std::optional<MessageState> state;
  std::string stat, err, sub, dlvrd, submit_date, done_date, text;  // tokens of the text, verbatim
  std::optional<std::uint32_t> network_error_code;                  // 3 octets
  ReceiptKind kind = ReceiptKind::final_receipt;
  bool is_final() const;                        // state is one after which nothing more comes
};

// By esm_class or by TLVs that a handset cannot set; never by text alone (P72).
[[nodiscard]] bool is_receipt(const DeliverSm& pdu);
[[nodiscard]] bool is_receipt(const DataSm& pdu);
// Absent when there is neither an id nor a state to use.
[[nodiscard]] std::optional<Receipt> parse_receipt(const DeliverSm& pdu);
[[nodiscard]] std::optional<Receipt> parse_receipt(const DataSm& pdu);
[[nodiscard]] std::optional<Receipt> parse_receipt_text(std::string_view text);

// The forms under which a receipt's id is looked up, best first: exact, lower case, without leading zeros,
// decimal <-> hexadecimal (P77).
[[nodiscard]] std::vector<std::string> id_candidates(std::string_view id);

}  // namespace smpp
