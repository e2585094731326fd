// Chances that are the same on every platform and do not depend on what else happened: each question gets dice of its
// own, made from what it is about. Pure.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

namespace smpp_sim {

// splitmix64: the same numbers everywhere, unlike the standard distributions.
inline std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  // For the n-th of something about `subject`.
  Dice(std::uint64_t seed, std::string_view subject, std::uint64_t number) : state_(seed) {
    std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
    for (const char c : subject) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    state_ ^= hash;
    state_ = split_mix(state_) ^ (number * 0xD1342543DE82EF95);
  }

  std::uint64_t next() { return split_mix(state_); }
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  bool happens(double probability) { return unit() < probability; }
  double exponential() { return -std::log1p(-unit()); }  // mean 1
  double normal() {                                      // mean 0, deviation 1 (Box-Muller)
    const double radius = std::sqrt(2 * exponential());
    return radius * std::cos(6.283185307179586 * unit());
  }

 private:
  std::uint64_t state_;
};

}  // namespace smpp_sim
