// One simulated TCP connection between a bind of ours and the carrier: latency, octets in arbitrary pieces, sockets
// that take a part of what is written, resets that both ends learn at different times, half-open connections.
#pragma once

#include "test/sim/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace sim {

struct World;

enum class Side : std::uint8_t { esme, smsc };

class Wire : public std::enable_shared_from_this<Wire> {
 public:
  struct Ends {
    std::function<void(std::span<const std::byte>)> on_octets;
    std::function<void()> on_end;     // this side learns that the connection is gone
  };

  explicit Wire(World& world);
  void attach(Side side, Ends ends) { at(side).ends = std::move(ends); }

  // How many of the octets the socket took; the rest is to be offered again later. A broken connection that this side
  // has not learnt of takes everything and loses it.
  std::size_t write(Side side, std::span<const std::byte> octets);
  // FIN behind what was written; this side hears nothing more.
  void close(Side side);
  // The process of this side has died: its socket goes, perhaps with what was not yet on its way.
  void die(Side side);
  // What is in flight is lost. Absent: that side never learns by itself.
  void cut(std::optional<Duration> esme_learns, std::optional<Duration> smsc_learns);
  // Our socket takes nothing for so long: the carrier does not read.
  void stall(Duration duration);

  [[nodiscard]] bool open(Side side) const { return ends_[index(side)].open; }
  [[nodiscard]] bool whole() const { return !broken_ && open(Side::esme) && open(Side::smsc); }
  [[nodiscard]] bool stalled() const;

 private:
  struct End {
    Ends ends;
    bool open = true;
    Time last_arrival{};              // of what this side wrote, at the other one
  };
  static constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }
  static constexpr Side other(Side side) { return side == Side::esme ? Side::smsc : Side::esme; }
  End& at(Side side) { return ends_[index(side)]; }
  void send(Side from, std::span<const std::byte> octets);
  void learns(Side side, Duration delay);

  World& world_;
  std::array<End, 2> ends_;
  bool broken_ = false;
  std::uint64_t cuts_ = 0;            // octets sent before the last one never arrive
  Time stalled_until_{};
};

}  // namespace sim
