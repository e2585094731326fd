#include "rules/template.hpp"

#include "rules/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace rules {
namespace {

std::string_view default_format(FieldType type) { return type == FieldType::date ? "%Y-%m-%d" : "%Y-%m-%d %H:%M"; }
bool has_format(FieldType type) { return type == FieldType::date || type == FieldType::date_time; }

}  // namespace

bool is_field_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; });
}

class TemplateParser {
 public:
  TemplateParser(std::string_view text, const KnownFields& known, std::vector<TemplateMistake>& mistakes)
      : text_(text), known_(known), mistakes_(mistakes) {}

  Template run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const char c = text_[at];
      if (c != '{' && c != '}') {
        literal_ += c;
        ++at;
      } else if (at + 1 < text_.size() && text_[at + 1] == c) {
        literal_ += c;
        at += 2;
      } else if (c == '}') {
        refuse(at++, "a } without its { (write }} for a brace in the text)");
      } else {
        at = placeholder(at);
      }
    }
    flush();
    return std::move(result_);
  }

 private:
  void refuse(std::size_t at, std::string message) { mistakes_.push_back({at, std::move(message)}); }

  void flush() {
    if (literal_.empty()) return;
    Template::Piece piece;
    piece.text = std::exchange(literal_, {});
    result_.pieces_.push_back(std::move(piece));
  }

  // From the { at `open`; where to go on.
  std::size_t placeholder(std::size_t open) {
    const std::size_t end = text_.find_first_of("{}", open + 1);
    if (end == std::string_view::npos || text_[end] == '{') {
      refuse(open, "a { that is not closed (write {{ for a brace in the text)");
      return end == std::string_view::npos ? text_.size() : end;
    }
    std::string_view body = text_.substr(open + 1, end - open - 1);
    Template::Piece piece;
    if (const std::size_t bar = body.find('|'); bar != std::string_view::npos) {
      piece.has_default = true;
      piece.text = body.substr(bar + 1);
      body = body.substr(0, bar);
    }
    std::optional<std::string_view> format;
    if (const std::size_t colon = body.find(':'); colon != std::string_view::npos) {
      format = body.substr(colon + 1);
      body = body.substr(0, colon);
    }
    piece.field = body;
    if (complete(piece, format, open)) {
      flush();
      result_.pieces_.push_back(std::move(piece));
    }
    return end + 1;
  }

  bool complete(Template::Piece& piece, std::optional<std::string_view> format, std::size_t open) {
    if (!is_field_name(piece.field)) {
      refuse(open, fmt::format("\"{}\" is not the name of a field (write {{{{ for a brace in the text)", piece.field));
      return false;
    }
    const auto type = known_.type_of(piece.field);
    if (!type && !piece.has_default) {
      refuse(open,
             fmt::format("unknown field \"{}\"{}; declare it in [campaign.fields] or give it a default: {{{}|...}}",
                         piece.field, hint(piece.field, known_.names()), piece.field));
      return false;
    }
    piece.type = type.value_or(FieldType::text);
    if (!has_format(piece.type)) {
      if (!format) return true;
      refuse(open, type ? fmt::format("\"{}\" is {}: a format belongs to a date-time or a date", piece.field,
                                      to_string(*type))
                        : fmt::format("\"{}\" has a format but no type; declare it in [campaign.fields]", piece.field));
      return false;
    }
    auto parsed = parse_format(format.value_or(default_format(piece.type)), piece.type == FieldType::date_time);
    if (const auto* mistake = std::get_if<FormatMistake>(&parsed)) {
      refuse(open + 1 + piece.field.size() + 1 + mistake->offset, mistake->message);
      return false;
    }
    piece.format = std::get<Format>(std::move(parsed));
    return true;
  }

  std::string_view text_;
  const KnownFields& known_;
  std::vector<TemplateMistake>& mistakes_;
  std::string literal_;
  Template result_;
};

Template Template::parse(std::string_view text, const KnownFields& known, std::vector<TemplateMistake>& mistakes) {
  return TemplateParser(text, known, mistakes).run();
}

Template Template::literal(std::string text) {
  Template result;
  if (!text.empty()) {
    result.pieces_.emplace_back();
    result.pieces_.back().text = std::move(text);
  }
  return result;
}

bool Template::is_literal() const {
  return std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) { return piece.field.empty(); });
}

bool Template::append_value(std::string& out, const Piece& piece, const FieldView& fields) {
  const std::string_view value = fields.find(piece.field);
  if (value.empty()) return false;
  if (!has_format(piece.type)) {
    out += value;
    return true;
  }
  const auto parsed = parse_value(piece.type, value);
  if (!parsed) return false;
  const auto local_ms = to_local_ms(parsed->moment, fields.zone);
  if (!local_ms) return false;
  append_formatted(out, piece.format, *local_ms);
  return true;
}

void Template::render(std::string& out, const FieldView& fields, std::vector<std::string>& missing) const {
  for (const Piece& piece : pieces_) {
    if (piece.field.empty()) {
      out += piece.text;
    } else if (!append_value(out, piece, fields)) {
      if (piece.has_default) {
        out += piece.text;
      } else {
        missing.push_back(piece.field);
      }
    }
  }
}

}  // namespace rules
