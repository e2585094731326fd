// A message from a handset as the PDUs that carry it: the alphabet, the way long ones go, which parts are sent and in
// what order, and everything else a client must cope with. Pure: same request, same octets.
#pragma once

#include "smpp/octets.hpp"
#include "smpp/pdu.hpp"
#include "smpp/text.hpp"
#include "smpp/tlv.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

enum class MoAlphabet {
  automatic,    // GSM-7 if it holds the text, else UCS-2
  gsm7,         // a septet per octet, data_coding 0
  gsm7_packed,  // eight septets in seven octets, data_coding 0
  latin1,       // data_coding 3
  ucs2,         // data_coding 8
};

// Application ports of 3GPP TS 23.040 9.2.3.24.4.
struct MoPorts {
  std::uint16_t destination = 0, source = 0;
};

struct MoText {
  std::string from, to, text;
  std::optional<std::uint8_t> data_coding;  // alone, 0, 1, 3 and 8 choose the alphabet too
  std::optional<smpp::Octets> octets;       // instead of the text; up to 254 go as they are, unless long_mode is set
  std::uint8_t esm_class = 0;               // UDHI is added where a header is made
  MoAlphabet alphabet = MoAlphabet::automatic;
  std::optional<smpp::LongMode> long_mode;  // udh8, udh16, sar, payload; absent: udh8, where one PDU is too small
  std::vector<unsigned> parts;              // the parts that are sent, in this order, from 1; empty: all of them
  std::optional<std::uint16_t> reference;   // of the concatenation; absent: the caller's next
  std::optional<MoPorts> ports;             // in the user data header; with sar and payload in TLVs
  smpp::Tlvs tlvs;                          // beside those made here
  bool data_sm = false;                     // instead of deliver_sm
  unsigned max_attempts = 0;                // offers of a part that is refused for now; 0: as --max-attempts says
};

// One PDU per part; empty, and then `error` says why: "parts: 4, but the message has 3".
[[nodiscard]] std::vector<smpp::Request> make_mo(const MoText& mo, std::uint16_t reference, std::string& error);

// Absent: not one of them. "auto", "gsm7", "gsm7-packed", "latin1", "ucs2".
[[nodiscard]] std::optional<MoAlphabet> alphabet_of(std::string_view name);
// "udh8", "udh16", "sar", "payload".
[[nodiscard]] std::optional<smpp::LongMode> long_mode_of(std::string_view name);
// "1,3,2" -> {1, 3, 2}; absent: something else, or a 0.
[[nodiscard]] std::optional<std::vector<unsigned>> part_list_of(std::string_view text);
// "16000" or "16000:1234" (destination:source).
[[nodiscard]] std::optional<MoPorts> ports_of(std::string_view text);
// "0x1401=0a0b" or "its_session_info=0102", the value in hexadecimal digits.
[[nodiscard]] std::optional<smpp::Tlv> tlv_of(std::string_view text);
// The text of appendix B, which a handset may send as well as an SMSC: only esm_class and TLVs tell them apart.
[[nodiscard]] std::string receipt_text_of(std::string_view message_id);

}  // namespace smpp_sim
