// Mistakes that show only when several values are compared. Internal to the parser.
#pragma once

#include "core/config.hpp"

namespace core {

// What no single value shows: duplicates, references, forms of addresses, URLs and numbers.
void check_config(ParsedConfig& parsed, const Places& places);

}  // namespace core
