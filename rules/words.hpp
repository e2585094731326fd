// What counts as the same word, and the words that belong to consent. See normalise() in program.hpp for the contract.
#pragma once

#include "rules/facts.hpp"

#include <string_view>

namespace rules {

// For a text that is normalised already.
[[nodiscard]] ReservedWord reserved_among_normalised(std::string_view word);

}  // namespace rules
