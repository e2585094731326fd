#include "smpp/time_format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace smpp {
namespace {

std::string written(std::array<unsigned, 6> fields, const char* end) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%02u%02u%02u%02u%02u%02u%s", fields[0] % 100, fields[1] % 100, fields[2] % 100,
                                   fields[3] % 100, fields[4] % 100, fields[5] % 100, end);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string relative_time(std::chrono::seconds from_now) {
  constexpr long long kMinute = 60, kHour = 3600, kDay = 86'400, kMonth = 30, kYear = 12, kLongest = 99LL * 360 * kDay;
  const long long seconds = std::clamp<long long>(from_now.count(), 1, kLongest);
  const long long days = seconds / kDay, months = days <= kMonth ? 0 : days / kMonth;
  const auto as = [](long long value) { return static_cast<unsigned>(value); };
  return written({as(months / kYear), as(months % kYear), as(days - months * kMonth), as(seconds % kDay / kHour), as(seconds % kHour / kMinute),
                  as(seconds % kMinute)},
                 "000R");
}

std::string absolute_time(std::chrono::sys_seconds at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return written({static_cast<unsigned>(static_cast<int>(date.year()) % 100), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<unsigned>(time.hours().count()), static_cast<unsigned>(time.minutes().count()), static_cast<unsigned>(time.seconds().count())},
                 "000+");
}

}  // namespace smpp
