// What this machine can do at all, measured in the same run as everything else: one octet to and fro over loopback,
// one page made durable.
#pragma once

#include <string>

namespace bench {

// Round trips a second of one TCP connection between two threads.
[[nodiscard]] double loopback_ping_pongs(double seconds);
// Pages of 4 KiB appended to a file of `folder` and made durable, one after the other, a second.
[[nodiscard]] double durable_pages(const std::string& folder, double seconds);

}  // namespace bench
