// User data header of a short message (3GPP TS 23.040 9.2.3.24) and what it says about concatenation; the SAR TLVs
// say the same without a header (SMPP v3.4 5.3.2.22-24, P108, P113).
#pragma once

#include "smpp/octets.hpp"
#include "smpp/pdu.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace smpp {

struct Concatenation {
  std::uint16_t reference = 0;
  std::uint8_t width = 8;      // bits of the reference: 8, 16; 0 = by SAR TLVs
  std::uint8_t total = 1;
  std::uint8_t number = 1;     // from 1
};

struct Payload {
  std::optional<Concatenation> concatenation;   // present only when valid: total > 1, 1 <= number <= total (P111)
  bool ports = false;                           // port-addressed, not for keyword rules (P114)
  bool broken_udh = false;                      // UDHI set, header does not fit: treated as text (P109)
  std::uint8_t udh_octets = 0;                  // of the header with its length octet; aligns packed GSM-7
  Octets user_data;                             // without the header
};

// Where a message's octets are (short_message, else message_payload, P102) and what its header or SAR TLVs say.
[[nodiscard]] Payload payload_of(const DeliverSm& pdu);
[[nodiscard]] Payload payload_of(const SubmitSm& pdu);
[[nodiscard]] Payload payload_of(const DataSm& pdu);

}  // namespace smpp
