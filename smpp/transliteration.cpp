#include "smpp/transliteration.hpp"

#include "smpp/code_point_index.hpp"
#include "smpp/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace smpp {
namespace {

struct Row {
  char16_t character;
  Transliteration kind;
  std::string_view replacement;
};

constexpr Row kRows[] = {
#define SMPP_REPLACE(character, kind, replacement) {character, Transliteration::kind, replacement},
#include "smpp/transliteration.inc"
#undef SMPP_REPLACE
};

constexpr auto kIndex = [] {
  CodePointIndex<42> index;
  for (const Row& row : kRows) index.add(row.character);
  return index;
}();

// Number of the row, from 1; 0: none.
constexpr auto kRowOf = [] {
  std::array<std::uint16_t, kIndex.size()> numbers{};
  std::uint16_t number = 0;
  for (const Row& row : kRows) numbers[kIndex.at(row.character)] = ++number;
  return numbers;
}();

const Row* row_of(char32_t code_point, Transliteration mode) {
  const std::uint16_t number = kRowOf[kIndex.at(code_point)];
  if (number == 0 || kRows[number - 1].kind > mode) return nullptr;
  return &kRows[number - 1];
}

// Some characters only come nearer: U+212B is the letter of GSM, which has one more step to ASCII.
const Row* in_ascii(const Row* row) {
  std::size_t at = 0;
  if (row->replacement.empty()) return row;
  const auto nearer = next_code_point(row->replacement, at);
  const Row* further = nearer && *nearer > 0x7F ? row_of(*nearer, Transliteration::ascii) : nullptr;
  return further ? further : row;
}

struct Composition {
  char letter;
  char16_t mark, composed;
};
// The letters that GSM-7 has with their marks (23.038 6.2.1).
constexpr Composition kCompositions[] = {
    {'e', 0x300, u'è'}, {'e', 0x301, u'é'}, {'u', 0x300, u'ù'}, {'i', 0x300, u'ì'}, {'o', 0x300, u'ò'},
    {'C', 0x327, u'Ç'}, {'A', 0x30A, u'Å'}, {'a', 0x30A, u'å'}, {'E', 0x301, u'É'}, {'A', 0x308, u'Ä'},
    {'O', 0x308, u'Ö'}, {'N', 0x303, u'Ñ'}, {'U', 0x308, u'Ü'}, {'a', 0x308, u'ä'}, {'o', 0x308, u'ö'},
    {'n', 0x303, u'ñ'}, {'u', 0x308, u'ü'}, {'a', 0x300, u'à'},
};

std::optional<char32_t> composed(char letter, char32_t mark) {
  for (const Composition& each : kCompositions) {
    if (each.letter == letter && each.mark == mark) return each.composed;
  }
  return std::nullopt;
}

bool is_mark(char32_t code_point) { return code_point >= 0x300 && code_point <= 0x36F; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Writer {
 public:
  explicit Writer(Transliteration mode) : mode_(mode) {}

  void write(char32_t code_point, std::string_view octets) {
    if (is_mark(code_point) && after_letter_) return write_mark(code_point, octets);
    const Row* row = row_of(code_point, mode_);
    if (row && mode_ == Transliteration::ascii) row = in_ascii(row);
    if (row) note(code_point, row->replacement);
    out_.text += row ? row->replacement : octets;
    after_letter_ = !out_.text.empty() && (is_letter(out_.text.back()) || code_point > 0x7F);
  }
  void write_broken(char octet) { out_.text += octet; }

  Transliterated take() { return std::move(out_); }

 private:
  void write_mark(char32_t code_point, std::string_view octets) {
    const auto whole = out_.text.empty() || mode_ < Transliteration::full ? std::nullopt : composed(out_.text.back(), code_point);
    if (whole && mode_ == Transliteration::full) {
      out_.text.pop_back();
      append_utf8(out_.text, *whole);
      note(code_point, {});
    } else if (mode_ == Transliteration::ascii) {
      note(code_point, {});
    } else {
      out_.text += octets;
    }
  }

  void note(char32_t code_point, std::string_view replacement) {
    const auto known = std::find_if(out_.replaced.begin(), out_.replaced.end(),
                                    [&](const Replacement& each) { return each.character == code_point; });
    if (known != out_.replaced.end()) {
      ++known->count;
    } else {
      out_.replaced.push_back({code_point, replacement, 1});
    }
  }

  Transliteration mode_;
  Transliterated out_;
  bool after_letter_ = false;
};

}  // namespace

Transliterated transliterate(std::string_view utf8, Transliteration mode) {
  if (mode == Transliteration::off) return {std::string(utf8), {}};
  Writer writer(mode);
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t begin = at;
    const auto code_point = next_code_point(utf8, at);
    if (code_point) {
      writer.write(*code_point, utf8.substr(begin, at - begin));
    } else {
      writer.write_broken(utf8[begin]);
    }
  }
  return writer.take();
}

}  // namespace smpp
