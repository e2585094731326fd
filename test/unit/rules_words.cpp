#include "rules/words.hpp"

#include "rules/program.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/rules_compile.hpp"

#include <random>
#include <string>
#include <vector>

using rules::normalise;
using rules::reserved_word;
using rules::ReservedWord;

TEST_CASE("case, outer space, punctuation and quotes do not change a word") {
  for (const char* text : {"YES", "yes", " Yes. ", "yes!!!", "\"yes\"", "'YES'", "(yes)", "*yes*", "- yes", "yes...",
                           "\tyes\r\n", "`yes`", "[yes]", "_yes_", "yes,", "yes\x01", "#yes", "/yes", "\\yes"}) {
    CAPTURE(text);
    CHECK(normalise(text) == "yes");
  }
}

TEST_CASE("what phones make of a word is the same word") {
  for (const char* text : {"“YES”",           "‘yes’",     "«Yes»",     "yes…",
                           "¡yes!",           "¿yes?",     "ＹＥＳ",    "yes！",
                           "\u200Byes\u200B", "\uFEFFyes", "yes\uFE0F", "\u00A0yes\u3000",
                           "\u202Ayes\u202C", "„yes“",     "yes。",     "´yes´",
                           "—yes—",           "\u200Fyes", "𝐲𝐞𝐬",       "yeſ"}) {
    CAPTURE(text);
    CHECK(normalise(text) == "yes");
  }
}

TEST_CASE("inner space counts as one space, inner apostrophes as one apostrophe") {
  CHECK(normalise("opt \t\n out") == "opt out");
  CHECK(normalise("opt\u00A0\u2003out") == "opt out");
  for (const char* text : {"DON'T", "don’t", "don‘t", "don`t", "don´t", "donʼt"}) {
    CAPTURE(text);
    CHECK(normalise(text) == "don't");
  }
}

TEST_CASE("letters beyond ASCII are folded as Unicode folds them") {
  CHECK(normalise("SÍ") == normalise("sí"));
  CHECK(normalise("STRASSE") == normalise("straße"));
  CHECK(normalise("ДА!") == "да");
  CHECK(normalise("ΝΑΙΣ") == normalise("ναις"));
  CHECK(normalise("e\u0301") == "é");
  CHECK(normalise("はい。") == "はい");
}

TEST_CASE("compatibility forms are the plain ones, as NFKC has it") {
  CHECK(normalise("①") == "1");
  CHECK(normalise("²") == "2");
  CHECK(normalise("№") == "no");
}

TEST_CASE("what changes the meaning stays") {
  CHECK(normalise("50%") == "50%");
  CHECK(normalise("50％") == "50%");
  CHECK(normalise("-1") == "-1");
  CHECK(normalise("－1") == "-1");
  CHECK(normalise("@ann") == "@ann");
  CHECK(normalise("👍") == "👍");
  CHECK(normalise("yes👍") != "yes");
  CHECK(normalise("+1") == "+1");
  CHECK(normalise("sí") != "si");  // another word in Spanish; diacritics are a matter of language
}

TEST_CASE("a text without a word is empty") {
  for (const char* text : {"", " ", "?", "...", "\u200B", "“”", "\n", "\u2026"}) {
    CAPTURE(text);
    CHECK(normalise(text).empty());
  }
}

TEST_CASE("normalising twice changes nothing, and ASCII goes the same way with ICU and without") {
  std::mt19937 random(7);  // NOLINT: the same texts in every run
  const std::vector<std::string> pieces = {"Y", "es",     " ", "  ", "'",      "`",  "’", "´",      "-",  "1",   "5",
                                           "%", "!",      ".", "\t", "\n",     "Ä",  "ß", "\u0301", "ｙ", "“",   "…",
                                           "👍", "\u200D", "_", "@",  "\u00A0", "－", "İ", "$",      "~",  "\x7F"};
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    bool ascii = true;
    for (auto n = random() % 7; n > 0; --n) {
      const std::string& piece = pieces[random() % pieces.size()];
      ascii = ascii && static_cast<unsigned char>(piece[0]) < 0x80;
      text += piece;
    }
    const std::string once = normalise(text);
    INFO("text \"" << text << "\" -> \"" << once << "\"");
    REQUIRE(normalise(once) == once);
    if (ascii) REQUIRE(normalise("\u200B" + text) == once);  // an ignorable in front sends it through ICU
  }
}

TEST_CASE("text that is not UTF-8 is no word and no crash") {
  CHECK(normalise("\xFF\xFEyes") != "yes");
  CHECK(reserved_word("\xC3") == ReservedWord::none);
  CHECK(normalise(std::string("yes\0", 4)) == "yes");
  CHECK(normalise(std::string(200000, 'A')).size() == 200000);
}

TEST_CASE("opt-out words are heard as whole messages, however they are typed") {
  for (const char* text : {"STOP",    "stop",     "Stop.",       " STOP! ", "\"stop\"",   "“STOP”",    "ＳＴＯＰ",
                           "STOPALL", "stop all", "Unsubscribe", "END",     "quit",       "Cancel",    "REVOKE",
                           "OPT OUT", "opt  out", "OptOut",      "opt-out", "stop\u200B", "s\u00ADtop"}) {
    CAPTURE(text);
    CHECK(reserved_word(text) == ReservedWord::stop);
  }
  for (const char* text : {"START", "start.", "Unstop"}) CHECK(reserved_word(text) == ReservedWord::start);
  for (const char* text : {"HELP", "help?", "Info"}) CHECK(reserved_word(text) == ReservedWord::help);
}

TEST_CASE("a reserved word inside a sentence, or nearly one, is not reserved") {
  for (const char* text :
       {"we have got to STOP this bill", "don't stop", "STOPP", "stop it", "nonstop", "bus stop", "ending", "the end",
        "cancelled", "helpful", "help me", "please start", "restart", "opting out", "s.t.o.p", "st op", "", "quite"}) {
    CAPTURE(text);
    CHECK(reserved_word(text) == ReservedWord::none);
  }
}

TEST_CASE("YES and its kin never opt anybody in or out") {
  for (const char* text : {"YES", "Y", "NO", "ok", "👍"}) CHECK(reserved_word(text) == ReservedWord::none);
}

TEST_CASE("a keyword matches its word and no other, with any noise around it") {
  const auto compiled = rules_test::program(rules_test::head() + R"(
[[rule]]
keyword = ["YES", "NO", "1"]
do = []
)");
  const rules::Campaign& campaign = *compiled->find("t");
  const auto hears = [&](const std::string& text) {
    rules::Facts facts;
    facts.text = text;
    return campaign.expects(facts);
  };
  for (const char* before : {"", " ", "\"", "“", "(", "\n", "¡", "*"}) {
    for (const char* word : {"YES", "No", "yEs", "1", "ｎｏ", "１"}) {
      for (const char* after : {"", " ", ".", "!!", "\"", "”", "…", ")", "\r\n"}) {
        const std::string text = std::string(before) + word + after;
        CAPTURE(text);
        CHECK(hears(text));
      }
    }
  }
  for (const char* text :
       {"NOTHING", "NO problem", "yes please!", "yesss", "yes no",   "not",    "n",   "11", "1st", "-1",   "1%",
        "no1",     "y es",       "nö",          "",      "yes, but", "yes?no", "oui", "10", "1.0", "NO NO"}) {
    CAPTURE(text);
    CHECK_FALSE(hears(text));
  }
}
