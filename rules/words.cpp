// Normalisation in two ways with one result: most replies are short ASCII and take a loop of their own, everything else
// goes through ICU. The tests hold both against each other.
#include "rules/words.hpp"

#include "rules/program.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace rules {
namespace {

struct Reserved {
  std::string_view word;
  ReservedWord family;
};

// FAILURES 3e: CTIA handbook and 47 CFR 64.1200(a)(10). YES is in no family: it answers campaigns, it never opts in.
constexpr std::array<Reserved, 16> kReserved = {{{"stop", ReservedWord::stop},
                                                 {"stopall", ReservedWord::stop},
                                                 {"stop all", ReservedWord::stop},
                                                 {"unsubscribe", ReservedWord::stop},
                                                 {"end", ReservedWord::stop},
                                                 {"quit", ReservedWord::stop},
                                                 {"cancel", ReservedWord::stop},
                                                 {"revoke", ReservedWord::stop},
                                                 {"opt out", ReservedWord::stop},
                                                 {"optout", ReservedWord::stop},
                                                 {"opt-out", ReservedWord::stop},
                                                 {"opt - out", ReservedWord::stop},
                                                 {"start", ReservedWord::start},
                                                 {"unstop", ReservedWord::start},
                                                 {"help", ReservedWord::help},
                                                 {"info", ReservedWord::help}}};

constexpr bool is_ascii_digit(UChar32 c) { return c >= '0' && c <= '9'; }
constexpr bool is_space(UChar32 c) {
  return c <= 0x20 || c == 0x7F || (c >= 0x80 && (u_isUWhiteSpace(c) || u_isISOControl(c)));
}

// Punctuation around a word does not change it, with these exceptions: 50% is not 50, @ann is not ann, and & joins.
constexpr std::string_view kAsciiOuter = "!\"#'()*,-./:;?[\\]_`{}";
constexpr std::u32string_view kKept =
    U"\uFF05\uFE6A\u066A\u2030\uFF06\uFE60\uFF20\uFE6B";  // their wide, small and Arabic forms
bool is_outer(UChar32 c) {
  if (c < 0x80) return kAsciiOuter.find(static_cast<char>(c)) != std::string_view::npos;
  if (c == 0x00B4) return true;
  return u_ispunct(c) && kKept.find(static_cast<char32_t>(c)) == std::u32string_view::npos;
}

// Phones write ’ where a keyword in a file has ', and some keyboards the accents ` and ´.
constexpr bool is_apostrophe(UChar32 c) {
  return c == '`' || c == 0x00B4 || c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x02BC || c == 0x2032;
}

// -1 is not 1: a minus right before a digit belongs to the word.
bool is_sign(UChar32 c, UChar32 next) {
  return (c == '-' || c == 0xFF0D || c == 0xFE63) && (is_ascii_digit(next) || (next >= 0x80 && u_isdigit(next)));
}

std::string normalise_ascii(std::string_view text) {
  std::size_t first = 0, last = text.size();
  const auto at = [&](std::size_t i) { return static_cast<UChar32>(static_cast<unsigned char>(text[i])); };
  const auto trims = [&](std::size_t i) { return is_space(at(i)) || is_outer(at(i)); };
  while (first < last && trims(first) && !(first + 1 < last && is_sign(at(first), at(first + 1)))) ++first;
  while (last > first && trims(last - 1)) --last;
  std::string out;
  out.reserve(last - first);
  for (std::size_t i = first; i < last; ++i) {
    char c = text[i];
    if (is_space(at(i))) {
      if (out.back() != ' ') out += ' ';
      continue;
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    out += c == '`' ? '\'' : c;
  }
  return out;
}

void trim(icu::UnicodeString& text) {
  std::int32_t first = 0, last = text.length();
  while (first < last) {
    const UChar32 c = text.char32At(first);
    const std::int32_t next = text.moveIndex32(first, 1);
    if (next < last && is_sign(c, text.char32At(next))) break;
    // A mark without its letter is left where the punctuation that carried it was cut off.
    const bool stray_mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    if (!is_space(c) && !is_outer(c) && !stray_mark) break;
    first = next;
  }
  while (last > first) {
    const std::int32_t before = text.moveIndex32(last, -1);
    const UChar32 c = text.char32At(before);
    if (!is_space(c) && !is_outer(c)) break;
    last = before;
  }
  text = icu::UnicodeString(text, first, last - first);
}

// Apostrophes first: NFKC takes the accent ´ apart into a space and a mark.
icu::UnicodeString with_plain_apostrophes(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    out.append(is_apostrophe(c) ? UChar32{'\''} : c);
  }
  return out;
}

icu::UnicodeString with_single_spaces(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (!is_space(c)) {
      out.append(c);
    } else if (!out.endsWith(u' ')) {
      out.append(u' ');
    }
  }
  return out;
}

const icu::Normalizer2& nfkc_casefold() {
  static const icu::Normalizer2* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status)) {
      // Without it no keyword can be told from another; guessing would be worse than not starting.
      std::fprintf(stderr, "rules: ICU has no NFKC case folding data: %s\n", u_errorName(status));
      std::abort();
    }
    return found;
  }();
  return *instance;
}

std::string normalise_unicode(std::string_view utf8) {
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<std::int32_t>(std::min<std::size_t>(utf8.size(), INT32_MAX))));
  trim(text);
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString folded = nfkc_casefold().normalize(with_plain_apostrophes(text), status);
  if (U_FAILURE(status)) return {};  // out of memory; matches nothing
  trim(folded);
  std::string out;
  with_single_spaces(folded).toUTF8String(out);
  return out;
}

}  // namespace

std::string normalise(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? normalise_ascii(text) : normalise_unicode(text);
}

ReservedWord reserved_among_normalised(std::string_view word) {
  const auto found =
      std::find_if(kReserved.begin(), kReserved.end(), [&](const Reserved& known) { return known.word == word; });
  return found == kReserved.end() ? ReservedWord::none : found->family;
}

ReservedWord reserved_word(std::string_view text) { return reserved_among_normalised(normalise(text)); }

}  // namespace rules
