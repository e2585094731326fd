// Recipients out of a stream of octets: JSON lines or CSV with a header, any piece at a time. A bad row costs itself and
// is named by its line; only what makes the rest unreadable is fatal. Pure.
//
//   {"number": "+447700900001", "first_name": "Ann", "appointment": {"at": "2026-02-03T10:00"}}
//   number,first_name,appointment.at
#pragma once

#include "core/engine/release.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::web {

enum class RowFormat { unknown, json_lines, csv };
// By Content-Type; unknown: the first octet decides, '{' is JSON.
[[nodiscard]] RowFormat format_of(std::string_view content_type);

inline constexpr std::size_t kMaxRowOctets = 64 * 1024;

class RecipientReader {
 public:
  // Rows up to and including line `skip` were imported before: they are read over.
  explicit RecipientReader(RowFormat format, std::uint64_t skip = 0);

  void feed(std::string_view octets);
  void end();                                    // the last row may lack its line end
  // Something nobody can read on from; then nothing more is taken.
  [[nodiscard]] const std::optional<engine::RefusedRow>& fatal() const { return fatal_; }
  [[nodiscard]] std::size_t ready() const { return rows_.size(); }
  [[nodiscard]] std::vector<engine::RecipientRow> take(std::size_t most);
  // Rows that could not be read, since the last call.
  [[nodiscard]] std::vector<engine::RefusedRow> take_refused();

 private:
  void octet(char c);
  void record();                                 // one complete CSV record or JSON line
  void json_record(std::string_view text);
  void csv_record();
  void csv_header();
  void refuse(std::string field, std::string why);

  RowFormat format_;
  std::uint64_t skip_;
  std::uint64_t line_ = 1;                       // of the next octet
  std::uint64_t record_line_ = 1;                // where the present record began
  std::string text_;                             // JSON line, or the present CSV cell
  std::size_t record_octets_ = 0;
  bool too_long_ = false;
  bool started_ = false;
  // CSV
  enum class Cell { begin, plain, quoted, quote_seen };
  Cell cell_ = Cell::begin;
  bool bad_quote_ = false;
  std::vector<std::string> cells_;
  std::vector<std::string> header_;
  std::size_t number_column_ = 0;

  std::deque<engine::RecipientRow> rows_;
  std::vector<engine::RefusedRow> refused_;
  std::optional<engine::RefusedRow> fatal_;
};

}  // namespace core::web
