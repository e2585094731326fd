#include "tools/smpp-sim/trace.hpp"

#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/receipt.hpp"
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "tools/smpp-sim/ledger.hpp"
#include "tools/smpp-sim/pdu_log.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <type_traits>
#include <variant>

namespace smpp_sim {
namespace {

// ISO 6429; only to a terminal.
constexpr std::string_view kPlain = "\x1b[0m", kDim = "\x1b[2m", kRed = "\x1b[31m", kGreen = "\x1b[32m",
                           kCyan = "\x1b[36m";

// An address as it is, unless it would end the line or lead the terminal.
std::string plain(const std::string& address) {
  const bool tame = std::all_of(address.begin(), address.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  return tame ? address : quoted(address);
}

template <typename Message>
std::string message_line(const Message& message, bool is_receipt) {
  const smpp::Payload payload = smpp::payload_of(message);
  std::string line = fmt::format(" {} -> {}", plain(message.source.addr), plain(message.destination.addr));
  if (is_receipt) {
    return line + " receipt " + quoted(smpp::decode_text(payload.user_data, 0, smpp::Alphabet::latin1));
  }
  line +=
      " " + quoted(smpp::decode_text(payload.user_data, message.data_coding, smpp::DecodeOptions{}, payload.header()));
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
  if (const auto* data = std::get_if<smpp::DataSm>(&pdu.body))
    return line + message_line(*data, smpp::is_receipt(*data));
  return line + field_line(pdu);
}

void Trace::say(const smpp::net::Peer& peer, Wall at, std::string_view direction, std::string_view colour,
                std::string_view text) const {
  const std::string line = fmt::format("{} #{} {} {}", utc_text(at).substr(11, 12), peer.connection, direction, text);
  if (style_.colour && !colour.empty()) {
    fmt::print(to_, "{}{}{}\n", colour, line, kPlain);
  } else {
    fmt::print(to_, "{}\n", line);
  }
}

void Trace::link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) {
  if (style_.json) {
    constexpr std::string_view names[] = {"connected", "refused", "closed"};
    fmt::print(to_,
               R"({{"at":"{}","connection":{},"link":"{}","remote":"{}:{}","tls":"{}","why":{}}})"
               "\n",
               utc_text(at), peer.connection, names[static_cast<std::size_t>(event)], peer.remote_address,
               peer.remote_port, peer.tls, boost::json::serialize(boost::json::string(why)));
    return;
  }
  switch (event) {
    case LinkEvent::connected: {
      const std::string over = peer.tls.empty() ? "" : " over " + peer.tls;
      return say(peer, at, "--", kDim,
                 fmt::format("connected from {}:{}{}", peer.remote_address, peer.remote_port, over));
    }
    case LinkEvent::refused:
      return say(peer, at, "--", kRed,
                 fmt::format("no connection from {}:{}: TLS: {}", peer.remote_address, peer.remote_port, why));
    case LinkEvent::closed: return say(peer, at, "--", kDim, "connection ended");
  }
}

void Trace::say_json(const Passed& passed) const {
  LoggedPdu logged;
  logged.id = number_;
  logged.at = passed.at;
  logged.connection = passed.peer.connection;
  logged.incoming = passed.incoming;
  logged.account = passed.account;
  logged.fault = passed.fault;
  logged.octets.assign(passed.octets.begin(), passed.octets.end());
  fmt::print(to_, "{}\n", to_json(logged, style_.hex));
}

void Trace::pdu(const Passed& passed) {
  ++number_;
  if (style_.json) return say_json(passed);
  const std::string_view direction = passed.incoming ? "<-" : "->";
  if (!passed.fault.empty()) {
    say(passed.peer, passed.at, direction, kRed, passed.fault);
  } else {
    const smpp::Header header = smpp::read_header(passed.octets);
    const bool is_error = smpp::is_response(header.id) && header.status != smpp::command_status::ESME_ROK;
    const auto decoded = smpp::decode(passed.octets);
    const std::string_view colour = is_error || !decoded ? kRed : passed.incoming ? kCyan : kGreen;
    say(passed.peer, passed.at, direction, colour,
        decoded ? one_line(decoded->pdu)
                : fmt::format("{}: {}", smpp::command_name(header.id), smpp::message(decoded.error())));
  }
  if (style_.hex) fmt::print(to_, "{}", smpp::hex_dump(passed.octets));
}

}  // namespace smpp_sim
