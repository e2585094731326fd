// User data headers, SAR TLVs and message_payload: what reassembly reads.
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "test/fuzz/message.hpp"

#include <algorithm>

namespace {

using fuzz::check;
using smpp::Alphabet;

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* begin, std::size_t size) {
  fuzz::Input input(begin, size);
  const auto pdu = fuzz::message_of(input);
  if (!pdu) return 0;
  const smpp::Payload payload = smpp::payload_of(*pdu);
  std::span<const std::byte> octets = pdu->short_message;
  if (octets.empty()) octets = pdu->tlvs.octets(smpp::tag::message_payload).value_or(octets);

  check(payload.user_data.size() <= octets.size(), "user data is part of the message");
  const std::size_t header = octets.size() - payload.user_data.size();
  check(std::equal(payload.user_data.begin(), payload.user_data.end(), octets.subspan(header).begin()),
        "user data is the end of the message");
  check(header == payload.udh_octets || header == 256, "header and user data are the message");
  if ((pdu->esm_class & 0x40) == 0) check(header == 0 && !payload.broken_udh, "no header without UDHI");
  if (payload.broken_udh) check(header == 0, "a header that does not fit is text (P109)");
  if (const auto& found = payload.concatenation) {
    check(found->total > 1 && found->number >= 1 && found->number <= found->total, "a part of several (P111)");
    check(found->width == 0 || found->width == 8 || found->width == 16, "a width that exists");
    check(found->width != 8 || found->reference <= 0xFF, "the reference fits its width");
  }
  for (const auto alphabet : {Alphabet::gsm7, Alphabet::gsm7_packed, Alphabet::utf8, Alphabet::ucs2}) {
    const auto text = smpp::decode_text(payload.user_data, pdu->data_coding, alphabet, payload.udh_octets);
    check(smpp::is_valid_utf8(text), "whatever arrives, its text is UTF-8");
  }
  return 0;
}
