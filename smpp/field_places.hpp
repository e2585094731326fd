// Where in a PDU each of its fields stands: for tools that show octets and their meaning side by side. From the same
// description as the codec (layout.hpp), and as tolerant: what cannot be told apart is one field "undecoded" at the end.
#pragma once

#include "smpp/octets.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace smpp {

struct FieldPlace {
  std::string name;         // as fields_of() names it; also command_length ... sequence_number, sm_length, dest_flag ...
  std::size_t offset = 0;   // octets from the start of the PDU
  std::size_t length = 0;   // of a TLV with its tag and length
  std::string value;        // as fields_of() writes it; statuses and commands by name
  bool is_tlv = false;
};

// In the order of the wire, without a gap: offset + length of one is the offset of the next, and the last ends with the
// PDU. `pdu` of less than 16 octets is one field "undecoded".
[[nodiscard]] std::vector<FieldPlace> places_of(std::span<const std::byte> pdu);

}  // namespace smpp
