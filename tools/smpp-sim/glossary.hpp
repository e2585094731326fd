// What the numbers and names of SMPP mean, in words: statuses with cause and remedy, commands, TLVs, fields, values.
// std only.
#pragma once

#include "smpp/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

struct StatusGloss {
  std::string_view meaning, cause, remedy;  // cause and remedy may be empty
};
// Also for values without a name: the range they are of.
[[nodiscard]] StatusGloss gloss_of(smpp::command_status status);
// "retry: send it again later" for a submit.
[[nodiscard]] std::string_view words_of(smpp::status_class cls);

[[nodiscard]] std::string_view gloss_of_command(std::string_view name);  // of a request; empty: none
[[nodiscard]] std::string_view gloss_of_tlv(std::string_view name);
[[nodiscard]] std::string_view gloss_of_field(std::string_view name);

// Of a field's value in the form of fields_of(): "UCS-2" of data_coding 8; empty: nothing to say.
[[nodiscard]] std::string meaning_of(std::string_view field, std::string_view value);

struct ValueGloss {
  std::uint32_t value;
  std::string_view text;
};
[[nodiscard]] std::vector<ValueGloss> values_of(std::string_view field);  // known ones, in order

// Everything that is known under the name or number; empty: nothing.
[[nodiscard]] std::string explain(std::string_view name);
// Names like it, the most alike first, at most three.
[[nodiscard]] std::vector<std::string> near_names(std::string_view name);

}  // namespace smpp_sim
