// A stream of octets through the framer and the decoder. However the stream is cut, the same PDUs come out; each is
// decoded or refused, and has a text and a dump either way. First octet: how it is cut.
#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/pdu_text.hpp"
#include "smpp/text.hpp"
#include "test/fuzz/fuzz.hpp"

#include <vector>

namespace {

using fuzz::check;
using smpp::Framer;

constexpr std::uint32_t kMaxCommandLength = 69'648;

struct Cut {
  std::vector<smpp::Octets> pdus;
  bool lost = false;
  std::uint32_t lost_sequence_number = 0;
  std::size_t pending = 0;
};

Cut cut(std::span<const std::byte> stream, std::size_t at_once) {
  Framer framer(kMaxCommandLength);
  Cut result;
  while (!stream.empty() && !result.lost) {
    const auto chunk = stream.first(std::min(at_once, stream.size()));
    stream = stream.subspan(chunk.size());
    framer.append(chunk);
    for (std::span<const std::byte> pdu;;) {
      const auto found = framer.next(pdu);
      if (found == Framer::Found::nothing) break;
      if (found == Framer::Found::lost) {
        result.lost = true;
        static_cast<void>(framer.foreign_protocol());
        break;
      }
      check(pdu.size() >= smpp::kHeaderLength && pdu.size() <= kMaxCommandLength, "a PDU is as long as permitted");
      result.pdus.push_back(fuzz::copy_of(pdu));
    }
  }
  result.pending = framer.pending();
  return result;
}

void check_pdu(const smpp::Octets& pdu) {
  check(!smpp::hex_dump(pdu).empty(), "every PDU can be dumped");
  const auto header = smpp::read_header(pdu);
  const auto decoded = smpp::decode(pdu);
  if (!decoded) {
    check(smpp::status_for(decoded.error().code) != smpp::command_status::ESME_ROK, "a refusal has a status");
    const bool failed = smpp::is_response(header.id) && header.status != smpp::command_status::ESME_ROK;
    check(!failed, "an error response is heard whatever its body (P10)");
    return;
  }
  check(decoded->pdu.id() == header.id, "the command is kept");
  check(decoded->pdu.status == header.status, "the status is kept");
  check(decoded->pdu.sequence_number == header.sequence_number, "the sequence_number is kept");
  check(decoded->tolerances.size() <= 16, "a deviation is named once, however often it occurs");
  check(!smpp::to_text(decoded->pdu).empty(), "every PDU has a text");
  static_cast<void>(smpp::fields_of(decoded->pdu));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* begin, std::size_t size) {
  fuzz::Input input(begin, size);
  const std::size_t at_once = input.octet() + std::size_t{1};
  const auto stream = input.rest();
  const Cut whole = cut(stream, stream.size());
  const Cut pieces = cut(stream, at_once);
  check(whole.pdus == pieces.pdus, "the same PDUs however the stream is cut");
  check(whole.lost == pieces.lost, "framing is lost at the same place");
  check(whole.lost || whole.pending == pieces.pending, "the same is left");
  for (const auto& pdu : whole.pdus) check_pdu(pdu);
  return 0;
}
