// Times as PDUs carry them (P121).
#include "smpp/time_format.hpp"
#include "test/unit/catch.hpp"

using namespace std::chrono;

TEST_CASE("a relative time has sixteen characters and counts from its arrival (P121)") {
  CHECK(smpp::relative_time(hours(48)) == "000002000000000R");
  CHECK(smpp::relative_time(minutes(90) + seconds(5)) == "000000013005000R");
  CHECK(smpp::relative_time(days(30)) == "000030000000000R");
  CHECK(smpp::relative_time(days(31)) == "000101000000000R");
  CHECK(smpp::relative_time(days(400)) == "010110000000000R");
}

TEST_CASE("a relative time that is over or without end stays one that an SMSC can read (P121)") {
  CHECK(smpp::relative_time(seconds(-7)) == "000000000001000R");
  CHECK(smpp::relative_time(hours(24 * 365 * 200)).size() == 16);
}

TEST_CASE("an absolute time is in UTC (P121)") {
  CHECK(smpp::absolute_time(sys_days(year(2026) / 2 / 3) + hours(10) + seconds(1)) == "260203100001000+");
}
