#include "tools/smpp-sim/packet.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>

#include <cstring>

namespace smpp_sim {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kMicroseconds = 0xA1B2C3D4, kNanoseconds = 0xA1B23C4D;
constexpr std::uint32_t kPcapng = 0x0A0D0D0A;  // the same either way round
constexpr std::size_t kFileHeader = 24, kRecordHeader = 16;
// No packet is longer, not even one that an interface put together; beyond it the file is damaged.
constexpr std::uint32_t kLongestPacket = 256 * 1024;

// https://www.tcpdump.org/linktypes.html
enum LinkType : std::uint32_t {
  loopback_null = 0, ethernet = 1, raw_bsd = 12, raw_openbsd = 14, raw = 101, loopback_loop = 108, linux_sll = 113,
  raw_ipv4 = 228, raw_ipv6 = 229, upper_pdu = 252, linux_sll2 = 276
};

// Big-endian; 0 beyond the end.
std::uint32_t at8(Bytes from, std::size_t at) { return at < from.size() ? std::to_integer<std::uint32_t>(from[at]) : 0; }
std::uint32_t at16(Bytes from, std::size_t at) { return at8(from, at) << 8 | at8(from, at + 1); }
std::uint32_t at32(Bytes from, std::size_t at) { return at16(from, at) << 16 | at16(from, at + 2); }

std::string address_text(Bytes octets) {
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(octets.size() == 4 ? AF_INET : AF_INET6, octets.data(), text, sizeof text);
  return text;
}

enum class Kept { yes, no, damaged };

Kept read_tcp(Bytes octets, Packet& packet) {
  const std::size_t header = (at8(octets, 12) >> 4) * 4U;
  if (octets.size() < 20 || header < 20 || header > octets.size()) return Kept::damaged;
  packet.is_tcp = true;
  packet.source.port = static_cast<std::uint16_t>(at16(octets, 0));
  packet.destination.port = static_cast<std::uint16_t>(at16(octets, 2));
  packet.sequence = at32(octets, 4);
  packet.acknowledged = at32(octets, 8);
  const std::uint32_t flags = at8(octets, 13);
  packet.fin = (flags & 0x01) != 0;
  packet.syn = (flags & 0x02) != 0;
  packet.rst = (flags & 0x04) != 0;
  packet.ack = (flags & 0x10) != 0;
  packet.payload = octets.subspan(header);
  return Kept::yes;
}

constexpr std::uint32_t kTcp = 6;

Kept read_ipv4(Bytes octets, Packet& packet) {
  const std::size_t header = (at8(octets, 0) & 0x0F) * 4U;
  const std::size_t total = at16(octets, 2);
  if (octets.size() < 20 || header < 20 || header > octets.size()) return Kept::damaged;
  if (at8(octets, 9) != kTcp) return Kept::no;
  if ((at16(octets, 6) & 0x3FFF) != 0) return Kept::damaged;  // a fragment
  // 0: the network card was to fill it in (segmentation offload). More than there is: captured in part.
  if (total > octets.size()) return Kept::damaged;
  if (total >= header) octets = octets.first(total);
  packet.source.address = address_text(octets.subspan(12, 4));
  packet.destination.address = address_text(octets.subspan(16, 4));
  return read_tcp(octets.subspan(header), packet);
}

Kept read_ipv6(Bytes octets, Packet& packet) {
  if (octets.size() < 40) return Kept::damaged;
  const std::size_t length = at16(octets, 4);
  if (length > octets.size() - 40) return Kept::damaged;
  packet.source.address = address_text(octets.subspan(8, 16));
  packet.destination.address = address_text(octets.subspan(24, 16));
  std::uint32_t next = at8(octets, 6);
  Bytes rest = octets.subspan(40);
  if (length > 0) rest = rest.first(length);
  // Extension headers: hop by hop, routing, destination options (RFC 8200 4); 44 is a fragment.
  while (next == 0 || next == 43 || next == 60) {
    const std::size_t skip = (at8(rest, 1) + 1) * 8U;
    if (skip > rest.size()) return Kept::damaged;
    next = at8(rest, 0);
    rest = rest.subspan(skip);
  }
  if (next == 44) return Kept::damaged;
  return next == kTcp ? read_tcp(rest, packet) : Kept::no;
}

Kept read_ip(Bytes octets, Packet& packet) {
  switch (at8(octets, 0) >> 4) {
    case 4: return read_ipv4(octets, packet);
    case 6: return read_ipv6(octets, packet);
    default: return Kept::no;
  }
}

Kept read_by_ethertype(std::uint32_t type, Bytes octets, Packet& packet) {
  while (type == 0x8100 || type == 0x88A8) {  // VLAN tags
    if (octets.size() < 4) return Kept::damaged;
    type = at16(octets, 2);
    octets = octets.subspan(4);
  }
  return type == 0x0800 || type == 0x86DD ? read_ip(octets, packet) : Kept::no;
}

// Wireshark's "exported PDU": tags, then the PDU. Other dissectors' PDUs are not ours.
Kept read_exported(Bytes octets, Packet& packet) {
  std::size_t at = 0;
  bool is_smpp = false;
  for (;;) {
    if (at + 4 > octets.size()) return Kept::damaged;
    const std::uint32_t tag = at16(octets, at), length = at16(octets, at + 2);
    at += 4;
    if (tag == 0) break;
    if (at + length > octets.size()) return Kept::damaged;
    const Bytes value = octets.subspan(at, length);
    switch (tag) {
      case 12: is_smpp = smpp::view_of(value).starts_with("smpp"); break;
      case 20: case 22: if (length == 4 || length == 16) packet.source.address = address_text(value); break;
      case 21: case 23: if (length == 4 || length == 16) packet.destination.address = address_text(value); break;
      case 25: packet.source.port = static_cast<std::uint16_t>(at32(value, 0)); break;
      case 26: packet.destination.port = static_cast<std::uint16_t>(at32(value, 0)); break;
      default: break;
    }
    at += length;
  }
  packet.payload = octets.subspan(at);
  return is_smpp ? Kept::yes : Kept::no;
}

Kept read_link(std::uint32_t type, Bytes octets, Packet& packet) {
  const auto behind = [&](std::size_t count) { return octets.size() < count ? Bytes() : octets.subspan(count); };
  switch (type) {
    case loopback_null:
    case loopback_loop: return read_ip(behind(4), packet);
    case ethernet: return read_by_ethertype(at16(octets, 12), behind(14), packet);
    case linux_sll: return read_by_ethertype(at16(octets, 14), behind(16), packet);
    case linux_sll2: return read_by_ethertype(at16(octets, 0), behind(20), packet);
    case upper_pdu: return read_exported(octets, packet);
    default: return read_ip(octets, packet);
  }
}

bool is_known_link(std::uint32_t type) {
  for (const std::uint32_t known : {loopback_null, ethernet, raw_bsd, raw_openbsd, raw, loopback_loop, linux_sll, raw_ipv4,
                                    raw_ipv6, upper_pdu, linux_sll2}) {
    if (type == known) return true;
  }
  return false;
}

// Numbers of the file's own headers, in the byte order of whoever wrote it.
struct FileOrder {
  bool swapped = false;
  std::uint32_t at(Bytes file, std::size_t at) const {
    const std::uint32_t big = at32(file, at);
    return swapped ? big : __builtin_bswap32(big);
  }
};

}  // namespace

bool is_capture(Bytes file) {
  if (file.size() < 4) return false;
  const std::uint32_t big = at32(file, 0), little = __builtin_bswap32(big);
  for (const std::uint32_t magic : {kMicroseconds, kNanoseconds, kPcapng}) {
    if (big == magic || little == magic) return true;
  }
  return false;
}

std::string read_packets(Bytes file, const std::function<void(const Packet&)>& each, PacketFile& seen) {
  if (!is_capture(file)) return "not a pcap file";
  if (at32(file, 0) == kPcapng) {
    return "a pcapng file, which is not read here; write it anew as pcap: tshark -r FILE -F pcap -w OUT.pcap";
  }
  if (file.size() < kFileHeader) return "the file ends within its own header";
  const std::uint32_t magic = at32(file, 0);
  const FileOrder order{magic == kMicroseconds || magic == kNanoseconds};
  const bool nano = magic == kNanoseconds || __builtin_bswap32(magic) == kNanoseconds;
  const std::uint32_t link = order.at(file, 20) & 0xFFFF;  // the upper half says how long a frame check sequence is
  if (!is_known_link(link)) {
    return fmt::format("link type {} is not read here; Ethernet, Linux cooked, raw IP, loopback and exported PDUs are", link);
  }
  std::size_t at = kFileHeader, number = 0;
  while (at < file.size()) {
    if (file.size() - at < kRecordHeader) break;
    const std::uint32_t captured = order.at(file, at + 8), length = order.at(file, at + 12);
    if (captured > kLongestPacket) {
      return fmt::format("packet {} at octet {} is said to be {} octets long: the file is damaged", number + 1, at, captured);
    }
    if (file.size() - at - kRecordHeader < captured) break;
    Packet packet;
    packet.number = ++number;
    const std::uint32_t fraction = order.at(file, at + 4);
    packet.at = std::chrono::seconds(order.at(file, at)) + std::chrono::microseconds(nano ? fraction / 1000 : fraction);
    const Kept kept = read_link(link, file.subspan(at + kRecordHeader, captured), packet);
    if (kept == Kept::yes) each(packet);
    if (kept == Kept::damaged || (kept == Kept::yes && captured < length)) ++seen.skipped;
    at += kRecordHeader + captured;
  }
  seen.cut = at < file.size();
  return {};
}

}  // namespace smpp_sim
