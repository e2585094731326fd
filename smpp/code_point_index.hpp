// Sparse tables over the Basic Multilingual Plane: blocks of 128 code points are numbered as they are first needed, so
// that a row of a few blocks is indexed without searching. Internal to smpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace smpp {

// `Blocks` counts one that belongs to no character: at() of whatever is in no block points there.
template <std::size_t Blocks>
class CodePointIndex {
 public:
  // More blocks than `Blocks` do not compile.
  constexpr void add(char32_t code_point) {
    std::uint8_t& block = blocks_[code_point >> 7];
    if (block == 0) block = next_++;
    if (block >= Blocks) throw "too few blocks";
  }

  [[nodiscard]] constexpr std::size_t at(char32_t code_point) const {
    return code_point > 0xFFFF ? 0 : (std::size_t{blocks_[code_point >> 7]} << 7 | (code_point & 0x7F));
  }

  // Of a row.
  [[nodiscard]] static constexpr std::size_t size() { return Blocks << 7; }

 private:
  std::array<std::uint8_t, 512> blocks_{};
  std::uint8_t next_ = 1;
};

}  // namespace smpp
