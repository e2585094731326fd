// A deliver_sm out of a fuzz input: a whole PDU, or its parts one by one where a mutation of the whole would seldom
// reach them.
#pragma once

#include "smpp/codec.hpp"
#include "smpp/pdu.hpp"
#include "test/fuzz/fuzz.hpp"

#include <optional>
#include <variant>

namespace fuzz {

inline void add_tlvs(Input& input, smpp::Tlvs& tlvs) {
  constexpr std::uint16_t kTags[] = {smpp::tag::sar_msg_ref_num,      smpp::tag::sar_total_segments,
                                     smpp::tag::sar_segment_seqnum,   smpp::tag::message_payload,
                                     smpp::tag::receipted_message_id, smpp::tag::message_state,
                                     smpp::tag::network_error_code,   smpp::tag::source_port};
  const std::size_t count = input.octet() % 8;
  for (std::size_t i = 0; i < count; ++i) {
    const auto tag = kTags[input.octet() % std::size(kTags)];
    tlvs.add(tag, copy_of(input.octets(input.octet())));
  }
}

// First octet odd: esm_class, data_coding, the number of TLVs, each as index, length and octets, then the text.
// Even: the octets of a PDU; absent when it is no deliver_sm.
inline std::optional<smpp::DeliverSm> message_of(Input& input) {
  if (input.octet() % 2 == 0) {
    auto decoded = smpp::decode(input.rest());
    if (!decoded) return std::nullopt;
    if (auto* submit = std::get_if<smpp::SubmitSm>(&decoded->pdu.body)) {
      return smpp::DeliverSm{static_cast<smpp::MessageBody&>(*submit)};
    }
    auto* deliver = std::get_if<smpp::DeliverSm>(&decoded->pdu.body);
    if (!deliver) return std::nullopt;
    return std::move(*deliver);
  }
  smpp::DeliverSm pdu;
  pdu.esm_class = input.octet();
  pdu.data_coding = input.octet();
  add_tlvs(input, pdu.tlvs);
  pdu.short_message = copy_of(input.rest());
  return pdu;
}

}  // namespace fuzz
