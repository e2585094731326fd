#include "core/web/recipients.hpp"

#include "core/web/fields.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace core::web {

namespace json = boost::json;

RowFormat format_of(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  if (type == "text/csv") return RowFormat::csv;
  for (const std::string_view known : {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"}) {
    if (type == known) return RowFormat::json_lines;
  }
  return RowFormat::unknown;
}

RecipientReader::RecipientReader(RowFormat format, std::uint64_t skip) : format_(format), skip_(skip) {}

void RecipientReader::refuse(std::string field, std::string why) {
  refused_.push_back({record_line_, std::move(field), std::move(why)});
}

void RecipientReader::feed(std::string_view octets) {
  for (const char c : octets) {
    if (fatal_) return;
    octet(c);
  }
}

void RecipientReader::octet(char c) {
  if (!started_) {
    // A byte order mark is no part of the first column's name.
    if (text_.size() < 3 && std::string_view("\xef\xbb\xbf")[text_.size()] == c) {
      text_ += c;
      if (text_.size() == 3) text_.clear(), started_ = true;
      return;
    }
    started_ = true;
  }
  if (format_ == RowFormat::unknown && c != '\n' && c != '\r' && c != ' ') {
    format_ = c == '{' ? RowFormat::json_lines : RowFormat::csv;
    if (c == '[') {
      fatal_ = {line_, "body", "one JSON object a line, not a JSON list"};
      return;
    }
  }
  const bool quoted = format_ == RowFormat::csv && cell_ == Cell::quoted;
  if (c == '\n') ++line_;
  if (c == '\n' && !quoted) return record();
  if (++record_octets_ > kMaxRowOctets) {
    // Endless quotes would swallow the file; without them the row alone is lost.
    if (quoted) fatal_ = {record_line_, "row", "a quoted cell of more than " + std::to_string(kMaxRowOctets) + " octets: is a quote missing?"};
    too_long_ = true;
    return;
  }
  if (format_ != RowFormat::csv) {
    text_ += c;
    return;
  }
  switch (cell_) {
    case Cell::begin:
      if (c == '"') {
        cell_ = Cell::quoted;
        return;
      }
      cell_ = Cell::plain;
      [[fallthrough]];
    case Cell::plain:
      if (c == ',') {
        cells_.push_back(std::exchange(text_, {}));
        cell_ = Cell::begin;
      } else if (c != '\r') {
        text_ += c;
      }
      return;
    case Cell::quoted:
      if (c == '"') cell_ = Cell::quote_seen;
      else text_ += c;
      return;
    case Cell::quote_seen:
      if (c == '"') {
        text_ += c;
        cell_ = Cell::quoted;
      } else if (c == ',') {
        cells_.push_back(std::exchange(text_, {}));
        cell_ = Cell::begin;
      } else if (c != '\r') {
        bad_quote_ = true;
      }
      return;
  }
}

void RecipientReader::record() {
  const bool blank = record_octets_ == 0 || (format_ != RowFormat::csv && text_.find_first_not_of(" \t\r") == std::string::npos) ||
                     (format_ == RowFormat::csv && cells_.empty() && text_.empty() && cell_ != Cell::quote_seen);
  if (!blank) {
    const bool header = format_ == RowFormat::csv && header_.empty();
    if (format_ == RowFormat::csv) cells_.push_back(std::exchange(text_, {}));
    if (header) {
      csv_header();
    } else if (record_line_ > skip_) {
      if (too_long_) refuse("row", "longer than " + std::to_string(kMaxRowOctets) + " octets");
      else if (format_ == RowFormat::csv) csv_record();
      else json_record(text_);
    }
  }
  text_.clear();
  cells_.clear();
  cell_ = Cell::begin;
  bad_quote_ = too_long_ = false;
  record_octets_ = 0;
  record_line_ = line_;
}

void RecipientReader::end() {
  if (fatal_) return;
  if (format_ == RowFormat::csv && cell_ == Cell::quoted) {
    fatal_ = {record_line_, "row", "a quoted cell does not end"};
    return;
  }
  record();
}

void RecipientReader::csv_header() {
  std::set<std::string> seen;
  header_ = cells_;
  number_column_ = header_.size();
  for (std::size_t i = 0; i < header_.size(); ++i) {
    std::string& name = header_[i];
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (name.empty() || !seen.insert(name).second) {
      fatal_ = {record_line_, name.empty() ? "header" : name, name.empty() ? "a column without a name" : "the column is there twice"};
      return;
    }
    if (name == "number") number_column_ = i;
  }
  if (number_column_ == header_.size()) fatal_ = {record_line_, "number", "the first line names the columns, and one of them is \"number\""};
}

void RecipientReader::csv_record() {
  if (bad_quote_) return refuse("row", "text after a closing quote");
  if (cells_.size() != header_.size()) {
    return refuse("row", std::to_string(cells_.size()) + " cells, the header has " + std::to_string(header_.size()));
  }
  engine::RecipientRow row;
  row.line = record_line_;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (i == number_column_) {
      row.number = cells_[i];
      continue;
    }
    if (cells_[i].empty()) continue;               // an empty cell is an absent field
    const json::string_view cell(cells_[i].data(), cells_[i].size());
    FieldFault fault;
    if (!flatten(json::value(cell), header_[i], row.fields, fault)) return refuse(fault.field, fault.why);
  }
  rows_.push_back(std::move(row));
}

void RecipientReader::json_record(std::string_view text) {
  json::value value;
  if (const std::string why = parse_json(text, value); !why.empty()) return refuse("row", "invalid JSON: " + why);
  if (!value.is_object()) return refuse("row", "not a JSON object");
  json::object& object = value.get_object();
  const json::value* number = object.if_contains("number");
  if (number == nullptr || !number->is_string()) return refuse("number", number == nullptr ? "missing" : "not a text");
  engine::RecipientRow row;
  row.line = record_line_;
  row.number.assign(number->get_string().data(), number->get_string().size());
  object.erase("number");
  FieldFault fault;
  if (!flatten(value, "", row.fields, fault)) return refuse(fault.field, fault.why);
  rows_.push_back(std::move(row));
}

std::vector<engine::RecipientRow> RecipientReader::take(std::size_t most) {
  const std::size_t count = std::min(most, rows_.size());
  std::vector<engine::RecipientRow> taken(std::make_move_iterator(rows_.begin()), std::make_move_iterator(rows_.begin() + static_cast<std::ptrdiff_t>(count)));
  rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(count));
  return taken;
}

std::vector<engine::RefusedRow> RecipientReader::take_refused() { return std::exchange(refused_, {}); }

}  // namespace core::web
