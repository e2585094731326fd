#include "smpp/receipt.hpp"

#include "smpp/text.hpp"
#include "smpp/udh.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace smpp {
namespace {

constexpr std::uint8_t kKindMask = 0x3C;  // of esm_class, without mode, UDHI and reply path (P73)
constexpr std::uint8_t kReceipt = 0x04, kIntermediate = 0x20, kBoth = 0x24;
constexpr std::uint8_t kDataCodingUcs2 = 8;
constexpr std::string_view kSeparators = " \r\n,^#";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_label(std::string_view text, std::string_view label) {
  if (text.size() < label.size()) return false;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const char c = text[i] == '_' ? ' ' : lower(text[i]);  // Done_Date
    if (c != label[i]) return false;
  }
  return true;
}

struct Label {
  std::string_view name;  // with its colon
  std::string Receipt::*value;
};
constexpr std::array kLabels{
    Label{"id:", &Receipt::text_id},
    Label{"sub:", &Receipt::sub},
    Label{"dlvrd:", &Receipt::dlvrd},
    Label{"submit date:", &Receipt::submit_date},
    Label{"done date:", &Receipt::done_date},
    Label{"stat:", &Receipt::stat},
    Label{"err:", &Receipt::err},
    Label{"text:", &Receipt::text},
};
constexpr std::size_t kId = 0, kStat = 5, kText = 7;

std::size_t label_at(std::string_view text) {
  std::size_t i = 0;
  while (i < kLabels.size() && !starts_with_label(text, kLabels[i].name)) ++i;
  return i;
}

std::string_view token_of(std::string_view rest) {
  const std::size_t begin = std::min(rest.find_first_not_of(' '), rest.size());
  rest.remove_prefix(begin);
  if (label_at(rest) < kLabels.size()) return {};
  return rest.substr(0, rest.find_first_of(kSeparators));
}

struct Word {
  std::string_view stat;
  MessageState state;
};
// P81.
constexpr std::array kWords{
    Word{"scheduled", MessageState::SCHEDULED},    Word{"enroute", MessageState::ENROUTE},
    Word{"en_route", MessageState::ENROUTE},       Word{"acked", MessageState::ENROUTE},
    Word{"buffred", MessageState::ENROUTE},        Word{"bufferd", MessageState::ENROUTE},
    Word{"buffered", MessageState::ENROUTE},       Word{"delivrd", MessageState::DELIVERED},
    Word{"delivered", MessageState::DELIVERED},    Word{"expired", MessageState::EXPIRED},
    Word{"deleted", MessageState::DELETED},        Word{"undeliv", MessageState::UNDELIVERABLE},
    Word{"undelvrd", MessageState::UNDELIVERABLE}, Word{"undelivered", MessageState::UNDELIVERABLE},
    Word{"failed", MessageState::UNDELIVERABLE},   Word{"undeliverable", MessageState::UNDELIVERABLE},
    Word{"acceptd", MessageState::ACCEPTED},       Word{"accepted", MessageState::ACCEPTED},
    Word{"unknown", MessageState::UNKNOWN},        Word{"rejectd", MessageState::REJECTED},
    Word{"rejected", MessageState::REJECTED},      Word{"skipped", MessageState::SKIPPED},
};

std::optional<MessageState> state_of(std::string stat) {
  std::transform(stat.begin(), stat.end(), stat.begin(), lower);
  for (const Word& word : kWords) {
    if (word.stat == stat) return word.state;
  }
  return std::nullopt;
}

// P75: labels in any order, any missing, each after a separator or at the start; the first of each counts, and once
// id and stat are known nothing after text: is a label, for it is what somebody wrote.
Receipt read_labels(std::string_view text) {
  Receipt receipt;
  std::array<bool, kLabels.size()> seen{};
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    const std::size_t label = label_at(rest);
    if (label < kLabels.size() && !seen[label]) {
      seen[label] = true;
      const auto value = rest.substr(kLabels[label].name.size());
      receipt.*kLabels[label].value = label == kText ? value : token_of(value);
      if (label == kText && seen[kId] && seen[kStat]) break;
    }
    const std::size_t next = text.find_first_of(kSeparators, at);
    if (next == std::string_view::npos) break;
    at = next + 1;
  }
  if (!receipt.text.empty() && receipt.text.back() == '\0') receipt.text.pop_back();
  receipt.id = receipt.text_id;
  receipt.state = state_of(receipt.stat);
  return receipt;
}

std::span<const std::byte> octets_of_receipt(const DeliverSm& pdu, Payload& payload) {
  std::span<const std::byte> octets = pdu.short_message;
  if (octets.empty()) octets = pdu.tlvs.octets(tag::message_payload).value_or(octets);
  // "some send 0x44": UDHI lies where the text begins as a receipt does (P73).
  if (starts_with_label(view_of(octets), kLabels[kId].name)) return octets;
  payload = payload_of(pdu);
  return payload.user_data;
}

// P85: data_coding comes last: an ASCII receipt is labelled UCS-2, Latin-1 or anything; its text may still be UCS-2.
std::string text_of_receipt(const DeliverSm& pdu) {
  Payload payload;
  const auto octets = octets_of_receipt(pdu, payload);
  const bool wide = octets.size() >= 4 && octets[0] == std::byte{0} && octets[2] == std::byte{0};
  if (wide) return decode_text(octets, kDataCodingUcs2, Alphabet::gsm7);
  if (pdu.data_coding != kDataCodingUcs2) return decode_text(octets, 0, Alphabet::latin1);
  const std::string_view view = view_of(octets);
  std::size_t head = 0;
  while (head < view.size() && !starts_with_label(view.substr(head), kLabels[kText].name)) ++head;
  head = std::min(head + kLabels[kText].name.size(), view.size());
  return decode_text(octets.first(head), 0, Alphabet::latin1) +
         decode_text(octets.subspan(head), kDataCodingUcs2, Alphabet::gsm7);
}

// Three octets: network type and code; some SMSCs write three digits instead (P37).
std::optional<std::uint32_t> network_error_code(const Tlvs& tlvs) {
  const auto octets = tlvs.octets(tag::network_error_code);
  if (!octets || octets->size() != 3) return std::nullopt;
  std::uint32_t binary = 0, decimal = 0;
  bool digits = true;
  for (const std::byte octet : *octets) {
    const auto value = std::to_integer<std::uint32_t>(octet);
    digits = digits && value >= '0' && value <= '9';
    binary = binary << 8 | value;
    decimal = decimal * 10 + (value - '0');
  }
  return digits ? decimal : binary;
}

std::optional<MessageState> state_of(const Tlvs& tlvs) {
  const auto value = tlvs.integer(tag::message_state);
  if (!value || *value > static_cast<std::uint64_t>(MessageState::SKIPPED)) return std::nullopt;
  return static_cast<MessageState>(*value);
}

// A number of any length from one base to another, most significant digit first; digits as values 0 to 15.
std::string convert(std::string_view digits, unsigned from, unsigned to) {
  constexpr std::string_view kCharacters = "0123456789abcdef";
  std::vector<unsigned> out{0};  // least significant first
  for (const char c : digits) {
    auto carry = static_cast<unsigned>(kCharacters.find(c));
    for (unsigned& digit : out) {
      carry += digit * from;
      digit = carry % to;
      carry /= to;
    }
    for (; carry > 0; carry /= to) out.push_back(carry % to);
  }
  std::string text;
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit) text += kCharacters[*digit];
  return text;
}

}  // namespace

bool Receipt::is_final() const {
  if (kind == ReceiptKind::intermediate || !state) return false;
  switch (*state) {
    case MessageState::DELIVERED:
    case MessageState::EXPIRED:
    case MessageState::DELETED:
    case MessageState::UNDELIVERABLE:
    case MessageState::REJECTED:
    case MessageState::SKIPPED: return true;
    default: return false;  // ACCEPTED and UNKNOWN are replaced by any later state (P81)
  }
}

bool is_receipt(const DeliverSm& pdu) {
  const auto kind = static_cast<std::uint8_t>(pdu.esm_class & kKindMask);
  if (kind == kReceipt || kind == kBoth || kind == kIntermediate) return true;
  if (!pdu.tlvs.contains(tag::receipted_message_id)) return false;
  return pdu.tlvs.contains(tag::message_state) || read_labels(text_of_receipt(pdu)).state;
}

std::optional<Receipt> parse_receipt(const DeliverSm& pdu) {
  Receipt receipt = read_labels(text_of_receipt(pdu));
  if (auto id = pdu.tlvs.cstring(tag::receipted_message_id); id && !id->empty()) receipt.id = *std::move(id);
  if (const auto state = state_of(pdu.tlvs)) receipt.state = state;
  receipt.network_error_code = network_error_code(pdu.tlvs);
  if ((pdu.esm_class & kKindMask) == kIntermediate) receipt.kind = ReceiptKind::intermediate;
  if (receipt.id.empty() && !receipt.state) return std::nullopt;
  return receipt;
}

bool is_receipt(const DataSm& pdu) { return is_receipt(deliver_sm_of(pdu)); }

std::optional<Receipt> parse_receipt(const DataSm& pdu) { return parse_receipt(deliver_sm_of(pdu)); }

std::optional<Receipt> parse_receipt_text(std::string_view text) {
  Receipt receipt = read_labels(text);
  if (receipt.id.empty() && !receipt.state) return std::nullopt;
  return receipt;
}

std::vector<std::string> id_candidates(std::string_view id) {
  constexpr std::size_t kLongestNumber = 40;  // digits worth reading as a number
  std::vector<std::string> candidates;
  const auto add = [&](std::string candidate) {
    if (std::find(candidates.begin(), candidates.end(), candidate) == candidates.end()) {
      candidates.push_back(std::move(candidate));
    }
  };
  add(std::string(id));
  std::string plain(id);
  std::transform(plain.begin(), plain.end(), plain.begin(), lower);
  add(plain);
  const std::size_t zeros = std::min(plain.find_first_not_of('0'), plain.size());
  plain.erase(0, zeros);
  if (plain.empty()) return candidates;
  add(plain);
  if (plain.size() > kLongestNumber) return candidates;
  const bool decimal = plain.find_first_not_of("0123456789") == std::string::npos;
  const bool hexadecimal = plain.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (decimal) add(convert(plain, 10, 16));
  if (hexadecimal) add(convert(plain, 16, 10));
  return candidates;
}

}  // namespace smpp
