#include "rules/template.hpp"

#include "test/unit/catch.hpp"
#include "test/unit/rules_compile.hpp"

#include <string>
#include <vector>

using namespace rules;

namespace {

const KnownFields kKnown{{{"at", FieldType::date_time},
                          {"day", FieldType::date},
                          {"name", FieldType::text},
                          {"n", FieldType::number},
                          {"contact.city", FieldType::text}}};

std::string rendered(const std::string& text, const Fields& conversation, const Fields& contact = {},
                     const std::string& zone = {}) {
  std::vector<TemplateMistake> mistakes;
  const Template parsed = Template::parse(text, kKnown, mistakes);
  for (const auto& mistake : mistakes) FAIL_CHECK(mistake.offset << ": " << mistake.message);
  std::string out;
  std::vector<std::string> missing;
  parsed.render(out, FieldView{&conversation, &contact, zone, {}}, missing);
  for (const std::string& field : missing) out += "<" + field + ">";
  return out;
}

std::vector<std::string> mistakes_of(const std::string& text) {
  std::vector<TemplateMistake> mistakes;
  (void)Template::parse(text, kKnown, mistakes);
  std::vector<std::string> shown;
  for (const auto& mistake : mistakes) shown.push_back(std::to_string(mistake.offset) + ": " + mistake.message);
  return shown;
}

}  // namespace

TEST_CASE("a field shows its value, else the contact's, else the default") {
  CHECK(rendered("Hi {name}.", {{"name", "Ann"}}) == "Hi Ann.");
  CHECK(rendered("Hi {name}.", {}, {{"name", "Bea"}}) == "Hi Bea.");
  CHECK(rendered("Hi {name}.", {{"name", "Ann"}}, {{"name", "Bea"}}) == "Hi Ann.");
  CHECK(rendered("Hi {name|there}.", {}) == "Hi there.");
  CHECK(rendered("Hi {name|there}.", {{"name", ""}}) == "Hi there.");
  CHECK(rendered("Hi {name|}.", {}) == "Hi .");
  CHECK(rendered("Hi {nick|you there: x}.", {}) == "Hi you there: x.");
  CHECK(rendered("{city} {contact.city}", {{"city", "Leeds"}}, {{"city", "York"}}) == "Leeds York");
}

TEST_CASE("a field without value or default is named as missing") {
  CHECK(rendered("Hi {name}.", {}) == "Hi .<name>");
  CHECK(rendered("{name}{at}", {{"at", "tomorrow"}}) == "<name><at>");
}

TEST_CASE("doubled braces are braces") {
  CHECK(rendered("{{name}} {{{name}}} }}", {{"name", "Ann"}}) == "{name} {Ann} }");
}

TEST_CASE("a value is never read as a template") {
  const Fields evil = {{"name", "{contact.city}{{}}%H{name}"}};
  CHECK(rendered("Hi {name}, {name|x}", evil, {{"city", "York"}}) ==
        "Hi {contact.city}{{}}%H{name}, {contact.city}{{}}%H{name}");
}

TEST_CASE("a date-time is shown by its format, on the clock it was written by") {
  const Fields at = {{"at", "2026-02-03T09:05:07"}};
  CHECK(rendered("{at:%a %H:%M}", at) == "Tue 09:05");
  CHECK(rendered("{at:%A %d %-d %e %b %B %m %-m %y %Y %j}", at) == "Tuesday 03 3  3 Feb February 02 2 26 2026 034");
  CHECK(rendered("{at:%H %-H %I %-I %M %S %p %P 100%%}", at) == "09 9 09 9 05 07 AM am 100%");
  CHECK(rendered("{at:%I %-I %p}", {{"at", "2026-02-03 00:00"}}) == "12 12 AM");
  CHECK(rendered("{at:%-I %P}", {{"at", "2026-02-03T12:30"}}) == "12 pm");
  CHECK(rendered("{at}", at) == "2026-02-03 09:05");
  CHECK(rendered("{day} {day:%d.%m.}", {{"day", "2024-02-29"}}) == "2024-02-29 29.02.");
  CHECK(rendered("{at:%H:%M|soon}", {}) == "soon");
  CHECK(rendered("{at:%H:%M|at 9:00}", {{"at", "x"}}) == "at 9:00");
  CHECK(rendered("{at}", at, {}, "Asia/Tokyo") == "2026-02-03 09:05");
}

TEST_CASE("an instant is shown in the contact's zone, summer time included") {
  CHECK(rendered("{at:%a %H:%M}", {{"at", "2026-02-03T10:00Z"}}, {}, "Europe/London") == "Tue 10:00");
  CHECK(rendered("{at:%a %H:%M}", {{"at", "2026-07-03T10:00Z"}}, {}, "Europe/London") == "Fri 11:00");
  CHECK(rendered("{at:%a %H:%M}", {{"at", "2026-07-03T23:30:00-05:00"}}, {}, "Europe/Berlin") == "Sat 06:30");
  CHECK(rendered("{at:%a %H:%M}", {{"at", "2026-07-03T10:00+05:30"}}) == "Fri 04:30");
  CHECK(rendered("{at:%H:%M}", {{"at", "2036-07-03T10:00Z"}}, {}, "America/New_York") == "06:00");
}

TEST_CASE("a time that cannot be told for sure is missing, not an hour wrong") {
  CHECK(rendered("{at:%H:%M}", {{"at", "2026-07-03T10:00Z"}}, {}, "Europe/Lodon") == "<at>");
  CHECK(rendered("{at:%H:%M}", {{"at", "2026-07-03T10:00Z"}}, {}, "../../etc/passwd") == "<at>");
}

TEST_CASE("every mistake of a text is told with its place") {
  CHECK(mistakes_of("Hi {nam}") ==
        std::vector<std::string>{"3: unknown field \"nam\" (did you mean \"name\"?); declare it in [campaign.fields] "
                                 "or give it a default: {nam|...}"});
  CHECK(mistakes_of("{at:%Q}").at(0).starts_with("4: unknown format \"%Q\""));
  CHECK(mistakes_of("{at:%}").at(0).starts_with("4: unknown format \"%\""));
  CHECK(mistakes_of("{at:%-M}").at(0).starts_with("4: unknown format \"%-M\""));
  CHECK(mistakes_of("{day:%d %H}") == std::vector<std::string>{"8: a date has no time of day for %H"});
  CHECK(mistakes_of("{name:%d}") ==
        std::vector<std::string>{"0: \"name\" is text: a format belongs to a date-time or a date"});
  CHECK(mistakes_of("{nick:%d|x}") ==
        std::vector<std::string>{"0: \"nick\" has a format but no type; declare it in [campaign.fields]"});
  CHECK(mistakes_of("a } b").at(0).starts_with("2: a } without its {"));
  CHECK(mistakes_of("a { b").at(0).starts_with("2: a { that is not closed"));
  CHECK(mistakes_of("{}").at(0).starts_with("0: \"\" is not the name of a field"));
  CHECK(mistakes_of("{first name}").at(0).starts_with("0: \"first name\" is not the name"));
  CHECK(mistakes_of("{name|{at}}").size() == 2);
  CHECK(mistakes_of("{x} { {y}").size() == 3);
}
