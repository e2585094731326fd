#include "rules/value.hpp"

#include "test/unit/catch.hpp"

#include <string>

using namespace rules;

namespace {

bool is(FieldType type, const std::string& text) { return parse_value(type, text).has_value(); }

int ordered(FieldType type, const std::string& a, const std::string& b, const std::string& zone = {}) {
  return compare(*parse_value(type, a), *parse_value(type, b), zone).value_or(99);
}

}  // namespace

TEST_CASE("date-times are whole and on the calendar") {
  for (const char* text : {"2026-02-03T10:00", "2026-02-03 10:00", "2026-02-03T10:00:59", "2026-02-03T10:00:00.25",
                           "2026-02-03T10:00Z", "2026-02-03T10:00+01:00", "2024-02-29T00:00", " 2026-02-03T10:00 ",
                           "2026-02-03t10:00z", "2026-02-03T10:00:00.123456789Z"}) {
    CAPTURE(text);
    CHECK(is(FieldType::date_time, text));
  }
  for (const char* text :
       {"", "tomorrow", "2026-02-03", "2026-02-30T10:00", "2025-02-29T10:00", "2026-13-01T10:00", "2026-02-03T24:00",
        "2026-02-03T10:60", "2026-2-3T10:00", "2026-02-03T10", "2026-02-03T10:00X", "2026-02-03T10:00+1",
        "2026-02-03T10:00:", "2026-02-03T10:00:00.", "2026-02-03T10:00Z+01:00", "03/02/2026 10:00",
        "2026-02-03T10:00+24:00", "-026-02-03T10:00"}) {
    CAPTURE(text);
    CHECK_FALSE(is(FieldType::date_time, text));
  }
}

TEST_CASE("numbers are digits, one point and a minus") {
  for (const char* text : {"0", "-3", "12.50", "007", " 5 ", "123456789012345"}) CHECK(is(FieldType::number, text));
  for (const char* text : {"", "-", ".", "1.", ".5", "1,5", "1e5", "0x10", "nan", "inf", "+1", "1 2", "--1", "1.2.3",
                           "1234567890123456", "١"}) {
    CAPTURE(text);
    CHECK_FALSE(is(FieldType::number, text));
  }
}

TEST_CASE("booleans are true and false, dates are days") {
  CHECK(is(FieldType::boolean, "true"));
  CHECK(is(FieldType::boolean, "false"));
  for (const char* text : {"yes", "1", "TRUE", ""}) CHECK_FALSE(is(FieldType::boolean, text));
  CHECK(is(FieldType::date, "2026-02-03"));
  for (const char* text : {"2026-02-03T10:00", "2026-02-31", "26-02-03"}) CHECK_FALSE(is(FieldType::date, text));
}

TEST_CASE("values are ordered as what they are, not as text") {
  CHECK(ordered(FieldType::number, "9", "10") == -1);
  CHECK(ordered(FieldType::number, "1.50", "1.5") == 0);
  CHECK(ordered(FieldType::number, "-2", "-10") == 1);
  CHECK(ordered(FieldType::date, "2026-02-03", "2025-12-31") == 1);
  CHECK(ordered(FieldType::text, "b", "a") == 1);
  CHECK(ordered(FieldType::text, "A", "a") != 0);
}

TEST_CASE("date-times with and without offset meet on the contact's clock") {
  CHECK(ordered(FieldType::date_time, "2026-02-03T10:00", "2026-02-03T10:00:00") == 0);
  CHECK(ordered(FieldType::date_time, "2026-07-03T11:00", "2026-07-03T10:00Z", "Europe/London") == 0);
  CHECK(ordered(FieldType::date_time, "2026-07-03T10:00+02:00", "2026-07-03T08:00Z") == 0);
  CHECK(ordered(FieldType::date_time, "2026-07-03T10:00", "2026-07-03T10:00Z", "Asia/Tokyo") == -1);
  CHECK(ordered(FieldType::date_time, "2026-07-03T10:00", "2026-07-03T10:00Z", "Nowhere/City") == 99);
  // 01:30 occurs twice on 25 October in London and not at all on 29 March: the earlier pass, the moment of the jump.
  CHECK(ordered(FieldType::date_time, "2026-10-25T01:30", "2026-10-25T00:30Z", "Europe/London") == 0);
  CHECK(ordered(FieldType::date_time, "2026-03-29T01:30", "2026-03-29T01:00Z", "Europe/London") == 0);
}

TEST_CASE("the system's time zones are found by name, and only by name") {
  CHECK(known_zone(""));
  CHECK(known_zone("UTC"));
  CHECK(known_zone("Europe/London"));
  CHECK_FALSE(known_zone("Europe"));
  CHECK_FALSE(known_zone("europe/london"));
  CHECK_FALSE(known_zone("../zoneinfo/Europe/London"));
}
