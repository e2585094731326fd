// One character in each alphabet that an SMSC may mean by data_coding 0 (P95). Internal to smpp.
#pragma once

#include "smpp/text.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace smpp {

// Units in which a text counts on the way to the handset: septets, or 16 bits each.
[[nodiscard]] bool counts_in_septets(Alphabet alphabet);

// True if the character can be sent in this alphabet and survives to the handset (P98).
[[nodiscard]] bool has_character(Alphabet alphabet, char32_t code_point);
[[nodiscard]] std::size_t units_of(Alphabet alphabet, char32_t code_point);
// One octet per septet for both GSM-7 forms; packing is the caller's.
void append_character(Octets& out, Alphabet alphabet, char32_t code_point);

[[nodiscard]] std::string cp1252_text(std::span<const std::byte> octets);

}  // namespace smpp
