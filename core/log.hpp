// The log: one structured line per event, written by a thread of its own. Whatever a peer sent is escaped so that it
// cannot forge or hide a line (S28); phone numbers and texts are masked unless the operator says otherwise (S29).
//
//   2026-02-03T10:00:00.123Z info message.accepted account=carrier-a to=4477****001 text="(31 characters)"
#pragma once

#include "core/config.hpp"

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace core {

struct LogField {
  enum class Kind { plain, number, text };         // number: a phone number; text: what people wrote
  std::string_view key;
  std::string value;
  Kind kind = Kind::plain;
};
[[nodiscard]] LogField field(std::string_view key, std::string_view value);
[[nodiscard]] LogField field(std::string_view key, std::uint64_t value);
[[nodiscard]] LogField number_field(std::string_view key, std::string_view number);
[[nodiscard]] LogField text_field(std::string_view key, std::string_view text);

// "447700900001" -> "4477****001"; seven digits or fewer (short codes) stay: they are ours.
[[nodiscard]] std::string mask_number(std::string_view number);
// Control characters, ESC, bidi and line separators as \n, \x1b, \u202e; invalid UTF-8 as \xNN.
[[nodiscard]] std::string escape_line(std::string_view text);

class Log {
 public:
  explicit Log(LogSettings settings);              // to stderr
  Log(LogSettings settings, std::ostream& out);    // `out` outlives the log
  ~Log();                                          // writes out what is queued
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  using Fields = std::initializer_list<LogField>;
  void debug(std::string_view event, Fields fields = {});
  void info(std::string_view event, Fields fields = {});
  void warn(std::string_view event, Fields fields = {});
  void error(std::string_view event, Fields fields = {});
  // So that expensive fields are not made for nothing.
  [[nodiscard]] bool wants(LogLevel level) const;
  void set(LogSettings settings);                  // after a reload
  void flush();

 private:
  void write(LogLevel level, std::string_view event, Fields fields);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace core
