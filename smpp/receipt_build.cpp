#include "smpp/receipt_build.hpp"

#include "smpp/receipt_id.hpp"
#include "smpp/tlv.hpp"

#include <string_view>

namespace smpp {
namespace {

constexpr std::size_t kRepeatedText = 20;  // octets (v3.4 appendix B)

std::string two_digits(unsigned value) {
  return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

std::string date(UtcSeconds at, const ReceiptStyle& style) {
  const UtcSeconds local = at + style.zone;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day ymd{day};
  const std::chrono::hh_mm_ss time{local - day};
  std::string text = two_digits(static_cast<unsigned>(static_cast<int>(ymd.year())) % 100) +
                     two_digits(static_cast<unsigned>(ymd.month())) + two_digits(static_cast<unsigned>(ymd.day())) +
                     two_digits(static_cast<unsigned>(time.hours().count())) +
                     two_digits(static_cast<unsigned>(time.minutes().count()));
  if (style.seconds) text += two_digits(static_cast<unsigned>(time.seconds().count()));
  return text;
}

std::string written(const std::string& id, ReceiptStyle::Id as) {
  switch (as) {
    case ReceiptStyle::Id::as_is: return id;
    case ReceiptStyle::Id::decimal: return hex_to_decimal(id).value_or(id);
    case ReceiptStyle::Id::hexadecimal: return decimal_to_hex(id).value_or(id);
  }
  return id;
}

std::string label(std::string_view name, const ReceiptStyle& style) {
  std::string text(name);
  if (!style.upper_case_labels) return text;
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

std::string build_receipt_text(const ReceiptFacts& facts, const ReceiptStyle& style) {
  const bool is_delivered = facts.state == MessageState::DELIVERED;
  std::string text = label("id:", style) + written(facts.id, style.text_id);
  text += label(" sub:", style) + "001" + label(" dlvrd:", style) + (is_delivered ? "001" : "000");
  text += label(" submit date:", style) + date(facts.submitted_at, style);
  text += label(" done date:", style) + date(facts.done_at, style);
  text += label(" stat:", style) + std::string(stat_of(facts.state)) + label(" err:", style) + facts.err;
  return text + label(" text:", style) + facts.text.substr(0, kRepeatedText);
}

DeliverSm make_receipt(const ReceiptFacts& facts, const ReceiptStyle& style) {
  DeliverSm receipt;
  receipt.source = facts.source;
  receipt.destination = facts.destination;
  receipt.esm_class = style.esm_class;
  if (style.text && !style.in_payload) receipt.short_message = to_octets(build_receipt_text(facts, style));
  if (style.text && style.in_payload) receipt.tlvs.add(tag::message_payload, to_octets(build_receipt_text(facts, style)));
  if (style.tlvs) {
    receipt.tlvs.add_cstring(tag::receipted_message_id, written(facts.id, style.tlv_id));
    receipt.tlvs.add_integer(tag::message_state, static_cast<std::uint64_t>(facts.state));
  }
  return receipt;
}

}  // namespace smpp
