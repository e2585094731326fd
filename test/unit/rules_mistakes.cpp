// Each mistake of a campaign file at its line and column, with what to do about it; all of them at once.
#include "test/unit/catch.hpp"
#include "test/unit/rules_compile.hpp"

#include <algorithm>
#include <string>
#include <vector>

using rules_test::head;
using rules_test::mistakes_of;

namespace {

using Lines = std::vector<std::string>;

// The rule starts at line 8, after three fields.
std::string rule(const std::string& body) {
  return head() + "[campaign.fields]\nstatus = \"text\"\nscore = \"number\"\nat.start = \"date-time\"\n[[rule]]\n" +
         body;
}

const std::string kYes = "[[rule]]\nkeyword = \"YES\"\ndo = []\n";

}  // namespace

TEST_CASE("three mistakes in one file are told with line and column, in file order") {
  CHECK(mistakes_of(R"([campaign]
name    = "spring"
sender  = "8080"
message = "Hi {first_name}, see you"

[[rule]]
keyword = ["YES"]
do      = [ { replay = "Thanks" } ]
)") == Lines{"c.toml:3:11: unknown sender \"8080\" (did you mean \"80800\"?)",
             "c.toml:4:15: unknown field \"first_name\"; declare it in [campaign.fields] or give it a default: "
             "{first_name|...}",
             "c.toml:8:15: unknown action \"replay\" (did you mean \"reply\"?)"});
}

TEST_CASE("mistakes of all files are told at once, a syntax error alone for its file") {
  const std::vector<rules::Source> sources = {{"a.toml", head() + "window = \"soon\"\n"},
                                              {"b.toml", "[campaign\nname = 3\n"},
                                              {"c.toml", head() + "[[rul]]\n"}};
  const rules::Compiled compiled = rules::compile(sources, rules_test::surroundings());
  CHECK(compiled.program == nullptr);
  REQUIRE(compiled.mistakes.size() == 4);
  CHECK(compiled.mistakes[0].to_string().starts_with("a.toml:5:10: window \"soon\" must be a whole number"));
  CHECK(compiled.mistakes[1].to_string().starts_with("b.toml:1:10: not TOML: "));
  CHECK(compiled.mistakes[2].to_string() == "c.toml:2:8: campaign \"t\" is in a.toml:2 already");
  CHECK(compiled.mistakes[3].to_string() == "c.toml:5:3: unknown section \"rul\" (did you mean \"rule\"?)");
}

TEST_CASE("columns count letters, and find the place inside a text") {
  CHECK(mistakes_of("[campaign]\nname=\"t\"\nsender=\"80800\"\nmessage = \"é€😀 {x}\"\n")
            .at(0)
            .starts_with("c.toml:4:16: unknown field \"x\""));
  CHECK(mistakes_of("[campaign]\nname=\"t\"\nsender=\"80800\"\nmessage = \"\\u00e9\\n\\U0001F600\\\"{x}\"\n")
            .at(0)
            .starts_with("c.toml:4:32: "));
  CHECK(
      mistakes_of("[campaign]\nname=\"t\"\nsender=\"80800\"\nmessage = '\\n{x}'\n").at(0).starts_with("c.toml:4:14: "));
  CHECK(mistakes_of("[campaign]\nname=\"t\"\nsender=\"80800\"\nmessage = \"\"\"\nHi\n  {x} \\\n   {y}\"\"\"\n")
            .at(0)
            .starts_with("c.toml:6:3: "));
  CHECK(mistakes_of("[campaign]\nname=\"t\"\nsender=\"80800\"\nmessage = \"\"\"\nHi\n  {x} \\\n   {y}\"\"\"\n")
            .at(1)
            .starts_with("c.toml:7:4: "));
  CHECK(mistakes_of("[campaign]\nname=\"t\"\nsender=\"80800\"\nmessage = '''Hi {x}'''\n")
            .at(0)
            .starts_with("c.toml:4:17: "));
}

TEST_CASE("what [campaign] needs and does not know") {
  CHECK(mistakes_of("") == Lines{"c.toml:1:1: the file has no [campaign]"});
  CHECK(mistakes_of("\n[campaign]\n") == Lines{"c.toml:2:1: [campaign] has no name",
                                               "c.toml:2:1: [campaign] has no sender",
                                               "c.toml:2:1: [campaign] has no message"});
  CHECK(mistakes_of(head() + "windw = \"1h\"\n") ==
        Lines{"c.toml:5:1: unknown key \"windw\" in [campaign] (did you mean \"window\"?)"});
  CHECK(mistakes_of("[campaign]\nname = \"a b\"\nsender = 80800\nmessage = \" \"\n") ==
        Lines{"c.toml:2:8: name \"a b\" must be letters, digits, \".\", \"_\" or \"-\", at least 1 and at most 64",
              "c.toml:3:10: sender must be text in quotes, not a whole number", "c.toml:4:11: the message is empty"});
  CHECK(mistakes_of("campaign = 3\n") ==
        Lines{"c.toml:1:12: campaign must be a table: [campaign], not a whole number"});
}

TEST_CASE("a window is a whole number with a unit, more than nothing and at most a year") {
  for (const char* window :
       {"72", "h", "", "0h", "-1h", "1.5h", "72 h", "72hours", "9999999999d", "99999999999999999999s", "367d", "1w"}) {
    CAPTURE(window);
    const Lines mistakes = mistakes_of(head() + "window = \"" + window + "\"\n");
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].starts_with("c.toml:5:10: window"));
  }
  CHECK(mistakes_of(head() + "window = 72\n") ==
        Lines{"c.toml:5:10: window must be text in quotes, not a whole number"});
  for (const char* window : {"45s", "30m", "72h", "2d", "366d"})
    CHECK(mistakes_of(head() + "window = \"" + window + "\"\n").empty());
}

TEST_CASE("field types") {
  CHECK(mistakes_of(head() + "[campaign.fields]\nat = \"datetime\"\nn = 3\n\"1x\" = \"text\"\n") ==
        Lines{"c.toml:6:6: unknown type \"datetime\" (did you mean \"date-time\"?)",
              "c.toml:7:5: n: expected a type in quotes, not a whole number (known: text, number, date-time, date, "
              "boolean)",
              "c.toml:8:1: field name \"1x\" must be letters, digits, \".\", \"_\" or \"-\", a letter first"});
  // The type probably meant serves for the rest of the file: one slip, one mistake.
  CHECK(mistakes_of(
            "[campaign]\nname=\"t\"\nsender=\"80800\"\nmessage=\"{at:%H}\"\n[campaign.fields]\nat = \"datetime\"\n")
            .size() == 1);
}

TEST_CASE("a name as sender takes no replies, so a campaign with rules is refused") {
  const std::string named = "[campaign]\nname = \"t\"\nsender = \"BINDERY\"\nmessage = \"Hi\"\n";
  CHECK(mistakes_of(named).empty());
  CHECK(mistakes_of(named + kYes)
            .at(0)
            .starts_with("c.toml:3:10: sender \"BINDERY\" is a name: people cannot reply to it"));
}

TEST_CASE("a rule needs something to hear and something to do") {
  CHECK(mistakes_of(rule("do = []\n")) ==
        Lines{"c.toml:9:1: the rule has neither keyword nor otherwise: it would never match"});
  CHECK(mistakes_of(rule("keyword = \"YES\"\n")).at(0).starts_with("c.toml:9:1: the rule has no do"));
  CHECK(mistakes_of(rule("keyword = \"YES\"\notherwise = true\ndo = []\n")) ==
        Lines{"c.toml:11:1: a rule has either keyword or otherwise, not both: make it two rules"});
  CHECK(mistakes_of(rule("otherwise = false\ndo = []\n")) ==
        Lines{"c.toml:10:13: otherwise can only be true; leave it out"});
  CHECK(mistakes_of(rule("keywords = \"YES\"\ndo = []\n")) ==
        Lines{"c.toml:9:1: the rule has neither keyword nor otherwise: it would never match",
              "c.toml:10:1: unknown key \"keywords\" in [[rule]] (did you mean \"keyword\"?)"});
  CHECK(mistakes_of(head() + "[rule]\nkeyword = \"YES\"\n") ==
        Lines{"c.toml:5:2: rule must be a list of tables: write [[rule]]"});
  CHECK(mistakes_of("rule = [3]\n" + head()) ==
        Lines{"c.toml:1:9: a rule must be a table headed [[rule]], not a whole number"});
}

TEST_CASE("keywords that could not work are refused") {
  CHECK(mistakes_of(rule("keyword = [\"YES\", \"?!\", 3]\ndo = []\n")) ==
        Lines{"c.toml:10:25: keyword must be a list of texts in quotes, not a whole number"});
  CHECK(mistakes_of(rule("keyword = [\"YES\", \"?!\"]\ndo = []\n")) ==
        Lines{"c.toml:10:19: keyword \"?!\" has nothing but punctuation and space"});
  CHECK(mistakes_of(rule("keyword = []\ndo = []\n")) == Lines{"c.toml:10:11: keyword lists no word"});
  CHECK(mistakes_of(rule("keyword = true\ndo = []\n")) ==
        Lines{"c.toml:10:11: keyword must be text in quotes or a list of texts, not true or false"});
  CHECK(mistakes_of(rule("keyword = [\"Yes\", \"YES!\"]\ndo = []\n")) ==
        Lines{"c.toml:10:19: keyword \"YES!\" is in this rule twice (case and punctuation do not count)"});
  CHECK(mistakes_of(rule("keyword = \"" + std::string(101, 'a') + "\"\ndo = []\n")) ==
        Lines{"c.toml:10:11: keyword of 101 octets, at most 100 are allowed"});
}

TEST_CASE("the words of STOP, START and HELP cannot be keywords") {
  for (const char* word : {"STOP", "stop.", "END", "Cancel", "quit", "unsubscribe", "OPT OUT", "revoke", "START",
                           "unstop", "HELP", "info"}) {
    CAPTURE(word);
    const Lines mistakes = mistakes_of(rule(std::string("keyword = \"") + word + "\"\ndo = []\n"));
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].find("c.toml:10:11: keyword \"" + std::string(word) + "\" is reserved") == 0);
  }
}

TEST_CASE("a rule that an earlier one hides is refused") {
  CHECK(mistakes_of(head() + kYes + "[[rule]]\nkeyword = [\"Y\", \"yes.\"]\ndo = []\n") ==
        Lines{"c.toml:9:17: keyword \"yes\" is taken in step first by the rule at line 5, which has no condition: this "
              "rule would never hear it"});
  CHECK(
      mistakes_of(head() + "[[rule]]\notherwise = true\ndo = []\n[[rule]]\notherwise = true\ndo = []\n") ==
      Lines{"c.toml:9:1: step first has an otherwise at line 5, which has no condition: this rule would never match"});
  const std::string booked = "keyword = \"YES\"\nwhen = { status = \"booked\" }\ndo = []\n";
  CHECK(mistakes_of(rule(booked + "[[rule]]\n" + booked)) ==
        Lines{"c.toml:14:11: keyword \"yes\" is taken in step first by the rule at line 9, whose conditions hold "
              "whenever these do: "
              "this rule would never hear it"});
  CHECK(mistakes_of(rule(booked + "[[rule]]\nkeyword = \"YES\"\nwhen = { status = \"booked\", score = 3 }\ndo = []\n"))
            .size() == 1);
}

TEST_CASE("the same keyword with conditions that tell the rules apart, or in another step, is allowed") {
  const std::string booked = "keyword = \"YES\"\nwhen = { status = \"booked\" }\ndo = []\n";
  CHECK(mistakes_of(rule(booked + kYes)).empty());
  CHECK(mistakes_of(rule(booked + "[[rule]]\nkeyword = \"YES\"\nwhen = { status = { not = \"booked\" } }\ndo = []\n"))
            .empty());
  CHECK(mistakes_of(head() + kYes + "[[rule]]\nstep = \"two\"\nkeyword = \"YES\"\ndo = []\n").empty());
  CHECK(mistakes_of(rule("otherwise = true\nwhen = { score = 1 }\ndo = []\n[[rule]]\notherwise = true\ndo = []\n"))
            .empty());
}

TEST_CASE("actions") {
  const auto mistakes = [](const std::string& actions) {
    return mistakes_of(rule("keyword = \"YES\"\ndo = " + actions + "\n"));
  };
  CHECK(mistakes("[]").empty());
  CHECK(mistakes("[ { reply = \" \" } ]") ==
        Lines{"c.toml:11:18: the reply is empty; to answer nothing, leave the action out"});
  CHECK(mistakes("[ { reply = 3 } ]") == Lines{"c.toml:11:18: reply must be text in quotes, not a whole number"});
  CHECK(mistakes("[ { reply = \"Hi {naem}\" } ]").at(0).starts_with("c.toml:11:22: unknown field \"naem\""));
  CHECK(
      mistakes("[ { reply = \"a\", close = \"b\" } ]") ==
      Lines{"c.toml:11:23: close stands beside reply in one action: give each its own { }, in the order they happen"});
  CHECK(mistakes("[ { notify = \"crmm\", event = \"e\" } ]") ==
        Lines{"c.toml:11:19: unknown endpoint \"crmm\" (did you mean \"crm\"?)"});
  CHECK(mistakes("[ { notify = \"mail\", event = \"e\" } ]") ==
        Lines{"c.toml:11:19: unknown endpoint \"mail\" (known: crm, billing)"});
  CHECK(mistakes("[ { notify = \"crm\" } ]") ==
        Lines{"c.toml:11:10: notify has no event: { notify = \"...\", event = \"...\" }"});
  CHECK(mistakes("[ { event = \"e\" } ]") ==
        Lines{"c.toml:11:10: event belongs to notify: { notify = \"...\", event = \"...\" }"});
  CHECK(mistakes("[ { goto = \"day\" } ]") ==
        Lines{"c.toml:11:17: unknown step \"day\" (known: first): no rule has step = \"day\""});
  CHECK(mistakes("[ { goto = \"first\" } ]").empty());
  CHECK(mistakes("[ { close = \"a b\" } ]").size() == 1);
  CHECK(mistakes("[ { close = \"a\" }, { goto = \"first\" } ]") ==
        Lines{"c.toml:11:27: a rule has one goto or one close, not several"});
  CHECK(mistakes("[ \"reply\" ]").at(0).starts_with("c.toml:11:8: an action must be a table, not text"));
  CHECK(mistakes("[ { } ]").at(0).starts_with("c.toml:11:8: the action is empty"));
  CHECK(mistakes("{ reply = \"a\" }").at(0).starts_with("c.toml:11:6: do must be a list:"));
}

TEST_CASE("a step nearly named right is suggested") {
  CHECK(mistakes_of(rule(
            "keyword = \"YES\"\ndo = [ { goto = \"dya\" } ]\n[[rule]]\nstep = \"day\"\notherwise = true\ndo = []\n")) ==
        Lines{"c.toml:11:17: unknown step \"dya\" (did you mean \"day\"?): no rule has step = \"dya\""});
}

TEST_CASE("set: names and types") {
  const auto mistakes = [](const std::string& set) {
    return mistakes_of(rule("keyword = \"YES\"\ndo = [ { set = " + set + " } ]\n"));
  };
  CHECK(mistakes("{ status = \"confirmed\", score = 3, at = { start = 2026-02-03T10:00:00 }, contact.tier = \"gold\", "
                 "new = 1 }")
            .empty());
  CHECK(mistakes("{ score = \"many\" }") ==
        Lines{"c.toml:11:26: score: expected a number of at most 15 digits such as 12.50, not text"});
  CHECK(mistakes("{ at.start = \"soon\" }") ==
        Lines{"c.toml:11:29: at.start: expected a date-time such as 2026-02-03T10:00, not \"soon\""});
  CHECK(mistakes("{ status = true }") == Lines{"c.toml:11:27: status: expected text in quotes, not true or false"});
  CHECK(mistakes("{ }") == Lines{"c.toml:11:16: set names no field"});
  CHECK(mistakes("\"status\"").at(0).starts_with("c.toml:11:16: set must be a table"));
  CHECK(mistakes("{ \"a b\" = \"x\" }") == Lines{"c.toml:11:18: \"a b\" is not the name of a field"});
}

TEST_CASE("what one rule sets, templates and conditions of every rule may name, but not the first message") {
  const std::string sets =
      "[[rule]]\nkeyword = \"A\"\ndo = [ { reply = \"{day}\" } ]\n[[rule]]\nkeyword = \"B\"\nwhen = { day = \"x\" }\n"
      "do = [ { set = { day = \"x\" } } ]\n";
  CHECK(mistakes_of(head() + sets).empty());
  CHECK(mistakes_of(head("{day}") + sets).size() == 1);
}

TEST_CASE("conditions") {
  const auto mistakes = [](const std::string& when) {
    return mistakes_of(rule("keyword = \"YES\"\nwhen = " + when + "\ndo = []\n"));
  };
  CHECK(mistakes("{ staus = \"booked\" }") ==
        Lines{"c.toml:11:10: unknown field \"staus\" (did you mean \"status\"?); declare it in [campaign.fields]"});
  CHECK(mistakes("{ at.begin = { exists = true } }") ==
        Lines{"c.toml:11:13: unknown field \"at.begin\" (known: at.start, score, status); declare it in "
              "[campaign.fields]"});
  CHECK(mistakes("{ contact.tier = \"x\" }").size() == 1);
  CHECK(mistakes("{ status = 3 }") == Lines{"c.toml:11:19: status: expected text in quotes, not a whole number"});
  CHECK(mistakes("{ score = \"3\" }").size() == 1);
  CHECK(mistakes("{ score = [1, \"two\"] }").size() == 1);
  CHECK(mistakes("{ status = [] }") == Lines{"c.toml:11:19: status: the list has no value"});
  CHECK(mistakes("{ status = \"\" }") ==
        Lines{"c.toml:11:19: status: an empty text is no value; write { exists = false }"});
  CHECK(mistakes("{ score = { less = 3 } }").at(0).starts_with("c.toml:11:20: unknown comparison \"less\" of score"));
  CHECK(mistakes("{ status = { lt = \"a\" } }") ==
        Lines{"c.toml:11:21: status is text: lt compares numbers, dates and date-times"});
  CHECK(mistakes("{ score = { exists = 1 } }") ==
        Lines{"c.toml:11:29: exists must be true or false, not a whole number"});
  CHECK(mistakes("{ at.start = 2026-02-03 }") ==
        Lines{"c.toml:11:21: at.start: expected a date-time such as 2026-02-03T10:00, not a date"});
  CHECK(mistakes("{ score = 12345678901234567 }").size() == 1);
  CHECK(mistakes("{ score = inf }").size() == 1);
  CHECK(mistakes("{ }") == Lines{"c.toml:11:8: when names no field; leave it out if the rule has no condition"});
  CHECK(mistakes("{ status = {} }") == Lines{"c.toml:11:19: status: an empty table is no condition"});
  CHECK(mistakes("\"booked\"").size() == 1);
}

TEST_CASE("tests that could not be run, or could not fail") {
  const auto mistakes = [](const std::string& test) {
    return mistakes_of(head() + kYes + "[[test]]\n" + test);
  };  // [[test]] is line 8
  CHECK(mistakes("") == Lines{"c.toml:8:1: the test has neither text, dialogue nor opening"});
  CHECK(mistakes("text = \"yes\"\n") == Lines{"c.toml:8:1: the test has no expect, so it could not fail"});
  CHECK(mistakes("text = \"yes\"\nexpect = {}\n") ==
        Lines{"c.toml:10:10: the test expects nothing, so it could not fail"});
  CHECK(mistakes("text = \"yes\"\nexpect = { replies = \"a\" }\n") ==
        Lines{"c.toml:10:12: unknown key \"replies\" in expect (did you mean \"reply\"?)"});
  CHECK(mistakes("text = \"yes\"\nexpect = { reply_matches = \"(\" }\n") ==
        Lines{"c.toml:10:28: not a pattern (RE2): missing ): ("});
  CHECK(mistakes("text = \"yes\"\nexpect = { step = \"two\" }\n") ==
        Lines{"c.toml:10:19: unknown step \"two\" (known: first)"});
  CHECK(mistakes("text = \"yes\"\nexpect = { rule = 2 }\n") ==
        Lines{"c.toml:10:19: there is no rule 2: the file has 1, counted from 1"});
  CHECK(mistakes("text = \"yes\"\nexpect = { rule = \"otherwse\" }\n") ==
        Lines{"c.toml:10:19: unknown rule \"otherwse\" (did you mean \"otherwise\"?)"});
  CHECK(mistakes("text = \"yes\"\nexpect = { reserved = \"halt\" }\n").size() == 1);
  CHECK(mistakes("text = \"yes\"\nexpect = { reply = \"a\", no_reply = true }\n") ==
        Lines{"c.toml:10:25: no_reply contradicts the reply expected here"});
  CHECK(mistakes("text = \"yes\"\nzone = \"Europe/Lodon\"\nexpect = { closed = true }\n") ==
        Lines{"c.toml:10:8: unknown time zone \"Europe/Lodon\" (did you mean \"Europe/London\"?)"});
  CHECK(mistakes("text = \"yes\"\ndialogue = []\nexpect = { closed = true }\n").size() == 2);
  CHECK(mistakes("dialogue = [ { say = \"yes\" } ]\n") ==
        Lines{"c.toml:9:1: no turn of the dialogue has an expect, so it could not fail"});
  CHECK(mistakes("dialogue = [ { expect = { closed = true } } ]\n")
            .at(0)
            .starts_with("c.toml:9:14: the turn says nothing"));
  CHECK(mistakes("dialogue = [ { say = \"yes\", expects = { closed = true } } ]\n").size() == 2);
  CHECK(mistakes("opening = \"Hi\"\n").empty());
}

TEST_CASE("fields of a test are of their types") {
  CHECK(mistakes_of(rule("keyword = \"YES\"\ndo = []\n[[test]]\ntext = \"yes\"\nfields = { at.start = \"soon\", score "
                         "= 3, other = true }\n"
                         "expect = { closed = false }\n")) ==
        Lines{"c.toml:14:23: at.start: expected a date-time such as 2026-02-03T10:00, not \"soon\""});
}

TEST_CASE("names of rules are told apart") {
  CHECK(
      mistakes_of(rule("name = \"a\"\nkeyword = \"A\"\ndo = []\n[[rule]]\nname = \"a\"\nkeyword = \"B\"\ndo = []\n")) ==
      Lines{"c.toml:14:8: the rule at line 9 has the name \"a\" already"});
  CHECK(mistakes_of(rule("name = \"none\"\nkeyword = \"A\"\ndo = []\n")).size() == 1);
}

TEST_CASE("files beyond the limits, not UTF-8 or deeply nested are refused, not crashed on") {
  CHECK(mistakes_of(std::string(2U << 20, '#')).at(0).find("octets, a campaign file at most") != std::string::npos);
  CHECK(mistakes_of("name = \"\xFF\"\n").at(0).find("not TOML") != std::string::npos);
  CHECK(mistakes_of("x = " + std::string(5000, '[') + std::string(5000, ']') + "\n").at(0).find("not TOML") !=
        std::string::npos);
  CHECK(mistakes_of(head(std::string(4001, 'a'))) ==
        Lines{"c.toml:4:11: the text has 4001 octets, at most 4000 are allowed"});
  CHECK(mistakes_of(std::string("\0", 1)).size() >= 1);
}

TEST_CASE(
    "a letter changed, dropped, added or swapped anywhere in a good file is a mistake or a program, never a crash") {
  const std::string good = rule(
      "keyword = [\"YES\"]\nwhen = { status = { not = [\"a\"] }, score = { ge = 3 } }\n"
      "do = [ { reply = \"{at.start:%H:%M|x} {{\" }, { set = { status = \"b\" } }, { notify = \"crm\", event = \"e\" } "
      "]\n"
      "[[test]]\ntext = \"yes\"\nfields = { score = 4 }\nexpect = { reply_matches = \"x.*\", event = \"e\" }\n");
  REQUIRE(mistakes_of(good).empty());
  std::size_t refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char* with : {"", "x", "\"", "{", "}", "=", "\n", "\\"}) {
      std::string broken = good;
      broken.replace(i, 1, with);
      const rules::Compiled compiled = rules_test::compile(broken);
      CHECK((compiled.program == nullptr) == !compiled.mistakes.empty());
      refused += compiled.mistakes.empty() ? 0 : 1;
      for (const rules::Mistake& mistake : compiled.mistakes)
        CHECK((mistake.line > 0 && mistake.column > 0 && !mistake.message.empty()));
    }
  }
  CHECK(refused > good.size());
}
