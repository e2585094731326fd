#include "rules/document.hpp"

#include "rules/limits.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace rules {
namespace {

Position position_of(const toml::source_region& region) {
  return {std::max<std::uint32_t>(1, region.begin.line), std::max<std::uint32_t>(1, region.begin.column)};
}

template <typename T>
std::string iso(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

Node convert(const toml::node& from, Position fallback);

Table convert_table(const toml::table& from, Position fallback) {
  Table table;
  table.reserve(from.size());
  for (const auto& [key, value] : from) {
    const Position at = key.source().begin.line == 0 ? fallback : position_of(key.source());
    table.push_back(Entry{std::string(key.str()), at, convert(value, at)});
  }
  std::sort(table.begin(), table.end(), [](const Entry& a, const Entry& b) { return a.at < b.at; });
  return table;
}

List convert_list(const toml::array& from, Position fallback) {
  List list;
  list.reserve(from.size());
  for (const toml::node& item : from) list.push_back(convert(item, fallback));
  return list;
}

Node convert(const toml::node& from, Position fallback) {
  const Position at = from.source().begin.line == 0 ? fallback : position_of(from.source());
  switch (from.type()) {
    case toml::node_type::table: return {at, convert_table(*from.as_table(), at)};
    case toml::node_type::array: return {at, convert_list(*from.as_array(), at)};
    case toml::node_type::string: return {at, from.as_string()->get()};
    case toml::node_type::integer: return {at, from.as_integer()->get()};
    case toml::node_type::floating_point: return {at, from.as_floating_point()->get()};
    case toml::node_type::boolean: return {at, from.as_boolean()->get()};
    case toml::node_type::date: return {at, Stamp{FieldType::date, iso(from.as_date()->get()), false}};
    case toml::node_type::date_time: return {at, Stamp{FieldType::date_time, iso(from.as_date_time()->get()), false}};
    case toml::node_type::time: return {at, Stamp{FieldType::date_time, iso(from.as_time()->get()), true}};
    case toml::node_type::none: break;
  }
  return {at, std::string{}};
}

std::size_t sequence_length(char lead) {
  const auto octet = static_cast<unsigned char>(lead);
  if (octet < 0xC0) return 1;
  if (octet < 0xE0) return 2;
  return octet < 0xF0 ? 3 : 4;
}

// Walks the raw text one code point at a time, keeping line and column.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] bool at_end() const { return next_ >= text_.size(); }
  [[nodiscard]] Position position() const { return at_; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(std::min(next_, text_.size())); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[next_]; }
  std::size_t step() {  // octets passed
    if (at_end()) return 0;
    const std::size_t length = sequence_length(text_[next_]);
    if (text_[next_] == '\n') {
      ++at_.line;
      at_.column = 1;
    } else {
      ++at_.column;
    }
    next_ += length;
    return length;
  }
  void step(std::size_t code_points) {
    while (code_points-- > 0) step();
  }

 private:
  std::string_view text_;
  std::size_t next_ = 0;
  Position at_;
};

std::size_t utf8_octets(std::uint32_t code_point) {
  if (code_point < 0x80) return 1;
  if (code_point < 0x800) return 2;
  return code_point < 0x10000 ? 3 : 4;
}

// A backslash before the end of a line: it and the white space after it stand for nothing.
bool ends_line(std::string_view rest) {
  return rest.size() > 1 && rest[0] == '\\' && std::string_view(" \t\r\n").find(rest[1]) != std::string_view::npos;
}

// Passes one escape sequence; the octets it stands for (0: a line-ending backslash).
std::size_t step_escape(Cursor& cursor) {
  const std::string_view rest = cursor.rest();
  const char kind = rest.size() > 1 ? rest[1] : '\0';
  if (kind == 'u' || kind == 'U') {
    const std::size_t digits = kind == 'u' ? 4 : 8;
    std::uint32_t code_point = 0;
    for (const char c : rest.substr(2, digits)) {
      const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
      code_point = code_point * 16 + static_cast<std::uint32_t>(digit);
    }
    cursor.step(2 + digits);
    return utf8_octets(code_point);
  }
  if (!ends_line(rest)) {
    cursor.step(2);
    return 1;
  }
  cursor.step();
  while (!cursor.at_end() && std::string_view(" \t\r\n").find(cursor.peek()) != std::string_view::npos) cursor.step();
  return 0;
}

}  // namespace

std::variant<Document, Mistake> read_document(const Source& source) {
  if (source.content.size() > kFileOctets) {
    return Mistake{
        source.path, 1, 1,
        fmt::format("the file has {} octets, a campaign file at most {}", source.content.size(), kFileOctets)};
  }
  try {
    const toml::table root = toml::parse(std::string_view(source.content));
    return Document{&source, Node{Position{}, convert_table(root, Position{})}};
  } catch (const toml::parse_error& error) {
    const Position at = position_of(error.source());
    return Mistake{source.path, at.line, at.column, fmt::format("not TOML: {}", error.description())};
  }
}

Position inside(const Document& document, const Node& text, std::size_t offset) {
  Cursor cursor(document.source->content);
  while (!cursor.at_end() && cursor.position() < text.at) cursor.step();
  const char quote = cursor.peek();
  if (quote != '"' && quote != '\'') return text.at;
  const bool long_form = cursor.rest().substr(0, 3) == std::string(3, quote);
  cursor.step(long_form ? 3 : 1);
  if (long_form && cursor.peek() == '\r') cursor.step();
  if (long_form && cursor.peek() == '\n') cursor.step();  // TOML drops the line break after the opening quotes
  std::size_t passed = 0;
  while (!cursor.at_end() && passed < offset) {
    passed += quote == '"' && cursor.peek() == '\\' ? step_escape(cursor) : cursor.step();
  }
  while (quote == '"' && ends_line(cursor.rest())) step_escape(cursor);
  return cursor.position();
}

const Entry* find(const Table& table, std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == table.end() ? nullptr : &*found;
}

std::string_view kind_of(const Node& node) {
  switch (node.value.index()) {
    case 0: return "text";
    case 1: return "a whole number";
    case 2: return "a decimal number";
    case 3: return "true or false";
    case 4: {
      const Stamp& stamp = std::get<Stamp>(node.value);
      return stamp.of_day ? "a time of day" : stamp.type == FieldType::date ? "a date" : "a date-time";
    }
    case 5: return "a list";
    default: return "a table";
  }
}

}  // namespace rules
