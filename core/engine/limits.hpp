// Every limit of the engine: what it bounds, its unit and why it has this value.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace core::engine {

inline constexpr std::size_t kTurnInputs = 256;            // inputs a turn: a commit of ~1 ms serves them all (DESIGN 3)
inline constexpr unsigned kLoadPasses = 4;                 // passes of decide before an input must wait for its own turn
inline constexpr unsigned kConflictRetries = 8;            // reloads of one batch after Conflict before it is an error
inline constexpr std::size_t kOfferedInputs = 8192;        // waiting offered inputs in all; above it: busy_status, HTTP 429
inline constexpr std::size_t kUnansweredPerSession = 1000; // deliver_sm of one session
inline constexpr std::size_t kOfferedShare = 64;           // of a turn's inputs, kept for MOs and requests while results pour in
inline constexpr std::uint32_t kTimersPerTurn = 64;        // due timers a turn loads: a backlog never delays an MO (3.7)
inline constexpr std::uint32_t kEventsPerTurn = 64;        // due webhooks a turn loads per endpoint
inline constexpr std::uint32_t kRecoverySlice = 256;       // rows a recovery turn reads
inline constexpr std::uint32_t kSweepSlice = 64;           // messages a sweep turn looks at
inline constexpr std::chrono::minutes kSweepEvery{1};      // between two sweeps that found nothing to do
inline constexpr std::uint64_t kMarkLag = 1000;                     // turns a mark of an idle session may lie behind: what a start reads again
inline constexpr std::size_t kDoorRefusals = 256;          // messages a turn ends at the door: after an outage thousands have expired
inline constexpr std::size_t kImportChunk = 1000;          // recipients of one input (3.6)
inline constexpr std::uint32_t kFeedSlice = 64;            // recipients a turn turns into messages
inline constexpr double kFeedLowSeconds = 2.0;             // the feeder fills a bulk lane that holds less than this of pace
inline constexpr double kFeedUnpaced = 200.0;              // segments/s assumed for an account without a rate
inline constexpr std::uint32_t kLowerLaneShare = 20;       // 1 credit in 20 goes to a lower non-empty lane (3.4)
inline constexpr std::chrono::seconds kThrottlePause{1};   // after ESME_RTHROTTLED (P61)
inline constexpr std::chrono::seconds kDestinationPause{30};       // after ESME_RMSGQFUL: one subscriber's queue (P61)
inline constexpr std::size_t kFullDestinations = 3;                // within kFullWithin: not theirs but the SMSC's
inline constexpr std::chrono::seconds kFullWithin{10};
inline constexpr std::uint8_t kCongested = 90, kStopped = 100, kUncongested = 80;  // congestion_state in percent (P62)
inline constexpr double kCongestedFactor = 0.9;                    // of the pace, at kCongested
inline constexpr double kSlowest = 0.05;                           // of the configured pace
inline constexpr std::chrono::seconds kPaceGrowsEvery{10};         // by kPaceGrowth of the configured pace (P61)
inline constexpr double kPaceGrowth = 0.1;
inline constexpr std::size_t kConfigAnswers = 50, kConfigFailures = 20;  // the same config status so often of the last so many: the account pauses
inline constexpr std::chrono::minutes kConfigPause{1};             // and tries again
inline constexpr std::uint32_t kMaxAttempts = 20;          // of one message, retry class (PROTOCOL section 4)
inline constexpr std::array<std::chrono::seconds, 4> kRetryDelays{std::chrono::seconds{30}, std::chrono::seconds{60},
                                                                  std::chrono::seconds{120}, std::chrono::seconds{300}};
inline constexpr std::chrono::hours kReceiptGrace{24};     // after validity, accepted becomes no_receipt (3.3)
inline constexpr std::chrono::hours kReceiptClock{15};     // a receipt's submit date and ours may differ by a zone (14 h) and a bad clock
inline constexpr std::chrono::hours kRefusedCoding{1};     // a refused data_coding is not used so long: one bad text must not decide for ever (P99)
inline constexpr unsigned kRefusals = 3;                   // copies of a PDU that cannot be read before it is kept (P14)
inline constexpr std::chrono::hours kRefusedRemembered{1}; // and within which time
inline constexpr std::size_t kRefusedKept = 64;            // different ones per account
inline constexpr std::size_t kPartSetsPerSource = 8;       // unfinished long messages of one person; the oldest makes room (P112)
inline constexpr std::size_t kPartSetsKept = 255;          // parts of one set: the protocol's own bound
inline constexpr std::chrono::hours kRedeliveryWindow{24}; // an inbound row absorbs one identical redelivery (3.9)
inline constexpr std::size_t kRedeliveryRemembered = 65'536;  // fingerprints above the mark, per account
inline constexpr std::chrono::hours kConfirmationEvery{24};   // one confirmation of an opt-out (promise 4)
inline constexpr std::chrono::milliseconds kExpirySlack{60'000};  // a conversation's expiry is rewritten only when it moves by more
inline constexpr std::size_t kParkedPerId = 8;             // receipts parked for one unknown id
// Standard Webhooks: delay before attempt 2, 3, ...; after the last the event is dead.
inline constexpr std::array<std::chrono::seconds, 9> kWebhookSchedule{
    std::chrono::seconds{5},     std::chrono::seconds{300},   std::chrono::seconds{1800},
    std::chrono::seconds{7200},  std::chrono::seconds{18000}, std::chrono::seconds{36000},
    std::chrono::seconds{50400}, std::chrono::seconds{72000}, std::chrono::seconds{86400}};
inline constexpr std::size_t kMaxTextOctets = 10'000;      // UTF-8 octets of one outbound text; more never fits max_parts

}  // namespace core::engine
