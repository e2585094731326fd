// Receipts as an SMSC writes them, in the form of SMPP v3.4 appendix B and in the ways that SMSCs depart from it (P91).
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/receipt_state.hpp"
#include "smpp/receipt_time.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace smpp {

// Defaults: appendix B with both TLVs, esm_class 0x04.
struct ReceiptStyle {
  enum class Id : std::uint8_t { as_is, decimal, hexadecimal };  // the id read in the other radix; no number: as it is
  Id text_id = Id::as_is, tlv_id = Id::as_is;
  bool text = true, tlvs = true;
  bool seconds = false;             // dates of 12 digits
  bool upper_case_labels = false;   // ID: ... STAT:
  bool in_payload = false;          // the text in message_payload, as in a data_sm
  std::uint8_t esm_class = 0x04;
  std::chrono::minutes zone{0};     // of the dates: ahead of UTC
};

struct ReceiptFacts {
  Address source, destination;      // of the receipt: the other way round than in the submit_sm (P120)
  std::string id;                   // as in the submit_sm_resp
  MessageState state = MessageState::DELIVERED;
  std::string err = "000";
  UtcSeconds submitted_at{}, done_at{};
  std::string text;                 // of the message; the first 20 octets are repeated
};

[[nodiscard]] std::string build_receipt_text(const ReceiptFacts& facts, const ReceiptStyle& style = {});
[[nodiscard]] DeliverSm make_receipt(const ReceiptFacts& facts, const ReceiptStyle& style = {});

}  // namespace smpp
