#include "tools/smpp-sim/deliver.hpp"

#include "smpp/receipt_state.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "tools/smpp-sim/receipt_shape.hpp"

#include <fmt/format.h>

#include <cctype>
#include <chrono>
#include <utility>

namespace smpp_sim {
namespace {

constexpr std::uint8_t kUdhi = 0x40;     // of esm_class
constexpr std::size_t kMaxOctets = 254;  // of short_message (v3.4 4.6.1)

// TON and NPI as most SMSCs send them: digits of full length are international, short ones abbreviated (P116).
smpp::Address address_of(const std::string& text) {
  const std::string addr = !text.empty() && text.front() == '+' ? text.substr(1) : text;
  bool digits = !addr.empty();
  for (const char c : addr) digits = digits && std::isdigit(static_cast<unsigned char>(c)) != 0;
  if (!digits) return {5, 0, addr};
  if (addr.size() < 7) return {3, 0, addr};
  return {1, 1, addr};
}

// UTF-16BE of checked UTF-8.
smpp::Octets ucs2_of(std::string_view utf8) {
  smpp::Octets octets;
  const auto unit = [&](std::uint32_t value) {
    octets.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
    octets.push_back(static_cast<std::byte>(value & 0xFF));
  };
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) point = point << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    i += length;
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xD800 + ((point - 0x10000) >> 10));
      unit(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return octets;
}

// One octet a character, for Latin-1; absent where a character is beyond it.
std::optional<smpp::Octets> latin1_of(std::string_view utf8) {
  const smpp::Octets units = ucs2_of(utf8);
  smpp::Octets octets;
  for (std::size_t i = 0; i < units.size(); i += 2) {
    if (units[i] != std::byte{0}) return std::nullopt;
    octets.push_back(units[i + 1]);
  }
  return octets;
}

// The whole text in the coding that was asked for, in one part.
std::optional<smpp::Octets> forced(const MoText& mo, std::string& error) {
  if (!smpp::is_valid_utf8(mo.text)) {
    error = "text: not valid UTF-8";
    return std::nullopt;
  }
  std::optional<smpp::Octets> octets;
  const std::uint8_t coding = *mo.data_coding;
  if (coding == 8) octets = ucs2_of(mo.text);
  if (coding == 3 || coding == 1) octets = latin1_of(mo.text);
  if (!octets) {
    error = coding == 3 || coding == 1 ? "text: a character is not in Latin-1"
                                       : "data_coding: 0, 1, 3 and 8 take a text; others need hex octets";
  } else if (octets->size() > kMaxOctets) {
    error = fmt::format(
        "text: {} octets with this data_coding, more than one part holds; leave data_coding out and it is split",
        octets->size());
    octets.reset();
  }
  return octets;
}

}  // namespace

bool wants_receipt(const smpp::SubmitSm& pdu, std::string_view stat) {
  switch (pdu.registered_delivery & 0x03) {
    case 1: return true;
    case 2: return stat != "DELIVRD";
    case 3: return stat == "DELIVRD";
    default: return false;
  }
}

std::optional<smpp::MessageState> message_state_of(std::string_view stat) {
  const auto state = smpp::state_of_stat(stat);
  return state && smpp::stat_of(*state) == stat ? state : std::nullopt;
}

smpp::DeliverSm make_receipt(const Segment& segment, smpp::MessageState state, Wall done_at, bool is_intermediate) {
  smpp::ReceiptFacts facts;
  facts.source = segment.pdu.destination;
  facts.destination = segment.pdu.source;
  facts.id = segment.id;
  facts.state = state;
  if (facts.state != smpp::MessageState::DELIVERED && !is_intermediate) facts.err = "001";
  facts.submitted_at = std::chrono::floor<std::chrono::seconds>(segment.submitted_at);
  facts.done_at = std::chrono::floor<std::chrono::seconds>(done_at);
  if (segment.shape.dialect == Dialect::kannel) facts.text = text_of(segment.pdu);
  return shaped_receipt(std::move(facts), segment.shape, is_intermediate);
}

std::string text_of(const smpp::SubmitSm& pdu) {
  const smpp::Payload payload = smpp::payload_of(pdu);
  return smpp::decode_text(payload.user_data, pdu.data_coding, smpp::DecodeOptions{}, payload.header());
}

std::vector<smpp::DeliverSm> make_mo(const MoText& mo, std::uint16_t reference, std::string& error) {
  smpp::DeliverSm pdu;
  pdu.source = address_of(mo.from);
  pdu.destination = address_of(mo.to);
  pdu.esm_class = mo.esm_class;
  if (mo.octets) {
    if (mo.octets->size() > kMaxOctets) error = "hex: more than 254 octets";
    if (!error.empty()) return {};
    pdu.data_coding = mo.data_coding.value_or(0);
    pdu.short_message = *mo.octets;
    return {pdu};
  }
  if (mo.data_coding && *mo.data_coding != 0) {
    auto octets = forced(mo, error);
    if (!octets) return {};
    pdu.data_coding = *mo.data_coding;
    pdu.short_message = std::move(*octets);
    return {pdu};
  }
  smpp::EncodeOptions options;
  options.max_parts = 255;
  options.reference = reference;
  options.allow_ucs2 = !mo.data_coding;
  auto encoded = smpp::encode_text(mo.text, options);
  if (!encoded) {
    error = "text: " + std::string(smpp::message(encoded.error()));
    return {};
  }
  std::vector<smpp::DeliverSm> parts;
  for (auto& part : encoded->parts) {
    parts.push_back(pdu);
    parts.back().data_coding = encoded->data_coding;
    parts.back().short_message = std::move(part.short_message);
    if (part.udhi) parts.back().esm_class |= kUdhi;
  }
  return parts;
}

}  // namespace smpp_sim
