// A TOML file as a plain tree in which every key and value knows its line and column. toml++ stays behind this: it
// costs seconds of compile time per file, and its tables come sorted by key where mistakes are told in file order.
// Lines and columns count from 1, columns in code points, as editors show them.
#pragma once

#include "rules/program.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rules {

struct Position {
  std::uint32_t line = 1, column = 1;
  auto operator<=>(const Position&) const = default;
};

struct Node;
struct Entry;
using List = std::vector<Node>;
using Table = std::vector<Entry>;  // in file order

// A date or time written without quotes, in ISO 8601. A time of day alone has no FieldType: it has `of_day` set.
struct Stamp {
  FieldType type = FieldType::date_time;
  std::string text;
  bool of_day = false;
};

struct Node {
  Position at;
  std::variant<std::string, std::int64_t, double, bool, Stamp, List, Table> value;
};

struct Entry {
  std::string key;
  Position at;  // of the key
  Node node;
};

struct Document {
  const Source* source = nullptr;
  Node root;  // always a Table
};

// The tree, or the one syntax error that keeps the rest from being read.
[[nodiscard]] std::variant<Document, Mistake> read_document(const Source& source);

// Where the octet at `offset` of a string's value stands in the file: through quotes, escapes and line breaks.
[[nodiscard]] Position inside(const Document& document, const Node& text, std::size_t offset);

[[nodiscard]] const Entry* find(const Table& table, std::string_view key);

// "a table", "text", "a whole number": for "must be ..., not ...".
[[nodiscard]] std::string_view kind_of(const Node& node);

}  // namespace rules
