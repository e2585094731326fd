// Deviations of a carrier, counted by kind and shown with their first PDU (P19).
#include "core/net/deviations.hpp"
#include "core/net/limits.hpp"
#include "test/unit/catch.hpp"

using namespace core::net;
using namespace std::chrono_literals;
using core::engine::WallTime;

namespace {
const WallTime kStart{std::chrono::milliseconds{1'700'000'000'000}};
smpp::Octets octets(std::size_t count, int value) { return smpp::Octets(count, static_cast<std::byte>(value)); }
}  // namespace

TEST_CASE("a kind of deviation keeps its first PDU and counts the rest; tolerated and refused are two (P19)") {
  Deviations deviations;
  deviations.note("stray_octets", false, octets(2, 1), kStart);
  deviations.note("stray_octets", false, octets(2, 2), kStart + 5s);
  deviations.note("missing_field", true, octets(1, 3), kStart);
  REQUIRE(deviations.all().size() == 2);
  CHECK(deviations.all()[0].kind == "stray_octets");
  CHECK(deviations.all()[0].count == 2);
  CHECK(deviations.all()[0].first_hex == "0101");
  CHECK(deviations.all()[0].first_at == kStart);
  CHECK(deviations.all()[0].last_at == kStart + 5s);
  CHECK_FALSE(deviations.all()[0].refused);
  CHECK(deviations.all()[1].refused);
}

TEST_CASE("a habit is worth a line once an hour, not in every PDU (P19)") {
  Deviations deviations;
  CHECK(deviations.note("stray_octets", false, octets(2, 1), kStart));
  CHECK_FALSE(deviations.note("stray_octets", false, octets(2, 1), kStart + 59min));
  CHECK(deviations.note("stray_octets", false, octets(2, 1), kStart + 60min));
  CHECK_FALSE(deviations.note("stray_octets", false, octets(2, 1), kStart + 61min));
  CHECK(deviations.note("missing_field", true, octets(2, 1), kStart + 61min));
}

TEST_CASE("a peer that invents kinds without end fills nothing but a number") {
  Deviations deviations;
  for (std::size_t i = 0; i < 3 * kDeviationKinds; ++i) deviations.note("unknown_tlv_" + std::to_string(i), false, octets(70'000, 7), kStart);
  CHECK(deviations.all().size() == kDeviationKinds + 1);
  CHECK(deviations.all().back().kind == "others");
  CHECK(deviations.all().back().count == 2 * kDeviationKinds);
  CHECK(deviations.all().front().first_hex.size() == 2 * kDeviationOctets);
}
