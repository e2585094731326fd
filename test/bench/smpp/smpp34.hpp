// The same PDUs through libsmpp34, the C library of Debian: what is usual. Its header is full of macros, so it stays
// behind plain functions; without the package they are not linked.
#pragma once

#include <cstddef>
#include <span>

namespace bench {

// Unpacks and packs the octets; false when the library refuses them. For submit_sm and deliver_sm.
[[nodiscard]] bool smpp34_unpack_once(std::span<const std::byte> pdu);
// Keeps the PDU unpacked, for packing alone.
[[nodiscard]] bool smpp34_load(std::span<const std::byte> pdu);
[[nodiscard]] std::size_t smpp34_pack_loaded();  // its octets; 0: refused

}  // namespace bench
