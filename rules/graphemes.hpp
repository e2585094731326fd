// Where a text may be cut without tearing what a person sees as one character (Unicode Standard Annex 29).
#pragma once

#include <cstddef>
#include <string_view>

namespace rules {

// True before the first octet of a grapheme, at the end, and at any offset of a text that is not UTF-8.
[[nodiscard]] bool is_grapheme_boundary(std::string_view utf8, std::size_t offset);

}  // namespace rules
