// PDUs as names and values, both ways, for traces, tools and test scripts. Integers are decimal, C-strings as they
// are, octets as hexadecimal digits; TLVs under their names, unknown ones as tlv_0x1403. Lists are one value, their
// elements separated by commas (a comma or backslash inside one has a backslash before it); their counts follow:
//   dest_address=1/1/447700900001,dl/friends             ton/npi/addr of an SME, or dl/ and the name of a list
//   unsuccess_sme=1/1/447700900001/ESME_RINVDSTADR       ton/npi/addr/error_status_code, by name or number
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

struct FieldText {
  std::string name;
  std::string value;
  bool is_default;  // as a newly made PDU of that command has it
};

// In the order of the wire, without the header.
[[nodiscard]] std::vector<FieldText> fields_of(const Pdu& pdu);

// "message_state", or "tlv_0x1403" for a tag without a name; and its value by the type that the table gives it.
[[nodiscard]] std::string tlv_name(std::uint16_t tag);
[[nodiscard]] std::string tlv_text(const Tlv& tlv);

// An empty PDU of that command; Unknown for one whose fields are not described.
[[nodiscard]] Pdu make_pdu(command_id id);

// By name: command_status (number or ESME_ name), sequence_number, a field of the command, or a TLV, which is added.
// A list is replaced as a whole; an empty value empties it.
// Octets are hexadecimal digits after 0x, else the text itself. Errors: unknown_name, bad_value.
[[nodiscard]] result<void> set_field(Pdu& pdu, std::string_view name, std::string_view value);

// Sixteen octets a line: offset, hexadecimal digits, printable characters.
[[nodiscard]] std::string hex_dump(std::span<const std::byte> octets);
// "0001ff", no separators; and back: absent when a digit is missing or none.
[[nodiscard]] std::string to_hex(std::span<const std::byte> octets);
[[nodiscard]] result<Octets> from_hex(std::string_view digits);

}  // namespace smpp
