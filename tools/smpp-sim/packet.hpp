// The packets of a classic pcap file, down to what TCP carries. Pure.
#pragma once

#include "tools/smpp-sim/capture.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace smpp_sim {

struct Packet {
  std::size_t number = 0;  // in the file, from 1
  std::chrono::microseconds at{0};
  Endpoint source, destination;
  bool is_tcp = false;     // else an exported PDU, of which nothing else is known
  bool syn = false, ack = false, fin = false, rst = false;
  std::uint32_t sequence = 0, acknowledged = 0;
  std::span<const std::byte> payload;  // of the file
};

// Calls `each` for every packet that may carry SMPP. Empty, or why the file cannot be read; `cut`: the file ends within
// a packet; `skipped`: packets of which only a part was captured or that are fragments.
struct PacketFile {
  bool cut = false;
  std::size_t skipped = 0;
};
[[nodiscard]] std::string read_packets(std::span<const std::byte> file, const std::function<void(const Packet&)>& each,
                                       PacketFile& seen);

}  // namespace smpp_sim
