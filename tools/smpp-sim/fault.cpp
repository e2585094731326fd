#include "tools/smpp-sim/fault.hpp"

#include "smpp/codec.hpp"
#include "smpp/command.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>

namespace smpp_sim {
namespace {

using smpp::Octets;
using Pdu = std::span<const std::byte>;

constexpr std::uint32_t kLengthLimit = 69'648;            // P2: what careful peers accept; one more is refused
constexpr std::uint32_t kUnknownCommand = 0x00000600;     // in no version of the specification
constexpr std::uint32_t kHighSequenceNumber = 0x80000001;  // P7: the highest permitted is 0x7FFFFFFF
constexpr std::uint16_t kSpoiledTlv = 0x1403;             // of the vendors' range
constexpr std::uint32_t kWrongBy = 1000;                  // of wrong_sequence

constexpr std::array kNames{
    FaultName{Fault::reset_before_response, "reset_before_response", FaultScope::end, "RST instead of the response"},
    FaultName{Fault::reset_after_response, "reset_after_response", FaultScope::end, "RST behind the response"},
    FaultName{Fault::fin_before_response, "fin_before_response", FaultScope::end, "FIN instead of the response"},
    FaultName{Fault::fin_after_response, "fin_after_response", FaultScope::end, "FIN behind the response"},
    FaultName{Fault::unbind_before_response, "unbind_before_response", FaultScope::end,
              "unbind instead of the response, which never comes"},
    FaultName{Fault::unbind_after_response, "unbind_after_response", FaultScope::end, "unbind behind the response"},
    FaultName{Fault::reset, "reset", FaultScope::end, "as reset_after_response; with after=5s so much later"},
    FaultName{Fault::fin, "fin", FaultScope::end, "as fin_after_response; with after= so much later"},
    FaultName{Fault::unbind, "unbind", FaultScope::end, "as unbind_after_response; with after= so much later"},
    FaultName{Fault::mute, "mute", FaultScope::stream, "nothing is said any more, and all is read"},
    FaultName{Fault::mute_enquire_link, "mute_enquire_link", FaultScope::stream, "enquire_link is never answered"},
    FaultName{Fault::stop_reading, "stop_reading", FaultScope::stream, "nothing is read any more"},
    FaultName{Fault::byte_by_byte, "byte_by_byte", FaultScope::stream, "one octet a write, 1 ms apart"},
    FaultName{Fault::split, "split", FaultScope::stream, "each PDU in two writes, 20 ms apart, cut in its header"},
    FaultName{Fault::merged, "merged", FaultScope::stream, "four PDUs in one write, or what there is after 100 ms"},
    FaultName{Fault::healthy, "healthy", FaultScope::stream, "none of these any more"},
    FaultName{Fault::length_0, "length_0", FaultScope::pdu, "command_length 0"},
    FaultName{Fault::length_15, "length_15", FaultScope::pdu, "command_length 15"},
    FaultName{Fault::length_over_limit, "length_over_limit", FaultScope::pdu, "command_length 69,649"},
    FaultName{Fault::length_huge, "length_huge", FaultScope::pdu, "command_length 0xFFFFFFFF"},
    FaultName{Fault::length_too_short, "length_too_short", FaultScope::pdu,
              "command_length 16 before a body: what follows is taken for a header"},
    FaultName{Fault::length_too_long, "length_too_long", FaultScope::pdu,
              "command_length 4 more than there is: the next PDU is eaten into"},
    FaultName{Fault::unknown_command, "unknown_command", FaultScope::pdu, "a request 0x00000600 goes before it"},
    FaultName{Fault::truncated_tlv, "truncated_tlv", FaultScope::pdu, "a TLV behind it that ends after three octets"},
    FaultName{Fault::overlong_tlv, "overlong_tlv", FaultScope::pdu, "a TLV of 200 octets, of which there is one"},
    FaultName{Fault::missing_nul, "missing_nul", FaultScope::pdu, "the first C-string of its body has no NUL"},
    FaultName{Fault::trailing_octets, "trailing_octets", FaultScope::pdu, "five octets too many in its body"},
    FaultName{Fault::garbage, "garbage", FaultScope::pdu, "eight octets 0xFF go before it"},
    FaultName{Fault::http_banner, "http_banner", FaultScope::pdu, "the answer of a web server goes before it"},
    FaultName{Fault::tls_alert, "tls_alert", FaultScope::pdu, "a TLS alert goes before it"},
    FaultName{Fault::sequence_0, "sequence_0", FaultScope::pdu, "sequence_number 0"},
    FaultName{Fault::sequence_high, "sequence_high", FaultScope::pdu, "sequence_number 0x80000001"},
    FaultName{Fault::sequence_repeated, "sequence_repeated", FaultScope::pdu,
              "the sequence_number of the request before it"},
    FaultName{Fault::deliver_before_bind_resp, "deliver_before_bind_resp", FaultScope::pdu,
              "a deliver_sm goes before it"},
    FaultName{Fault::still_bound, "still_bound", FaultScope::bind,
              "still_bound(10s): binds get ESME_RALYBND so long after the account's last connection ended"},
};

void put(Octets& octets, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) octets[at + i] = static_cast<std::byte>(value >> (24 - 8 * i) & 0xFF);
}

Octets with_length(Pdu pdu, std::uint32_t length) {
  Octets octets(pdu.begin(), pdu.end());
  put(octets, 0, length);
  return octets;
}

Octets with_sequence(Pdu pdu, std::uint32_t number) {
  Octets octets(pdu.begin(), pdu.end());
  put(octets, 12, number);
  return octets;
}

// command_length counts what is added: the PDU keeps its frame and has a bad body.
Octets with_tail(Pdu pdu, std::initializer_list<unsigned> tail) {
  Octets octets(pdu.begin(), pdu.end());
  for (const unsigned octet : tail) octets.push_back(static_cast<std::byte>(octet));
  put(octets, 0, static_cast<std::uint32_t>(octets.size()));
  return octets;
}

Octets behind(Pdu first, Pdu pdu) {
  Octets octets(first.begin(), first.end());
  octets.insert(octets.end(), pdu.begin(), pdu.end());
  return octets;
}

Octets behind(std::string_view text, Pdu pdu) { return behind(smpp::octets_of(text), pdu); }

Octets without_first_nul(Pdu pdu) {
  Octets octets(pdu.begin(), pdu.end());
  const auto nul = std::find(octets.begin() + smpp::kHeaderLength, octets.end(), std::byte{0});
  if (nul != octets.end()) octets.erase(nul);
  put(octets, 0, static_cast<std::uint32_t>(octets.size()));
  return octets;
}

Octets unknown_request(Pdu pdu) {
  smpp::Pdu unknown;
  unknown.sequence_number = 0x00000600;
  unknown.body = smpp::Unknown{static_cast<smpp::command_id>(kUnknownCommand), {}};
  return behind(*smpp::encode(unknown), pdu);
}

Octets early_deliver(Pdu pdu) {
  smpp::DeliverSm body;
  body.source = {1, 1, "447700900001"};
  body.destination = {3, 0, "80800"};
  body.short_message = smpp::to_octets("early");
  smpp::Pdu deliver;
  deliver.sequence_number = 0x00000700;
  deliver.body = std::move(body);
  return behind(*smpp::encode(deliver), pdu);
}

}  // namespace

std::span<const FaultName> fault_names() { return kNames; }

const FaultName* find_fault(std::string_view name) {
  const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.name == name; });
  return found == kNames.end() ? nullptr : &*found;
}

FaultScope scope_of(Fault fault) {
  const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.fault == fault; });
  return found == kNames.end() ? FaultScope::pdu : found->scope;
}

std::string_view name_of(Fault fault) {
  const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.fault == fault; });
  return found == kNames.end() ? "none" : found->name;
}

Octets spoiled(Fault fault, Pdu pdu, std::uint32_t previous) {
  const auto number = smpp::read_header(pdu).sequence_number;
  switch (fault) {
    case Fault::no_response: return {};
    case Fault::duplicate: return behind(pdu, pdu);
    case Fault::wrong_sequence: return with_sequence(pdu, number + kWrongBy);
    case Fault::without_body: return with_length(pdu.first(smpp::kHeaderLength), smpp::kHeaderLength);
    case Fault::length_0: return with_length(pdu, 0);
    case Fault::length_15: return with_length(pdu, 15);
    case Fault::length_over_limit: return with_length(pdu, kLengthLimit + 1);
    case Fault::length_huge: return with_length(pdu, std::numeric_limits<std::uint32_t>::max());
    case Fault::length_too_short: return with_length(pdu, smpp::kHeaderLength);
    case Fault::length_too_long: return with_length(pdu, static_cast<std::uint32_t>(pdu.size()) + 4);
    case Fault::unknown_command: return unknown_request(pdu);
    case Fault::truncated_tlv: return with_tail(pdu, {kSpoiledTlv >> 8, kSpoiledTlv & 0xFF, 0});
    case Fault::overlong_tlv: return with_tail(pdu, {kSpoiledTlv >> 8, kSpoiledTlv & 0xFF, 0, 200, 0x41});
    case Fault::missing_nul: return without_first_nul(pdu);
    case Fault::trailing_octets: return with_tail(pdu, {0xDE, 0xAD, 0xBE, 0xEF, 0x99});
    case Fault::garbage: return behind("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", pdu);
    case Fault::http_banner: return behind("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", pdu);
    case Fault::tls_alert: return behind(std::string_view("\x15\x03\x03\x00\x02\x02\x0A", 7), pdu);  // unexpected_message
    case Fault::sequence_0: return with_sequence(pdu, 0);
    case Fault::sequence_high: return with_sequence(pdu, kHighSequenceNumber);
    case Fault::sequence_repeated: return with_sequence(pdu, previous);
    case Fault::deliver_before_bind_resp: return early_deliver(pdu);
    default: return {pdu.begin(), pdu.end()};
  }
}

}  // namespace smpp_sim
