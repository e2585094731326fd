#include "smpp/receipt_time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace smpp {
namespace {

constexpr int kCentury = 2000;  // of years of two digits

int number_at(std::string_view digits, std::size_t at, std::size_t length) {
  int value = 0;
  for (const char c : digits.substr(at, length)) value = value * 10 + (c - '0');
  return value;
}

// `digits` from the month on: MMDDhhmm, perhaps ss.
std::optional<UtcSeconds> calendar(int year, std::string_view digits) {
  namespace ch = std::chrono;
  const ch::year_month_day day{ch::year{year}, ch::month{static_cast<unsigned>(number_at(digits, 0, 2))},
                               ch::day{static_cast<unsigned>(number_at(digits, 2, 2))}};
  const int hour = number_at(digits, 4, 2), minute = number_at(digits, 6, 2);
  const int second = digits.size() > 8 ? number_at(digits, 8, 2) : 0;
  if (year == 0 || !day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return ch::sys_days{day} + ch::hours{hour} + ch::minutes{minute} + ch::seconds{second};
}

std::optional<UtcSeconds> short_year(std::string_view digits) {
  return calendar(kCentury + number_at(digits, 0, 2), digits.substr(2));
}
std::optional<UtcSeconds> long_year(std::string_view digits) {
  return calendar(number_at(digits, 0, 4), digits.substr(4));
}
UtcSeconds since_1970(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return UtcSeconds{std::chrono::seconds{value}};
}

}  // namespace

std::optional<UtcSeconds> receipt_time(std::string_view digits, std::chrono::minutes zone,
                                       std::optional<UtcSeconds> received) {
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  if (digits.find_first_not_of('0') == std::string_view::npos) return std::nullopt;
  std::array<std::optional<UtcSeconds>, 2> readings;
  switch (digits.size()) {
    case 10:
      readings[0] = short_year(digits);
      readings[1] = since_1970(digits) + zone;  // taken off again below: these seconds are UTC
      break;
    case 12: readings = {short_year(digits), long_year(digits)}; break;
    case 14: readings[0] = long_year(digits); break;
    default: return std::nullopt;
  }
  std::optional<UtcSeconds> best;
  const auto distance = [&](UtcSeconds at) { return std::chrono::abs(at - *received); };
  for (auto reading : readings) {
    if (!reading) continue;
    *reading -= zone;
    if (!best || (received && distance(*reading) < distance(*best))) best = reading;
  }
  return best;
}

std::optional<std::chrono::hours> zone_error(UtcSeconds done, UtcSeconds received) {
  constexpr std::chrono::minutes kTolerance{2};
  constexpr std::chrono::hours kWidest{14};  // UTC+14 is the farthest zone
  const auto apart = done - received;
  const auto hours = std::chrono::round<std::chrono::hours>(apart);
  if (hours == std::chrono::hours{0} || std::chrono::abs(hours) > kWidest) return std::nullopt;
  if (std::chrono::abs(apart - hours) > kTolerance) return std::nullopt;
  return hours;
}

}  // namespace smpp
