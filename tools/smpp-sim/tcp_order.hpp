// One direction of a TCP connection put in order: segments as captured, that may come twice, late, overlapping or never.
#pragma once

#include "smpp/octets.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>

namespace smpp_sim {

class TcpOrder {
 public:
  // Gets octets in their order; `after_gap`: some before them are lost.
  using Take = std::function<void(std::span<const std::byte>, bool after_gap)>;

  void syn(std::uint32_t sequence) { next_ = sequence + 1; }
  void segment(std::uint32_t sequence, std::span<const std::byte> octets, const Take& take);
  // The other side has acknowledged octets up to here: what of them is missing was lost by the capture, not on the way.
  void acknowledged(std::uint32_t sequence, const Take& take);
  void end(const Take& take);  // hands on what waits behind a gap

  [[nodiscard]] std::uint64_t lost() const { return lost_; }  // octets

 private:
  // Segments that wait for one before them; beyond this the gap is given up.
  static constexpr std::size_t kMostWaiting = 4096;

  void drain(const Take& take, bool after_gap);
  void skip(const Take& take);

  std::optional<std::uint32_t> next_;
  std::map<std::uint32_t, smpp::Octets> waiting_;  // by sequence number
  std::uint64_t lost_ = 0;
};

}  // namespace smpp_sim
