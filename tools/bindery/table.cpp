#include "tools/bindery/table.hpp"

#include <boost/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace bindery {

namespace {

// Columns of a terminal, near enough: code points.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

void print_json(const Table& table, std::ostream& out) {
  boost::json::array rows;
  for (const auto& row : table.rows) {
    boost::json::object object;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      std::string name = table.columns[i];
      std::ranges::replace(name, ' ', '_');
      object[name] = row[i];
    }
    rows.push_back(std::move(object));
  }
  out << boost::json::serialize(rows) << "\n";
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7F) {
      shown += fmt::format("\\x{:02x}", octet);
    } else {
      shown += c;
    }
  }
  return shown;
}

void print(const Table& table, const Common& common) {
  if (common.json) return print_json(table, *common.out);
  std::vector<std::size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(width(column));
  std::vector<std::vector<std::string>> shown = {table.columns};
  for (const auto& row : table.rows) {
    auto& cells = shown.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(printable(row[i]));
      widths[i] = std::max(widths[i], width(cells[i]));
    }
  }
  for (const auto& row : shown) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    *common.out << line << "\n";
  }
}

}  // namespace bindery
