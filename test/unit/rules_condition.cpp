// Truth tables of `when`, through whole campaign files: what is written, against what a field holds.
#include "test/unit/catch.hpp"
#include "test/unit/rules_compile.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace rules;

namespace {

constexpr const char* kFields = R"(
[campaign.fields]
status = "text"
"appointment.at" = "date-time"
appointment.city = "text"
born = "date"
score = "number"
member = "boolean"
"contact.tier" = "text"
)";

bool matches(const std::string& when, const Fields& conversation, const Fields& contact = {},
             const std::string& zone = {}) {
  const auto compiled =
      rules_test::program(rules_test::head() + kFields + "[[rule]]\nkeyword = \"YES\"\nwhen = " + when + "\ndo = []\n");
  Facts facts;
  facts.text = "yes";
  facts.conversation = &conversation;
  facts.contact = &contact;
  facts.zone = zone;
  const Decision decision = compiled->find("t")->decide(facts);
  CHECK(compiled->find("t")->expects(facts) == (decision.match == Match::keyword));
  return decision.match == Match::keyword;
}

// Expected truth for each value of `field` in turn; "" is: no value.
void table(const std::string& when, const std::string& field, const std::vector<std::pair<std::string, bool>>& rows) {
  for (const auto& [value, truth] : rows) {
    INFO("when = " << when << ", " << field << " = \"" << value << "\"");
    CHECK(matches(when, value.empty() ? Fields{} : Fields{{field, value}}) == truth);
  }
}

}  // namespace

TEST_CASE("a text is equal, one of several, or not") {
  table(R"({ status = "booked" })", "status",
        {{"booked", true}, {"Booked", false}, {"booked ", false}, {"free", false}, {"", false}});
  table(R"({ status = ["booked", "held"] })", "status",
        {{"booked", true}, {"held", true}, {"free", false}, {"", false}});
  table(R"({ status = { not = "booked" } })", "status", {{"booked", false}, {"free", true}, {"", true}});
  table(R"({ status = { not = ["booked", "held"] } })", "status",
        {{"booked", false}, {"held", false}, {"free", true}, {"", true}});
}

TEST_CASE("exists tells a value from none") {
  table("{ status = { exists = true } }", "status", {{"x", true}, {"", false}});
  table("{ status = { exists = false } }", "status", {{"x", false}, {"", true}});
  CHECK(matches("{ status = { exists = false } }", {{"status", ""}}));
}

TEST_CASE("numbers compare as numbers") {
  table("{ score = { lt = 5 } }", "score", {{"4.9", true}, {"5", false}, {"10", false}, {"-1", true}, {"", false}});
  table("{ score = { le = 5 } }", "score", {{"5.0", true}, {"5.1", false}, {"", false}});
  table("{ score = { gt = 5 } }", "score", {{"10", true}, {"5", false}, {"9", true}, {"", false}});
  table("{ score = { ge = 5.5 } }", "score", {{"5.5", true}, {"5.4", false}, {"", false}});
  table("{ score = 5 }", "score", {{"5.00", true}, {"05", true}, {"50", false}});
  table("{ score = { ge = 3, lt = 5, not = 4 } }", "score",
        {{"3", true}, {"4", false}, {"4.5", true}, {"5", false}, {"2", false}});
}

TEST_CASE("a value that is not of its type is equal to nothing") {
  table("{ score = { lt = 5 } }", "score", {{"few", false}});
  table("{ score = { not = 5 } }", "score", {{"few", true}});
  table("{ score = { exists = true } }", "score", {{"few", true}});
}

TEST_CASE("dates and date-times compare in time") {
  table("{ born = { lt = 2008-01-01 } }", "born", {{"2007-12-31", true}, {"2008-01-01", false}});
  table(R"({ born = "2008-01-01" })", "born", {{"2008-01-01", true}});
  table("{ appointment.at = { ge = 2026-02-03T10:00:00 } }", "appointment.at",
        {{"2026-02-03T10:00", true}, {"2026-02-03T09:59", false}, {"", false}});
  const std::string ten_utc = "{ appointment.at = { ge = 2026-07-03T10:00:00Z } }";
  CHECK(matches(ten_utc, {{"appointment.at", "2026-07-03T11:00"}}, {}, "Europe/London"));
  CHECK_FALSE(matches(ten_utc, {{"appointment.at", "2026-07-03T10:59"}}, {}, "Europe/London"));
  CHECK_FALSE(matches(ten_utc, {{"appointment.at", "2026-07-03T11:00"}}, {}, "Nowhere/City"));
}

TEST_CASE("booleans are true or false") {
  table("{ member = true }", "member", {{"true", true}, {"false", false}, {"", false}});
  table("{ member = { not = true } }", "member", {{"true", false}, {"false", true}, {"", true}});
}

TEST_CASE("all conditions must hold") {
  const std::string when = R"({ status = "booked", score = { ge = 3 } })";
  CHECK(matches(when, {{"status", "booked"}, {"score", "3"}}));
  CHECK_FALSE(matches(when, {{"status", "booked"}, {"score", "2"}}));
  CHECK_FALSE(matches(when, {{"status", "free"}, {"score", "3"}}));
}

TEST_CASE("dotted, nested and quoted names are one name") {
  for (const char* when :
       {R"({ appointment.city = "York" })", R"({ "appointment.city" = "York" })",
        R"({ appointment = { city = "York" } })", R"({ appointment = { city = { not = "Leeds" } } })"}) {
    CAPTURE(when);
    CHECK(matches(when, {{"appointment.city", "York"}}));
    CHECK_FALSE(matches(when, {{"appointment.city", "Leeds"}}));
  }
}

TEST_CASE("a name is the conversation's field first, and with contact. only the contact's") {
  CHECK(matches(R"({ status = "x" })", {}, {{"status", "x"}}));
  CHECK_FALSE(matches(R"({ status = "x" })", {{"status", "y"}}, {{"status", "x"}}));
  CHECK(matches(R"({ contact.tier = "gold" })", {{"tier", "lead"}}, {{"tier", "gold"}}));
  CHECK_FALSE(matches(R"({ contact.tier = "gold" })", {{"tier", "gold"}, {"contact.tier", "gold"}}));
  CHECK(matches(R"({ tier = "gold" })", {}, {{"tier", "gold"}}));
}

TEST_CASE("the trace says what a condition wanted and what it found") {
  const auto compiled = rules_test::program(
      rules_test::head() + kFields + "[[rule]]\nkeyword = \"YES\"\nwhen = { status = [\"a\", \"b\"] }\ndo = []\n");
  const Fields conversation = {{"status", "c"}};
  Facts facts;
  facts.text = "yes";
  facts.conversation = &conversation;
  CHECK(compiled->find("t")->decide(facts).trace ==
        std::vector<std::string>{"heard \"yes\" in step first",
                                 "rule 1 (line 14: YES): not, it wants status is one of \"a\", \"b\", and it is \"c\"",
                                 "no otherwise in this step: nothing is done"});
}
