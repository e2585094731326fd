// What a peer does against the specification and is tolerated for, or refused: counted by kind, with the first PDU of
// each kind, so that an integration engineer sees what this carrier does (P19).
#pragma once

#include "core/engine/input.hpp"
#include "smpp/octets.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::net {

struct Deviation {
  std::string kind;                   // "stray_octets", "unknown_tlv_0x1403"
  bool refused = false;               // else it was tolerated
  std::uint64_t count = 0;
  engine::WallTime first_at{}, last_at{};
  std::string first_hex;              // of its first PDU, at most kDeviationOctets of it
};

class Deviations {
 public:
  // True: the first of its kind, or the first for an hour: worth a line in the log.
  bool note(std::string_view kind, bool refused, std::span<const std::byte> raw, engine::WallTime now);
  // In the order in which they were first seen.
  [[nodiscard]] const std::vector<Deviation>& all() const { return all_; }

 private:
  std::vector<Deviation> all_;
  std::vector<engine::WallTime> told_at_;  // of each
};

}  // namespace core::net
