// What a test asks about a PDU: its header by name, who wrote what to whom, every field as text. Made from the octets,
// so that it holds for what neither side could read as well.
#pragma once

#include "smpp/command.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/status.hpp"
#include "smpp/udh.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// Valid UTF-8 whatever a peer has put into a C-string: JSON must stay JSON.
[[nodiscard]] std::string shown(const std::string& value);

struct PduFacts {
  smpp::command_id command{};
  smpp::command_status status{};
  std::uint32_t sequence_number = 0;
  std::string from, to, text;  // of a message; the text decoded by its data_coding
  bool is_receipt = false;
  std::optional<smpp::Concatenation> part;  // of a long message
  std::vector<smpp::FieldText> fields;      // without password
  std::string fault;                        // why it cannot be read; empty: it can
};

// `pdu`: one whole PDU, or less than a header, which is a fault.
[[nodiscard]] PduFacts facts_of(std::span<const std::byte> pdu);

// Members of a JSON object without its braces: "command":"submit_sm","sequence_number":3,...
[[nodiscard]] std::string members_of(const PduFacts& facts);

}  // namespace smpp_sim
