#include "smpp/codec.hpp"
#include "smpp/framer.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"

namespace {

using smpp::Framer;

smpp::Octets hex(std::string_view digits) { return smpp::from_hex(digits).value(); }

constexpr std::string_view kEnquireLink = "00000010000000150000000000000001";
constexpr std::string_view kUnbind = "00000010000000060000000000000002";

}  // namespace

TEST_CASE("a PDU split at any octet is found once it is complete (P1)") {
  const auto octets = hex(kEnquireLink);
  for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
    Framer framer(100);
    std::span<const std::byte> pdu;
    framer.append(std::span(octets).first(cut));
    CHECK((framer.next(pdu) == Framer::Found::pdu) == (cut == octets.size()));
    CHECK(framer.pending() == (cut == octets.size() ? 0 : cut));
    framer.append(std::span(octets).subspan(cut));
    if (cut == octets.size()) continue;
    REQUIRE(framer.next(pdu) == Framer::Found::pdu);
    CHECK(smpp::to_hex(pdu) == kEnquireLink);
    CHECK(framer.next(pdu) == Framer::Found::nothing);
  }
}

TEST_CASE("several PDUs of one read are found in order (P1)") {
  Framer framer(100);
  framer.append(hex(std::string(kEnquireLink) + std::string(kUnbind) + "0000"));
  std::span<const std::byte> pdu;
  REQUIRE(framer.next(pdu) == Framer::Found::pdu);
  CHECK(smpp::to_hex(pdu) == kEnquireLink);
  REQUIRE(framer.next(pdu) == Framer::Found::pdu);
  CHECK(smpp::to_hex(pdu) == kUnbind);
  CHECK(framer.next(pdu) == Framer::Found::nothing);
  CHECK(framer.pending() == 2);
}

TEST_CASE("an impossible command_length ends the stream for good (P3)") {
  for (const std::string_view length : {"00000000", "0000000f", "00000065", "7fffffff", "80000000", "ffffffff"}) {
    INFO(length);
    Framer framer(100);
    std::span<const std::byte> pdu;
    framer.append(hex(std::string(length) + "00000015000000000000002a"));
    CHECK(framer.next(pdu) == Framer::Found::lost);
    CHECK(framer.lost_sequence_number() == 42);
    framer.append(hex(kEnquireLink));
    CHECK(framer.next(pdu) == Framer::Found::nothing);
  }
}

TEST_CASE("the sequence_number of a lost stream is 0 while its header is not there (P3)") {
  Framer framer(100);
  std::span<const std::byte> pdu;
  framer.append(hex("00000000000000150000"));
  CHECK(framer.next(pdu) == Framer::Found::lost);
  CHECK(framer.lost_sequence_number() == 0);
}

TEST_CASE("what speaks instead of SMPP is named by its first octets (P4)") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"485454502f312e31", "HTTP"}, {"47455420", "HTTP"},          {"414d515000000901", "AMQP"},
      {"5353482d322e30", "SSH"},    {"16030100c80100", "TLS"},     {"15030300020228", "TLS alert"},
      {"00000000", ""},
  };
  for (const auto& [octets, name] : cases) {
    Framer framer(69'648);
    std::span<const std::byte> pdu;
    framer.append(hex(octets));
    REQUIRE(framer.next(pdu) == Framer::Found::lost);
    CHECK(framer.foreign_protocol() == name);
  }
}

TEST_CASE("text behind a good PDU is lost framing and no foreign protocol (P4)") {
  Framer framer(69'648);
  std::span<const std::byte> pdu;
  framer.append(hex(std::string(kEnquireLink) + "48545450"));
  REQUIRE(framer.next(pdu) == Framer::Found::pdu);
  REQUIRE(framer.next(pdu) == Framer::Found::lost);
  CHECK(framer.foreign_protocol().empty());
}
