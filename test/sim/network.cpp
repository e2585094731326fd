#include "test/sim/network.hpp"

#include "test/sim/world.hpp"

namespace sim {

using namespace std::chrono_literals;

Wire::Wire(World& world) : world_(world) {}

bool Wire::stalled() const { return world_.schedule.now() < stalled_until_; }

std::size_t Wire::write(Side side, std::span<const std::byte> octets) {
  if (!at(side).open || octets.empty()) return octets.size();
  if (side == Side::esme && stalled()) return 0;
  std::size_t count = octets.size();
  // Only our side meets a short write: the carrier's octets are put into pieces on their way.
  if (side == Side::esme && world_.faults.strikes(Fault::sliced_write)) count = 1 + world_.random.index(octets.size());
  if (!broken_ && at(other(side)).open) send(side, octets.first(count));
  return count;
}

void Wire::send(Side from, std::span<const std::byte> octets) {
  while (!octets.empty()) {
    std::size_t piece = octets.size();
    if (world_.faults.strikes(Fault::sliced_read)) piece = 1 + world_.random.index(octets.size());
    Duration delay = world_.random.between(200us, 5ms);
    if (world_.faults.strikes(Fault::latency_spike)) delay += world_.random.between(50ms, 800ms);
    End& end = at(from);
    end.last_arrival = std::max(end.last_arrival, world_.schedule.now() + delay);
    std::vector<std::byte> copy(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(piece));
    octets = octets.subspan(piece);
    world_.schedule.at(end.last_arrival, [self = shared_from_this(), from, cuts = cuts_, copy = std::move(copy)] {
      End& receiver = self->at(other(from));
      if (cuts == self->cuts_ && receiver.open) receiver.ends.on_octets(copy);
    });
  }
}

void Wire::learns(Side side, Duration delay) {
  world_.schedule.after(delay, [self = shared_from_this(), side] {
    End& end = self->at(side);
    if (!end.open) return;
    end.open = false;
    if (end.ends.on_end) end.ends.on_end();  // nobody is there when the carrier took no connection
  });
}

void Wire::close(Side side) {
  End& end = at(side);
  if (!end.open) return;
  end.open = false;
  if (broken_ || !at(other(side)).open) return;
  broken_ = true;
  const Time now = world_.schedule.now();
  learns(other(side), std::max(end.last_arrival, now) - now + world_.random.between(200us, 5ms));
}

void Wire::die(Side side) {
  if (!at(side).open) return;
  if (!broken_ && world_.random.chance(0.5)) {
    at(side).open = false;
    cut(std::nullopt, std::nullopt);
    learns(other(side), world_.random.between(1ms, 500ms));
    return;
  }
  close(side);
}

void Wire::cut(std::optional<Duration> esme_learns, std::optional<Duration> smsc_learns) {
  broken_ = true;
  ++cuts_;
  if (esme_learns) learns(Side::esme, *esme_learns);
  if (smsc_learns) learns(Side::smsc, *smsc_learns);
}

void Wire::stall(Duration duration) { stalled_until_ = world_.schedule.now() + duration; }

}  // namespace sim
