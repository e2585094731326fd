#include "rules/moment.hpp"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <iterator>

namespace rules {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kClockSpecifiers = "HIMSpP";
constexpr std::string_view kDaySpecifiers = "aAdebBmyYj%";
constexpr std::string_view kUnpadded = "dmHI";
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

// Reads exactly `digits` digits and moves past them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<date::local_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const date::year_month_day ymd{date::year(*year), date::month(static_cast<unsigned>(*month)),
                                 date::day(static_cast<unsigned>(*day))};
  if (!ymd.ok()) return std::nullopt;
  return date::local_days(ymd);
}

std::optional<milliseconds> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (!take(text, ':')) return time;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  time += std::chrono::seconds(*second);
  if (!take(text, '.')) return time;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  for (int unit = 100; !text.empty() && text.front() >= '0' && text.front() <= '9'; unit /= 10) {
    time += milliseconds((text.front() - '0') * unit);
    text.remove_prefix(1);
  }
  return time;
}

// "" -> no offset; "Z", "+01:00" -> seconds. False when something else follows.
bool take_offset(std::string_view text, std::optional<std::int32_t>& offset_s) {
  if (text.empty()) return true;
  if (take(text, 'Z') || take(text, 'z')) {
    offset_s = 0;
    return text.empty();
  }
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return false;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return false;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return false;
  offset_s = sign * (*hours * 3600 + *minutes * 60);
  return true;
}

// The library's own look-up throws on an unknown name, and a name comes from imported rows: search instead.
const date::time_zone* find_zone(std::string_view name) {
  try {
    const auto& zones = date::get_tzdb().zones;
    const auto found =
        std::lower_bound(zones.begin(), zones.end(), name,
                         [](const date::time_zone& zone, std::string_view wanted) { return zone.name() < wanted; });
    return found != zones.end() && found->name() == name ? &*found : nullptr;
  } catch (const std::exception&) {  // no time zone data on this machine: no zone is known
    return nullptr;
  }
}

bool is_utc(std::string_view zone) { return zone.empty() || zone == "UTC" || zone == "Etc/UTC"; }

void append_number(std::string& out, unsigned value, std::size_t width) {
  std::array<char, 12> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const auto count = static_cast<std::size_t>(end - digits.data());
  if (count < width) out.append(width - count, '0');
  out.append(digits.data(), count);
}

struct Parts {  // of one local time, as specifiers ask for them
  date::year_month_day day;
  unsigned weekday, of_year, hour, minute, second;
};

Parts split(std::int64_t local_ms) {
  const date::local_time<milliseconds> time{milliseconds(local_ms)};
  const auto midnight = date::floor<date::days>(time);
  const date::year_month_day day{midnight};
  const auto clock = std::chrono::duration_cast<std::chrono::seconds>(time - midnight).count();
  const auto first = date::local_days(day.year() / 1 / 1);
  return {day,
          date::weekday(midnight).c_encoding(),
          static_cast<unsigned>((midnight - first).count()) + 1,
          static_cast<unsigned>(clock / 3600),
          static_cast<unsigned>(clock / 60 % 60),
          static_cast<unsigned>(clock % 60)};
}

void append_piece(std::string& out, const FormatPiece& piece, const Parts& parts) {
  const std::size_t two = piece.unpadded ? 1 : 2;
  const auto year = static_cast<unsigned>(static_cast<int>(parts.day.year()));
  const auto month = static_cast<unsigned>(parts.day.month());
  const auto day = static_cast<unsigned>(parts.day.day());
  switch (piece.specifier) {
    case 'a': out += kWeekdays[parts.weekday].substr(0, 3); break;
    case 'A': out += kWeekdays[parts.weekday]; break;
    case 'd': append_number(out, day, two); break;
    case 'e':
      if (day < 10) out += ' ';
      append_number(out, day, 1);
      break;
    case 'b': out += kMonths[month - 1].substr(0, 3); break;
    case 'B': out += kMonths[month - 1]; break;
    case 'm': append_number(out, month, two); break;
    case 'y': append_number(out, year % 100, 2); break;
    case 'Y': append_number(out, year, 4); break;
    case 'j': append_number(out, parts.of_year, 3); break;
    case 'H': append_number(out, parts.hour, two); break;
    case 'I': append_number(out, parts.hour % 12 == 0 ? 12 : parts.hour % 12, two); break;
    case 'M': append_number(out, parts.minute, 2); break;
    case 'S': append_number(out, parts.second, 2); break;
    case 'p': out += parts.hour < 12 ? "AM" : "PM"; break;
    case 'P': out += parts.hour < 12 ? "am" : "pm"; break;
    default: out += piece.text; break;
  }
}

}  // namespace

std::optional<Moment> parse_date_time(std::string_view text) {
  const auto day = take_date(text);
  if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  Moment moment;
  if (!take_offset(text, moment.offset_s)) return std::nullopt;
  moment.local_ms = milliseconds(day->time_since_epoch() + *clock).count();
  return moment;
}

std::optional<Moment> parse_date(std::string_view text) {
  const auto day = take_date(text);
  if (!day || !text.empty()) return std::nullopt;
  return Moment{milliseconds(day->time_since_epoch()).count(), std::nullopt};
}

std::optional<std::int64_t> to_utc_ms(const Moment& moment, std::string_view zone) {
  if (moment.offset_s) return moment.local_ms - std::int64_t{*moment.offset_s} * 1000;
  if (is_utc(zone)) return moment.local_ms;
  const date::time_zone* found = find_zone(zone);
  if (found == nullptr) return std::nullopt;
  try {
    // The hour that occurs twice in autumn means its first pass, the one that does not occur in spring the jump.
    const date::local_time<milliseconds> local{milliseconds(moment.local_ms)};
    return found->to_sys(local, date::choose::earliest).time_since_epoch().count();
  } catch (const std::exception&) {  // the zone's file is read on first use and may be broken
    return std::nullopt;
  }
}

std::optional<std::int64_t> to_local_ms(const Moment& moment, std::string_view zone) {
  if (!moment.offset_s) return moment.local_ms;
  const std::int64_t utc_ms = moment.local_ms - std::int64_t{*moment.offset_s} * 1000;
  if (is_utc(zone)) return utc_ms;
  const date::time_zone* found = find_zone(zone);
  if (found == nullptr) return std::nullopt;
  try {
    return found->to_local(date::sys_time<milliseconds>(milliseconds(utc_ms))).time_since_epoch().count();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

bool known_zone(std::string_view zone) { return is_utc(zone) || find_zone(zone) != nullptr; }

const std::vector<std::string>& zone_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    try {
      for (const auto& zone : date::get_tzdb().zones) all.push_back(zone.name());
    } catch (const std::exception&) {
      all.clear();
    }
    return all;
  }();
  return names;
}

std::variant<Format, FormatMistake> parse_format(std::string_view text, bool with_time) {
  Format format;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (format.empty() || format.back().specifier != 0) format.push_back({});
      format.back().text += text[i];
      continue;
    }
    const std::size_t start = i++;
    const bool unpadded = i < text.size() && text[i] == '-';
    if (unpadded) ++i;
    const char specifier = i < text.size() ? text[i] : '\0';
    const std::string_view written = text.substr(start, i < text.size() ? i - start + 1 : text.size() - start);
    const bool of_clock = specifier != '\0' && kClockSpecifiers.find(specifier) != std::string_view::npos;
    if (of_clock && !with_time) return FormatMistake{start, fmt::format("a date has no time of day for {}", written)};
    const bool known = of_clock || (specifier != '\0' && kDaySpecifiers.find(specifier) != std::string_view::npos);
    if (!known || (unpadded && kUnpadded.find(specifier) == std::string_view::npos)) {
      return FormatMistake{
          start, fmt::format("unknown format \"{}\"; known: %a %A weekday, %d %e %-d day, %b %B %m %-m month, "
                             "%y %Y year, %j day of year, %H %I %-H %-I hour, %M minute, %S second, "
                             "%p %P am or pm, %% a percent sign",
                             written)};
    }
    if (specifier == '%') {
      format.push_back({0, false, "%"});
    } else {
      format.push_back({specifier, unpadded, {}});
    }
  }
  return format;
}

void append_formatted(std::string& out, const Format& format, std::int64_t local_ms) {
  const Parts parts = split(local_ms);
  for (const FormatPiece& piece : format) append_piece(out, piece, parts);
}

}  // namespace rules
