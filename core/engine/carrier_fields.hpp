// What a carrier wants beside the text, and sends beside it: TLVs of its own by the names the configuration gives
// them, and the two TLVs of a USSD dialogue (P124 to P128). Pure.
#pragma once

#include "core/engine/settings.hpp"
#include "smpp/tlv.hpp"
#include "storage/records.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace core::engine {

// A name of what is read from every message: destination_port, and those of USSD. A carrier's TLV cannot have it.
[[nodiscard]] bool is_own_field(std::string_view name);

using storage::Octets;

// The octets of a value as the configuration or a request writes it: digits or 0x1F for integers, 1a2b for hex.
// Absent: it is no such value.
[[nodiscard]] std::optional<Octets> tlv_value(VendorTlv::Type type, std::string_view value);

// Where the values of outbound TLVs are looked for, first to last.
struct FieldSources {
  const storage::Fields& given;                   // of the request, by the name of the TLV
  const storage::Fields* conversation = nullptr;  // by the name of the field
  const storage::Fields* contact = nullptr;
};
// Empty, or why the message cannot be sent. A TLV without a value is not sent.
[[nodiscard]] std::string add_vendor_tlvs(const AccountSettings& account, std::string_view tariff, const FieldSources& fields, smpp::Tlvs& into);

// Of a deliver_sm or data_sm: vendor TLVs by their names, and the two below.
[[nodiscard]] storage::Fields received_fields(const AccountSettings& account, const smpp::Tlvs& tlvs);

// The message is nothing without these TLVs: they hold its text, its place among others, or its price.
[[nodiscard]] bool needs_tlvs(const storage::Message& message, const smpp::Tlvs& tlvs);

inline constexpr std::string_view kDestinationPort = "destination_port";  // of a port-addressed message (P114)
inline constexpr std::string_view kUssdServiceOp = "ussd_service_op", kItsSessionInfo = "its_session_info";
inline constexpr std::string_view kUssdServiceType = "USSD";
[[nodiscard]] bool is_ussd(const storage::Fields& received);
// What a reply to it carries; `ends`: the dialogue is over.
void add_ussd(const storage::Fields& received, bool ends, smpp::Tlvs& into);

}  // namespace core::engine
