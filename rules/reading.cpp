#include "rules/reading.hpp"

#include "rules/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rules {
namespace {

void refuse_kind(Reading& reading, const Entry& entry, std::string_view must) {
  reading.findings.add(entry.node.at, fmt::format("{} must be {}, not {}", entry.key, must, kind_of(entry.node)));
}

void flatten_into(std::vector<Leaf>& leaves, const Table& table, const std::string& prefix) {
  for (const Entry& entry : table) {
    const std::string name = prefix + entry.key;
    if (const auto* nested = std::get_if<Table>(&entry.node.value); nested != nullptr && !nested->empty()) {
      flatten_into(leaves, *nested, name + ".");
    } else {
      leaves.push_back({name, entry.at, &entry.node});
    }
  }
}

// The text of a value, if TOML's kind of it suits the field's type at all.
std::optional<std::string> text_for(const Node& node, FieldType type) {
  const auto* text = std::get_if<std::string>(&node.value);
  if (type == FieldType::text) return text == nullptr ? std::nullopt : std::optional(*text);
  if (type == FieldType::boolean) {
    const auto* flag = std::get_if<bool>(&node.value);
    return flag == nullptr ? std::nullopt : std::optional<std::string>(*flag ? "true" : "false");
  }
  if (type == FieldType::number) {
    if (const auto* whole = std::get_if<std::int64_t>(&node.value)) return fmt::format("{}", *whole);
    const auto* decimal = std::get_if<double>(&node.value);
    return decimal == nullptr || !std::isfinite(*decimal) ? std::nullopt : std::optional(fmt::format("{}", *decimal));
  }
  if (text != nullptr) return *text;
  const auto* stamp = std::get_if<Stamp>(&node.value);
  return stamp == nullptr || stamp->of_day || stamp->type != type ? std::nullopt : std::optional(stamp->text);
}

}  // namespace

void refuse_unknown_keys(Reading& reading, const Table& table, Keys keys, std::string_view where) {
  for (const Entry& entry : table) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    reading.findings.add(entry.at, fmt::format("unknown key \"{}\" in {}{}", entry.key, where, hint(entry.key, keys)));
  }
}

const std::string* as_text(Reading& reading, const Entry& entry) {
  const auto* text = std::get_if<std::string>(&entry.node.value);
  if (text == nullptr) refuse_kind(reading, entry, "text in quotes");
  return text;
}

const Table* as_table(Reading& reading, const Entry& entry, std::string_view example) {
  const auto* table = std::get_if<Table>(&entry.node.value);
  if (table == nullptr) refuse_kind(reading, entry, fmt::format("a table: {}", example));
  return table;
}

const List* as_list(Reading& reading, const Entry& entry, std::string_view example) {
  const auto* list = std::get_if<List>(&entry.node.value);
  if (list == nullptr) refuse_kind(reading, entry, fmt::format("a list: {}", example));
  return list;
}

std::optional<bool> as_flag(Reading& reading, const Entry& entry) {
  const auto* flag = std::get_if<bool>(&entry.node.value);
  if (flag == nullptr) refuse_kind(reading, entry, "true or false");
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

std::optional<std::vector<PlacedText>> as_texts(Reading& reading, const Entry& entry) {
  if (const auto* text = std::get_if<std::string>(&entry.node.value))
    return std::vector{PlacedText{*text, entry.node.at}};
  const auto* list = std::get_if<List>(&entry.node.value);
  if (list == nullptr) {
    refuse_kind(reading, entry, "text in quotes or a list of texts");
    return std::nullopt;
  }
  std::vector<PlacedText> texts;
  for (const Node& item : *list) {
    const auto* text = std::get_if<std::string>(&item.value);
    if (text == nullptr) {
      reading.findings.add(item.at,
                           fmt::format("{} must be a list of texts in quotes, not {}", entry.key, kind_of(item)));
    } else {
      texts.push_back({*text, item.at});
    }
  }
  return texts.size() == list->size() ? std::optional(std::move(texts)) : std::nullopt;
}

const std::string* as_name(Reading& reading, const Entry& entry, std::size_t limit) {
  const std::string* text = as_text(reading, entry);
  if (text == nullptr) return nullptr;
  const bool plain = std::all_of(text->begin(), text->end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
  if (plain && !text->empty() && text->size() <= limit) return text;
  reading.findings.add(
      entry.node.at, fmt::format("{} \"{}\" must be letters, digits, \".\", \"_\" or \"-\", at least 1 and at most {}",
                                 entry.key, text->substr(0, limit), limit));
  return nullptr;
}

std::vector<Leaf> flatten(const Table& table) {
  std::vector<Leaf> leaves;
  flatten_into(leaves, table, {});
  return leaves;
}

std::optional<Value> read_value(Reading& reading, const Node& node, FieldType type, std::string_view field) {
  const auto text = text_for(node, type);
  auto value = text ? parse_value(type, *text) : std::nullopt;
  if (!value) {
    const auto* written = std::get_if<std::string>(&node.value);
    const std::string shown = text && written != nullptr ? fmt::format("\"{}\"", *written)
                              : text                     ? *text
                                                         : std::string(kind_of(node));
    reading.findings.add(node.at, fmt::format("{}: expected {}, not {}", field, example_of(type), shown));
  }
  return value;
}

std::optional<std::string> read_plain(Reading& reading, const Node& node, std::string_view field) {
  if (const auto type = reading.declared.type_of(field)) {
    if (const auto* text = std::get_if<std::string>(&node.value); text != nullptr && text->empty()) return *text;
    const auto value = read_value(reading, node, *type, field);
    return value ? std::optional(value->text) : std::nullopt;
  }
  for (const FieldType type :
       {FieldType::text, FieldType::number, FieldType::boolean, FieldType::date_time, FieldType::date}) {
    if (auto text = text_for(node, type)) return text;
  }
  reading.findings.add(node.at, fmt::format("{} must be one value, not {}", field, kind_of(node)));
  return std::nullopt;
}

Template read_template(Reading& reading, const Node& text, const KnownFields& known) {
  const auto& written = std::get<std::string>(text.value);
  if (written.size() > kTextOctets) {
    reading.findings.add(text.at,
                         fmt::format("the text has {} octets, at most {} are allowed", written.size(), kTextOctets));
    return {};
  }
  std::vector<TemplateMistake> mistakes;
  Template parsed = Template::parse(written, known, mistakes);
  for (TemplateMistake& mistake : mistakes) {
    reading.findings.add(inside(reading.document, text, mistake.offset), std::move(mistake.message));
  }
  return parsed;
}

void refuse_unknown_field(Reading& reading, Position at, std::string_view field) {
  reading.findings.add(at, fmt::format("unknown field \"{}\"{}; declare it in [campaign.fields]", field,
                                       hint(field, reading.known.names())));
}

}  // namespace rules
