// Cuts a text of a chosen plan into what each PDU carries. Internal to smpp.
#pragma once

#include "smpp/text_alphabet.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace smpp {

struct Measure {
  std::size_t units = 0, octets = 0;  // of the whole text
};

// Absent: the plan lacks a character of the text. The text is valid UTF-8.
[[nodiscard]] std::optional<Measure> measure(std::string_view text, const Plan& plan);

// True if one message holds it.
[[nodiscard]] bool fits_one(const Measure& measured, const Plan& plan);

// How many messages over the air; at most 256, whatever the text.
[[nodiscard]] std::size_t count_segments(std::string_view text, const Measure& measured, const Plan& plan, LongMode mode,
                                         std::uint16_t reference);

// The plan has every character. Errors: too_many_parts.
[[nodiscard]] result<EncodedText> write_parts(std::string_view text, const Measure& measured, const Plan& plan,
                                              const EncodeOptions& options);
// Octets as they are, of a plan whose unit is the octet.
[[nodiscard]] result<EncodedText> write_parts(std::span<const std::byte> octets, const Plan& plan,
                                              const EncodeOptions& options);

}  // namespace smpp
