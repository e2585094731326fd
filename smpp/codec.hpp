// PDUs to octets and back. Decoding is tolerant: what real SMSCs do wrong is accepted where no octet has to be guessed,
// and named (P8 to P19, P30 to P36). It never reads past the PDU and allocates only what it has read.
#pragma once

#include "smpp/octets.hpp"
#include "smpp/pdu.hpp"
#include "smpp/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace smpp {

inline constexpr std::size_t kHeaderLength = 16;

// P1: four big-endian integers of 4 octets.
inline constexpr std::uint32_t kMaxSequenceNumber = 0x7FFFFFFF;  // the first is 1 (P7)

struct Header {
  std::uint32_t command_length = 0;
  command_id id{};
  command_status status = command_status::ESME_ROK;
  std::uint32_t sequence_number = 0;
};

// `octets` must hold at least kHeaderLength.
[[nodiscard]] Header read_header(std::span<const std::byte> octets);

// Deviations that are accepted; their names count per bind (P19).
enum class tolerance : std::uint8_t {
  sequence_number_range,      // P7: of a request, outside 1 to 0x7FFFFFFF
  request_with_status,        // P8
  body_ignored,               // P9: octets after a command that has no body
  response_without_body,      // P11: ESME_ROK without the mandatory body
  response_without_message_id,  // P10: an error response whose body is TLVs only
  response_body_ignored,      // P10: a response whose body makes no sense; header_only is then set
  unterminated_cstring,       // P12: the PDU ends instead of the NUL
  overlong_cstring,           // P12
  time_length,                // P121: neither empty nor 16 characters
  stray_octets,               // P15: 1 to 3 octets after the last field or TLV
  tlv_wrong_length,           // P31
  short_message_cut,          // P13: the PDU ends before sm_length does, where that is accepted
  tlv_overrun,                // P32: a TLV longer than the rest of the PDU; it and what follows is dropped
};

[[nodiscard]] std::string_view name_of(tolerance kind);
// What a strict peer refuses such a request with (SMPP v5.0 table 4-45).
[[nodiscard]] command_status strict_status(tolerance kind);

struct Decoded {
  // The smallest body first: to set a larger one to zero, only to put another in its place, takes as long as decoding.
  Decoded() : pdu{command_status::ESME_ROK, 0, GenericNack{}, false} {}
  Pdu pdu;
  // Each once, in the order of the octets; empty for what follows the specification.
  std::vector<tolerance> tolerances;
};

// Exactly one PDU of at least kHeaderLength octets, command_length as long as `pdu`. Errors: incomplete,
// bad_command_length, missing_field, short_message_overrun, trailing_octets, bad_number_of_dests and bad_dest_flag;
// responses with a status other than ESME_ROK never fail (P10).
// `accept_short_sm`: what is there of a short_message that the PDU cuts, instead of short_message_overrun (P13).
[[nodiscard]] result<Decoded> decode(std::span<const std::byte> pdu, bool accept_short_sm = false);

// Errors: unencodable, naming the field.
[[nodiscard]] result<Octets> encode(const Pdu& pdu);

// The same at the end of `out`, which is as it was when they fail.
[[nodiscard]] result<void> append(Octets& out, const Pdu& pdu);
[[nodiscard]] result<void> append(Octets& out, const Request& request, std::uint32_t sequence_number);
[[nodiscard]] result<void> append(Octets& out, const Response& response, std::uint32_t sequence_number);

// What a request that could not be decoded is answered with (P13, P17).
[[nodiscard]] command_status status_for(errc code);

}  // namespace smpp
