// What a receipt says became of a message: message_state, the words of the text that stand for it, and whether more
// may follow (SMPP v3.4 5.2.28 and appendix B, v5.0 4.7.15; P81).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace smpp {

// message_state of SMPP v3.4 5.2.28 / v5.0 4.7.15.
enum class MessageState : std::uint8_t {
  SCHEDULED = 0, ENROUTE = 1, DELIVERED = 2, EXPIRED = 3, DELETED = 4, UNDELIVERABLE = 5, ACCEPTED = 6, UNKNOWN = 7,
  REJECTED = 8, SKIPPED = 9
};

// soft: shown, but any later final state replaces it. v5.0 calls ACCEPTED final and never sends UNKNOWN; SMSCs send both
// and a final state behind them (P81).
enum class Finality : std::uint8_t { not_final, soft, final_state };
[[nodiscard]] Finality finality_of(MessageState state);

// What one SMSC means by a word or a number of its own; keys in lower case. Goes before the words known to all.
using StatMap = std::map<std::string, MessageState, std::less<>>;

// Absent: a word or a number that nobody explained. Case does not matter; numbers mean nothing of themselves, for
// "stat:0" is a success at one provider and SCHEDULED in the table.
[[nodiscard]] std::optional<MessageState> state_of_stat(std::string_view stat, const StatMap& map = {});
// The number of message_state, "0" to "9", for an SMSC that writes that; an entry of a StatMap goes before it.
[[nodiscard]] std::optional<MessageState> state_of_number(std::string_view stat);
// The word of appendix B: "DELIVRD".
[[nodiscard]] std::string_view stat_of(MessageState state);

}  // namespace smpp
