// What one connection really says: the PDUs of its session with the faults that are due on them, at once or in pieces
// with pauses between. Pure; smsc_faults.cpp writes what comes out of it.
#pragma once

#include "smpp/octets.hpp"
#include "tools/smpp-sim/fault.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <unordered_map>

namespace smpp_sim {

class Wire {
 public:
  // Asked of each request of ours as it goes out: the fault it gets, or none.
  using OnRequest = std::function<Fault(std::span<const std::byte> pdu)>;

  void spoil_response(std::uint32_t sequence_number, Fault fault) { responses_[sequence_number] = fault; }
  void spoil_next(Fault fault) { next_.push_back(fault); }  // of any PDU
  void become(Fault stream);  // mute, mute_enquire_link, byte_by_byte, split, merged, healthy

  // `pdus`: whole ones. What goes out now is appended to `now`; the rest comes from next_piece().
  void said(std::span<const std::byte> pdus, const OnRequest& on_request, smpp::Octets& now);
  [[nodiscard]] bool owes() const { return !pieces_.empty() || gathered_count_ != 0; }
  [[nodiscard]] std::chrono::milliseconds pause() const;  // before next_piece()
  [[nodiscard]] smpp::Octets next_piece();

 private:
  void one(std::span<const std::byte> pdu, const OnRequest& on_request, smpp::Octets& now);
  [[nodiscard]] Fault fault_of(std::span<const std::byte> pdu, const OnRequest& on_request);
  void send(const smpp::Octets& octets, smpp::Octets& now);

  std::unordered_map<std::uint32_t, Fault> responses_;  // by sequence_number
  std::deque<Fault> next_;
  std::deque<smpp::Octets> pieces_;
  smpp::Octets gathered_;
  std::size_t gathered_count_ = 0;  // PDUs in gathered_
  Fault stream_ = Fault::healthy;
  bool mute_ = false, mute_enquire_link_ = false;
  std::uint32_t last_request_ = 0;
};

}  // namespace smpp_sim
