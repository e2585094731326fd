// A recorded session: what each side sent and when, of a capture or of `--trace json`. Pure.
#pragma once

#include "smpp/octets.hpp"

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace smpp_sim {

struct RecordedPdu {
  std::size_t number = 0;            // of the PDU in the capture, or of the line
  std::chrono::microseconds at{0};   // since the first one of the recording
  bool from_esme = false;
  smpp::Octets octets;
};

struct Recording {
  std::vector<RecordedPdu> pdus;
  std::size_t connections = 0;       // in the file; one of them is in `pdus`
};

// A pcap file, or lines {"at": "2026-01-02T15:30:00.123Z" or seconds, "direction": "in" or "out", "hex": "..."} as an SMSC
// tells them: "in" is from the ESME. `connection`: which of the file, from 1. Empty, or what is wrong: "line 3: ...".
[[nodiscard]] std::string read_recording(std::span<const std::byte> file, std::size_t connection, Recording& recording);

}  // namespace smpp_sim
