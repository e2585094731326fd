#include "smpp/receipt_text.hpp"

#include "smpp/octets.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"

#include <algorithm>
#include <array>

namespace smpp {
namespace {

constexpr std::uint8_t kDataCodingUcs2 = 8;
constexpr std::uint8_t kUdhi = 0x40;  // of esm_class
constexpr std::string_view kSeparators(" \t\r\n,^#\0", 8);
constexpr auto npos = std::string_view::npos;

struct Label {
  std::string_view name;  // lower case; a space stands for an underscore too
  std::string ReceiptFields::*value;
};
constexpr std::array kLabels{
    Label{"id", &ReceiptFields::text_id},
    Label{"sub", &ReceiptFields::sub},
    Label{"dlvrd", &ReceiptFields::dlvrd},
    Label{"submit date", &ReceiptFields::submit_date},
    Label{"done date", &ReceiptFields::done_date},
    Label{"stat", &ReceiptFields::stat},
    Label{"err", &ReceiptFields::err},
    Label{"text", &ReceiptFields::text},
};
constexpr std::size_t kId = 0, kStat = 5, kText = 7;

// Octets from the start of `text` to behind the colon of this label; 0: another thing stands here.
std::size_t length_of_label(std::string_view text, std::string_view name) {
  if (text.size() <= name.size()) return 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = text[i];
    const char folded = c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (folded != name[i]) return 0;
  }
  const std::size_t colon = text.find_first_not_of(' ', name.size());
  return colon != npos && text[colon] == ':' ? colon + 1 : 0;
}

struct FoundLabel {
  std::size_t label = kLabels.size(), length = 0;
  explicit operator bool() const { return length > 0; }
};
FoundLabel label_at(std::string_view text) {
  for (std::size_t i = 0; i < kLabels.size(); ++i) {
    if (const std::size_t length = length_of_label(text, kLabels[i].name)) return {i, length};
  }
  return {};
}

std::string_view token_of(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (label_at(rest)) return {};
  return rest.substr(0, rest.find_first_of(kSeparators));
}

bool begins_as_receipt(std::string_view text) { return length_of_label(text, kLabels[kId].name) > 0; }

// "some send 0x44": UDHI is believed only where a header is there, element by element, and the text does not begin as a
// receipt. The first letter of a text would often do as a length.
std::span<const std::byte> without_header(std::uint8_t esm_class, std::span<const std::byte> octets) {
  if ((esm_class & kUdhi) == 0 || octets.empty() || begins_as_receipt(view_of(octets))) return octets;
  const auto length = std::to_integer<std::size_t>(octets[0]);  // 0: no header but the first half of a UTF-16 letter
  if (length == 0 || length >= octets.size()) return octets;
  auto header = octets.subspan(1, length);
  while (next_element(header)) continue;
  return header.empty() ? octets.subspan(length + 1) : octets;
}

// UTF-16 with the Latin letters that a receipt begins with, behind a byte order mark or without one.
bool is_wide(std::span<const std::byte> octets) {
  if (octets.size() < 4) return false;
  const bool marked = (octets[0] == std::byte{0xFE} && octets[1] == std::byte{0xFF}) || (octets[0] == std::byte{0xFF} && octets[1] == std::byte{0xFE});
  return marked || (octets[0] == std::byte{0} && octets[2] == std::byte{0});
}

// Whatever data_coding says: a NUL before each of several letters is in no other text.
bool reads_as_wide(std::span<const std::byte> tail) {
  if (tail.size() < 4 || tail.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < tail.size(); i += 2) {
    if (tail[i] != std::byte{0} || tail[i + 1] == std::byte{0}) return false;
  }
  return true;
}

// Every pair of ASCII letters is some ideograph in UCS-2, but hardly any text of ideographs is all ASCII octets, and
// this SMSC is known to write ASCII under data_coding 8.
bool is_plain_ascii(std::span<const std::byte> octets) {
  return std::all_of(octets.begin(), octets.end(), [](std::byte octet) {
    const auto c = std::to_integer<unsigned>(octet);
    return (c >= 0x20 && c < 0x7F) || c == '\r' || c == '\n';
  });
}

}  // namespace

// The first of each label counts, and once id and stat are known nothing after text: is a label, for it is what
// somebody wrote.
ReceiptFields read_receipt_fields(std::string_view text) {
  ReceiptFields fields;
  std::array<bool, kLabels.size()> seen{};
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    if (const FoundLabel found = label_at(rest); found && !seen[found.label]) {
      seen[found.label] = true;
      const auto value = rest.substr(found.length);
      fields.*kLabels[found.label].value = found.label == kText ? value : token_of(value);
      if (found.label == kText && seen[kId] && seen[kStat]) break;
    }
    const std::size_t next = text.find_first_of(kSeparators, at);
    if (next == npos) break;
    at = next + 1;
  }
  fields.text.erase(fields.text.find_last_not_of('\0') + 1);
  return fields;
}

std::string receipt_body(std::uint8_t esm_class, std::uint8_t data_coding, std::span<const std::byte> all) {
  const auto octets = without_header(esm_class, all);
  if (is_wide(octets)) return decode_text(octets, kDataCodingUcs2, Alphabet::gsm7);
  const std::string_view view = view_of(octets);
  std::size_t head = 0, label = 0;
  while (head < view.size() && (label = length_of_label(view.substr(head), kLabels[kText].name)) == 0) ++head;
  head += label;
  const auto tail = octets.subspan(head);
  if (data_coding != kDataCodingUcs2 ? !reads_as_wide(tail) : is_plain_ascii(tail)) return decode_text(octets, 0, Alphabet::latin1);
  return decode_text(octets.first(head), 0, Alphabet::latin1) + decode_text(tail, kDataCodingUcs2, Alphabet::gsm7);
}

}  // namespace smpp
