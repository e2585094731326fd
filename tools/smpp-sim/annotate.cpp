#include "tools/smpp-sim/annotate.hpp"

#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "tools/smpp-sim/glossary.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace smpp_sim {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

template <class Message>
concept HasText = requires(const Message& message) { smpp::payload_of(message); };
template <class Message>
concept HasReceipt = requires(const Message& message) { smpp::receipt_parts(message); };

void read_text(const smpp::Payload& payload, std::uint8_t data_coding, Rows& rows) {
  if (payload.concatenation) {
    const auto& part = *payload.concatenation;
    rows.emplace_back("part", fmt::format("{} of {}, reference {} ({})", part.number, part.total, part.reference,
                                          part.width == 0 ? "SAR TLVs" : fmt::format("{}-bit UDH", part.width)));
  }
  if (payload.broken_udh) rows.emplace_back("UDH", "esm_class announces one, but none fits: taken as text");
  if (payload.ports) {
    rows.emplace_back("ports", fmt::format("from {} to {}: data for an application", payload.source_port.value_or(0),
                                           payload.destination_port.value_or(0)));
  }
  const smpp::DecodedText text = smpp::read_text(payload.user_data, data_coding, smpp::DecodeOptions{}, payload.header());
  rows.emplace_back("text", quoted(text.text));
  if (text.raw) rows.emplace_back("", "octets, not text");
  if (text.damaged) rows.emplace_back("", "some of it cannot be read in this data_coding");
}

void add(Rows& rows, const char* name, const std::string& value) {
  if (!value.empty()) rows.emplace_back(name, value);
}

void read_receipt(const smpp::Receipt& receipt, Rows& rows) {
  add(rows, "id", receipt.id);
  if (receipt.state) {
    const auto number = std::to_string(static_cast<unsigned>(*receipt.state));
    rows.emplace_back("state", meaning_of("message_state", number));
  } else {
    add(rows, "stat", receipt.stat);
  }
  if (!receipt.err.empty()) rows.emplace_back("err", receipt.err);
  if (receipt.network_error_code) rows.emplace_back("network_error_code", std::to_string(*receipt.network_error_code));
  if (receipt.submitted_at) rows.emplace_back("submitted", utc_text(*receipt.submitted_at));
  if (receipt.done_at) rows.emplace_back("done", utc_text(*receipt.done_at));
  if (receipt.state_conflict) rows.emplace_back("conflict", "text and TLV name different states; the TLV counts");
  if (receipt.id_conflict) rows.emplace_back("conflict", "text and TLV name different ids; the TLV counts");
  add(rows, "begins", receipt.text);
}

// A header's numbers in words, a field's by its list of values.
std::string words_for(const smpp::FieldPlace& place) {
  if (place.name == "command_status") {
    const auto status = smpp::status_of(place.value);
    return status ? std::string(gloss_of(*status).meaning) : "";
  }
  return meaning_of(place.name, place.value);
}

}  // namespace

std::string deviation_text(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"request_with_status", "a request whose command_status is not 0 (P8)"},
      {"body_ignored", "octets behind a command that has no body (P9)"},
      {"response_without_body", "ESME_ROK without the mandatory body (P11)"},
      {"response_without_message_id", "an error response whose body is TLVs only (P10)"},
      {"response_body_ignored", "an error response whose body makes no sense (P10)"},
      {"unterminated_cstring", "the PDU ends where a NUL should be (P12)"},
      {"overlong_cstring", "a C-string longer than its field (P12)"},
      {"time_length", "a time of neither 0 nor 16 characters (P121)"},
      {"stray_octets", "1 to 3 octets behind the last field (P15)"},
      {"tlv_wrong_length", "a TLV of another length than the specification gives it (P31)"},
      {"short_message_cut", "sm_length reaches beyond the PDU (P13)"},
      {"tlv_overrun", "a TLV reaches beyond the PDU; it and what follows is not read (P32)"},
  };
  for (const auto& [known, words] : kWords) {
    if (known == name) return fmt::format("{}: {}", name, words);
  }
  return std::string(name);
}

Annotated annotate(std::span<const std::byte> pdu) {
  Annotated out;
  if (pdu.size() >= smpp::kHeaderLength) out.command = smpp::command_name(smpp::read_header(pdu).id);
  for (smpp::FieldPlace& place : smpp::places_of(pdu)) {
    AnnotatedField field{std::move(place), {}};
    field.meaning = words_for(field);
    out.fields.push_back(std::move(field));
  }
  const auto decoded = smpp::decode(pdu);
  if (!decoded) {
    out.malformed = smpp::message(decoded.error());
    return out;
  }
  for (const auto kind : decoded->tolerances) out.deviations.push_back(deviation_text(smpp::name_of(kind)));
  std::visit(
      [&]<class Body>(const Body& body) {
        if constexpr (HasText<Body>) {
          const smpp::Payload payload = smpp::payload_of(body);
          if constexpr (HasReceipt<Body>) {
            if (smpp::is_receipt(body)) {
              if (const auto receipt = smpp::parse_receipt(body)) read_receipt(*receipt, out.receipt);
            }
          }
          if (!payload.user_data.empty()) read_text(payload, body.data_coding, out.text);
          if (payload.both_bodies) out.deviations.emplace_back("both short_message and message_payload (P102)");
          if (payload.odd_concatenation) out.deviations.emplace_back("parts are numbered in a way that makes no sense (P111)");
        }
      },
      decoded->pdu.body);
  return out;
}

std::string to_table(const Annotated& annotated, std::span<const std::byte> pdu) {
  constexpr std::size_t kShown = 8;  // octets in a line
  std::string out;
  for (const AnnotatedField& field : annotated.fields) {
    const bool secret = field.name == "password";
    const auto octets = pdu.subspan(field.offset, field.length);
    for (std::size_t at = 0; at < octets.size(); at += kShown) {
      std::string digits;
      for (const std::byte octet : octets.subspan(at, std::min(kShown, octets.size() - at))) {
        digits += secret ? "** " : fmt::format("{:02x} ", std::to_integer<unsigned>(octet));
      }
      const bool is_hex = field.name == "short_message" || field.name == "undecoded" || field.name == "body";
      const bool is_number = !field.value.empty() && field.value.find_first_not_of("0123456789") == std::string::npos;
      const bool plain = is_number || is_hex || field.offset < smpp::kHeaderLength;
      std::string value = secret ? "***" : plain ? field.value : quoted(field.value);
      if (is_hex) value.clear();  // its octets stand beside it, its text below
      if (!field.meaning.empty()) value += value.empty() ? field.meaning : "  (" + field.meaning + ")";
      out += at == 0 ? fmt::format("  {:04x}  {:<24} {:<24} {}", field.offset, digits, field.name, value)
                     : fmt::format("  {:04x}  {}", field.offset + at, digits);
      while (out.ends_with(' ')) out.pop_back();
      out += '\n';
    }
  }
  const auto rows = [&](const Rows& list, std::string_view title) {
    for (const auto& [name, value] : list) {
      out += fmt::format("  {:<8}{:<24} {}\n", &list.front().first == &name ? title : "", name, value);
    }
  };
  rows(annotated.text, "text");
  rows(annotated.receipt, "receipt");
  for (const std::string& deviation : annotated.deviations) out += "  deviation: " + deviation + '\n';
  if (!annotated.malformed.empty()) out += "  malformed: " + annotated.malformed + '\n';
  return out;
}

}  // namespace smpp_sim
