// The records of the store. Names are the schema's, the API's and the webhooks'. Values only: no behaviour beyond
// what a field means. Ids are 63 bits, given while deciding: turn (40) | node (6) | index (17); 0 means none.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

using Id = std::uint64_t;
using Turn = std::uint64_t;
using Octets = std::vector<std::byte>;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Fields = std::map<std::string, std::string, std::less<>>;

inline constexpr unsigned kIndexBits = 17;
inline constexpr unsigned kNodeBits = 6;
constexpr Id make_id(Turn turn, unsigned node, unsigned index) {
  return (turn << (kNodeBits + kIndexBits)) | (Id{node} << kIndexBits) | index;
}
constexpr Turn turn_of(Id id) { return id >> (kNodeBits + kIndexBits); }

// `msg_`, `cnv_`, `in_`, `evt_` (the prefix, with its underscore) and 13 characters of Crockford base32, as ids are
// shown outside. Digits sort as the ids do.
std::string show_id(std::string_view prefix, Id id);
// 0 when the text is not such an id. Either case; O reads as 0, I and L as 1, as people copy ids by hand.
Id parse_id(std::string_view prefix, std::string_view text);

// ---- states of a message and of its segments (DESIGN 3.3); the strings of HTTP and webhooks --------------------
enum class MessageState : std::uint8_t {
  queued, submitting, in_doubt, accepted,
  delivered, undelivered, expired_at_smsc, deleted, no_receipt, rejected, unknown, suppressed, expired, cancelled
};
inline constexpr std::size_t kMessageStates = 14;
std::string_view to_string(MessageState state);
bool is_final(MessageState state);
// The one checked table of permitted transitions; staying is not one. It binds every segment. A message of several
// segments follows them by state_of and may skip: accepted + queued is queued, and accepted once the rest is suppressed.
bool may_become(MessageState from, MessageState to);

enum class MessageClass : std::uint8_t { consent, premium, reply, transactional, bulk };
enum class Lane : std::uint8_t { reply, transactional, bulk };
inline constexpr std::size_t kLanes = 3;
std::string_view to_string(MessageClass c);
std::string_view to_string(Lane lane);

// ---- contact ---------------------------------------------------------------------------------------------------
struct Consent {                      // per scope; the scope of this release is one sender
  std::string sender;
  bool suppressed = false;
  WallTime changed_at{};
  Id cause = 0;                       // the inbound
  WallTime confirmed_at{};            // last class-consent message, at most one per 24 h
  bool operator==(const Consent&) const = default;
};

struct SentText {                     // ring of the last outbound
  Id message = 0;
  std::string sender;
  std::uint64_t text_hash = 0;
  bool operator==(const SentText&) const = default;
};
inline constexpr std::size_t kSentRing = 8;

inline constexpr std::size_t kWithoutId = 8;

struct EventTail { std::string endpoint; Id event = 0; bool operator==(const EventTail&) const = default; };

enum class ConversationState : std::uint8_t { open, closed, opted_out };
std::string_view to_string(ConversationState state);

// Open ones live in the contact's aggregate (cap kOpenConversations); a closed one stays as a row of its own.
struct Conversation {
  Id id = 0;
  Id contact = 0;
  std::string number;                 // the contact's
  std::string campaign;
  std::string sender;                 // this is the lease
  std::string step;
  Fields fields;                      // recipient's row, captures, set
  ConversationState state = ConversationState::open;
  std::string outcome;                // of close
  WallTime opens_at{}, expires_at{}, closed_at{};
  Id launch = 0;
  std::uint64_t revision = 0;         // of the rules that decided last
  Id last_message = 0;                // outbound of this conversation
  std::vector<EventTail> event_tails; // last event per endpoint: the next one waits for it
  bool operator==(const Conversation&) const = default;
};
inline constexpr std::size_t kOpenConversations = 32;

// An ask-back: which conversations it offers, in the order of its numbers, and the message that waits for the answer.
struct OpenQuestion {
  std::string sender;
  std::vector<Id> candidates;
  Id parked = 0;                      // inbound; 0: no open question
  std::string parked_text;
  WallTime asked_at{};
  bool operator==(const OpenQuestion&) const = default;
};

// Which parts of a long inbound message belong together (P110).
struct PartKey {
  std::string account, source, destination;
  std::uint16_t reference = 0;
  std::uint8_t width = 0, total = 0;
  auto operator<=>(const PartKey&) const = default;
};

struct LastMo { std::string sender; std::string account; bool operator==(const LastMo&) const = default; };

struct Contact {
  Id id = 0;
  std::string number;                 // E.164 digits without '+', unique
  Fields fields;
  std::string zone, language;
  std::vector<Consent> consent;
  std::uint64_t version = 0;          // counts the changes
  std::map<std::string, std::int64_t, std::less<>> counters;
  std::vector<SentText> sent;         // newest last, at most kSentRing
  std::vector<LastMo> last_mo;        // per sender
  OpenQuestion question;
  std::vector<Conversation> open;     // sorted by id
  Id chain_head = 0;                  // newest inbound or message of this contact
  std::vector<PartKey> part_sets;     // of long messages that may still wait for parts; some may have ended
  std::vector<Id> without_id;         // messages whose receipt no id can find: in doubt, or accepted without one. Newest
                                      // last, at most kWithoutId; some may have been settled
  bool operator==(const Contact&) const = default;
};

// ---- inbound ---------------------------------------------------------------------------------------------------
enum class InboundState : std::uint8_t { received, waiting, done, malformed };
std::string_view to_string(InboundState state);

struct Candidate { Id conversation = 0; std::string campaign; std::string why; bool operator==(const Candidate&) const = default; };

struct Inbound {
  Id id = 0;
  std::string account;
  std::uint64_t session = 0;          // epoch of the session it came on, the last time
  std::uint64_t fingerprint = 0;      // of (source, destination, esm_class, data_coding, octets)
  Turn answered = 0;                  // turn of its last response: later than its own when it absorbed a redelivery
  std::string from, to;
  Octets raw;                         // the deliver_sm as it came
  std::string text;
  Id contact = 0;
  Id conversation = 0;
  std::string confidence;             // certain | asked | none
  std::string reason;
  std::vector<Candidate> candidates;
  std::vector<std::string> trace;     // rules tried
  Fields fields;                      // what the carrier sent beside the text, by name
  InboundState state = InboundState::received;
  std::uint64_t revision = 0;
  WallTime received_at{};
  Id prev = 0;                        // chain of the contact
  bool operator==(const Inbound&) const = default;
};

// ---- parts of a long inbound message ---------------------------------------------------------------------------
struct Part {
  std::uint8_t number = 0;
  std::uint8_t data_coding = 0;
  Octets octets;                      // without the header
  Id inbound = 0;
  // What the header said about the text behind it: its own octets, which shift packed septets, and national tables.
  std::uint8_t header_octets = 0, locking_shift = 0, single_shift = 0;
  bool operator==(const Part&) const = default;
};
struct PartSet {                      // aggregate: the reassembly set
  Id id = 0;
  std::vector<Part> parts;            // sorted by number
  WallTime first_at{};
  Id joined = 0;                      // the inbound row they became; 0: some are missing
  std::vector<Part> before;           // of the set joined before under this key: what only repeats them is no new message
  bool operator==(const PartSet&) const = default;
};

// ---- message and segments --------------------------------------------------------------------------------------
enum class SegmentState : std::uint8_t { queued, submitting, in_doubt, accepted, delivered, undelivered, expired_at_smsc, deleted, no_receipt, rejected, unknown, suppressed, expired, cancelled };

struct Segment {                      // the unit of sending, answering, doubt and receipt
  SegmentState state = SegmentState::queued;
  std::uint32_t bind = 0;
  std::uint64_t session = 0;          // epoch
  std::uint32_t sequence_number = 0;
  Octets body;                        // short_message with its UDH
  Octets tlvs;                        // as they follow the fields of submit_sm: SAR, message_payload, the carrier's own
  std::string smsc_message_id;        // as received
  std::uint32_t status = 0;           // command_status of the response
  std::string receipt;                // stat of the last receipt
  WallTime submitted_at{}, answered_at{}, receipt_at{};
  bool resent = false;                // after a doubt: the person may have it twice
  bool operator==(const Segment&) const = default;
};

struct Step { MessageState state; WallTime at; std::string detail; bool operator==(const Step&) const = default; };
inline constexpr std::size_t kHistorySteps = 32;

struct Message {
  Id id = 0;
  Id contact = 0;
  std::string to;                     // the contact's number
  Id conversation = 0;
  Id launch = 0;
  std::string campaign;
  Id cause = 0;                       // inbound; 0: an API call or a launch
  std::int32_t cause_rule = -1, cause_index = 0;
  MessageClass message_class = MessageClass::transactional;
  Lane lane = Lane::transactional;
  std::string account;                // chosen while deciding
  std::string sender;
  std::string asked_sender;           // where the tariff has a source of its own: the one asked for, whose STOP counts too
  std::string text;
  std::string tariff;                 // of the account's table; empty: none (P126)
  std::uint8_t data_coding = 0;
  bool udhi = false;
  MessageState state = MessageState::queued;
  std::uint32_t attempt = 0;
  bool resent = false;                // one of its segments was
  WallTime created_at{}, not_before{}, valid_until{};  // not_before in the future: held by a timer, not in the queue
  std::vector<Segment> segments;
  std::vector<Step> history;          // newest last, at most kHistorySteps
  Id prev = 0;                        // chain of the contact
  bool operator==(const Message&) const = default;
};
// In the queue: some segment waits to be sent and nothing holds the message back. A hold is a not_before later than
// created_at: whoever ends the hold (the timer that fires) clears not_before.
bool is_ready(const Message& message);
// Segments waiting to be sent when the message is ready, else 0.
std::uint32_t ready_segments(const Message& message);
bool has_segment(const Message& message, SegmentState state);
// The least advanced of its segments until all are final, then the worst. Worst first: rejected, deleted, suppressed,
// cancelled, expired (these stay), then undelivered, expired_at_smsc, unknown, no_receipt (a late receipt may still
// make them delivered), delivered. No segments: queued.
MessageState state_of(const std::vector<Segment>& segments);
// The same words: a segment's state as a message's.
constexpr MessageState as_message(SegmentState state) { return static_cast<MessageState>(state); }
inline bool may_become(SegmentState from, SegmentState to) { return may_become(as_message(from), as_message(to)); }
inline bool is_final(SegmentState state) { return is_final(as_message(state)); }
inline std::string_view to_string(SegmentState state) { return to_string(as_message(state)); }

// ---- receipts --------------------------------------------------------------------------------------------------
struct SmscIdKey { std::string account; std::string id; auto operator<=>(const SmscIdKey&) const = default; };  // id normalised
struct SmscId { Id message = 0; std::uint16_t segment = 0; bool operator==(const SmscId&) const = default; };
struct ParkedReceipt {
  Octets raw;
  std::string from, stat;
  std::uint8_t state = 0;
  bool final_receipt = true;
  WallTime received_at{};
  std::string detail;                 // what else it said, for people
  std::string also;                   // the other id it waits under, where text and TLV name two; empty: none
  bool operator==(const ParkedReceipt&) const = default;
};
struct ParkedReceipts { std::vector<ParkedReceipt> receipts; bool operator==(const ParkedReceipts&) const = default; };

// ---- events (webhooks) -----------------------------------------------------------------------------------------
enum class EventState : std::uint8_t { blocked, due, delivered, dead };  // blocked: the conversation's earlier one is not done
std::string_view to_string(EventState state);
struct Event {
  Id id = 0;                          // is the webhook-id
  std::string endpoint;
  Id conversation = 0;
  std::string type;
  std::string body;                   // JSON, exactly as signed and sent
  EventState state = EventState::due;
  std::uint32_t attempt = 0;
  WallTime created_at{}, due{};
  std::string last_error;
  Id after = 0;                       // the event it waits for
  bool operator==(const Event&) const = default;
};

// ---- bulk ------------------------------------------------------------------------------------------------------
struct RecipientKey { Id launch = 0; std::uint64_t n = 0; auto operator<=>(const RecipientKey&) const = default; };
enum class RecipientState : std::uint8_t { waiting, taken, suppressed, refused };
struct Recipient { std::string number; Fields fields; RecipientState state = RecipientState::waiting; std::string why; bool operator==(const Recipient&) const = default; };

enum class LaunchState : std::uint8_t { collecting, running, paused, done };
std::string_view to_string(LaunchState state);
struct Launch {
  Id id = 0;
  std::string campaign;
  std::uint64_t revision = 0;
  LaunchState state = LaunchState::collecting;
  std::uint64_t recipients = 0;       // rows, numbered 1..recipients
  std::uint64_t cursor = 0;           // the last one taken
  std::uint64_t sent = 0, suppressed = 0, refused = 0;
  WallTime created_at{}, launched_at{}, done_at{};
  bool operator==(const Launch&) const = default;
};
struct CampaignRow { Id collecting = 0; Id last_launch = 0; bool operator==(const CampaignRow&) const = default; };  // keyed by name

// ---- own kinds -------------------------------------------------------------------------------------------------
struct IdempotencyKey { std::string token; std::string key; auto operator<=>(const IdempotencyKey&) const = default; };
struct Idempotency { std::uint64_t request_hash = 0; Id result = 0; WallTime created_at{}; bool operator==(const Idempotency&) const = default; };

enum class TimerKind : std::uint8_t { message_due, parts_incomplete, no_receipt, in_doubt_validity };
struct TimerKey { TimerKind kind; Id entity; auto operator<=>(const TimerKey&) const = default; };  // at most one per entity and kind
struct Timer { WallTime due_at{}; std::uint64_t entity_version = 0; bool operator==(const Timer&) const = default; };

struct LinkMarkKey { std::string account; std::uint64_t session = 0; auto operator<=>(const LinkMarkKey&) const = default; };
struct LinkMark { Turn acked_turn = 0; Turn opened_turn = 0; WallTime closed_at{}; bool operator==(const LinkMark&) const = default; };

struct ConsentEntry {                 // append-only ledger
  Id id = 0;
  Id contact = 0;
  std::string number, sender, action, wording;  // action: opted_out | opted_in
  Id inbound = 0;
  WallTime at{};
  bool operator==(const ConsentEntry&) const = default;
};
struct RuleRevision { std::uint64_t revision = 0; std::string source; WallTime first_at{}; bool operator==(const RuleRevision&) const = default; };

}  // namespace storage
