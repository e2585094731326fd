// The messages of a load: which PDU belongs to which number. A message is the same whenever it is made, so that one that
// came back unsent can be made again. std only.
#pragma once

#include "smpp/pdu.hpp"
#include "smpp/text.hpp"
#include "tools/smpp-sim/load_template.hpp"

#include <cstdint>
#include <string>

namespace smpp_sim {

class LoadMessages {
 public:
  // Patterns as in pattern.hpp. Empty, or what is wrong with which option.
  [[nodiscard]] std::string prepare(const std::string& from, const std::string& to, const std::string& text,
                                    std::uint8_t registered_delivery, std::uint64_t seed);
  // PDUs of a message: of the first one. A text that needs more or fewer of them later on is cut, or has an empty end.
  [[nodiscard]] std::uint64_t parts() const { return parts_; }
  // `index` counts PDUs from 0; {n} counts messages from 1.
  [[nodiscard]] smpp::SubmitSm make(std::uint64_t index) const;

 private:
  [[nodiscard]] smpp::result<smpp::EncodedText> encode(std::uint64_t n, RandomDigits& random) const;

  LoadTemplate from_, to_, text_;
  std::uint8_t registered_delivery_ = 0;
  std::uint64_t seed_ = 0, parts_ = 1;
  smpp::EncodedText constant_;  // of a text without placeholders
};

}  // namespace smpp_sim
