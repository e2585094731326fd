#include "test/unit/catch.hpp"
#include "test/unit/rules_compile.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace rules;

namespace {

const std::string kFlow = rules_test::head("Hi {first_name|there}, {at:%a %H:%M}.") + R"(window = "2d"
[campaign.fields]
at = "date-time"
status = "text"
score = "number"

[[rule]]
keyword = ["YES", "Y"]
when = { status = "booked" }
do = [ { set = { status = "confirmed", "contact.last" = "{first_name|?}" } }, { reply = "Now {status}, {contact.last}." },
       { notify = "crm", event = "confirmed" }, { close = "done" } ]

[[rule]]
name = "again"
keyword = "yes"
do = [ { reply = "Which day?" }, { goto = "day" } ]

[[rule]]
otherwise = true
when = { status = "booked" }
do = [ { reply = "YES?" } ]

[[rule]]
otherwise = true
do = []

[[rule]]
step = "day"
keyword = ["MONDAY"]
do = [ { reply = "Monday {at:%H:%M}." }, { notify = "billing", event = "moved" }, { goto = "first" } ]
)";

Decision decide(const Program& program, const std::string& text, const Fields& conversation,
                const std::string& step = {}, const Fields& contact = {}) {
  Facts facts;
  facts.text = text;
  facts.step = step;
  facts.conversation = &conversation;
  facts.contact = &contact;
  return program.find("t")->decide(facts);
}

std::vector<std::string> actions(const Decision& decision) {
  std::vector<std::string> shown;
  for (const Action& action : decision.actions) shown.push_back(to_string(action));
  return shown;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the first rule in file order whose word and conditions hold decides") {
  const auto program = rules_test::program(kFlow);
  const Decision booked = decide(*program, "Yes!", {{"status", "booked"}, {"first_name", "Ann"}});
  CHECK(booked.match == Match::keyword);
  CHECK(booked.rule == 0);
  CHECK(decide(*program, "y", {{"status", "booked"}}).rule == 0);
  CHECK(decide(*program, "yes", {{"status", "free"}}).rule == 1);
  CHECK(decide(*program, "y", {{"status", "free"}}).rule == 3);
}

TEST_CASE("each action sees what the ones before it have set") {
  const auto program = rules_test::program(kFlow);
  CHECK(actions(decide(*program, "yes", {{"status", "booked"}, {"first_name", "Ann"}})) ==
        Lines{"set status = \"confirmed\"", "set contact.last = \"Ann\"", "reply \"Now confirmed, Ann.\"",
              "notify crm: confirmed", "close done"});
}

TEST_CASE("what is set on the contact is not set on the conversation") {
  const auto program =
      rules_test::program(rules_test::head() +
                          "[[rule]]\nkeyword = \"YES\"\ndo = [ { set = { contact.tier = \"gold\", seat = "
                          "\"1A\" } }, { reply = \"{tier|?} {contact.tier|?} {contact.seat|?}\" } ]\n");
  CHECK(actions(decide(*program, "yes", {{"tier", "lead"}}, {}, {{"seat", "9Z"}})).back() == "reply \"lead gold 9Z\"");
  CHECK(actions(decide(*program, "yes", {})).back() == "reply \"gold gold ?\"");
}

TEST_CASE("keyword rules come before otherwise, and otherwise has conditions too") {
  const auto program = rules_test::program(kFlow);
  const Decision booked = decide(*program, "what?", {{"status", "booked"}});
  CHECK(booked.match == Match::otherwise);
  CHECK(booked.rule == 2);
  CHECK(decide(*program, "what?", {}).rule == 3);
  CHECK(decide(*program, "", {}).rule == 3);
}

TEST_CASE("a rule belongs to its step alone") {
  const auto program = rules_test::program(kFlow);
  CHECK(program->find("t")->steps() == Lines{"", "day"});
  CHECK(decide(*program, "monday", {}).rule == 3);
  const Decision monday = decide(*program, "monday", {{"at", "2026-02-03T10:00"}}, "day");
  CHECK(actions(monday) == Lines{"reply \"Monday 10:00.\"", "notify billing: moved", "goto first"});
  CHECK(std::get<Goto>(monday.actions.back()).step.empty());
  CHECK(decide(*program, "yes", {}, "day").match == Match::none);
  CHECK(actions(decide(*program, "yes", {})) == Lines{"reply \"Which day?\"", "goto day"});
}

TEST_CASE("a step that a newer file no longer has decides nothing and says so") {
  const auto program = rules_test::program(kFlow);
  const Decision decision = decide(*program, "yes", {}, "gone");
  CHECK(decision.match == Match::none);
  CHECK(decision.trace == Lines{"campaign t has no step \"gone\""});
}

TEST_CASE("a reply with a hole in it is not sent, the rest of the rule is done") {
  const auto program = rules_test::program(kFlow);
  const Decision decision = decide(*program, "monday", {{"at", "soon"}}, "day");
  CHECK(decision.match == Match::keyword);
  CHECK(decision.missing == Lines{"at"});
  CHECK(actions(decision) == Lines{"notify billing: moved", "goto first"});
  CHECK(decision.trace.back() == "reply not sent: no usable value for at");
}

TEST_CASE("no rule of a campaign answers a reserved word, otherwise included") {
  const auto program = rules_test::program(kFlow);
  for (const char* text : {"STOP", "help!", "Start"}) {
    const Decision decision = decide(*program, text, {{"status", "booked"}});
    CHECK(decision.match == Match::none);
    CHECK(decision.actions.empty());
  }
}

TEST_CASE("expects is true for keyword rules whose conditions hold, never for otherwise") {
  const auto program =
      rules_test::program(rules_test::head() +
                          "[campaign.fields]\nstatus = \"text\"\n[[rule]]\nkeyword = \"YES\"\n"
                          "when = { status = \"booked\" }\ndo = []\n[[rule]]\notherwise = true\ndo = []\n");
  const auto expects = [&](const std::string& text, const Fields& fields, const std::string& step = {}) {
    Facts facts;
    facts.text = text;
    facts.step = step;
    facts.conversation = &fields;
    return program->find("t")->expects(facts);
  };
  CHECK(expects("yes.", {{"status", "booked"}}));
  CHECK_FALSE(expects("yes.", {{"status", "free"}}));
  CHECK_FALSE(expects("what", {{"status", "booked"}}));
  CHECK_FALSE(expects("yes", {{"status", "booked"}}, "gone"));
  CHECK_FALSE(expects("", {}));
}

TEST_CASE("the trace says what was heard, each rule tried, and why") {
  const auto program = rules_test::program(kFlow);
  CHECK(decide(*program, "Yes", {{"status", "free"}}).trace ==
        Lines{"heard \"yes\" in step first",
              "rule 1 (line 11: YES, Y): not, it wants status = \"booked\", and it is \"free\"",
              "rule 2 (line 17, again: yes): matched"});
  CHECK(decide(*program, "what?", {}).trace ==
        Lines{"heard \"what\" in step first: no keyword of it (yes, y, yes)",
              "rule 3 (line 22: otherwise): not, it wants status = \"booked\", and there is no value",
              "rule 4 (line 27: otherwise): matched"});
}

TEST_CASE("a long text is quoted in part, between letters") {
  const auto program = rules_test::program(kFlow);
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é€😀";
  const std::string line = decide(*program, text, {}).trace.front();
  CHECK(line.size() < 150);
  CHECK(line.find("😀é€\" in step first") != std::string::npos);
}

TEST_CASE("the first message is rendered for its recipient, or names what is missing") {
  const auto program = rules_test::program(kFlow);
  const Campaign& campaign = *program->find("t");
  const Rendered whole = campaign.opening({{"at", "2026-02-03T10:00Z"}}, {{"first_name", "Ann"}}, "Europe/Paris");
  CHECK(whole.text == "Hi Ann, Tue 11:00.");
  CHECK(whole.missing.empty());
  CHECK(campaign.opening({}, {}, {}).missing == Lines{"at"});
}

TEST_CASE("an imported row with a value of the wrong type is refused by name") {
  const auto program = rules_test::program(kFlow);
  const Campaign& campaign = *program->find("t");
  CHECK_FALSE(campaign.refuse({{"at", "2026-02-03T10:00"}, {"score", "4"}, {"shoe", "left"}}));
  CHECK_FALSE(campaign.refuse({{"at", ""}}));
  CHECK(campaign.refuse({{"at", "tomorrow"}}) == "at: expected a date-time such as 2026-02-03T10:00, not \"tomorrow\"");
  CHECK(campaign.refuse({{"score", "many"}}) ==
        "score: expected a number of at most 15 digits such as 12.50, not \"many\"");
}

TEST_CASE("name, sender and window are as written, the window 72 hours if it is not") {
  const auto program = rules_test::program(kFlow);
  CHECK(program->find("t")->name() == "t");
  CHECK(program->find("t")->sender() == "80800");
  CHECK(program->find("t")->window() == std::chrono::hours(48));
  CHECK(program->find("x") == nullptr);
  CHECK(rules_test::program(rules_test::head())->find("t")->window() == std::chrono::hours(72));
}

TEST_CASE("the revision is that of the files, whatever their order and folder") {
  const auto revision = [](const std::vector<Source>& sources) {
    const Compiled compiled = rules::compile(sources, rules_test::surroundings());
    REQUIRE(compiled.program != nullptr);
    return compiled.program->revision();
  };
  const std::string a = rules_test::head();
  const std::string b = "[campaign]\nname = \"u\"\nsender = \"80800\"\nmessage = \"Hi\"\n";
  const auto both = revision({{"x/a.toml", a}, {"x/b.toml", b}});
  CHECK(both == revision({{"/etc/b.toml", b}, {"/etc/a.toml", a}}));
  CHECK(both != revision({{"a.toml", a}}));
  CHECK(both != revision({{"b.toml", a}, {"a.toml", b}}));
  CHECK(both != revision({{"a.toml", a + "\n"}, {"b.toml", b}}));
  CHECK(revision({}) == revision({}));
}

TEST_CASE("campaigns are listed by name") {
  const std::vector<Source> sources = {{"1", "[campaign]\nname = \"zoo\"\nsender = \"80800\"\nmessage = \"Hi\"\n"},
                                       {"2", rules_test::head()}};
  const Compiled compiled = rules::compile(sources, rules_test::surroundings());
  REQUIRE(compiled.program != nullptr);
  REQUIRE(compiled.program->campaigns().size() == 2);
  CHECK(compiled.program->campaigns()[0]->name() == "t");
  CHECK(compiled.program->campaigns()[1]->name() == "zoo");
}
