// The dates of a receipt's text: 10, 12 or 14 digits in the SMSC's local time, or seconds since 1970 (SMPP v3.4
// appendix B; P84).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace smpp {

using UtcSeconds = std::chrono::sys_seconds;

// Every reading that is a date counts (YYMMDDhhmm or seconds since 1970; YYMMDDhhmmss or YYYYMMDDhhmm; YYYYMMDDhhmmss);
// of several the one nearest to `received`, or without it the first of that list. `zone`: how far the SMSC's clock is
// ahead of UTC; seconds since 1970 have none. Absent: nothing but zeros, or no date; a receipt is never refused for it.
[[nodiscard]] std::optional<UtcSeconds> receipt_time(std::string_view digits, std::chrono::minutes zone = {},
                                                     std::optional<UtcSeconds> received = {});

// How far off the zone of an SMSC seems to be: whole hours, one to fourteen either way, where `done` is that far from
// the receipt's arrival to within two minutes. One receipt proves nothing, for it may have been late; many do.
[[nodiscard]] std::optional<std::chrono::hours> zone_error(UtcSeconds done, UtcSeconds received);

}  // namespace smpp
