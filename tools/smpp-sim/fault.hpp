// Faults an SMSC can have on the wire, by name, and the octets of those that spoil a PDU (P132 to P134, P138). Pure:
// wire.hpp keeps what a connection owes, smsc_faults.cpp lets it happen.
#pragma once

#include "smpp/octets.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace smpp_sim {

enum class Fault : std::uint8_t {
  none,
  // The connection ends.
  reset_before_response, reset_after_response, fin_before_response, fin_after_response, unbind_before_response,
  unbind_after_response, reset, fin, unbind,
  // From then on.
  mute, mute_enquire_link, stop_reading, byte_by_byte, split, merged, healthy,
  // One PDU.
  length_0, length_15, length_over_limit, length_huge, length_too_short, length_too_long, unknown_command,
  truncated_tlv, overlong_tlv, missing_nul, trailing_octets, garbage, http_banner, tls_alert, sequence_0,
  sequence_high, sequence_repeated, deliver_before_bind_resp,
  // One response, by response= of a rule.
  no_response, duplicate, wrong_sequence, without_body,
  // A bind.
  still_bound
};

enum class FaultScope : std::uint8_t { end, stream, pdu, bind };

struct FaultName {
  Fault fault;
  std::string_view name;
  FaultScope scope;
  std::string_view doc;
};

// Those that `fault=` of a rule and POST /faults take, in the order of the documentation.
[[nodiscard]] std::span<const FaultName> fault_names();
[[nodiscard]] const FaultName* find_fault(std::string_view name);
[[nodiscard]] FaultScope scope_of(Fault fault);
[[nodiscard]] std::string_view name_of(Fault fault);

// A fault that is to happen: `argument` of still_bound(10s); `after` of after=5s, from the PDU that caused it.
struct FaultPlan {
  Fault fault = Fault::none;
  std::chrono::milliseconds argument{0};
  std::chrono::milliseconds after{0};
};

// What goes out instead of `pdu`, a whole PDU of at least a header. `previous`: the sequence_number of our request
// before it, for sequence_repeated.
[[nodiscard]] smpp::Octets spoiled(Fault fault, std::span<const std::byte> pdu, std::uint32_t previous);

}  // namespace smpp_sim
