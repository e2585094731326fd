// What a person gives to `decode`: hexadecimal digits in any dress, the octets themselves, or a capture. Pure.
#pragma once

#include "smpp/octets.hpp"
#include "tools/smpp-sim/capture.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace smpp_sim {

// Digits in pairs; between pairs blanks, line ends, ':', ',', '-', "0x" and "\x" may stand. Empty, or what is wrong:
// "line 2, column 7: 'g' is no hexadecimal digit".
[[nodiscard]] std::string read_hex(std::string_view text, smpp::Octets& octets);

// A capture by its magic number, else digits, else PDUs as they are. The PDUs of digits and octets stand in `capture` as
// one connection, from nobody to nobody. Empty, or what is wrong; PDUs before the mistake are in `capture`.
[[nodiscard]] std::string read_pdus(std::span<const std::byte> input, Capture& capture);

// Empty, or "x.pcap: No such file or directory". At most kMaxCaptureOctets; "-" is standard input.
[[nodiscard]] std::string read_file(const std::string& path, smpp::Octets& octets);

}  // namespace smpp_sim
