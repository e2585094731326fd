// Comma-separated values as spreadsheets write them (RFC 4180), each value with its place. Pure.
#pragma once

#include "tools/smpp-sim/json_place.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

struct CsvField {
  std::string value;
  TextPlace place;
};

struct CsvError {
  TextPlace place;
  std::string what;
};

// One record after the other; empty lines are skipped, a byte order mark too.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);
  // Absent: the end, or a mistake, which `error` then has.
  [[nodiscard]] std::optional<std::vector<CsvField>> next(std::optional<CsvError>& error);

 private:
  bool read_field(CsvField& into, std::optional<CsvError>& error);
  void advance();

  std::string_view text_;
  std::size_t at_ = 0;
  TextPlace place_;
};

}  // namespace smpp_sim
