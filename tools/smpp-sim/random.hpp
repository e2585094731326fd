// The only randomness of the simulated SMSC and its subscribers: a sequence that follows from its seed alone, on every machine and with
// every standard library (the distributions of <random> differ between them).
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace smpp_sim {

class Random {  // SplitMix64
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // A sequence of its own for each name, such as an account, and for each number, such as its n-th bind.
  Random(std::uint64_t seed, std::string_view name, std::uint64_t number) : state_(seed) {
    for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    state_ ^= number * 0xD1342543DE82EF95U;
    next();
  }

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBU;
    return mixed ^ mixed >> 31;
  }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  bool happens(double probability) { return unit() < probability; }
  double exponential() { return -std::log1p(-unit()); }  // mean 1
  double normal() {  // mean 0, deviation 1
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return radius * std::cos(2.0 * std::numbers::pi * unit());
  }

 private:
  std::uint64_t state_;
};

}  // namespace smpp_sim
