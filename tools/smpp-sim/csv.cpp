#include "tools/smpp-sim/csv.hpp"

namespace smpp_sim {

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
}

void CsvReader::advance() {
  if (text_[at_++] == '\n') {
    ++place_.line;
    place_.column = 1;
  } else {
    ++place_.column;
  }
}

// Up to the comma or line end behind it, which stays.
bool CsvReader::read_field(CsvField& into, std::optional<CsvError>& error) {
  into.place = place_;
  const auto is_end = [this] {
    return at_ == text_.size() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r';
  };
  if (at_ == text_.size() || text_[at_] != '"') {
    for (; !is_end(); advance()) {
      if (text_[at_] == '"') {
        error = CsvError{place_,
                         "a quotation mark inside a value: put the value in quotation marks and double those in it"};
        return false;
      }
      into.value += text_[at_];
    }
    return true;
  }
  for (advance(); at_ < text_.size(); advance()) {
    if (text_[at_] != '"') {
      into.value += text_[at_];
    } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
      advance();
      into.value += '"';
    } else {
      advance();
      if (is_end()) return true;
      error = CsvError{place_, "something behind the closing quotation mark"};
      return false;
    }
  }
  error = CsvError{into.place, "a quotation mark that is never closed"};
  return false;
}

std::optional<std::vector<CsvField>> CsvReader::next(std::optional<CsvError>& error) {
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) advance();
  if (at_ == text_.size()) return std::nullopt;
  std::vector<CsvField> record;
  for (;;) {
    if (!read_field(record.emplace_back(), error)) return std::nullopt;
    if (at_ == text_.size() || text_[at_] != ',') return record;
    advance();
  }
}

}  // namespace smpp_sim
