// One character in each alphabet a text may be sent in: what it costs and its octets. Internal to smpp.
#pragma once

#include "smpp/text.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace smpp {

// How a text is written: one of the codings that encode_text chooses from.
struct Plan {
  Alphabet alphabet = Alphabet::gsm7;
  Coding coding = Coding::gsm7;
  Unit unit = Unit::septet;
  std::uint8_t data_coding = 0;
  NationalLanguages languages;
  bool little_endian = false;         // ucs2
};

struct Cost {
  std::uint8_t units = 0;   // of what reaches the handset; 0: this plan has no such character, or it would be lost
                            // behind the SMSC, where everything but UCS-2 goes on as GSM-7 (P98)
  std::uint8_t octets = 0;  // of short_message; packed: as if it were not
};

[[nodiscard]] Cost cost_of(const Plan& plan, char32_t code_point);
// One octet per septet for both GSM-7 forms; packing is the caller's.
void append_character(Octets& out, const Plan& plan, char32_t code_point);

[[nodiscard]] std::string cp1252_text(std::span<const std::byte> octets);

}  // namespace smpp
