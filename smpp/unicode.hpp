// UTF-8 one code point at a time. Internal to smpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smpp {

inline constexpr char32_t kReplacement = 0xFFFD;

// The code point at `at`, which moves behind it. Absent: not UTF-8 (overlong, surrogate, cut, above U+10FFFF); `at`
// then moves by one octet.
[[nodiscard]] std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at);

void append_multibyte(std::string& out, char32_t code_point);  // above U+007F

inline void append_utf8(std::string& out, char32_t code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else {
    append_multibyte(out, code_point);
  }
}

}  // namespace smpp
