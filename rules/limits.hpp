// Every bound of the campaign format in one place, each with its unit and why it is there. A file beyond one of
// these is refused with its line; nothing is cut off in silence.
#pragma once

#include <chrono>
#include <cstddef>

namespace rules {

inline constexpr std::size_t kFileOctets = 1U << 20;     // a campaign file; the largest ready-made one has 3 KB
inline constexpr std::size_t kNameOctets = 64;           // campaign, step, rule: they become URL parts and columns
inline constexpr std::size_t kEventOctets = 100;         // event and outcome names, sent to the CRM in each webhook
inline constexpr std::size_t kKeywordOctets = 100;       // normalised; people do not type more as one answer
inline constexpr std::size_t kTextOctets = 4000;         // a template; more than 10 segments is a mistake, not a text
inline constexpr std::size_t kPatternOctets = 256;       // FAILURES S27: pattern length
inline constexpr std::size_t kPatternMemory = 1U << 20;  // octets RE2 may use, FAILURES S27
inline constexpr std::size_t kNumberDigits = 15;  // what a double keeps exactly: 16 would compare unequal ids as equal
inline constexpr std::size_t kHeardShown = 60;    // octets of the person's text quoted in a trace line
inline constexpr std::size_t kKeywordsShown = 8;  // keywords of a step listed in a trace line
inline constexpr std::chrono::hours kLongestWindow{24 * 366};

}  // namespace rules
