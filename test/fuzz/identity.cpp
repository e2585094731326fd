// decode -> encode -> decode: what was decoded without a deviation is encoded octet for octet; what deviated and can
// be encoded at all is the same PDU again.
#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "test/fuzz/fuzz.hpp"

using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* begin, std::size_t size) {
  fuzz::Input input(begin, size);
  smpp::Octets octets = fuzz::copy_of(input.rest());
  // The length is what a mutation gets wrong first; the framer has its own target.
  if (octets.size() >= smpp::kHeaderLength) {
    for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::byte>(octets.size() >> (24 - 8 * i) & 0xFF);
  }
  const auto first = smpp::decode(octets);
  if (!first) return 0;
  const auto encoded = smpp::encode(first->pdu);
  // An error response may be a lone NUL whatever its command (P10); it is encoded with the fields it has.
  const bool lone_nul = smpp::is_response(first->pdu.id()) && first->pdu.status != smpp::command_status::ESME_ROK &&
                        octets.size() == smpp::kHeaderLength + 1 && octets.back() == std::byte{0};
  if (first->tolerances.empty() && !lone_nul) {
    check(encoded.has_value(), "what follows the specification can be encoded");
    check(*encoded == octets, "what follows the specification is encoded octet for octet");
  }
  if (!encoded) {
    check(encoded.error().code == smpp::errc::unencodable, "only a field that is too long stands against encoding");
    check(!encoded.error().where.empty(), "the field is named");
    return 0;
  }
  const auto second = smpp::decode(*encoded);
  check(second.has_value(), "what we encode can be decoded");
  check(second->pdu == first->pdu, "it is the same PDU");
  check(smpp::to_text(second->pdu) == smpp::to_text(first->pdu), "it reads the same");
  check(*smpp::encode(second->pdu) == *encoded, "it is encoded the same");
  return 0;
}
