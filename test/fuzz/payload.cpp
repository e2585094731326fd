// User data headers, SAR TLVs and message_payload: what reassembly reads.
#include "smpp/text.hpp"
#include "smpp/udh.hpp"
#include "test/fuzz/message.hpp"

#include <algorithm>
#include <array>

namespace {

using fuzz::check;
using smpp::Alphabet;

// The same user data cut where its first octet says, each part under the header that it has or none, in data_codings
// that differ or not: what a set of parts may hold, whoever sent them.
void join(const smpp::Payload& payload, std::uint8_t data_coding, const smpp::DecodeOptions& options) {
  if (payload.user_data.empty()) return;
  const std::span<const std::byte> all(payload.user_data);
  const std::size_t cut = std::to_integer<std::size_t>(all[0]) % (all.size() + 1);
  const std::uint8_t other = static_cast<std::uint8_t>(std::to_integer<unsigned>(all[all.size() / 2]));
  for (const std::uint8_t second : {data_coding, other}) {
    const std::array parts{smpp::ReceivedPart{all.first(cut), data_coding, payload.header()}, smpp::ReceivedPart{all.subspan(cut), second, {}}};
    const smpp::DecodedText joined = smpp::read_parts(parts, options);
    check(smpp::is_valid_utf8(joined.text), "whatever was joined, its text is UTF-8");
    check(joined.text.size() <= all.size() * 4 + 8, "a joined text is about as long as its octets");
  }
  const std::array whole{smpp::ReceivedPart{all, data_coding, payload.header()}};
  check(smpp::read_parts(whole, options).text == smpp::read_text(all, data_coding, options, payload.header()).text, "one part is the message");
}

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
    smpp::DecodeOptions options;
    options.default_alphabet = alphabet;
    options.ucs2_little_endian = pdu->esm_class % 2 == 1;
    options.dcs4_text = pdu->esm_class / 2 % 2 == 1;
    options.gsm_data_coding = pdu->esm_class / 4 % 2 == 1;
    const auto text = smpp::decode_text(payload.user_data, pdu->data_coding, options, payload.header());
    check(smpp::is_valid_utf8(text), "whatever arrives, its text is UTF-8");
    join(payload, pdu->data_coding, options);
  }
  return 0;
}
