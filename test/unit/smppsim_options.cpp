// The one table of options: the command line, files, the README, and that every entry is used by a test.
#include "test/unit/smppsim_place.hpp"
#include "tools/smpp-sim/profiles.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace smppsim_test;

namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What the other tests of the simulator say: an option that is only put and read back is not used.
const std::string& tests() {
  static const std::string text = [] {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(BINDERY_SOURCE_DIR "/test/unit")) {
      const std::string name = entry.path().filename().string();
      if (name.rfind("smppsim_", 0) == 0 && name != "smppsim_options.cpp") all += content_of(entry.path());
    }
    return all;
  }();
  return text;
}

struct Made {
  SmscOptions options;
  std::vector<std::string> mistakes;
};

Made made(const std::vector<std::string>& arguments, const std::string& file = {}) {
  Made result;
  const auto read = [&](const std::string& path) {
    return path == "sim.conf" ? std::optional(file) : std::nullopt;
  };
  result.mistakes = make_options(given(arguments), read, result.options);
  return result;
}

// The rows of the README between the two comments of that name.
std::string rows_of(const std::string& name) {
  const std::string readme = content_of(BINDERY_SOURCE_DIR "/tools/smpp-sim/README.md");
  const std::string begin = "<!-- " + name + " -->\n", end = "<!-- end of " + name + " -->";
  const auto from = readme.find(begin), to = readme.find(end);
  if (from == std::string::npos || to == std::string::npos) return "not there";
  return readme.substr(from + begin.size(), to - from - begin.size());
}

}  // namespace

TEST_CASE("every option of the table is used by a test") {
  for (const SmscOption& option : smsc_options()) {
    INFO("no test/unit/smppsim_*.cpp uses --" << option.name);
    CHECK(tests().find("\"--" + std::string(option.name) + "\"") != std::string::npos);
  }
}

TEST_CASE("every word of a rule, every fault and every profile is used by a test") {
  for (const RuleWord& word : rule_words()) {
    INFO("no test uses " << word.name << "=");
    CHECK(tests().find(std::string(word.name) + "=") != std::string::npos);
  }
  for (const FaultName& fault : fault_names()) {
    INFO("no test uses the fault " << fault.name);
    const std::string name(fault.name);
    const bool is_used = tests().find("fault=" + name) != std::string::npos ||
                         tests().find("{\"" + name + "\"") != std::string::npos ||
                         tests().find("\"" + name + "\")") != std::string::npos;
    CHECK(is_used);
  }
  for (const Profile& profile : profiles()) {
    INFO("no test uses the profile " << profile.name);
    CHECK(tests().find("\"" + std::string(profile.name) + "\"") != std::string::npos);
  }
}

TEST_CASE("the README lists what the tables say") {
  CHECK(rows_of("options") == "| option | default | |\n|---|---|---|\n" + option_rows());
  CHECK(rows_of("rules") == "| word | |\n|---|---|\n" + rule_rows());
  CHECK(rows_of("faults") == "| fault | |\n|---|---|\n" + fault_rows());
  CHECK(rows_of("profiles") == "| profile | | rules |\n|---|---|---|\n" + profile_rows());
}

TEST_CASE("the defaults in the table are those of the program") {
  const SmscOptions standard;
  for (const SmscOption& option : smsc_options()) {
    if (option.standard.empty() || option.name == "profile") continue;
    SmscOptions written;
    CHECK(option.put(written, option.standard).empty());
    CHECK(written.listen == standard.listen);
    CHECK(written.control == standard.control);
    CHECK(written.window == standard.window);
    CHECK(written.seed == standard.seed);
    CHECK(written.redeliver_after == standard.redeliver_after);
    CHECK(written.behaviour.receipt_delay == standard.behaviour.receipt_delay);
    CHECK(written.behaviour.response_delay == standard.behaviour.response_delay);
    CHECK(written.behaviour.receipt_stat == standard.behaviour.receipt_stat);
    CHECK(written.behaviour.throttle == standard.behaviour.throttle);
    CHECK(written.max_attempts == standard.max_attempts);
    CHECK(written.trace.json == standard.trace.json);
  }
}

TEST_CASE("a file gives the same options, the command line overrides it, and its rules come first") {
  const auto both = made({"--when", "to=1 status=1", "--seed", "5", "--config", "sim.conf", "--profile", "capped"},
                         "# a carrier\n"
                         "listen = 127.0.0.1:3000   # its port\n"
                         "seed = 9\n"
                         "quiet = yes\n"
                         "strict = yes\n"
                         "account = \"alice:#secret max_binds=2\"\n"
                         "account = bob:x bind=rx window=7 rate=9 addresses=1* version=3.3\n"
                         "when = to=2 status=2\n"
                         "when = text=\"two words\" status=3\r\n");
  REQUIRE(both.mistakes.empty());
  CHECK(both.options.listen == "127.0.0.1:3000");
  CHECK(both.options.seed == 5);
  CHECK(both.options.quiet);
  CHECK(both.options.strict);
  REQUIRE(both.options.accounts.size() == 2);
  CHECK(both.options.accounts[0].password == "#secret");
  CHECK(both.options.accounts[0].max_binds == 2);
  CHECK(both.options.accounts[1].bind_types == static_cast<std::uint32_t>(Trigger::bind_receiver));
  CHECK(both.options.accounts[1].version == 0x33);
  REQUIRE(both.options.rules.size() == 5);
  CHECK(both.options.rules[0].line == "to=1 status=1");
  CHECK(both.options.rules[1].line == "to=2 status=2");
  CHECK(both.options.rules[2].text.matches("two words"));
  CHECK(both.options.rules[3].line == "rate=20");
}

TEST_CASE("every mistake of a file is told with line and column") {
  const auto wrong = made({"--config", "sim.conf", "--config", "other.conf"},
                          "listn = 1\n"
                          "window = none\n"
                          "  when = to=1 status=NONE\n"
                          "when = \"to=1 status=NONE\"\n"
                          "seed\n"
                          "tls =\n"
                          "seed = 1\n"
                          "seed = 2\n"
                          "config = more.conf\n"
                          "= 5\n");
  CHECK(wrong.mistakes == std::vector<std::string>{
                              "sim.conf:1:1: unknown option \"listn\" (did you mean \"listen\"?)",
                              "sim.conf:5:1: must be name = value",
                              "sim.conf:6:1: tls must have a value: yes or no",
                              "sim.conf:8:1: seed is there already and can be given once",
                              "sim.conf:9:1: a file cannot name another one",
                              "sim.conf:10:1: a name is missing before =",
                              "--config other.conf: cannot be read",
                              "sim.conf:2:10: window none: must be a number from 1 to 10000",
                              "sim.conf:3:22: when: status: \"NONE\" is not known",
                              "sim.conf:4:21: when: status: \"NONE\" is not known",
                          });
}

TEST_CASE("what does not fit together is told") {
  const auto one = [](const std::vector<std::string>& arguments) {
    const auto mistakes = mistakes_of(arguments);
    return mistakes.size() == 1 ? mistakes[0] : std::to_string(mistakes.size()) + " mistakes";
  };
  CHECK(one({"--account", "alice:a", "--account", "alice:b"}) ==
        "--account alice: this system_id is there already on the same SMSC");
  CHECK(one({"--account", "alice:a", "--account", "alice:b smsc=b", "--smsc", "name=b listen=127.0.0.1:1"}) == "0 mistakes");
  CHECK(one({"--account", "alice:a smsc=c"}) == "--account alice: smsc=c: there is no --smsc of this name");
  CHECK(one({"--account", "alice"}).find("must begin with system_id:password") != std::string::npos);
  CHECK(one({"--account", "a:b bind=all"}).find("bind=all: bind must be trx, tx, rx") != std::string::npos);
  CHECK(one({"--account", "a:b version=6"}).find("version must be 3.3, 3.4 or 5.0") != std::string::npos);
  CHECK(one({"--account", "a:b max=1"}).find("unknown; known are bind, max_binds") != std::string::npos);
  CHECK(one({"--smsc", "name=b"}).find("must have name= and listen=") != std::string::npos);
  CHECK(one({"--certificate", "a", "--key", "b"}).find("add tls") != std::string::npos);
  CHECK(one({"--tls", "--certificate", "a"}) == "--tls: certificate and key go together");
  CHECK(one({"--profile", "bad"}) ==
        "--profile bad: no such profile; known are healthy, flaky, throttling, slow, dead, capped, melrose, smppsim");
  CHECK(one({"--receipt-stat", "DONE"}).find("no such word in a receipt") != std::string::npos);
  CHECK(one({"--trace", "line"}) == "--trace line: must be human or json");
  CHECK(one({"--refuse", "NO"}).find("no such status") != std::string::npos);
  CHECK(one({"--when", "to=1 fault=fire"}).find("--when to=1 fault=fire: column 12: fault: \"fire\" is none of") == 0);
  CHECK(one({"--list", "friends"}).find("must be NAME=NUMBER,NUMBER") != std::string::npos);
  CHECK(one({"--outbind", "nowhere"}).find("must begin with host:port") != std::string::npos);
}

TEST_CASE("people, captures, control and outbinds are options as the others") {
  const auto some = made({"--subscribers", "3", "--subscribers-file", "people.json", "--pcap", "a.pcap", "--control",
                          "127.0.0.1:0", "--outbind", "127.0.0.1:3775 smsc:pw"});
  REQUIRE(some.mistakes.empty());
  CHECK(some.options.subscribers == "3");
  CHECK(some.options.subscribers_file == "people.json");
  CHECK(some.options.pcap == "a.pcap");
  CHECK(some.options.control == "127.0.0.1:0");
  REQUIRE(some.options.outbinds.size() == 1);
  CHECK(some.options.outbinds[0].address == "127.0.0.1:3775");
  CHECK(some.options.outbinds[0].password == "pw");
}
