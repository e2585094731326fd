// Texts with fields in them: `Hi {first_name|there}, {appointment.at:%a %H:%M}`. Parsed once while compiling. A value
// is appended as text and never read again, so a name like "{contact.card}" in an imported row shows as it stands.
//   {name}  {name|default}  {name:format}  {name:format|default}  {{ and }} for braces
#pragma once

#include "rules/value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rules {

struct TemplateMistake {
  std::size_t offset = 0;  // octets into the text
  std::string message;
};

// Letters, digits, _ . and -, a letter or _ first: what may stand between braces and in [campaign.fields].
[[nodiscard]] bool is_field_name(std::string_view name);

class Template {
 public:
  // Every mistake of the text, not the first alone.
  [[nodiscard]] static Template parse(std::string_view text, const KnownFields& known,
                                      std::vector<TemplateMistake>& mistakes);
  [[nodiscard]] static Template literal(std::string text);

  // Appends the text to `out` and the fields that have neither value nor default to `missing`.
  void render(std::string& out, const FieldView& fields, std::vector<std::string>& missing) const;
  [[nodiscard]] bool is_literal() const;

 private:
  friend class TemplateParser;
  struct Piece {
    std::string text;   // literal text, or the default
    std::string field;  // empty: a literal
    FieldType type = FieldType::text;
    Format format;
    bool has_default = false;
  };
  static bool append_value(std::string& out, const Piece& piece, const FieldView& fields);
  std::vector<Piece> pieces_;
};

}  // namespace rules
