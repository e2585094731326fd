// schedule_delivery_time and validity_period as they are written: 16 characters YYMMDDhhmmsstnnp (SMPP v3.4 7.1.1, v5.0
// 4.7.23; P121).
#pragma once

#include <chrono>
#include <string>

namespace smpp {

// From when the SMSC has it: "000002000000000R" is two days. At least one second; at most the 99 years there is room for.
// More than 30 days are written with months of 30 days, of which SMSCs think as they like.
[[nodiscard]] std::string relative_time(std::chrono::seconds from_now);
// In UTC, with nn = 00.
[[nodiscard]] std::string absolute_time(std::chrono::sys_seconds at);

}  // namespace smpp
