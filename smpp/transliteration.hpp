// Characters that cost a whole text its small coding, replaced by what looks alike: one U+2019 makes three UCS-2 parts
// of 160 GSM characters (P100). For text that goes out; never for what came in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smpp {

enum class Transliteration {
  off,
  quotes,  // quotation marks, apostrophes and primes
  full,    // and spaces, hyphens, width variants, ornaments, invisible characters: the words stay as they were spelled
  ascii,   // and letters without their marks; what is left outside ASCII has no replacement
};

struct Replacement {
  char32_t character = 0;
  std::string_view replacement;  // of static lifetime; may be empty
  std::size_t count = 0;
};

struct Transliterated {
  std::string text;
  std::vector<Replacement> replaced;  // in order of first appearance
};

// A mark that follows its letter (U+0301 after "e") is joined with it where GSM-7 has the two as one character, dropped
// by `ascii`, and left by the others. What is not UTF-8 stays as it is.
[[nodiscard]] Transliterated transliterate(std::string_view utf8, Transliteration mode);

}  // namespace smpp
