#include "smpp/receipt.hpp"

#include "smpp/receipt_id.hpp"

#include <array>
#include <charconv>

namespace smpp {
namespace {

constexpr std::uint8_t kKindMask = 0x3C;  // of esm_class, without mode, UDHI and reply path (P73)
constexpr std::uint8_t kReceipt = 0x04, kSmeDeliveryAck = 0x08, kSmeManualAck = 0x10, kConversationAbort = 0x18;
constexpr std::uint8_t kIntermediate = 0x20, kBoth = 0x24;
constexpr std::uint16_t kFirstVendorTag = 0x1400, kLastVendorTag = 0x3FFF;

constexpr std::array<std::string_view, 6> kCarriesNames{"message",          "receipt",        "intermediate",
                                                        "sme_delivery_ack", "sme_manual_ack", "conversation_abort"};

std::string text_of(const ReceiptParts& parts) {
  auto octets = parts.short_message;
  if (octets.empty()) octets = parts.tlvs.octets(tag::message_payload).value_or(octets);
  return receipt_body(parts.esm_class, parts.data_coding, octets);
}

std::optional<MessageState> state_of(const Tlvs& tlvs) {
  const auto value = tlvs.integer(tag::message_state);
  if (!value || *value > static_cast<std::uint64_t>(MessageState::SKIPPED)) return std::nullopt;
  return static_cast<MessageState>(*value);
}

std::optional<MessageState> state_of(std::string_view stat, const ReceiptProfile& profile) {
  auto state = state_of_stat(stat, profile.stat_map);
  if (!state && profile.stat_numbers) state = state_of_number(stat);
  return state;
}

// Three octets: network type and code; some SMSCs write three digits instead (P37).
std::optional<std::uint32_t> network_error_code(const Tlvs& tlvs) {
  const auto octets = tlvs.octets(tag::network_error_code);
  if (!octets || octets->size() != 3) return std::nullopt;
  std::uint32_t binary = 0, decimal = 0;
  bool digits = true;
  for (const std::byte octet : *octets) {
    const auto value = std::to_integer<std::uint32_t>(octet);
    digits = digits && value >= '0' && value <= '9';
    binary = binary << 8 | value;
    decimal = decimal * 10 + (value - '0');
  }
  return digits ? decimal : binary;
}

std::optional<std::uint32_t> err_code(std::string_view err, unsigned radix) {
  std::uint32_t value = 0;
  const char* end = err.data() + err.size();
  const auto [last, error] = std::from_chars(err.data(), end, value, radix == 16 ? 16 : 10);
  if (err.empty() || error != std::errc{} || last != end) return std::nullopt;
  return value;
}

Receipt read(std::string_view text, const ReceiptProfile& profile, std::optional<UtcSeconds> received) {
  Receipt receipt;
  static_cast<ReceiptFields&>(receipt) = read_receipt_fields(text);
  receipt.id = receipt.text_id;
  receipt.text_state = state_of(receipt.stat, profile);
  receipt.state = receipt.text_state;
  receipt.err_code = err_code(receipt.err, profile.err_radix);
  receipt.submitted_at = receipt_time(receipt.submit_date, profile.zone, received);
  receipt.done_at = receipt_time(receipt.done_date, profile.zone, received);
  return receipt;
}

}  // namespace

std::string_view to_string(Carries carries) { return kCarriesNames[static_cast<std::size_t>(carries)]; }

Carries carries(const ReceiptParts& parts, const ReceiptProfile& profile) {
  const auto kind = static_cast<std::uint8_t>(parts.esm_class & kKindMask);
  if (kind == kReceipt || kind == kBoth) return Carries::receipt;
  if (kind == kIntermediate) return Carries::intermediate;
  if (parts.tlvs.contains(tag::receipted_message_id) &&
      (parts.tlvs.contains(tag::message_state) || state_of(read_receipt_fields(text_of(parts)).stat, profile))) {
    return Carries::receipt;
  }
  if ((kind & profile.receipt_bits) != 0) return Carries::receipt;
  if (kind == kSmeDeliveryAck) return Carries::sme_delivery_ack;
  if (kind == kSmeManualAck) return Carries::sme_manual_ack;
  if (kind == kConversationAbort) return Carries::conversation_abort;
  return Carries::message;
}

bool is_receipt(const ReceiptParts& parts, const ReceiptProfile& profile) {
  const Carries what = carries(parts, profile);
  return what == Carries::receipt || what == Carries::intermediate;
}

Finality Receipt::finality() const {
  if (kind == ReceiptKind::intermediate) return Finality::not_final;
  return state ? finality_of(*state) : Finality::soft;
}

std::optional<Receipt> parse_receipt(const ReceiptParts& parts, const ReceiptProfile& profile,
                                     std::optional<UtcSeconds> received) {
  Receipt receipt = read(text_of(parts), profile, received);
  if (auto id = parts.tlvs.cstring(tag::receipted_message_id); id && !id->empty()) receipt.id = *std::move(id);
  receipt.id_conflict = !receipt.text_id.empty() && !same_id(receipt.id, receipt.text_id);
  if (const auto state = state_of(parts.tlvs)) {
    receipt.state_conflict = receipt.text_state && receipt.text_state != state;
    receipt.state = state;
  }
  receipt.network_error_code = network_error_code(parts.tlvs);
  if (const auto reference = parts.tlvs.integer(tag::user_message_reference)) {
    receipt.user_message_reference = static_cast<std::uint16_t>(*reference);
  }
  for (const Tlv& tlv : parts.tlvs) {
    if (tlv.tag >= kFirstVendorTag && tlv.tag <= kLastVendorTag) receipt.vendor_tlvs.add(tlv.tag, tlv.value);
  }
  if (carries(parts, profile) == Carries::intermediate) receipt.kind = ReceiptKind::intermediate;
  if (receipt.id.empty() && !receipt.state) return std::nullopt;
  return receipt;
}

std::optional<Receipt> parse_receipt_text(std::string_view text, const ReceiptProfile& profile,
                                          std::optional<UtcSeconds> received) {
  Receipt receipt = read(text, profile, received);
  if (receipt.id.empty() && !receipt.state) return std::nullopt;
  return receipt;
}

std::optional<Receipt> receipt_by_text(const ReceiptParts& parts, const ReceiptProfile& profile,
                                       std::optional<UtcSeconds> received) {
  if (!profile.by_text || carries(parts, profile) != Carries::message) return std::nullopt;
  auto receipt = parse_receipt(parts, profile, received);
  if (!receipt || receipt->id.empty() || receipt->stat.empty()) return std::nullopt;
  return receipt;
}

std::string_view err_text(const Receipt& receipt, const ReceiptProfile& profile) {
  if (!receipt.err_code) return {};
  const auto found = profile.err_texts.find(*receipt.err_code);
  return found == profile.err_texts.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace smpp
