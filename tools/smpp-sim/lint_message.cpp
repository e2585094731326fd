// The rules that look at one submit_sm alone: addresses, text, times, flags.
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "tools/smpp-sim/lint_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cctype>

namespace smpp_sim {
namespace {

constexpr std::uint8_t kUdhi = 0x40;

// The PDU under scrutiny and where its findings go.
struct Scrutiny {
  std::size_t number;
  LintTime at;
  const Report& report;
  void found(LintRule rule, std::string what) const { report(rule, number, at, std::move(what)); }
};

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_letter(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
}

void lint_address(const Scrutiny& scrutiny, std::string_view name, const smpp::Address& address) {
  constexpr std::uint8_t kPlans[] = {0, 1, 3, 4, 6, 8, 9, 10, 14, 18};
  constexpr std::size_t kShortCode = 7;  // shorter ones are no full numbers (P117)
  const std::string shown = fmt::format("{} \"{}\" with TON {} and NPI {}", name, address.addr, address.ton, address.npi);
  const bool plus = address.addr.starts_with('+') || address.addr.starts_with("00");
  if (address.ton == 1 && plus) scrutiny.found(LintRule::ton_international_plus, shown);
  if (address.ton == 1 && is_digits(address.addr) && address.addr.size() < kShortCode)
    scrutiny.found(LintRule::ton_short_international, shown);
  if (address.ton == 5 && is_digits(address.addr)) scrutiny.found(LintRule::ton_alphanumeric_digits, shown);
  if (address.ton != 5 && has_letter(address.addr)) scrutiny.found(LintRule::ton_number_with_letters, shown);
  if (address.ton == 5 && address.addr.size() > 11) scrutiny.found(LintRule::alphanumeric_too_long, shown);
  if (address.ton > 6 || std::ranges::find(kPlans, address.npi) == std::end(kPlans)) scrutiny.found(LintRule::ton_reserved, shown);
}

unsigned octet(std::span<const std::byte> octets, std::size_t at) { return std::to_integer<unsigned>(octets[at]); }

// 05 00 03 reference total number, or 06 08 04 with two octets of reference (23.040 9.2.3.24).
bool begins_like_part(std::span<const std::byte> text) {
  if (text.size() < 7) return false;
  const bool narrow = octet(text, 0) == 5 && octet(text, 1) == 0 && octet(text, 2) == 3;
  const bool wide = octet(text, 0) == 6 && octet(text, 1) == 8 && octet(text, 2) == 4;
  const unsigned total = octet(text, narrow ? 4 : 5), part = octet(text, narrow ? 5 : 6);
  return (narrow || wide) && total > 1 && part >= 1 && part <= total;
}

bool looks_little_endian(std::span<const std::byte> text) {
  if (text.size() < 4 || text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    if (octet(text, i) == 0 || octet(text, i + 1) != 0) return false;
  }
  return true;
}

void lint_coding(const Scrutiny& scrutiny, std::uint8_t data_coding, std::span<const std::byte> text) {
  if (data_coding == 8 && text.size() % 2 != 0) scrutiny.found(LintRule::odd_ucs2, fmt::format("{} octets of UCS-2", text.size()));
  if (data_coding == 8 && looks_little_endian(text)) scrutiny.found(LintRule::ucs2_little_endian, "the text reads well the other way round");
  const bool reserved = data_coding == 11 || data_coding == 12 || data_coding == 15 || (data_coding >= 0x80 && data_coding < 0xC0);
  if (reserved) scrutiny.found(LintRule::data_coding_reserved, fmt::format("data_coding {}", data_coding));
  const bool high = std::ranges::any_of(text, [](std::byte one) { return one >= std::byte{0x80}; });
  if (data_coding != 0 || !high) return;
  if (smpp::is_valid_utf8(smpp::view_of(text))) scrutiny.found(LintRule::utf8_as_default, "the text is UTF-8");
  else scrutiny.found(LintRule::high_octets_as_default, "octets above 0x7F with data_coding 0");
}

void lint_parts(const Scrutiny& scrutiny, const smpp::SubmitSm& pdu, const smpp::Payload& payload) {
  const bool udhi = (pdu.esm_class & kUdhi) != 0;
  const int sar = (pdu.tlvs.contains(smpp::tag::sar_msg_ref_num) ? 1 : 0) +
                  (pdu.tlvs.contains(smpp::tag::sar_total_segments) ? 1 : 0) +
                  (pdu.tlvs.contains(smpp::tag::sar_segment_seqnum) ? 1 : 0);
  if (udhi && payload.broken_udh) scrutiny.found(LintRule::udhi_without_header, "esm_class has UDHI, but the text begins with no header");
  if (!udhi && begins_like_part(pdu.short_message)) scrutiny.found(LintRule::header_without_udhi, "a concatenation header, but UDHI is not set");
  if (sar > 0 && sar < 3) scrutiny.found(LintRule::sar_incomplete, fmt::format("{} of the 3 SAR TLVs", sar));
  if (sar > 0 && udhi) scrutiny.found(LintRule::udh_and_sar, "SAR TLVs and UDHI in one PDU");
  const std::size_t most = pdu.data_coding == 8 || pdu.data_coding == 4 ? 140 : 160;
  if (sar == 0 && !udhi && pdu.short_message.size() > most && pdu.short_message.size() <= 254)
    scrutiny.found(LintRule::too_long_for_one_sms, fmt::format("{} octets in one message", pdu.short_message.size()));
}

}  // namespace

bool is_time(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() != 16 || !is_digits(text.substr(0, 15))) return false;
  const auto two = [&](std::size_t at) {
    unsigned value = 0;
    std::from_chars(text.data() + at, text.data() + at + 2, value);
    return value;
  };
  if (text[15] == 'R') return text.substr(12, 3) == "000";
  const bool date = two(2) >= 1 && two(2) <= 12 && two(4) >= 1 && two(4) <= 31;
  return (text[15] == '+' || text[15] == '-') && date && two(6) < 24 && two(8) < 60 && two(10) < 60 && two(13) <= 48;
}

void lint_submit(const smpp::SubmitSm& pdu, std::size_t number, LintTime at, const Report& report) {
  const Scrutiny scrutiny{number, at, report};
  if (!pdu.source.addr.empty()) lint_address(scrutiny, "source_addr", pdu.source);
  if (pdu.destination.addr.empty()) scrutiny.found(LintRule::destination_empty, "destination_addr is empty");
  else lint_address(scrutiny, "destination_addr", pdu.destination);
  const smpp::Payload payload = smpp::payload_of(pdu);
  lint_coding(scrutiny, pdu.data_coding, payload.user_data);
  lint_parts(scrutiny, pdu, payload);
  if (payload.both_bodies) {
    scrutiny.found(LintRule::payload_and_short_message, fmt::format("short_message of {} octets beside message_payload", pdu.short_message.size()));
  }
  if (pdu.short_message.size() > 254)
    scrutiny.found(LintRule::short_message_too_long, fmt::format("{} octets", pdu.short_message.size()));
  const unsigned carries = pdu.esm_class & 0x3C;
  if (carries != 0 && carries != 0x08 && carries != 0x10)
    scrutiny.found(LintRule::esm_class_reserved, fmt::format("esm_class 0x{:02X}", pdu.esm_class));
  for (const auto& [name, time] : {std::pair{"validity_period", &pdu.validity_period},
                                   std::pair{"schedule_delivery_time", &pdu.schedule_delivery_time}}) {
    if (!is_time(*time)) scrutiny.found(LintRule::validity_malformed, fmt::format("{} \"{}\"", name, *time));
  }
  if ((pdu.registered_delivery & 0xE0) != 0)
    scrutiny.found(LintRule::registered_delivery_reserved, fmt::format("registered_delivery 0x{:02X}", pdu.registered_delivery));
}

}  // namespace smpp_sim
