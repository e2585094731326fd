// The log cannot be forged by what people send, and does not name them.
#include "core/log.hpp"
#include "test/unit/catch.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

using namespace core;

namespace {

std::string logged(LogSettings settings, const std::function<void(Log&)>& act) {
  std::ostringstream out;
  {
    Log log(settings, out);
    act(log);
  }
  return out.str();
}

}  // namespace

TEST_CASE("an event is one line with its time, level, name and fields") {
  const std::string line = logged({}, [](Log& log) { log.info("link.up", {field("account", "carrier-a"), field("window", 10), field("note", "two words")}); });
  CHECK(line.substr(line.find("Z ")) == "Z info link.up account=carrier-a window=10 note=\"two words\"\n");
  CHECK(line.size() > 24);
}

TEST_CASE("line breaks, escapes and bidi controls of a message stay within its field (S28)") {
  LogSettings plain;
  plain.mask = false;
  const std::string line = logged(plain, [](Log& log) {
    log.info("mo.received", {text_field("text", "a\r\n2026-01-01T00:00:00Z error forged x=1 \x1b[2J \xe2\x80\xae evil \xff \xc2\x85")});
  });
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  CHECK(line.find("text=\"a\\r\\n2026-01-01T00:00:00Z error forged x=1 \\x1b[2J \\u202e evil \\xff \\x85\"\n") != std::string::npos);
}

TEST_CASE("a quoted value cannot end its quotes") {
  LogSettings plain;
  plain.mask = false;
  const std::string line = logged(plain, [](Log& log) { log.info("x", {text_field("text", "a\" b=\"c\\")}); });
  CHECK(line.find("text=\"a\\\" b=\\\"c\\\\\"\n") != std::string::npos);
}

TEST_CASE("numbers and texts are masked unless the operator says otherwise (S29)") {
  const auto write = [](Log& log) { log.info("mo", {number_field("from", "447700900001"), number_field("to", "80800"), text_field("text", "Grüße")}); };
  CHECK(logged({}, write).find("from=4477****001 to=80800 text=\"(5 characters)\"") != std::string::npos);
  LogSettings plain;
  plain.mask = false;
  CHECK(logged(plain, write).find("from=447700900001 to=80800 text=Grüße") != std::string::npos);
  CHECK(mask_number("+447700900001") == "+4477****001");
  CHECK(mask_number("46701234") == "46****234");
  CHECK(mask_number("") == "");
}

TEST_CASE("what is below the level is not written, and the level can change") {
  const std::string lines = logged({LogLevel::warn, true}, [](Log& log) {
    log.info("quiet");
    CHECK_FALSE(log.wants(LogLevel::info));
    log.error("loud");
    log.set({LogLevel::debug, true});
    log.debug("now");
  });
  CHECK(lines.find("quiet") == std::string::npos);
  CHECK(lines.find("error loud\n") != std::string::npos);
  CHECK(lines.find("debug now\n") != std::string::npos);
}
