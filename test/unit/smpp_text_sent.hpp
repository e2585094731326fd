// What the tests of encoding do with its result: each part as the PDU that a carrier would send, and all of them read
// again as the SMSC's other side would.
#pragma once

#include "smpp/text.hpp"
#include "smpp/udh.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sent {

inline std::string times(std::string_view unit, std::size_t count) {
  std::string text;
  while (count-- > 0) text += unit;
  return text;
}

inline smpp::Payload payload(const smpp::EncodedText& text, const smpp::EncodedPart& part) {
  smpp::DeliverSm pdu;
  pdu.esm_class = part.udhi ? 0x40 : 0;
  pdu.data_coding = text.data_coding;
  pdu.short_message = part.short_message;
  pdu.tlvs = part.tlvs;
  return smpp::payload_of(pdu);
}

inline std::vector<smpp::Payload> payloads(const smpp::EncodedText& text) {
  std::vector<smpp::Payload> all;
  for (const auto& part : text.parts) all.push_back(payload(text, part));
  return all;
}

// The text of all parts, joined.
inline std::string shown(const smpp::EncodedText& text, const smpp::DecodeOptions& options = {}) {
  const auto all = payloads(text);
  std::vector<smpp::ReceivedPart> parts;
  for (const auto& each : all) parts.push_back({each.user_data, text.data_coding, each.header()});
  return smpp::read_parts(parts, options).text;
}

}  // namespace sent
