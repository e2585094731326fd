#include "smpp/udh.hpp"

#include <algorithm>

namespace smpp {
namespace {

constexpr std::uint8_t kUdhi = 0x40;  // in esm_class
constexpr std::uint8_t kConcatenation8 = 0x00, kPorts8 = 0x04, kPorts16 = 0x05, kConcatenation16 = 0x08;
constexpr std::uint8_t kSingleShift = 0x24, kLockingShift = 0x25;

std::uint8_t octet_at(std::span<const std::byte> octets, std::size_t at) {
  return std::to_integer<std::uint8_t>(octets[at]);
}

std::uint16_t two_octets_at(std::span<const std::byte> octets, std::size_t at) {
  return static_cast<std::uint16_t>(octet_at(octets, at) << 8 | octet_at(octets, at + 1));
}

// P111: 1 of 1 is no concatenation, number 0 or above total is none either. Of several the last counts (23.040
// 9.2.3.24, P109).
void keep(Payload& payload, const Concatenation& found) {
  const bool makes_sense = found.number >= 1 && found.number <= found.total;
  payload.odd_concatenation = !makes_sense;
  payload.concatenation.reset();
  if (makes_sense && found.total > 1) payload.concatenation = found;
}

void keep_ports(Payload& payload, std::uint16_t destination, std::uint16_t source) {
  payload.ports = true;
  payload.destination_port = destination;
  payload.source_port = source;
}

// Elements of a length that is not theirs are skipped, like unknown ones.
void keep(Payload& payload, const HeaderElement& element) {
  const auto value = element.value;
  switch (element.identifier) {
    case kConcatenation8:
      if (value.size() == 3) keep(payload, {octet_at(value, 0), 8, octet_at(value, 1), octet_at(value, 2)});
      return;
    case kConcatenation16:
      if (value.size() == 4) keep(payload, {two_octets_at(value, 0), 16, octet_at(value, 2), octet_at(value, 3)});
      return;
    case kPorts8:
      if (value.size() == 2) keep_ports(payload, octet_at(value, 0), octet_at(value, 1));
      return;
    case kPorts16:
      if (value.size() == 4) keep_ports(payload, two_octets_at(value, 0), two_octets_at(value, 2));
      return;
    case kSingleShift:
      if (value.size() == 1) payload.languages.single_shift = octet_at(value, 0);
      return;
    case kLockingShift:
      if (value.size() == 1) payload.languages.locking = octet_at(value, 0);
      return;
    default: return;
  }
}

// Text that somebody wrote, in ASCII or, where data_coding says so, UTF-16: "STOP" with UDHI set by mistake.
bool is_printable(std::span<const std::byte> octets, std::uint8_t data_coding) {
  DecodeOptions options;
  if (data_coding != 8) options.dcs_map.set(data_coding, Alphabet::ascii);
  const DecodedText read = read_text(octets, data_coding, options);
  return !read.damaged && std::none_of(read.text.begin(), read.text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
  });
}

void read_header(std::span<const std::byte> octets, std::uint8_t data_coding, Payload& payload) {
  const std::size_t length = octets.empty() ? 0 : octet_at(octets, 0);
  Payload read;
  bool fits = !octets.empty() && length + 1 <= octets.size();
  if (fits) {
    auto header = octets.subspan(1, length);
    while (const auto element = next_element(header)) keep(read, *element);
    fits = header.empty();
  }
  if (!fits) {
    payload.broken_udh = true;
    payload.raw = !is_printable(octets, data_coding);
    payload.user_data.assign(octets.begin(), octets.end());
    return;
  }
  read.both_bodies = payload.both_bodies;
  payload = std::move(read);
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
  keep(payload, Concatenation{static_cast<std::uint16_t>(*reference), 0, static_cast<std::uint8_t>(*total),
                              static_cast<std::uint8_t>(*number)});
}

void read_port(const Tlvs& tlvs, std::uint16_t tag, std::optional<std::uint16_t>& port, bool& ports) {
  if (!tlvs.contains(tag)) return;
  ports = true;
  const auto value = tlvs.integer(tag);
  if (value && *value <= 0xFFFF) port = static_cast<std::uint16_t>(*value);
}

}  // namespace

std::optional<HeaderElement> next_element(std::span<const std::byte>& header) {
  if (header.size() < 2) return std::nullopt;
  const std::size_t length = octet_at(header, 1);
  if (length > header.size() - 2) return std::nullopt;
  const HeaderElement element{octet_at(header, 0), header.subspan(2, length)};
  header = header.subspan(2 + length);
  return element;
}

Payload payload_of(std::uint8_t esm_class, std::uint8_t data_coding, std::span<const std::byte> short_message,
                   const Tlvs& tlvs) {
  Payload payload;
  const auto message_payload = tlvs.octets(tag::message_payload);
  payload.both_bodies = message_payload && !short_message.empty();
  const auto octets = short_message.empty() && message_payload ? *message_payload : short_message;
  if ((esm_class & kUdhi) != 0) {
    read_header(octets, data_coding, payload);
  } else {
    payload.user_data.assign(octets.begin(), octets.end());
  }
  if (!payload.concatenation) read_sar(tlvs, payload);
  read_port(tlvs, tag::source_port, payload.source_port, payload.ports);
  read_port(tlvs, tag::dest_port, payload.destination_port, payload.ports);
  return payload;
}

Payload payload_of(const DeliverSm& pdu) { return payload_of(pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs); }
Payload payload_of(const SubmitSm& pdu) { return payload_of(pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs); }
Payload payload_of(const DataSm& pdu) { return payload_of(pdu.esm_class, pdu.data_coding, {}, pdu.tlvs); }

}  // namespace smpp
