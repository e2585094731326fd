#include "tools/smpp-sim/wiretap.hpp"

#include "smpp/codec.hpp"

#include <fmt/format.h>

#include <variant>

namespace smpp_sim {
namespace {

bool is_bind(smpp::command_id id) {
  return id == smpp::command_id::bind_receiver || id == smpp::command_id::bind_transmitter ||
         id == smpp::command_id::bind_transceiver;
}

// Absent where the bind cannot be read; the account then stays what it was.
std::shared_ptr<const std::string> account_of(std::span<const std::byte> pdu, const std::string& place) {
  const auto decoded = smpp::decode(pdu);
  if (!decoded) return nullptr;
  const smpp::BindBody* body = std::get_if<smpp::BindTransceiver>(&decoded->pdu.body);
  if (body == nullptr) body = std::get_if<smpp::BindTransmitter>(&decoded->pdu.body);
  if (body == nullptr) body = std::get_if<smpp::BindReceiver>(&decoded->pdu.body);
  if (body == nullptr) return nullptr;
  return std::make_shared<std::string>(place.empty() ? body->system_id : body->system_id + "@" + place);
}

std::string fault_of(const smpp::Framer& framer) {
  const auto foreign = framer.foreign_protocol();
  return foreign.empty() ? fmt::format("not a PDU: command_length {}", framer.lost_command_length())
                         : fmt::format("not SMPP: this is {}", foreign);
}

}  // namespace

void Wiretap::link(const smpp::net::Peer& peer, LinkEvent event, std::string_view why, Wall at) {
  const auto found = lines_.find(peer.connection);
  if (event == LinkEvent::closed && found != lines_.end()) {
    for (const bool incoming : {true, false}) {
      const Stream& stream = incoming ? found->second.in : found->second.out;
      if (stream.lost || stream.framer.pending() == 0) continue;
      const std::string fault = fmt::format("the connection ended {} octets into a PDU", stream.framer.pending());
      tell({peer, incoming, stream.framer.pending_octets(), found->second.account, fault, at});
    }
    lines_.erase(found);
  }
  for (Onlooker* const each : onlookers_) each->link(peer, event, why, at);
  for (Onlooker* const each : onlookers_) each->batch_ended();
}

void Wiretap::octets(const smpp::net::Peer& peer, bool incoming, std::span<const std::byte> octets, Wall at) {
  if (onlookers_.empty()) return;
  Line& line = lines_[peer.connection];
  Stream& stream = incoming ? line.in : line.out;
  if (stream.lost) {
    tell({peer, incoming, octets, line.account, "behind what was no PDU", at});
  } else {
    stream.framer.append(octets);
  }
  for (std::span<const std::byte> raw; !stream.lost;) {
    const auto found = stream.framer.next(raw);
    if (found == smpp::Framer::Found::nothing) break;
    if (found == smpp::Framer::Found::lost) {
      stream.lost = true;
      tell({peer, incoming, stream.framer.pending_octets(), line.account, fault_of(stream.framer), at});
      break;
    }
    if (incoming && is_bind(smpp::read_header(raw).id)) {
      if (auto account = account_of(raw, line.place)) line.account = std::move(account);
    }
    tell({peer, incoming, raw, line.account, {}, at});
  }
  for (Onlooker* const each : onlookers_) each->batch_ended();
}

void Wiretap::tell(const Passed& passed) const {
  for (Onlooker* const each : onlookers_) each->pdu(passed);
}

}  // namespace smpp_sim
