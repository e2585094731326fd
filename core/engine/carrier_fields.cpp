// What a carrier wants beside the text, and sends beside it: TLVs of its own, tariffs, USSD (P124 to P128).
#include "core/engine/carrier_fields.hpp"

#include "smpp/pdu_text.hpp"
#include "smpp/text.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace core::engine {

namespace {

std::optional<Octets> integer(std::string_view value, std::size_t octets) {
  const bool hexadecimal = value.starts_with("0x");
  if (hexadecimal) value.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number, hexadecimal ? 16 : 10);
  if (failed != std::errc{} || end != value.data() + value.size() || number >> (8 * octets) != 0) return std::nullopt;
  Octets written(octets);
  for (std::size_t i = octets; i-- > 0; number >>= 8) written[i] = static_cast<std::byte>(number & 0xFF);
  return written;
}

std::optional<Octets> hexadecimal(std::string_view value) {
  auto octets = smpp::from_hex(value);
  return octets ? std::optional(*std::move(octets)) : std::nullopt;
}

std::string text_of(const VendorTlv& tlv, const smpp::Tlvs& tlvs) {
  switch (tlv.type) {
    case VendorTlv::Type::int1:
    case VendorTlv::Type::int2:
    case VendorTlv::Type::int4: {
      const auto number = tlvs.integer(tlv.tag);
      return number ? std::to_string(*number) : smpp::to_hex(*tlvs.octets(tlv.tag));
    }
    case VendorTlv::Type::hex: return smpp::to_hex(*tlvs.octets(tlv.tag));
    case VendorTlv::Type::string:
    case VendorTlv::Type::cstring: break;
  }
  std::string text = *tlvs.cstring(tlv.tag);
  return smpp::is_valid_utf8(text) ? text : smpp::to_hex(*tlvs.octets(tlv.tag));
}

// The value for this message; empty: there is none.
std::string value_of(const VendorTlv& tlv, const FieldSources& fields) {
  if (const auto given = fields.given.find(tlv.name); given != fields.given.end()) return given->second;
  if (!tlv.value.starts_with('{') || !tlv.value.ends_with('}')) return tlv.value;
  const std::string_view name = std::string_view(tlv.value).substr(1, tlv.value.size() - 2);
  for (const storage::Fields* source : {fields.conversation, fields.contact}) {
    if (!source) continue;
    if (const auto found = source->find(name); found != source->end()) return found->second;
  }
  return {};
}

constexpr std::uint8_t kUssrRequest = 2, kPssrResponse = 17;  // ussd_service_op: the dialogue goes on, ends (v5.0 4.8.4.64)
constexpr unsigned kEndOfSession = 1;                         // of the second octet of its_session_info (v5.0 4.8.4.34)

}  // namespace

std::optional<Octets> tlv_value(VendorTlv::Type type, std::string_view value) {
  switch (type) {
    case VendorTlv::Type::int1: return integer(value, 1);
    case VendorTlv::Type::int2: return integer(value, 2);
    case VendorTlv::Type::int4: return integer(value, 4);
    case VendorTlv::Type::hex: return hexadecimal(value);
    case VendorTlv::Type::string:
    case VendorTlv::Type::cstring: break;
  }
  Octets octets = smpp::to_octets(value);
  if (type == VendorTlv::Type::cstring) octets.push_back(std::byte{0});
  return octets;
}

std::string add_vendor_tlvs(const AccountSettings& account, std::string_view tariff, const FieldSources& fields, smpp::Tlvs& into) {
  for (const auto& [name, value] : fields.given) {
    const bool known = std::ranges::any_of(account.vendor_tlvs, [&](const VendorTlv& tlv) { return !tlv.inbound && tlv.name == name; });
    if (!known) return "the account " + account.id + " has no TLV \"" + name + "\" to send";
  }
  for (const VendorTlv& tlv : account.vendor_tlvs) {
    if (tlv.inbound || (!tlv.tariff.empty() && tlv.tariff != tariff)) continue;
    const std::string value = value_of(tlv, fields);
    if (value.empty()) continue;
    auto octets = tlv_value(tlv.type, value);
    if (!octets) return "\"" + value + "\" is no value of the TLV \"" + tlv.name + "\"";
    into.add(tlv.tag, *std::move(octets));
  }
  return {};
}

storage::Fields received_fields(const AccountSettings& account, const smpp::Tlvs& tlvs) {
  storage::Fields fields;
  for (const VendorTlv& tlv : account.vendor_tlvs) {
    if (tlv.inbound && tlvs.contains(tlv.tag)) fields[tlv.name] = text_of(tlv, tlvs);
  }
  if (const auto op = tlvs.integer(smpp::tag::ussd_service_op)) {
    fields[std::string(kUssdServiceOp)] = std::to_string(*op);
    if (const auto session = tlvs.octets(smpp::tag::its_session_info)) fields[std::string(kItsSessionInfo)] = smpp::to_hex(*session);
  }
  return fields;
}

bool needs_tlvs(const storage::Message& message, const smpp::Tlvs& tlvs) {
  return !message.tariff.empty() || tlvs.contains(smpp::tag::message_payload) || tlvs.contains(smpp::tag::sar_msg_ref_num) ||
         tlvs.contains(smpp::tag::ussd_service_op);
}

bool is_own_field(std::string_view name) { return name == kDestinationPort || name == kUssdServiceOp || name == kItsSessionInfo; }

bool is_ussd(const storage::Fields& received) { return received.contains(kUssdServiceOp); }

void add_ussd(const storage::Fields& received, bool ends, smpp::Tlvs& into) {
  into.add_integer(smpp::tag::ussd_service_op, ends ? kPssrResponse : kUssrRequest);
  const auto session = received.find(kItsSessionInfo);
  auto octets = session == received.end() ? std::nullopt : hexadecimal(session->second);
  if (!octets || octets->size() != 2) return;
  if (ends) (*octets)[1] |= static_cast<std::byte>(kEndOfSession);
  into.add(smpp::tag::its_session_info, *std::move(octets));
}

}  // namespace core::engine
