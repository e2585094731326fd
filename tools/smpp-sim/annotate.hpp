// One PDU with everything that can be said of it: each field with offset, octets and meaning, the text, the receipt, what
// deviates from the specification. Pure.
#pragma once

#include "smpp/field_places.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace smpp_sim {

struct AnnotatedField : smpp::FieldPlace {
  std::string meaning;  // empty: the value says it
};

struct Annotated {
  std::string command;
  std::vector<AnnotatedField> fields;
  std::vector<std::pair<std::string, std::string>> text;     // "part" -> "1 of 2, ...", "text" -> as a person reads it
  std::vector<std::pair<std::string, std::string>> receipt;  // "id", "state", "err" ...; empty: none
  std::vector<std::string> deviations;                       // what was tolerated, by name and in words
  std::string malformed;                                     // empty: it can be decoded
};

[[nodiscard]] Annotated annotate(std::span<const std::byte> pdu);

// In words, for a tolerance by its name.
[[nodiscard]] std::string deviation_text(std::string_view name);

// A table of offset, octets, field, value; passwords are stars.
[[nodiscard]] std::string to_table(const Annotated& annotated, std::span<const std::byte> pdu);

}  // namespace smpp_sim
