#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/status.hpp"
#include "smpp/text.hpp"
#include "smpp/tlv.hpp"
#include "smpp/udh.hpp"
#include "tools/smpp-sim/tools.hpp"
#include "tools/smpp-sim/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <variant>

namespace smpp_sim {
namespace {

template <typename Message>
void print_text(const Message& message) {
  const smpp::Payload payload = smpp::payload_of(message);
  if (payload.concatenation) {
    fmt::print(
        "  {:<24} part {} of {}, reference {} ({})\n", "concatenation", payload.concatenation->number,
        payload.concatenation->total, payload.concatenation->reference,
        payload.concatenation->width == 0 ? "SAR TLVs" : fmt::format("{}-bit UDH", payload.concatenation->width));
  }
  fmt::print("  {:<24} {}\n", "text",
             quoted(smpp::decode_text(payload.user_data, message.data_coding, smpp::DecodeOptions{}, payload.header())));
}

void print_pdu(std::span<const std::byte> raw) {
  const smpp::Header header = smpp::read_header(raw);
  fmt::print("{} ({} octets)\n  {:<24} {}\n  {:<24} {}\n", smpp::command_name(header.id), header.command_length,
             "command_status", smpp::status_name(header.status), "sequence_number", header.sequence_number);
  const auto decoded = smpp::decode(raw);
  if (!decoded) {
    fmt::print("  malformed: {}\n{}", smpp::message(decoded.error()), smpp::hex_dump(raw));
    return;
  }
  for (const auto& field : smpp::fields_of(decoded->pdu)) fmt::print("  {:<24} {}\n", field.name, quoted(field.value));
  if (const auto* submit = std::get_if<smpp::SubmitSm>(&decoded->pdu.body)) print_text(*submit);
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&decoded->pdu.body)) print_text(*deliver);
  if (const auto* data = std::get_if<smpp::DataSm>(&decoded->pdu.body)) print_text(*data);
  for (const auto kind : decoded->tolerances) fmt::print("  deviation: {}\n", smpp::name_of(kind));
}

std::optional<std::uint32_t> number_of(const std::string& text) {
  const bool is_hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  const char* begin = text.data() + (is_hex ? 2 : 0);
  std::uint32_t value = 0;
  const auto [end, failed] = std::from_chars(begin, text.data() + text.size(), value, is_hex ? 16 : 10);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void explain_status(smpp::command_status status) {
  fmt::print("status  {} (0x{:08X})\n  in a response to a message: {}\n  in a bind response: {}; {}\n",
             smpp::status_name(status), static_cast<std::uint32_t>(status), smpp::name_of(smpp::class_of(status)),
             smpp::name_of(smpp::class_of_bind(status)), smpp::likely_cause(status));
}

void explain_tlv(const smpp::TlvDescription& tlv) {
  fmt::print("TLV     {} (0x{:04X}), {} to {} octets\n", tlv.name, tlv.tag, tlv.shortest, tlv.longest);
}

}  // namespace

int run_decode(const std::string& hex) {
  std::string digits;
  for (const char c : hex) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) digits += c;
  }
  if (digits.rfind("0x", 0) == 0) digits.erase(0, 2);
  const auto octets = smpp::from_hex(digits);
  if (!octets) {
    fmt::print(stderr, "smpp-sim decode: not hexadecimal digits in pairs\n");
    return 1;
  }
  smpp::Framer framer(69'648);
  framer.append(*octets);
  std::span<const std::byte> pdu;
  auto found = framer.next(pdu);
  for (; found == smpp::Framer::Found::pdu; found = framer.next(pdu)) print_pdu(pdu);
  if (found == smpp::Framer::Found::lost) {
    fmt::print(stderr, "smpp-sim decode: command_length {} is impossible\n", framer.lost_command_length());
    return 1;
  }
  if (framer.pending() > 0) {
    fmt::print(stderr, "smpp-sim decode: {} octets of a PDU of {}: it is cut off\n", framer.pending(),
               framer.pending_length());
    return 1;
  }
  return 0;
}

int run_explain(const std::string& name) {
  bool is_known = false;
  const auto number = number_of(name);
  const auto status = smpp::status_of(name);
  // A number is a status even without a name of its own; that the range is a vendor's is worth knowing too.
  if (status) {
    explain_status(*status);
    is_known = true;
  }
  const auto command = smpp::command_of(name);
  if (command || (number && smpp::is_known(static_cast<smpp::command_id>(*number)))) {
    const auto id = command ? *command : static_cast<smpp::command_id>(*number);
    fmt::print("command {} (0x{:08X})\n", smpp::command_name(id), static_cast<std::uint32_t>(id));
    is_known = true;
  }
  const auto* tlv =
      number && *number <= 0xFFFF ? smpp::describe_tlv(static_cast<std::uint16_t>(*number)) : smpp::describe_tlv(name);
  if (tlv != nullptr) {
    explain_tlv(*tlv);
    is_known = true;
  }
  if (is_known) return 0;
  fmt::print(stderr,
             "smpp-sim explain: \"{}\" is no status, command or TLV (try 0x58, ESME_RINVPASWD, message_state)\n", name);
  return 1;
}

}  // namespace smpp_sim
