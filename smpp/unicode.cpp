#include "smpp/unicode.hpp"

namespace smpp {

char32_t next_multibyte(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at - 1]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (more == 0 || lead > 0xF4 || text.size() - at < static_cast<std::size_t>(more)) return kNotUtf8;
  char32_t value = static_cast<char32_t>(lead & (0x3F >> more));
  for (int i = 0; i < more; ++i) {
    const auto octet = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
    if ((octet & 0xC0) != 0x80) return kNotUtf8;
    value = value << 6 | static_cast<char32_t>(octet & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[more] || value > 0x10FFFF || surrogate) return kNotUtf8;
  at += static_cast<std::size_t>(more);
  return value;
}

void append_multibyte(std::string& out, char32_t code_point) {
  const auto put = [&](char32_t octet) { out += static_cast<char>(static_cast<unsigned char>(octet)); };
  if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace smpp
