// What a handset shows: the text of submit_sm, parts joined by their UDH or SAR TLVs (P104 to P113).
#pragma once

#include "smpp/octets.hpp"
#include "smpp/pdu.hpp"
#include "smpp/text.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/message_store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace smpp_sim {

// A number as the ledger has it: "+447700900001" and "447700900001" are one handset.
[[nodiscard]] inline std::string handset_number(std::string_view written) {
  return std::string(written.starts_with('+') ? written.substr(1) : written);
}

class Handsets {
 public:
  // The whole message when this segment completes one. `state` and time of it are left to the caller.
  [[nodiscard]] std::optional<HandsetMessage> arrive(const Segment& segment);
  void clear() { *this = Handsets(); }  // parts that wait for others are forgotten

 private:
  // account, source, destination, reference, width, total
  using Key = std::tuple<std::string, std::string, std::string, std::uint16_t, std::uint8_t, std::uint8_t>;
  struct Part {
    smpp::Octets octets;
    std::uint8_t data_coding = 0;
    smpp::TextHeader header;
    std::string id;
  };
  struct Set {
    std::uint64_t since = 0;
    std::map<std::uint8_t, Part> parts;
  };
  static constexpr std::size_t kMaxSets = 10'000;  // incomplete ones; the oldest goes first

  std::map<Key, Set> sets_;
  std::map<std::uint64_t, Key> by_age_;
  std::uint64_t arrivals_ = 0;
};

}  // namespace smpp_sim
