// User data header of a short message (3GPP TS 23.040 9.2.3.24) and what it says about concatenation; the SAR TLVs
// say the same without a header (SMPP v3.4 5.3.2.22-24, P108, P113).
#pragma once

#include "smpp/octets.hpp"
#include "smpp/pdu.hpp"
#include "smpp/text.hpp"

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

// One information element; `value` lives as long as the header it was read from.
struct HeaderElement {
  std::uint8_t identifier = 0;
  std::span<const std::byte> value;
};

// The next element of a header without its length octet, of which it is taken off. Absent: the header is empty, or the
// element reaches past it; then the header stays as it is.
[[nodiscard]] std::optional<HeaderElement> next_element(std::span<const std::byte>& header);

struct Payload {
  std::optional<Concatenation> concatenation;   // present only when valid: total > 1, 1 <= number <= total (P111)
  bool odd_concatenation = false;               // one that makes no sense was there: a message by itself (P111)
  bool ports = false;                           // port-addressed, not for keyword rules (P114)
  std::optional<std::uint16_t> destination_port, source_port;  // where a header or a TLV says them
  bool broken_udh = false;                      // UDHI set, header does not fit: user_data is everything (P109)
  bool raw = false;                             // that, and it is not printable: no text
  bool both_bodies = false;                     // short_message and message_payload were there: the first counts (P102)
  std::uint8_t udh_octets = 0;                  // of the header with its length octet; aligns packed GSM-7
  NationalLanguages languages;                  // whose tables the header names
  Octets user_data;                             // without the header

  [[nodiscard]] TextHeader header() const { return {udh_octets, languages}; }
};

// Where a message's octets are (short_message, else message_payload, P102) and what its header or SAR TLVs say.
[[nodiscard]] Payload payload_of(const DeliverSm& pdu);
[[nodiscard]] Payload payload_of(const SubmitSm& pdu);
[[nodiscard]] Payload payload_of(const DataSm& pdu);
// The same of any PDU that has these fields; without short_message it is empty.
[[nodiscard]] Payload payload_of(std::uint8_t esm_class, std::uint8_t data_coding,
                                 std::span<const std::byte> short_message, const Tlvs& tlvs);

}  // namespace smpp
