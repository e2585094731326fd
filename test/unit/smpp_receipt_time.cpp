// Dates of receipts (P84).
#include "smpp/receipt.hpp"
#include "test/unit/catch.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::hours;
using std::chrono::minutes;

smpp::UtcSeconds at(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0) {
  return std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}} + hours{hour} +
         minutes{minute} + std::chrono::seconds{second};
}

}  // namespace

TEST_CASE("10, 12 and 14 digits are dates, ten that are none are seconds since 1970 (P84)") {
  CHECK(smpp::receipt_time("2211251037") == at(2022, 11, 25, 10, 37));
  CHECK(smpp::receipt_time("221125103759") == at(2022, 11, 25, 10, 37, 59));
  CHECK(smpp::receipt_time("20221125103759") == at(2022, 11, 25, 10, 37, 59));
  CHECK(smpp::receipt_time("202212251037") == at(2022, 12, 25, 10, 37));  // month 22 is none
  CHECK(smpp::receipt_time("1733140800") == at(2024, 12, 2, 12));
  CHECK(smpp::receipt_time("2402291200") == at(2024, 2, 29, 12));
}

TEST_CASE("what is no date is absent and nothing is refused for it (P84)") {
  for (const auto* text : {"", "0", "0000000000", "000000000000", "00000000000000", "150701adsfas1202", "a1005232039", "2299",
                           "20222511103759", "..." , "-221125103", "20220230103759", "20221125250000", "20221125106000"}) {
    INFO(text);
    CHECK_FALSE(smpp::receipt_time(text).has_value());
  }
  const auto read = smpp::parse_receipt_text("id:7 submit date:yesterday done date:0000000000 stat:DELIVRD");
  REQUIRE(read.has_value());
  CHECK(read->is_final());
  CHECK_FALSE(read->submitted_at.has_value());
  CHECK_FALSE(read->done_at.has_value());
}

TEST_CASE("of two readings the one nearest to the arrival counts (P84)") {
  const auto text = "200101010030";  // 2020-01-01 01:00:30, or 2001-01-01 00:30
  CHECK(smpp::receipt_time(text) == at(2020, 1, 1, 1, 0, 30));
  CHECK(smpp::receipt_time(text, {}, at(2020, 1, 1, 2)) == at(2020, 1, 1, 1, 0, 30));
  CHECK(smpp::receipt_time(text, {}, at(2001, 1, 1, 2)) == at(2001, 1, 1, 0, 30));
  const auto epoch = "1801020304";  // 2018-01-02 03:04, or in January 2027
  CHECK(smpp::receipt_time(epoch) == at(2018, 1, 2, 3, 4));
  CHECK(smpp::receipt_time(epoch, {}, at(2018, 1, 2, 3, 5)) == at(2018, 1, 2, 3, 4));
  CHECK(smpp::receipt_time(epoch, {}, at(2027, 1, 27)) == smpp::UtcSeconds{1801020304s});
}

TEST_CASE("dates are in the SMSC's zone, seconds since 1970 in none (P84)") {
  CHECK(smpp::receipt_time("2211251037", hours{2}) == at(2022, 11, 25, 8, 37));
  CHECK(smpp::receipt_time("2211250037", hours{5} + minutes{30}) == at(2022, 11, 24, 19, 7));
  CHECK(smpp::receipt_time("2211252337", -hours{3}) == at(2022, 11, 26, 2, 37));
  CHECK(smpp::receipt_time("1733140800", hours{2}) == at(2024, 12, 2, 12));
}

TEST_CASE("a receipt that is whole hours early or late points to the zone (P84)") {
  const auto now = at(2024, 5, 1, 12, 0, 30);
  CHECK(smpp::zone_error(at(2024, 5, 1, 14, 0), now) == hours{2});
  CHECK(smpp::zone_error(at(2024, 5, 1, 4, 1), now) == hours{-8});
  CHECK_FALSE(smpp::zone_error(at(2024, 5, 1, 12, 0), now).has_value());
  CHECK_FALSE(smpp::zone_error(at(2024, 5, 1, 13, 20), now).has_value());
  CHECK_FALSE(smpp::zone_error(at(2024, 5, 2, 12, 0), now).has_value());
}

TEST_CASE("a profile's zone and the arrival reach the dates of a receipt (P84)") {
  smpp::ReceiptProfile profile;
  profile.zone = hours{1};
  const auto read = smpp::parse_receipt_text("id:7 submit date:200101010030 done date:2001010202 stat:DELIVRD", profile, at(2001, 1, 1));
  CHECK(read->submitted_at == at(2000, 12, 31, 23, 30));
  CHECK(read->done_at == at(2020, 1, 1, 1, 2));
}
