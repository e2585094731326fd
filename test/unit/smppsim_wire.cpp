// The octets of every fault on a PDU, and in which pieces a connection says them.
#include "smpp/codec.hpp"
#include "smpp/pdu_text.hpp"
#include "test/unit/catch.hpp"
#include "tools/smpp-sim/wire.hpp"

#include <string>

namespace {
using namespace smpp_sim;

smpp::Octets response(std::uint32_t number = 7) {
  smpp::SubmitSmResp body;
  body.message_id = "42";
  smpp::Pdu pdu;
  pdu.sequence_number = number;
  pdu.body = body;
  return *smpp::encode(pdu);
}

std::string spoiled_hex(Fault fault) { return smpp::to_hex(spoiled(fault, response(), 5)); }

const std::string kWhole = "00000013800000040000000000000007343200";

}  // namespace

TEST_CASE("each fault spoils a PDU as its name says, octet for octet (P132, P138)") {
  REQUIRE(smpp::to_hex(response()) == kWhole);
  CHECK(spoiled_hex(Fault::length_0) == "00000000800000040000000000000007343200");
  CHECK(spoiled_hex(Fault::length_15) == "0000000f800000040000000000000007343200");
  CHECK(spoiled_hex(Fault::length_over_limit) == "00011011800000040000000000000007343200");
  CHECK(spoiled_hex(Fault::length_huge) == "ffffffff800000040000000000000007343200");
  CHECK(spoiled_hex(Fault::length_too_short) == "00000010800000040000000000000007343200");
  CHECK(spoiled_hex(Fault::length_too_long) == "00000017800000040000000000000007343200");
  CHECK(spoiled_hex(Fault::unknown_command) == "00000010000006000000000000000600" + kWhole);
  CHECK(spoiled_hex(Fault::truncated_tlv) == "00000016800000040000000000000007343200140300");
  CHECK(spoiled_hex(Fault::overlong_tlv) == "00000018800000040000000000000007343200140300c841");
  CHECK(spoiled_hex(Fault::missing_nul) == "000000128000000400000000000000073432");
  CHECK(spoiled_hex(Fault::trailing_octets) == "00000018800000040000000000000007343200deadbeef99");
  CHECK(spoiled_hex(Fault::garbage) == "ffffffffffffffff" + kWhole);
  CHECK(spoiled_hex(Fault::tls_alert) == "1503030002020a" + kWhole);
  CHECK(smpp::to_text(spoiled(Fault::http_banner, response(), 0)).rfind("HTTP/1.1 400 Bad Request\r\n", 0) == 0);
  CHECK(spoiled_hex(Fault::sequence_0) == "00000013800000040000000000000000343200");
  CHECK(spoiled_hex(Fault::sequence_high) == "00000013800000040000000080000001343200");
  CHECK(spoiled_hex(Fault::sequence_repeated) == "00000013800000040000000000000005343200");
  CHECK(spoiled_hex(Fault::no_response).empty());
  CHECK(spoiled_hex(Fault::duplicate) == kWhole + kWhole);
  CHECK(spoiled_hex(Fault::wrong_sequence) == "000000138000000400000000000003ef343200");
  CHECK(spoiled_hex(Fault::without_body) == "00000010800000040000000000000007");
  const auto early = spoiled(Fault::deliver_before_bind_resp, response(), 0);
  CHECK(smpp::read_header(early).id == smpp::command_id::deliver_sm);
  CHECK(smpp::to_hex(early).substr((early.size() - response().size()) * 2) == kWhole);
}

TEST_CASE("a fault of one response leaves the others alone") {
  Wire wire;
  wire.spoil_response(8, Fault::length_0);
  smpp::Octets now, said = response(7);
  const auto second = response(8);
  said.insert(said.end(), second.begin(), second.end());
  wire.said(said, {}, now);
  CHECK(smpp::to_hex(now) == kWhole + "00000000800000040000000000000008343200");
  now.clear();
  wire.said(second, {}, now);
  CHECK(now == second);
}

TEST_CASE("byte by byte, split and merged keep all octets and their order") {
  Wire wire;
  smpp::Octets now, all;
  const auto drain = [&] {
    std::size_t pieces = 0;
    for (; wire.owes(); ++pieces) {
      const auto piece = wire.next_piece();
      all.insert(all.end(), piece.begin(), piece.end());
    }
    return pieces;
  };
  wire.become(Fault::byte_by_byte);
  wire.said(response(), {}, now);
  CHECK(wire.pause() == std::chrono::milliseconds(1));
  CHECK(drain() == response().size());
  wire.become(Fault::split);
  wire.said(response(), {}, now);
  CHECK(wire.pause() == std::chrono::milliseconds(20));
  CHECK(drain() == 2);
  CHECK(now.empty());
  CHECK(smpp::to_hex(all) == kWhole + kWhole);
  wire.become(Fault::merged);
  for (int i = 0; i < 3; ++i) wire.said(response(), {}, now);
  CHECK(now.empty());
  CHECK(wire.owes());
  wire.said(response(), {}, now);
  CHECK(smpp::to_hex(now) == kWhole + kWhole + kWhole + kWhole);
  CHECK_FALSE(wire.owes());
}

TEST_CASE("what is said while pieces are owed does not overtake them") {
  Wire wire;
  smpp::Octets now;
  wire.become(Fault::split);
  wire.said(response(1), {}, now);
  wire.become(Fault::healthy);
  wire.said(response(2), {}, now);
  CHECK(now.empty());
  CHECK(wire.next_piece().size() == 10);
  CHECK(wire.next_piece().size() == 9);
  CHECK(wire.next_piece() == response(2));
}

TEST_CASE("a mute wire says nothing, one that is mute for enquire_link says the rest") {
  smpp::Pdu alive;
  alive.body = smpp::EnquireLinkResp{};
  const auto enquired = *smpp::encode(alive);
  Wire half, whole;
  smpp::Octets now;
  half.become(Fault::mute_enquire_link);
  half.said(enquired, {}, now);
  CHECK(now.empty());
  half.said(response(), {}, now);
  CHECK(now == response());
  now.clear();
  whole.become(Fault::mute);
  whole.said(response(), {}, now);
  CHECK(now.empty());
  whole.become(Fault::healthy);
  whole.said(response(), {}, now);
  CHECK(now == response());
}

TEST_CASE("a request of ours can be spoiled as it goes out, its number repeated") {
  smpp::Pdu pdu;
  pdu.body = smpp::EnquireLink{};
  Wire wire;
  smpp::Octets now;
  for (std::uint32_t number = 4; number <= 5; ++number) {
    pdu.sequence_number = number;
    wire.said(*smpp::encode(pdu), [&](auto) { return number == 5 ? Fault::sequence_repeated : Fault::none; }, now);
  }
  CHECK(smpp::to_hex(now) == "00000010000000150000000000000004" "00000010000000150000000000000004");
}
