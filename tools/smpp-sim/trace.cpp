#include "tools/smpp-sim/trace.hpp"

#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "tools/smpp-sim/ledger.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <type_traits>
#include <variant>

namespace smpp_sim {
namespace {

template <typename Message>
std::string message_line(const Message& message, bool is_receipt) {
  const smpp::Payload payload = smpp::payload_of(message);
  std::string line = fmt::format(" {} -> {}", message.source.addr, message.destination.addr);
  if (is_receipt) {
    return line + " receipt " + quoted(smpp::decode_text(payload.user_data, 0, smpp::Alphabet::latin1));
  }
  line += " " + quoted(smpp::decode_text(payload.user_data, message.data_coding, smpp::DecodeOptions{}, payload.header()));
  if (payload.concatenation) {
    line += fmt::format(" part {}/{} ref={}", payload.concatenation->number, payload.concatenation->total,
                        payload.concatenation->reference);
  }
  if (message.data_coding != 0) line += fmt::format(" data_coding={}", message.data_coding);
  if ((message.registered_delivery & 0x03) != 0) line += " receipt wanted";
  return line;
}

std::string field_line(const smpp::Pdu& pdu) {
  std::string line;
  for (const auto& field : smpp::fields_of(pdu)) {
    if (field.is_default || field.name == "password") continue;
    line += fmt::format(" {}={}", field.name, quoted(field.value));
  }
  return line;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (octet < 0x20 || octet == 0x7F) {
      out += fmt::format("\\x{:02x}", octet);
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

std::string one_line(const smpp::Pdu& pdu) {
  std::string line = fmt::format("{} seq={}", smpp::command_name(pdu.id()), pdu.sequence_number);
  if (smpp::is_response(pdu.id())) line += " " + smpp::status_name(pdu.status);
  if (const auto* submit = std::get_if<smpp::SubmitSm>(&pdu.body)) return line + message_line(*submit, false);
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&pdu.body)) {
    return line + message_line(*deliver, smpp::is_receipt(*deliver));
  }
  if (const auto* data = std::get_if<smpp::DataSm>(&pdu.body)) return line + message_line(*data, smpp::is_receipt(*data));
  return line + field_line(pdu);
}

void Trace::say(const smpp::net::Peer& peer, std::string_view direction, std::string_view text) const {
  fmt::print("{} #{} {} {}\n", utc_text(clocks_.wall()).substr(11, 12), peer.connection, direction, text);
}

void Trace::connected(const smpp::net::Peer& peer) {
  const std::string over = peer.tls.empty() ? "" : " over " + peer.tls;
  say(peer, "--", fmt::format("connected from {}:{}{}", peer.remote_address, peer.remote_port, over));
}

void Trace::refused(const smpp::net::Peer& peer, std::string_view why) {
  say(peer, "--", fmt::format("no connection from {}:{}: TLS: {}", peer.remote_address, peer.remote_port, why));
  std::fflush(stdout);
}

void Trace::closed(const smpp::net::Peer& peer) {
  streams_.erase(peer.connection);
  say(peer, "--", "connection ended");
  std::fflush(stdout);
}

void Trace::octets(const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets) {
  Streams& streams = streams_[peer.connection];
  smpp::Framer& framer = incoming ? streams.in : streams.out;
  const std::string_view direction = incoming ? "<-" : "->";
  framer.append(octets);
  std::span<const std::byte> raw;
  for (;;) {
    const auto found = framer.next(raw);
    if (found == smpp::Framer::Found::nothing) break;
    if (found == smpp::Framer::Found::lost) {
      const auto foreign = framer.foreign_protocol();
      say(peer, direction,
          foreign.empty() ? fmt::format("not a PDU: command_length {}", framer.lost_command_length())
                          : fmt::format("not SMPP: this is {}", foreign));
      break;
    }
    const auto decoded = smpp::decode(raw);
    say(peer, direction,
        decoded ? one_line(decoded->pdu)
                : fmt::format("{}: {}", smpp::command_name(smpp::read_header(raw).id), smpp::message(decoded.error())));
  }
  std::fflush(stdout);
}

}  // namespace smpp_sim
