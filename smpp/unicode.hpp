// UTF-8 one code point at a time. Internal to smpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smpp {

inline constexpr char32_t kReplacement = 0xFFFD;

inline constexpr char32_t kNotUtf8 = 0xFFFF'FFFF;

// The rest of a code point whose first octet is above 0x7F and stands before `at`, or kNotUtf8.
[[nodiscard]] char32_t next_multibyte(std::string_view text, std::size_t& at);

// The code point at `at`, which moves behind it. Absent: not UTF-8 (overlong, surrogate, cut, above U+10FFFF); `at`
// then moves by one octet.
[[nodiscard]] inline std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const char32_t value = next_multibyte(text, at);
  if (value == kNotUtf8) return std::nullopt;
  return value;
}

void append_multibyte(std::string& out, char32_t code_point);  // above U+007F

inline void append_utf8(std::string& out, char32_t code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else {
    append_multibyte(out, code_point);
  }
}

}  // namespace smpp
