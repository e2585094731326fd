// The text of a receipt: SMPP v3.4 appendix B as SMSCs write it, in any order and any alphabet (P75, P85).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smpp {

// The first token of each value as it stands, `text` whole; empty where the label is missing or nothing follows it.
struct ReceiptFields {
  std::string text_id, sub, dlvrd, submit_date, done_date, stat, err, text;
};

[[nodiscard]] ReceiptFields read_receipt_fields(std::string_view text);

// The octets of a receipt as UTF-8. data_coding comes last: an ASCII receipt may be labelled UCS-2, Latin-1 or anything,
// and its text: may be UCS-2 for all that (P85). A user data header is skipped where there can be one (P73).
[[nodiscard]] std::string receipt_body(std::uint8_t esm_class, std::uint8_t data_coding, std::span<const std::byte> octets);

}  // namespace smpp
