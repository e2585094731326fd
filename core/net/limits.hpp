// Every limit of the running parts: what it bounds, its unit and why it has this value. Those of the queue into the
// engine (inputs a turn, offered inputs, unanswered deliver_sm) stand in core/engine/limits.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace core::net {

// Lists of releases that may wait for the io thread. The engine starts a turn only when one more has room: at most 8
// turns of 256 inputs wait to leave, and an io thread that cannot keep up slows the engine instead of filling memory.
inline constexpr std::size_t kReleaseLists = 8;
// Jobs that may wait for a side thread (reports, compiling). People ask them; more than this is answered "busy".
inline constexpr std::size_t kSideJobs = 64;
// After a turn that a full disk refused: until the inputs we must keep are tried again.
inline constexpr std::chrono::milliseconds kFullPause{500};
// How old the figures of status and metrics may get while the engine is busy; an idle engine always shows its last.
inline constexpr std::chrono::milliseconds kFiguresEvery{50};
// A drain ends within 10 s (F31): so long for the windows to empty, for the peers to unbind, for what they still said to
// be stored.
inline constexpr std::chrono::milliseconds kWindowDrain{6'000};
inline constexpr std::chrono::milliseconds kUnbindTime{3'000};
inline constexpr std::chrono::milliseconds kStoreTime{900};
// Between the first connections of one account's binds: carriers refuse a burst of binds (P52).
inline constexpr std::chrono::milliseconds kBindStagger{500};
// Inputs remembered after the process died while deciding them. One death adds at most a turn's 256.
inline constexpr std::size_t kSuspects = 4096;
// An abort while deciding weighs this much, a death without one (kill -9, power) weighs 1: an input is poisoned at
// kPoisonous, so after two aborts or eight plain deaths. Alone a plain death says little: deployments kill processes.
inline constexpr std::uint32_t kAbortWeight = 4;
inline constexpr std::uint32_t kPoisonous = 8;
// Longest wait a receiver of webhooks can ask for by Retry-After; beyond it the schedule knows better.
inline constexpr std::chrono::hours kLongestRetryAfter{24};
// Kinds of deviations counted per bind (and one more for all others), octets kept of the first PDU of each, and how often
// one is worth a line in the log: a carrier that has a habit has it in every PDU.
inline constexpr std::size_t kDeviationKinds = 64;
inline constexpr std::size_t kDeviationOctets = 512;
inline constexpr std::chrono::hours kDeviationEvery{1};
// Octets of a receiver's answer kept as the reason of a failure.
inline constexpr std::size_t kWebhookDetail = 200;

}  // namespace core::net
