// An SME address: type of number, numbering plan, digits or letters (SMPP v5.0 4.7.1, 4.7.2, 4.7.29). Kept as
// received; what the three mean together is the account's matter (P115 to P120).
#pragma once

#include <cstdint>
#include <string>

namespace smpp {

struct Address {
  std::uint8_t ton = 0;
  std::uint8_t npi = 0;
  std::string addr;
  bool operator==(const Address&) const = default;
};

}  // namespace smpp
