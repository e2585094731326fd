#include "core/engine/input.hpp"

#include "core/engine/hash.hpp"

#include <algorithm>

namespace core::engine {

std::uint64_t fingerprint_of(const Octets& raw) {
  constexpr std::size_t kHeader = 16;
  return fnv1a(std::span(raw).subspan(std::min(kHeader, raw.size())));
}

bool is_offered(const Input& input) {
  return std::holds_alternative<Mo>(input) || std::holds_alternative<ReceiptArrived>(input) || std::holds_alternative<Undecodable>(input) || std::holds_alternative<Reachable>(input) ||
         std::holds_alternative<SendMessage>(input) ||
         std::holds_alternative<AddRecipients>(input) || std::holds_alternative<LaunchCampaign>(input) ||
         std::holds_alternative<CancelMessage>(input) || std::holds_alternative<SettleDoubt>(input) || std::holds_alternative<ExplainText>(input);
}

Input input_of(const LinkRef& link, smpp::Incoming incoming, const smpp::DeliverSm& pdu, Octets raw, const smpp::ReceiptProfile& receipts) {
  if (smpp::is_receipt(pdu, receipts)) {
    auto receipt = smpp::parse_receipt(pdu, receipts);
    // Bits that only this SMSC uses may be the person's after all, as those of a manual acknowledgement are.
    if (receipt || smpp::is_receipt(pdu)) return ReceiptArrived{link, incoming, std::move(raw), pdu.source, pdu.destination, std::move(receipt), false};
  }
  Mo mo;
  mo.link = link;
  mo.incoming = incoming;
  mo.fingerprint = fingerprint_of(raw);
  mo.raw = std::move(raw);
  mo.source = pdu.source;
  mo.destination = pdu.destination;
  mo.esm_class = pdu.esm_class;
  mo.data_coding = pdu.data_coding;
  mo.payload = smpp::payload_of(pdu);
  mo.tlvs = pdu.tlvs;
  mo.claimed = smpp::receipt_by_text(smpp::receipt_parts(pdu), receipts);
  return mo;
}

std::optional<Input> input_of(const LinkRef& link, smpp::Incoming incoming, const smpp::Pdu& pdu, Octets raw,
                              const smpp::ReceiptProfile& receipts) {
  if (const auto* deliver_sm = std::get_if<smpp::DeliverSm>(&pdu.body)) return input_of(link, incoming, *deliver_sm, std::move(raw), receipts);
  const auto* data_sm = std::get_if<smpp::DataSm>(&pdu.body);
  if (!data_sm) return std::nullopt;
  return input_of(link, incoming, smpp::deliver_sm_of(*data_sm), std::move(raw), receipts);
}

}  // namespace core::engine
