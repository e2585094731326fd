#include "tools/smpp-sim/load_template.hpp"

#include <algorithm>
#include <charconv>

namespace smpp_sim {

char RandomDigits::next() {
  std::uint64_t value = state_ += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return static_cast<char>('0' + (value ^ (value >> 31)) % 10);
}

std::string LoadTemplate::parse(std::string_view text) {
  pieces_.clear();
  std::string plain;
  const auto flush = [&] {
    if (!plain.empty()) pieces_.push_back({Kind::text, plain, 0});
    plain.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
    if (text[i] == '}' && doubled) ++i;
    if (text[i] != '{' || doubled) {
      if (text[i] == '{') ++i;
      plain += text[i];
      continue;
    }
    const std::string where = "character " + std::to_string(i + 1) + ": ";
    const std::size_t end = text.find('}', i);
    if (end == std::string_view::npos) return where + "a brace is not closed; {{ is a brace in the text";
    const std::string_view inside = text.substr(i + 1, end - i - 1);
    const std::size_t colon = std::min(inside.find(':'), inside.size());
    const std::string_view name = inside.substr(0, colon), digits = inside.substr(std::min(colon + 1, inside.size()));
    std::size_t width = 0;
    const auto [stop, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), width);
    const bool has_width = wrong == std::errc{} && stop == digits.data() + digits.size() && width >= 1 && width <= kWidest;
    const bool is_number = name == "n" && (colon == inside.size() || has_width);
    if (!is_number && !(name == "random" && has_width)) {
      return where + '{' + std::string(inside) + "} is unknown; {n}, {n:08} and {random:8} are known";
    }
    flush();
    pieces_.push_back({is_number ? Kind::number : Kind::random, {}, width});
    i = end;
  }
  flush();
  return {};
}

bool LoadTemplate::is_constant() const {
  return std::ranges::all_of(pieces_, [](const Piece& piece) { return piece.kind == Kind::text; });
}

std::string LoadTemplate::make(std::uint64_t n, RandomDigits& random) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Kind::text) {
      out += piece.text;
    } else if (piece.kind == Kind::number) {
      const std::string digits = std::to_string(n);
      if (digits.size() < piece.width) out.append(piece.width - digits.size(), '0');
      out += digits;
    } else {
      for (std::size_t i = 0; i < piece.width; ++i) out += random.next();
    }
  }
  return out;
}

}  // namespace smpp_sim
