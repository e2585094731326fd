#include "smpp/udh.hpp"

#include <algorithm>

namespace smpp {
namespace {

constexpr std::uint8_t kUdhi = 0x40;  // in esm_class
constexpr std::uint8_t kConcatenation8 = 0x00, kPorts8 = 0x04, kPorts16 = 0x05, kConcatenation16 = 0x08;

std::uint8_t octet_at(std::span<const std::byte> octets, std::size_t at) {
  return std::to_integer<std::uint8_t>(octets[at]);
}

// P111: 1 of 1 is no concatenation, number 0 or above total is none either.
bool is_valid(const Concatenation& found) {
  return found.total > 1 && found.number >= 1 && found.number <= found.total;
}

void keep(Payload& payload, const Concatenation& found) {
  payload.concatenation.reset();
  if (is_valid(found)) payload.concatenation = found;
}

// Walks the information elements; false when one reaches past the header. Of several concatenations the last counts
// (23.040 9.2.3.24, P109).
bool read_elements(std::span<const std::byte> header, Payload& payload) {
  while (!header.empty()) {
    if (header.size() < 2) return false;
    const std::uint8_t element = octet_at(header, 0);
    const std::size_t length = octet_at(header, 1);
    if (length > header.size() - 2) return false;
    const auto value = header.subspan(2, length);
    header = header.subspan(2 + length);
    if (element == kConcatenation8 && length == 3) {
      keep(payload, {octet_at(value, 0), 8, octet_at(value, 1), octet_at(value, 2)});
    } else if (element == kConcatenation16 && length == 4) {
      const auto reference = static_cast<std::uint16_t>(octet_at(value, 0) << 8 | octet_at(value, 1));
      keep(payload, {reference, 16, octet_at(value, 2), octet_at(value, 3)});
    } else if ((element == kPorts8 && length == 2) || (element == kPorts16 && length == 4)) {
      payload.ports = true;
    }
  }
  return true;
}

void read_header(std::span<const std::byte> octets, Payload& payload) {
  const std::size_t length = octets.empty() ? 0 : octet_at(octets, 0);
  Payload read;
  if (octets.empty() || length + 1 > octets.size() || !read_elements(octets.subspan(1, length), read)) {
    payload.broken_udh = true;
    payload.user_data.assign(octets.begin(), octets.end());
    return;
  }
  payload.concatenation = read.concatenation;
  payload.ports = read.ports;
  payload.udh_octets = static_cast<std::uint8_t>(std::min<std::size_t>(length + 1, 255));
  payload.user_data.assign(octets.begin() + static_cast<std::ptrdiff_t>(length + 1), octets.end());
}

// All three or none (P108).
void read_sar(const Tlvs& tlvs, Payload& payload) {
  const auto reference = tlvs.integer(tag::sar_msg_ref_num);
  const auto total = tlvs.integer(tag::sar_total_segments);
  const auto number = tlvs.integer(tag::sar_segment_seqnum);
  if (!reference || !total || !number) return;
  if (*reference > 0xFFFF || *total > 0xFF || *number > 0xFF) return;
  keep(payload, {static_cast<std::uint16_t>(*reference), 0, static_cast<std::uint8_t>(*total),
                 static_cast<std::uint8_t>(*number)});
}

Payload payload_of_message(const MessageBody& pdu) {
  std::span<const std::byte> octets = pdu.short_message;
  if (octets.empty()) octets = pdu.tlvs.octets(tag::message_payload).value_or(octets);
  Payload payload;
  if ((pdu.esm_class & kUdhi) != 0) {
    read_header(octets, payload);
  } else {
    payload.user_data.assign(octets.begin(), octets.end());
  }
  if (!payload.concatenation) read_sar(pdu.tlvs, payload);
  if (pdu.tlvs.contains(tag::source_port) || pdu.tlvs.contains(tag::dest_port)) payload.ports = true;
  return payload;
}

}  // namespace

Payload payload_of(const DeliverSm& pdu) { return payload_of_message(pdu); }
Payload payload_of(const SubmitSm& pdu) { return payload_of_message(pdu); }
Payload payload_of(const DataSm& pdu) { return payload_of_message(deliver_sm_of(pdu)); }

}  // namespace smpp
