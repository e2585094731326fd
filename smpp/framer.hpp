// Cuts a stream of octets into PDUs (P1 to P4). It holds what was received and nothing more: no length of the wire
// is ever allocated for.
#pragma once

#include "smpp/octets.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace smpp {

class Framer {
 public:
  explicit Framer(std::uint32_t max_command_length) : max_command_length_(max_command_length) {}

  enum class Found { nothing, pdu, lost };

  void append(std::span<const std::byte> octets);
  // `pdu`: a whole PDU, valid until the next append. `lost`: command_length is impossible (P3); nothing follows ever.
  [[nodiscard]] Found next(std::span<const std::byte>& pdu);

  // Octets of a PDU that has begun and not ended.
  [[nodiscard]] std::size_t pending() const { return buffer_.size() - begin_; }
  [[nodiscard]] std::span<const std::byte> pending_octets() const { return std::span(buffer_).subspan(begin_); }
  // How long it says it is; 0 below 4 octets.
  [[nodiscard]] std::uint32_t pending_length() const;

  // After `lost`: the sequence_number if a whole header is there, else 0; and what speaks there, by its first octets
  // if they were the first of the stream: "HTTP", "TLS", "TLS alert", "SSH", "AMQP" or empty (P4).
  [[nodiscard]] std::uint32_t lost_sequence_number() const;
  [[nodiscard]] std::uint32_t lost_command_length() const { return pending_length(); }
  [[nodiscard]] std::string_view foreign_protocol() const;

 private:
  Octets buffer_;
  std::size_t begin_ = 0;
  std::uint32_t max_command_length_;
  bool first_ = true;
  bool lost_ = false;
};

}  // namespace smpp
