// What `smpp-sim run` has beyond the scripts of test/conformance: reconnecting, serving, time, the program under test, its
// reports, and the two sets that are shipped.
#include "smpp/pdu_text.hpp"
#include "test/unit/smppsim_strangers.hpp"
#include "tools/smpp-sim/program.hpp"
#include "tools/smpp-sim/script/peer.hpp"

#include <boost/json.hpp>

#include <string>

using namespace smppsim_test;
using namespace smpp_sim;

namespace {

std::set<std::filesystem::path> files_of(const std::string& set) {
  std::set<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(BINDERY_SOURCE_DIR "/tools/smpp-sim/conformance/" + set)) {
    found.insert(entry.path());
  }
  return found;
}

std::vector<std::string> mistakes(const std::string& text) {
  script::Script script = script::parse(text);
  return script.mistakes.empty() ? script::mistakes_of(script) : script.mistakes;
}

RunOptions quick() {
  RunOptions options;
  options.pace = 0;
  options.settings = {"submits=yes", "window=1", "window=2"};
  options.patience = std::chrono::milliseconds(10'000);
  return options;
}

// Times of an ESME that need not be waited for.
smpp::SessionSettings hasty() {
  smpp::SessionSettings settings;
  settings.timers.session_init = std::chrono::milliseconds(50);
  settings.timers.enquire_link = std::chrono::milliseconds(30);
  return settings;
}

}  // namespace

TEST_CASE("an ESME of ours is ready for carriers: it passes the whole set") {
  Running running(quick());
  const EagerEsme esme(running.io, running.runner.port(), hasty(), 50);
  for (const auto& file : files_of("esme")) running.runner.run(file);
  for (const auto& line : running.lines) {
    if (line.starts_with("FAIL") || line.starts_with("not run")) UNSCOPED_INFO(line);
  }
  CHECK(running.runner.passed == files_of("esme").size());
  CHECK(files_of("esme").size() >= 20);
}

TEST_CASE("the sets have a purpose in each script, and no mistake") {
  CHECK(files_of("smsc").size() >= 15);
  for (const char* set : {"esme", "smsc"}) {
    for (const auto& file : files_of(set)) {
      std::ifstream stream(file);
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      INFO(file);
      CHECK(mistakes(text).empty());
      CHECK_FALSE(script::parse(text).purpose.empty());
    }
  }
}

TEST_CASE("mistakes of a script are told before it is run, with line and column") {
  CHECK(mistakes("< bind\n  > submit_smm\n").front() == "2:3: unknown command \"submit_smm\"");
  CHECK(mistakes("> submit_sm data_coding=x").front().starts_with("1:13: data_coding=x: "));
  CHECK(mistakes("< submit_sm txt=1").front().starts_with("1:13: txt=1: "));
  CHECK(mistakes("< bind within=soon").front() == "1:8: within needs a time such as 2s or 500ms");
  CHECK(mistakes("pause long").front() == "1:1: pause needs a time such as 2s or 500ms");
  CHECK(mistakes("serve submit_sm enquire").front() == "1:17: unknown command \"enquire\"");
  CHECK(mistakes("# only a comment").front() == "1:1: the script is empty");
}

TEST_CASE("scripts of test/conformance have no mistake either") {
  for (const auto& entry : std::filesystem::directory_iterator(BINDERY_SOURCE_DIR "/test/conformance")) {
    if (entry.path().extension() != ".smpp") continue;
    std::ifstream stream(entry.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (const auto& mistake : mistakes(text)) UNSCOPED_INFO(entry.path() << ':' << mistake);
    CHECK(mistakes(text).empty());
  }
}

TEST_CASE("who comes back sooner than the script allows is found out") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port());
  running.run_text("serve all\n< bind\n> bind_resp\nclose\nreconnect after=30s\n< bind\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.printed("reconnect after=30s"));
  CHECK(running.printed("sooner than 30000"));
}

TEST_CASE("what is served is answered without a line, what is ignored is not, and what neither is fails") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port(), {}, 2);
  running.run_text("serve submit_sm\n< bind\n> bind_resp\n> enquire_link sequence_number=3\n< enquire_link_resp sequence_number=3\n");
  running.run_text("ignore submit_sm\n< bind\n> bind_resp\n> enquire_link sequence_number=3\n< enquire_link_resp sequence_number=3\n");
  CHECK(running.runner.passed == 2);
  running.run_text("< bind\n> bind_resp\n> enquire_link sequence_number=3\n< enquire_link_resp sequence_number=3\n");
  CHECK(running.runner.failed == 1);
}

TEST_CASE("a program that ends is told at once, with its status, and a new one is started for the next script") {
  RunOptions options;
  options.program = {"/bin/sh", "-c", "test \"$SMPP_HOST:$SMPP_PORT\" = \"127.0.0.1:{port}\" && exit 7"};
  Running running(options);
  CHECK(running.runner.start_program().empty());
  running.run_text("< bind\n");
  running.run_text("< bind\n");
  CHECK(running.runner.failed == 2);
  CHECK(running.printed("the program under test ended with status 7"));
  running.options.program = {"/nonexistent/client"};
  CHECK(running.runner.start_program() == "/nonexistent/client: No such file or directory");
}

TEST_CASE("a program is ended by SIGTERM, and its end is waited for") {
  asio::io_context io(1);
  Program program;
  REQUIRE(program.start({"/bin/sh", "-c", "exec sleep 1000"}, "h", "1").empty());
  CHECK(program.is_running());
  program.stop([&](std::chrono::milliseconds, const std::function<bool()>& condition) {
    while (!condition()) io.poll();
    return true;
  });
  CHECK_FALSE(program.is_running());
  CHECK(program.end().starts_with("was ended by signal 15"));
}

TEST_CASE("results are told as JSON and as JUnit, with what XML would read in quotes") {
  const std::vector<ScriptResult> results{
      {"a.smpp", "a", "why <it> is", Verdict::passed, 0, "", std::chrono::milliseconds(1500)},
      {"b.smpp", "b", "", Verdict::failed, 7, "expected \"x\"\n  & <nothing> came", std::chrono::milliseconds(1)},
      {"c.smpp", "c", "", Verdict::not_run, 0, "line 2", {}},
      {"d.smpp", "d", "", Verdict::malformed, 0, "1:1: unknown verb", {}}};
  const auto json = boost::json::parse(run_json(results));
  CHECK(json.at("passed") == 1);
  CHECK(json.at("scripts").at(1).at("line") == 7);
  const std::string xml = run_junit(results);
  CHECK(xml.find("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"1.501\"") != std::string::npos);
  CHECK(xml.find("b.smpp:7: expected &quot;x&quot;&#10;  &amp; &lt;nothing&gt; came") != std::string::npos);
  CHECK(xml.find("<error message=\"d.smpp:1:1: unknown verb\"/>") != std::string::npos);
}

TEST_CASE("a path that is none says so") {
  std::string wrong;
  CHECK(scripts_of({"/nonexistent"}, wrong).empty());
  CHECK(wrong == "/nonexistent: there is no such script or folder");
}
