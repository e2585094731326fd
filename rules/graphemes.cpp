#include "rules/graphemes.hpp"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <memory>

namespace rules {

bool is_grapheme_boundary(std::string_view utf8, std::size_t offset) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), error));
  UText* text = utext_openUTF8(nullptr, utf8.data(), static_cast<std::int64_t>(utf8.size()), &error);
  if (U_SUCCESS(error)) breaks->setText(text, error);
  const bool boundary = U_FAILURE(error) != 0 || breaks->isBoundary(static_cast<std::int32_t>(offset)) != 0;
  utext_close(text);
  return boundary;
}

}  // namespace rules
