// What the simulation writes into PDUs to know them again on the other side: an optional parameter from the range that
// is the vendors' own (0x1400 to 0x3FFF), which both sides carry and none reads. The engine under test never sees it in
// a submit: it is added when the release is executed.
#pragma once

#include "core/engine/input.hpp"

#include <optional>

namespace sim {

inline constexpr std::uint16_t kDeliveryTag = 0x1480;  // a Tracer of what the carrier delivers
inline constexpr std::uint16_t kSegmentTag = 0x1481;   // message and segment of a submit
inline constexpr std::uint16_t kPaddingTag = 0x1482;   // makes a submit large, so that few fill a stalled socket

// `group` names the octets: an honest double has the group of its first, a redelivery is the same delivery.
struct Tracer {
  bool receipt = false;
  std::uint64_t group = 0;
};

inline void mark(smpp::DeliverSm& pdu, const Tracer& tracer) {
  smpp::Octets value(9);
  value[0] = static_cast<std::byte>(tracer.receipt ? 1 : 0);
  for (std::size_t i = 0; i < 8; ++i) value[i + 1] = static_cast<std::byte>(tracer.group >> (56 - 8 * i) & 0xFF);
  pdu.tlvs.add(kDeliveryTag, std::move(value));
}

inline std::uint64_t number_in(std::span<const std::byte> octets) {
  std::uint64_t number = 0;
  for (const std::byte octet : octets) number = number << 8 | std::to_integer<std::uint64_t>(octet);
  return number;
}

inline std::optional<Tracer> tracer_of(const smpp::DeliverSm& pdu) {
  const auto value = pdu.tlvs.octets(kDeliveryTag);
  if (!value || value->size() != 9) return std::nullopt;
  return Tracer{value->front() != std::byte{0}, number_in(value->subspan(1))};
}

inline void mark(smpp::SubmitSm& pdu, const core::engine::SegmentRef& segment, std::size_t padding) {
  smpp::Octets value(10);
  for (std::size_t i = 0; i < 8; ++i) value[i] = static_cast<std::byte>(segment.message >> (56 - 8 * i) & 0xFF);
  value[8] = static_cast<std::byte>(segment.segment >> 8);
  value[9] = static_cast<std::byte>(segment.segment & 0xFF);
  pdu.tlvs.add(kSegmentTag, std::move(value));
  if (padding > 0) pdu.tlvs.add(kPaddingTag, smpp::Octets(padding));
}

inline std::optional<core::engine::SegmentRef> segment_of(const smpp::SubmitSm& pdu) {
  const auto value = pdu.tlvs.octets(kSegmentTag);
  if (!value || value->size() != 10) return std::nullopt;
  return core::engine::SegmentRef{number_in(value->first(8)), static_cast<std::uint16_t>(number_in(value->subspan(8)))};
}

}  // namespace sim
