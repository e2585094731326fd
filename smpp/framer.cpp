#include "smpp/framer.hpp"

#include "smpp/codec.hpp"

#include <algorithm>

namespace smpp {
namespace {

std::uint32_t big_endian_32(std::span<const std::byte> octets) {
  return std::to_integer<std::uint32_t>(octets[0]) << 24 | std::to_integer<std::uint32_t>(octets[1]) << 16 |
         std::to_integer<std::uint32_t>(octets[2]) << 8 | std::to_integer<std::uint32_t>(octets[3]);
}

}  // namespace

void Framer::append(std::span<const std::byte> octets) {
  if (lost_) return;
  // What was handed out is dropped only here, so that the span of the last next() stays valid until now.
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

std::uint32_t Framer::pending_length() const {
  if (pending() < 4) return 0;
  return big_endian_32(std::span(buffer_).subspan(begin_));
}

Framer::Found Framer::next(std::span<const std::byte>& pdu) {
  if (lost_) return Found::nothing;
  if (pending() < 4) return Found::nothing;
  const std::uint32_t length = pending_length();
  if (length < kHeaderLength || length > max_command_length_) {
    lost_ = true;
    return Found::lost;
  }
  if (pending() < length) return Found::nothing;
  pdu = std::span<const std::byte>(buffer_).subspan(begin_, length);
  begin_ += length;
  first_ = false;
  return Found::pdu;
}

std::uint32_t Framer::lost_sequence_number() const {
  if (!lost_ || pending() < kHeaderLength) return 0;
  return big_endian_32(std::span(buffer_).subspan(begin_ + 12));
}

std::string_view Framer::foreign_protocol() const {
  if (!lost_ || !first_) return {};
  const std::string_view start = view_of(std::span(buffer_).subspan(begin_));
  if (start.starts_with("HTTP")) return "HTTP";
  for (const std::string_view method : {"GET ", "POST", "HEAD", "PUT ", "OPTI"}) {
    if (start.starts_with(method)) return "HTTP";
  }
  if (start.starts_with("AMQP")) return "AMQP";
  if (start.starts_with("SSH-")) return "SSH";
  if (start.starts_with("\x16\x03")) return "TLS";
  if (start.starts_with("\x15\x03")) return "TLS alert";
  return {};
}

}  // namespace smpp
