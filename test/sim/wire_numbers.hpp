// What one session of ours owes its peer, read from the octets of both alone: no sequence_number is given to a request
// while another one that has it is unanswered (P7), and an enquire_link is answered in the wake that read it, whatever the
// engine is doing at that time (P55).
#pragma once

#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "test/sim/log.hpp"

#include <cstdint>
#include <set>
#include <span>

namespace sim {

class WireNumbers {
 public:
  // Octets of the peer, before the session has them.
  void heard(std::span<const std::byte> octets) {
    framer_.append(octets);
    std::span<const std::byte> pdu;
    while (framer_.next(pdu) == smpp::Framer::Found::pdu) {
      const smpp::Header header = smpp::read_header(pdu);
      if (smpp::is_response(header.id)) open_.erase(header.sequence_number);
      if (header.id == smpp::command_id::enquire_link) owed_.insert(header.sequence_number);
    }
  }
  // A PDU of the session, as it is encoded.
  void said(const smpp::Header& header) {
    if (header.id == smpp::command_id::enquire_link_resp) {
      const auto owed = owed_.find(header.sequence_number);
      if (owed == owed_.end()) {
        throw Violation{"every enquire_link is answered once", words("number ", header.sequence_number, " is answered unasked")};
      }
      owed_.erase(owed);
    }
    if (smpp::is_response(header.id) || open_.insert(header.sequence_number).second) return;
    throw Violation{"no sequence_number is used twice at a time",
                    words("number ", header.sequence_number, " is given to a ", smpp::command_name(header.id), " and to an unanswered request")};
  }
  // The wake that read is over.
  void woke() const {
    if (owed_.empty()) return;
    throw Violation{"an enquire_link is answered in the wake that read it", words("number ", *owed_.begin(), " is not")};
  }

 private:
  smpp::Framer framer_{0xFFFFFFFF};
  std::set<std::uint32_t> open_;
  std::multiset<std::uint32_t> owed_;
};

}  // namespace sim
