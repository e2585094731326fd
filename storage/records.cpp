// Ids as people see them, and the one table of message states (DESIGN 3.3).
#include "storage/records.hpp"

#include <algorithm>
#include <array>

namespace storage {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford: no I, L, O, U
constexpr std::size_t kIdDigits = 13;                                    // 65 bits hold the 63 of an id
constexpr unsigned kBitsPerDigit = 5;
constexpr int kHighestFirstDigit = 7;                                    // bits 60 to 62

int digit_value(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const auto at = kDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

using S = MessageState;
constexpr std::uint16_t bit(S state) { return static_cast<std::uint16_t>(1U << static_cast<unsigned>(state)); }
template <class... States>
constexpr std::uint16_t any_of(States... states) { return static_cast<std::uint16_t>((bit(states) | ... | 0U)); }

struct StateRow {
  S state;
  std::string_view name;
  bool final_state;
  std::uint16_t next;   // bits of the states it may become
  std::uint8_t badness; // of final states: the highest one of a message's segments is the message's
};
constexpr std::array<StateRow, kMessageStates> kStates{{
    {S::queued, "queued", false, any_of(S::submitting, S::suppressed, S::expired, S::cancelled), 0},
    {S::submitting, "submitting", false, any_of(S::accepted, S::queued, S::rejected, S::in_doubt), 0},
    {S::in_doubt, "in_doubt", false, any_of(S::accepted, S::queued, S::unknown), 0},
    {S::accepted, "accepted", false,
     any_of(S::delivered, S::undelivered, S::expired_at_smsc, S::deleted, S::no_receipt), 0},
    {S::delivered, "delivered", true, 0, 0},
    {S::undelivered, "undelivered", true, any_of(S::delivered), 4},
    {S::expired_at_smsc, "expired_at_smsc", true, any_of(S::delivered), 3},
    {S::deleted, "deleted", true, 0, 8},
    {S::no_receipt, "no_receipt", true, any_of(S::delivered), 1},
    {S::rejected, "rejected", true, 0, 9},
    {S::unknown, "unknown", true, any_of(S::delivered), 2},
    {S::suppressed, "suppressed", true, 0, 7},
    {S::expired, "expired", true, 0, 5},
    {S::cancelled, "cancelled", true, 0, 6},
}};
const StateRow& row(S state) { return kStates[static_cast<std::size_t>(state)]; }

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i < kStates.size(); ++i)
    if (static_cast<std::size_t>(kStates[i].state) != i) return false;
  return true;
}
static_assert(rows_in_order(), "a state is looked up by its number");
static_assert(as_message(SegmentState::delivered) == S::delivered && as_message(SegmentState::rejected) == S::rejected &&
                  as_message(SegmentState::cancelled) == S::cancelled,
              "segments and messages share one list of states");

}  // namespace

std::string show_id(std::string_view prefix, Id id) {
  std::string text(prefix);
  text.resize(prefix.size() + kIdDigits);
  for (std::size_t i = 0; i < kIdDigits; ++i) {
    text[text.size() - 1 - i] = kDigits[id & 31U];
    id >>= kBitsPerDigit;
  }
  return text;
}

Id parse_id(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix)) return 0;
  text.remove_prefix(prefix.size());
  if (text.size() != kIdDigits) return 0;
  Id id = 0;
  for (std::size_t i = 0; i < kIdDigits; ++i) {
    const int value = digit_value(text[i]);
    if (value < 0 || (i == 0 && value > kHighestFirstDigit)) return 0;
    id = (id << kBitsPerDigit) | static_cast<Id>(value);
  }
  return id;
}

std::string_view to_string(MessageState state) { return row(state).name; }
bool is_final(MessageState state) { return row(state).final_state; }
bool may_become(MessageState from, MessageState to) { return (row(from).next & bit(to)) != 0; }

std::string_view to_string(MessageClass c) {
  switch (c) {
    case MessageClass::consent: return "consent";
    case MessageClass::premium: return "premium";
    case MessageClass::reply: return "reply";
    case MessageClass::transactional: return "transactional";
    case MessageClass::bulk: return "bulk";
  }
  return "?";
}

std::string_view to_string(Lane lane) {
  switch (lane) {
    case Lane::reply: return "reply";
    case Lane::transactional: return "transactional";
    case Lane::bulk: return "bulk";
  }
  return "?";
}

std::string_view to_string(ConversationState state) {
  switch (state) {
    case ConversationState::open: return "open";
    case ConversationState::closed: return "closed";
    case ConversationState::opted_out: return "opted_out";
  }
  return "?";
}

std::string_view to_string(InboundState state) {
  switch (state) {
    case InboundState::received: return "received";
    case InboundState::waiting: return "waiting";
    case InboundState::done: return "done";
    case InboundState::malformed: return "malformed";
  }
  return "?";
}

std::string_view to_string(EventState state) {
  switch (state) {
    case EventState::blocked: return "blocked";
    case EventState::due: return "due";
    case EventState::delivered: return "delivered";
    case EventState::dead: return "dead";
  }
  return "?";
}

std::string_view to_string(LaunchState state) {
  switch (state) {
    case LaunchState::collecting: return "collecting";
    case LaunchState::running: return "running";
    case LaunchState::paused: return "paused";
    case LaunchState::done: return "done";
  }
  return "?";
}

std::uint32_t ready_segments(const Message& message) {
  if (message.not_before > message.created_at) return 0;
  return static_cast<std::uint32_t>(
      std::ranges::count(message.segments, SegmentState::queued, &Segment::state));
}

bool is_ready(const Message& message) { return ready_segments(message) > 0; }

bool has_segment(const Message& message, SegmentState state) {
  return std::ranges::find(message.segments, state, &Segment::state) != message.segments.end();
}

MessageState state_of(const std::vector<Segment>& segments) {
  if (segments.empty()) return S::queued;
  // The unfinished states are numbered in the order a segment passes through them.
  S least = S::delivered, worst = S::delivered;
  for (const Segment& segment : segments) {
    const S state = as_message(segment.state);
    if (!is_final(state)) {
      least = std::min(least, state);
    } else if (row(state).badness > row(worst).badness) {
      worst = state;
    }
  }
  return least != S::delivered ? least : worst;
}

}  // namespace storage
