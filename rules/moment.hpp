// Dates and times of fields: parsed, compared and shown in a person's time zone. The zones are those of the system
// (date-tz), because ICU's own are years old (DESIGN 7). Specifiers are a closed list rendered here: std::locale would
// make a text depend on the machine it is sent from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rules {

// "2026-02-03T10:00" is wall time wherever the person is; with Z or an offset it is one instant.
struct Moment {
  std::int64_t local_ms = 0;             // since 1970-01-01T00:00 on the clock it was written by
  std::optional<std::int32_t> offset_s;  // of that clock from UTC; none: the person's own clock
};

// YYYY-MM-DDTHH:MM[:SS[.fraction]][Z|+HH:MM], a space allowed for the T.
[[nodiscard]] std::optional<Moment> parse_date_time(std::string_view text);
// YYYY-MM-DD
[[nodiscard]] std::optional<Moment> parse_date(std::string_view text);

// None when the zone is needed and unknown: a time an hour wrong must not be sent. Empty zone: UTC.
[[nodiscard]] std::optional<std::int64_t> to_utc_ms(const Moment& moment, std::string_view zone);
[[nodiscard]] std::optional<std::int64_t> to_local_ms(const Moment& moment, std::string_view zone);

[[nodiscard]] bool known_zone(std::string_view zone);
[[nodiscard]] const std::vector<std::string>& zone_names();

struct FormatPiece {
  char specifier = 0;     // 0: `text` as it stands
  bool unpadded = false;  // %-d
  std::string text;
};
using Format = std::vector<FormatPiece>;

struct FormatMistake {
  std::size_t offset = 0;  // of the specifier
  std::string message;
};

// %a %A %d %-d %e %b %B %m %-m %y %Y %j %H %-H %I %-I %M %S %p %P %%; those of the clock only `with_time`.
[[nodiscard]] std::variant<Format, FormatMistake> parse_format(std::string_view text, bool with_time);
void append_formatted(std::string& out, const Format& format, std::int64_t local_ms);

}  // namespace rules
