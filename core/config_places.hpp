// Where in the file each value stands, for mistakes that show only when several are compared. Internal to the parser.
#pragma once

#include "core/config.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace core {

struct Place { std::uint32_t line = 0, column = 0; };
// By instance: "http.listen", "smsc[0].id", "sender[1].smsc[0]", and "smsc[0]" for the entry itself.
using Places = std::map<std::string, Place, std::less<>>;

// What no single value shows: duplicates, references, forms of addresses, URLs and numbers.
void check_config(ParsedConfig& parsed, const Places& places);

}  // namespace core
