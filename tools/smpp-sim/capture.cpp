#include "tools/smpp-sim/capture.hpp"

#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "tools/smpp-sim/packet.hpp"
#include "tools/smpp-sim/tcp_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace smpp_sim {
namespace {

constexpr std::uint32_t kLongestPdu = 69'648;  // P2

bool looks_like_pdu(std::span<const std::byte> octets) {
  if (octets.size() < smpp::kHeaderLength) return false;
  const smpp::Header header = smpp::read_header(octets);
  return header.command_length >= smpp::kHeaderLength && header.command_length <= kLongestPdu && smpp::is_known(header.id);
}

bool is_bind(smpp::command_id id) {
  return id == smpp::command_id::bind_transceiver || id == smpp::command_id::bind_transmitter ||
         id == smpp::command_id::bind_receiver;
}

// What only an ESME says, or what is only said to one (v3.4 2.3): tells the sides apart where the capture begins later.
enum class Says { client, server, unknown };
Says speaker_of(smpp::command_id id) {
  switch (id) {
    case smpp::command_id::submit_sm:
    case smpp::command_id::submit_multi:
    case smpp::command_id::query_sm:
    case smpp::command_id::cancel_sm:
    case smpp::command_id::replace_sm:
    case smpp::command_id::deliver_sm_resp: return Says::client;
    case smpp::command_id::submit_sm_resp:
    case smpp::command_id::deliver_sm:
    case smpp::command_id::alert_notification: return Says::server;
    default: break;
  }
  if (is_bind(id)) return Says::client;
  return smpp::is_response(id) && is_bind(static_cast<smpp::command_id>(static_cast<std::uint32_t>(id) & 0x7FFFFFFFU))
             ? Says::server
             : Says::unknown;
}

// One direction.
struct Stream {
  TcpOrder order;
  smpp::Framer framer{kLongestPdu};
  bool aligned = false;  // the next octet begins a PDU
  bool lost = false;     // framing is gone for good
};

struct Conversation {
  Endpoint first, second;  // first: the sender of the first packet
  Stream streams[2];
  bool client_is_second = false;
  bool sides_known = false;
  std::size_t index = 0;
};

class Reader {
 public:
  explicit Reader(Capture& capture) : capture_(capture) {}

  void packet(const Packet& packet) {
    Conversation& one = conversation(packet);
    const int side = packet.source == one.first ? 0 : 1;
    now_ = packet.at;
    number_ = packet.number;
    if (!packet.is_tcp) return octets(one, side, packet.payload, false);
    CapturedConnection& seen = capture_.connections[one.index];
    if (packet.syn) {
      one.streams[side].order.syn(packet.sequence);
      one.streams[side].aligned = true;
      if (!seen.began && !one.sides_known) set_sides(one, packet.ack ? 1 - side : side);
      seen.began = true;
    }
    if (packet.ack) one.streams[1 - side].order.acknowledged(packet.acknowledged, take(one, 1 - side));
    one.streams[side].order.segment(packet.sequence, packet.payload, take(one, side));
    if (packet.fin || packet.rst) ended(one, side, packet.rst);
  }

  void finish() {
    for (auto& [key, one] : conversations_) end(one);
    for (std::size_t i = 0; i < capture_.pdus.size(); ++i) capture_.pdus[i].number = i + 1;
  }

 private:
  using Key = std::pair<Endpoint, Endpoint>;

  Conversation& conversation(const Packet& packet) {
    const Key key = std::minmax(packet.source, packet.destination);
    const auto found = conversations_.find(key);
    // A new connection of the same ports begins with a SYN after the old one has ended.
    const bool again = found != conversations_.end() && packet.syn && !packet.ack && ended_.contains(found->second.index);
    if (again) {
      end(found->second);
      conversations_.erase(found);
    }
    const auto [place, is_new] = conversations_.try_emplace(key);
    Conversation& one = place->second;
    if (is_new) {
      one.first = packet.source;
      one.second = packet.destination;
      one.index = capture_.connections.size();
      capture_.connections.push_back({packet.source, packet.destination});
      if (!packet.is_tcp) one.streams[0].aligned = one.streams[1].aligned = true;
    }
    return one;
  }

  void set_sides(Conversation& one, int client) {
    one.sides_known = true;
    one.client_is_second = client == 1;
    CapturedConnection& seen = capture_.connections[one.index];
    seen.client = client == 1 ? one.second : one.first;
    seen.server = client == 1 ? one.first : one.second;
    for (CapturedPdu& pdu : capture_.pdus) {  // of before the sides were known: counted from `first`
      if (pdu.connection == one.index && client == 1) pdu.from_client = !pdu.from_client;
    }
  }

  TcpOrder::Take take(Conversation& one, int side) {
    return [this, &one, side](std::span<const std::byte> some, bool after_gap) { octets(one, side, some, after_gap); };
  }

  void octets(Conversation& one, int side, std::span<const std::byte> some, bool after_gap) {
    Stream& stream = one.streams[side];
    if (after_gap) {
      stream.aligned = stream.lost = false;
      stream.framer = smpp::Framer(kLongestPdu);
    }
    if (stream.lost) return;
    // After a gap, and where the capture begins later, a segment that begins like a PDU is taken for the begin of one.
    if (!stream.aligned && !looks_like_pdu(some)) return;
    stream.aligned = true;
    stream.framer.append(some);
    std::span<const std::byte> pdu;
    for (;;) {
      const auto found = stream.framer.next(pdu);
      if (found == smpp::Framer::Found::nothing) return;
      if (found == smpp::Framer::Found::lost) return lost(one, side, stream);
      keep(one, side, pdu);
    }
  }

  void keep(Conversation& one, int side, std::span<const std::byte> pdu) {
    if (!one.sides_known) {
      const Says says = speaker_of(smpp::read_header(pdu).id);
      if (says != Says::unknown) set_sides(one, says == Says::client ? side : 1 - side);
    }
    const bool from_client = (side == 1) == one.client_is_second;
    capture_.pdus.push_back({0, number_, now_, one.index, from_client, smpp::Octets(pdu.begin(), pdu.end())});
  }

  void lost(const Conversation& one, int side, Stream& stream) {
    stream.lost = true;
    const Endpoint& from = side == 0 ? one.first : one.second;
    const auto foreign = stream.framer.foreign_protocol();
    capture_.notes.push_back(
        foreign.empty() ? fmt::format("packet {}: {}:{} sends a command_length of {}, impossible; the rest of it is not read",
                                      number_, from.address, from.port, stream.framer.lost_command_length())
                        : fmt::format("packet {}: {}:{} does not speak SMPP: this is {}", number_, from.address, from.port,
                                      foreign));
  }

  void ended(Conversation& one, int side, bool reset) {
    CapturedConnection& seen = capture_.connections[one.index];
    ended_.insert(one.index);
    if (seen.closed_by_client || seen.closed_by_server) return;
    const bool client = (side == 1) == one.client_is_second;
    (client ? seen.closed_by_client : seen.closed_by_server) = true;
    seen.reset = reset;
    seen.closed_at = now_;
  }

  void end(Conversation& one) {
    for (int side = 0; side < 2; ++side) {
      Stream& stream = one.streams[side];
      stream.order.end(take(one, side));
      const Endpoint& from = side == 0 ? one.first : one.second;
      if (stream.order.lost() > 0) {
        capture_.notes.push_back(fmt::format("{} octets that {}:{} sent are not in the capture", stream.order.lost(),
                                             from.address, from.port));
      }
      if (stream.framer.pending() > 0 && !stream.lost) {
        capture_.notes.push_back(fmt::format("{}:{}: the capture ends {} octets into a PDU of {}", from.address, from.port,
                                             stream.framer.pending(), stream.framer.pending_length()));
      }
    }
  }

  Capture& capture_;
  std::map<Key, Conversation> conversations_;
  std::set<std::size_t> ended_;
  std::chrono::microseconds now_{0};
  std::size_t number_ = 0;
};

}  // namespace

std::string read_capture(std::span<const std::byte> file, Capture& capture) {
  Reader reader(capture);
  PacketFile seen;
  const std::string wrong = read_packets(file, [&](const Packet& packet) { reader.packet(packet); }, seen);
  if (!wrong.empty()) return wrong;
  reader.finish();
  if (seen.cut) capture.notes.emplace_back("the file ends within a packet; what is before it was read");
  if (seen.skipped > 0) {
    capture.notes.push_back(fmt::format(
        "{} packets were captured in part or are IP fragments; capture with `tcpdump -s 0`", seen.skipped));
  }
  if (capture.pdus.empty()) return "no SMPP in it: no TCP connection carries a PDU, or it is encrypted (TLS)";
  return {};
}

}  // namespace smpp_sim
