// [[test]] blocks: that they pass when the campaign does what they say, and fail, with the reason, when it does not.
#include "test/unit/catch.hpp"
#include "test/unit/rules_compile.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace rules;

namespace {

const std::string kBooking = rules_test::head("Hi {first_name|there}, {at:%H:%M}") + R"(
[campaign.fields]
at = "date-time"
status = "text"
[[rule]]
name = "book"
keyword = "BOOK"
do = [ { reply = "Which day?" }, { goto = "day" } ]
[[rule]]
otherwise = true
do = [ { reply = "Text BOOK." }, { notify = "crm", event = "lost" } ]
[[rule]]
step = "day"
keyword = ["MON", "TUE"]
do = [ { set = { status = "booked", contact.last = "mon" } }, { reply = "See you." }, { reply = "Bye." }, { close = "booked" } ]
[[rule]]
step = "day"
otherwise = true
do = []
)";

// The failure of the only test; empty: passed.
std::string failure(const std::string& test) {
  const auto program = rules_test::program(kBooking + "[[test]]\n" + test + "\n");
  const auto results = run_tests(*program);
  REQUIRE(results.size() == 1);
  CHECK(results[0].passed == results[0].failure.empty());
  return results[0].failure;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string difference(const std::string& expect) {  // of "book" against one expectation
  const std::string text = failure("text = \"book\"\nexpect = { " + expect + " }");
  const auto start = text.find("\n  ");
  return start == std::string::npos ? text : first_line(text.substr(start + 3));
}

}  // namespace

TEST_CASE("a dialogue keeps its step, its fields and its end from turn to turn") {
  CHECK(failure(R"(dialogue = [
  { say = "hello", expect = { rule = "otherwise", event = "lost", step = "first" } },
  { say = "book!", expect = { rule = "book", reply = "Which day?", event = [], step = "day" } },
  { say = "book", expect = { no_reply = true, rule = 4, closed = false } },
  { say = "tue" , expect = { reply = ["See you.", "Bye."], outcome = "booked", closed = true, set = { status = "booked", contact.last = "mon" } } },
  { say = "mon", expect = { rule = "none", no_reply = true } },
])")
            .empty());
}

TEST_CASE("an expectation that is met passes") {
  for (const char* expect : {"reply = \"Which day?\"", "reply_matches = \"Which .*\"", "event = []", "closed = false",
                             "step = \"day\"", "rule = 1", "rule = \"book\"", "rule = \"keyword\""}) {
    CAPTURE(expect);
    CHECK(difference(expect).empty());
  }
  CHECK(failure("text = \"mon\"\nstep = \"day\"\nexpect = { closed = true }").empty());
  CHECK(failure("text = \"Stop.\"\nexpect = { reserved = \"stop\", no_reply = true, rule = \"none\" }").empty());
}

TEST_CASE("an expectation that is not met fails and says what happened instead") {
  CHECK(difference("reply = \"What?\"") == "reply: expected \"What?\", got \"Which day?\"");
  CHECK(difference("no_reply = true") == "reply: expected none, got \"Which day?\"");
  CHECK(difference("reply = [\"Which day?\", \"x\"]") == "reply: expected \"Which day?\", \"x\", got \"Which day?\"");
  CHECK(difference("reply_matches = \"Which\"") == "one reply matching: expected \"Which\", got \"Which day?\"");
  CHECK(difference("event = \"lost\"") == "event: expected \"lost\", got none");
  CHECK(difference("outcome = \"booked\"") == "the conversation: expected closed as \"booked\", got open");
  CHECK(difference("closed = true") == "the conversation: expected closed, got open");
  CHECK(difference("step = \"first\"") == "step: expected first, got day");
  CHECK(difference("rule = 2") == "rule: expected 2, got 1");
  CHECK(difference("rule = \"none\"") == "match: expected none, got keyword");
  CHECK(difference("reserved = \"help\"") == "reserved word: expected help, got none");
  CHECK(difference("set = { status = \"booked\" }") == "status: expected \"booked\", got \"\"");
}

TEST_CASE("a pattern stands for the one reply, not for the first of several") {
  CHECK_FALSE(failure("text = \"mon\"\nstep = \"day\"\nexpect = { reply_matches = \"See.*\" }").empty());
  CHECK_FALSE(failure("text = \"x\"\nstep = \"day\"\nexpect = { reply_matches = \".*\" }").empty());
}

TEST_CASE("a failure shows the line, the text, the trace and the actions") {
  CHECK(failure("text = \"Book\"\nexpect = { closed = true }") ==
        "line 25, \"Book\":\n  the conversation: expected closed, got open\n  | heard \"book\" in step first\n"
        "  | rule 1 (line 9, book: BOOK): matched\n  > reply \"Which day?\"\n  > goto day");
}

TEST_CASE("the first turn that fails ends the dialogue") {
  const std::string text = failure(
      "dialogue = [ { say = \"x\", expect = { closed = true } }, { say = \"y\", expect = { closed = true } } ]");
  CHECK(text.find("\"x\":") != std::string::npos);
  CHECK(text.find("\"y\":") == std::string::npos);
}

TEST_CASE("the first message is tested with the recipient's fields and zone") {
  CHECK(failure("opening = \"Hi Ann, 11:00\"\nzone = \"Europe/London\"\nfields = { contact.first_name = \"Ann\", at = "
                "2026-07-03T10:00:00Z }")
            .empty());
  CHECK(failure("opening = \"Hi Ann, 11:00\"\nfields = { first_name = \"Ann\", at = \"2026-07-03T10:00\" }") ==
        "opening: expected \"Hi Ann, 11:00\", got \"Hi Ann, 10:00\"");
  CHECK(failure("opening = \"Hi\"") == "opening: no usable value for at");
}

TEST_CASE("results name campaign, file, line and test") {
  const auto program = rules_test::program(
      kBooking + "[[test]]\ntext = \"x\"\nexpect = { closed = false }\n[[test]]\nname = \"n\"\nopening = \"\"\n");
  const auto results = run_tests(*program);
  REQUIRE(results.size() == 2);
  CHECK(results[0].campaign == "t");
  CHECK(results[0].file == "c.toml");
  CHECK(results[0].line == 24);
  CHECK(results[0].name == "\"x\"");
  CHECK(results[0].passed);
  CHECK(results[1].name == "n");
  CHECK_FALSE(results[1].passed);
}

TEST_CASE("the campaigns of the demo compile and pass their own tests") {
  std::vector<Source> sources;
  for (const auto& entry : std::filesystem::directory_iterator(BINDERY_SOURCE_DIR "/conf/demo/campaigns")) {
    std::ifstream file(entry.path());
    std::ostringstream content;
    content << file.rdbuf();
    sources.push_back({entry.path().string(), content.str()});
  }
  const std::vector<std::string> endpoints = {"crm"}, senders = {"80800"};
  const Compiled compiled = rules::compile(sources, {senders, endpoints});
  for (const Mistake& mistake : compiled.mistakes) FAIL_CHECK(mistake.to_string());
  REQUIRE(compiled.program != nullptr);
  const auto results = run_tests(*compiled.program);
  CHECK(results.size() >= 8);
  for (const TestResult& result : results) {
    INFO(result.file << ":" << result.line << " " << result.name << "\n" << result.failure);
    CHECK(result.passed);
  }
}
