// What the fuzz targets share: octets taken from the front of an input, and invariants that end the program.
#pragma once

#include "smpp/octets.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* begin, std::size_t size);

namespace fuzz {

// An input read from the front. What is not there reads as zero, so that every input means something.
class Input {
 public:
  Input(const std::uint8_t* begin, std::size_t size) : rest_(reinterpret_cast<const std::byte*>(begin), size) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::uint8_t octet() {
    const auto one = octets(1);
    return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one[0]);
  }
  [[nodiscard]] std::uint32_t number(std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | octet();
    return value;
  }
  // At most so many.
  [[nodiscard]] std::span<const std::byte> octets(std::size_t count) {
    const auto taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  [[nodiscard]] std::span<const std::byte> rest() { return octets(rest_.size()); }

 private:
  std::span<const std::byte> rest_;
};

inline smpp::Octets copy_of(std::span<const std::byte> octets) { return {octets.begin(), octets.end()}; }

inline void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace fuzz
