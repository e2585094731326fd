// What of a log line may come from outside, made harmless and, by default, anonymous.
#include "core/log.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace core {
namespace {

// Code points that move text about or end a line for some reader: bidi controls, line and paragraph separators,
// zero-width ones, the byte order mark, tags.
bool is_treacherous(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

// The octets of the code point at the front, or 0 where it is not UTF-8.
std::size_t front_octets(std::string_view text, std::uint32_t& code) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = octet(0);
  if (first < 0x80) {
    code = first;
    return 1;
  }
  const std::size_t size = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size == 0 || first > 0xf4 || text.size() < size) return 0;
  code = first & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return 0;
    code = (code << 6) | (octet(i) & 0x3fu);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  return overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? 0 : size;
}

}  // namespace

std::string escape_line(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    std::uint32_t code = 0;
    const std::size_t octets = front_octets(text, code);
    if (octets == 0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    if (code == '\n') result += "\\n";
    else if (code == '\r') result += "\\r";
    else if (code == '\t') result += "\\t";
    else if (code == '\\') result += "\\\\";
    else if (code == '"') result += "\\\"";
    else if (!is_treacherous(code)) result += text.substr(0, octets);
    else if (code < 0x100) result += fmt::format("\\x{:02x}", code);
    else result += fmt::format("\\u{:04x}", code);
    text.remove_prefix(octets);
  }
  return result;
}

std::string mask_number(std::string_view number) {
  const std::size_t sign = !number.empty() && number.front() == '+' ? 1 : 0;
  const std::size_t digits = number.size() - sign;
  if (digits <= 7) return std::string(number);
  const std::size_t shown = digits >= 11 ? 4 : 2;
  return fmt::format("{}****{}", number.substr(0, sign + shown), number.substr(number.size() - 3));
}

LogField field(std::string_view key, std::string_view value) { return {key, std::string(value), LogField::Kind::plain}; }
LogField field(std::string_view key, std::uint64_t value) { return {key, std::to_string(value), LogField::Kind::plain}; }
LogField number_field(std::string_view key, std::string_view number) { return {key, std::string(number), LogField::Kind::number}; }
LogField text_field(std::string_view key, std::string_view text) { return {key, std::string(text), LogField::Kind::text}; }

}  // namespace core
