// Delivery receipts: telling them from messages, and reading their two dialects, the text of SMPP v3.4 appendix B
// and the TLVs receipted_message_id, message_state and network_error_code (P72 to P91). They come in a deliver_sm or a
// data_sm. Ids are matched by receipt_id.hpp; receipts are written by receipt_build.hpp.
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/receipt_state.hpp"
#include "smpp/receipt_text.hpp"
#include "smpp/receipt_time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace smpp {

// What one SMSC does its own way.
struct ReceiptProfile {
  bool by_text = false;                  // sets neither bit nor TLV on receipts: see receipt_by_text
  std::uint8_t receipt_bits = 0;         // of esm_class, any of which means a receipt here beside 0x04 and 0x20 (0x08)
  StatMap stat_map;                      // words and numbers of its own
  bool stat_numbers = false;             // "stat:2" is the number of message_state
  unsigned err_radix = 10;               // of err: 10 or 16
  std::map<std::uint32_t, std::string> err_texts;
  std::chrono::minutes zone{0};          // its clock ahead of UTC (dlr_tz)
};

// The parts of a PDU that may be a receipt; views, valid while the PDU is.
struct ReceiptParts {
  std::uint8_t esm_class = 0, data_coding = 0;
  std::span<const std::byte> short_message;  // empty: message_payload is looked at
  const Tlvs& tlvs;
};
[[nodiscard]] inline ReceiptParts receipt_parts(const DeliverSm& pdu) {
  return {pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs};
}
[[nodiscard]] inline ReceiptParts receipt_parts(const DataSm& pdu) { return {pdu.esm_class, pdu.data_coding, {}, pdu.tlvs}; }

// What esm_class (SMPP v3.4 5.2.12) and the TLVs make of it.
enum class Carries : std::uint8_t {
  message,
  receipt,
  intermediate,        // an intermediate notification: never the last word
  sme_delivery_ack,    // the handset has it: the user's equipment speaks, not the network
  sme_manual_ack,      // an answer of the user: a reply, with user_response_code
  conversation_abort
};
[[nodiscard]] std::string_view to_string(Carries carries);

// Mode, UDHI and reply path do not count (P73). Never a receipt by its text alone, for a handset can type that (P72); but
// a handset can set no TLV: receipted_message_id with a state, in message_state or in the text, is a receipt whatever
// esm_class says (seen with 0x00 and 0x01).
[[nodiscard]] Carries carries(const ReceiptParts& parts, const ReceiptProfile& profile = {});
[[nodiscard]] bool is_receipt(const ReceiptParts& parts, const ReceiptProfile& profile = {});
[[nodiscard]] inline bool is_receipt(const DeliverSm& pdu, const ReceiptProfile& profile = {}) {
  return is_receipt(receipt_parts(pdu), profile);
}
[[nodiscard]] inline bool is_receipt(const DataSm& pdu, const ReceiptProfile& profile = {}) {
  return is_receipt(receipt_parts(pdu), profile);
}

enum class ReceiptKind : std::uint8_t { final_receipt, intermediate };

struct Receipt : ReceiptFields {
  std::string id;                                   // as received; TLV first, else text_id (P74)
  std::optional<MessageState> state;                // TLV first
  std::optional<MessageState> text_state;           // what stat alone says
  bool state_conflict = false;                      // text and TLV name different states; the TLV won
  bool id_conflict = false;                         // text and TLV name ids that no writing makes equal
  std::optional<std::uint32_t> err_code;            // err as a number of err_radix
  std::optional<std::uint32_t> network_error_code;  // 3 octets: type and code; three digits as the number they are (P37)
  std::optional<UtcSeconds> submitted_at, done_at;  // of the text; absent: none, or not a date
  std::optional<std::uint16_t> user_message_reference;  // of the message, where the SMSC gives it back (P127)
  Tlvs vendor_tlvs;                                 // 0x1400 to 0x3FFF, as received (P89)
  ReceiptKind kind = ReceiptKind::final_receipt;

  // A word that nobody explained is soft. sub and dlvrd never count (P88).
  [[nodiscard]] Finality finality() const;
  [[nodiscard]] bool is_final() const { return finality() == Finality::final_state; }
};

// Absent when there is neither an id nor a state to use. `received`: decides between two readings of a date (P84).
[[nodiscard]] std::optional<Receipt> parse_receipt(const ReceiptParts& parts, const ReceiptProfile& profile = {},
                                                   std::optional<UtcSeconds> received = {});
[[nodiscard]] inline std::optional<Receipt> parse_receipt(const DeliverSm& pdu, const ReceiptProfile& profile = {},
                                                          std::optional<UtcSeconds> received = {}) {
  return parse_receipt(receipt_parts(pdu), profile, received);
}
[[nodiscard]] inline std::optional<Receipt> parse_receipt(const DataSm& pdu, const ReceiptProfile& profile = {},
                                                          std::optional<UtcSeconds> received = {}) {
  return parse_receipt(receipt_parts(pdu), profile, received);
}
[[nodiscard]] std::optional<Receipt> parse_receipt_text(std::string_view text, const ReceiptProfile& profile = {},
                                                        std::optional<UtcSeconds> received = {});

// For an SMSC with `by_text`: the receipt that a plain message claims to be. It is one only if its id is outstanding for
// the person it comes from, which the caller must see; otherwise it is a message (P72).
[[nodiscard]] std::optional<Receipt> receipt_by_text(const ReceiptParts& parts, const ReceiptProfile& profile,
                                                     std::optional<UtcSeconds> received = {});

// What the SMSC's own list says about err; empty: nothing.
[[nodiscard]] std::string_view err_text(const Receipt& receipt, const ReceiptProfile& profile);

}  // namespace smpp
