// `smpp-sim run` on loopback against an ESME and an SMSC that know nothing of it: what passes, what fails and how it is
// told, and what is not run.
#include "test/unit/catch.hpp"
#include "test/unit/smppsim_strangers.hpp"
#include "tools/smpp-sim/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace {
using namespace smppsim_test;

std::set<std::filesystem::path> scripts() {
  std::set<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(BINDERY_SOURCE_DIR "/test/conformance")) {
    if (entry.path().extension() == ".smpp") found.insert(entry.path());
  }
  return found;
}

TEST_CASE("every script that needs nothing of the inside passes against an ESME and an SMSC of ours") {
  Running running;
  EagerSmsc smsc(running.io);
  running.options.connect = "127.0.0.1:" + std::to_string(smsc.listener.port());
  const EagerEsme esme(running.io, running.runner.port());
  for (const auto& file : scripts()) running.runner.run(file);
  for (const auto& line : running.lines) {
    if (line.starts_with("FAIL")) UNSCOPED_INFO(line);
  }
  CHECK(running.runner.failed == 0);
  CHECK(running.runner.passed >= 40);
  CHECK(running.runner.passed + running.runner.not_run == scripts().size());
}

TEST_CASE("what a script expects and what came instead is told with file and line") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port());
  running.run_text("< bind_transceiver\n> bind_transceiver_resp\n> enquire_link sequence_number=9\n< unbind\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.printed(".smpp:4: expected < unbind"));
  CHECK(running.printed("the session sent enquire_link_resp"));
}

TEST_CASE("what the script does not tell is a failure at its end") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port());
  running.run_text("< bind_transceiver\n> bind_transceiver_resp\n> submit_sm\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.printed("at the end: expected nothing more"));
  CHECK(running.printed("submit_sm_resp"));
}

TEST_CASE("a stranger that stays connected where it should close is found out") {
  Running running;
  const EagerEsme esme(running.io, running.runner.port());
  // Only the line that waits for the end needs a limit, and it is the last.
  running.options.patience = std::chrono::milliseconds(2'000);
  running.run_text("< bind_transceiver\n> bind_transceiver_resp\nexpect wants_close\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.printed("it did not close the connection"));
}

TEST_CASE("a script that cannot be run says why, and with which line") {
  Running running;
  running.options.settings = {"bind=receiver"};
  running.run_text("< bind_transceiver\nadvance 30s\n");
  running.run_text("set bind=receiver\n< bind_receiver\nunbind\n");
  running.run_text("set window=1\n< bind_transceiver\n");
  running.run_text("role smsc\n> enquire_link\n");
  running.run_text("< bind_transceiver\nrespond deliver_sm_resp status=ESME_RSYSERR\n");
  CHECK(running.runner.not_run == 5);
  CHECK(running.runner.passed + running.runner.failed == 0);
  CHECK(running.printed("line 2, advance 30s: its clock cannot be moved; `pause` waits"));
  CHECK(running.printed("line 3, unbind: its owner would have to do that"));
  CHECK(running.printed("line 1, set window=1: it would have to be set so; if it is: --set window=1"));
  CHECK(running.printed("it is about an SMSC: --connect host:port"));
  CHECK(running.printed("line 2, respond deliver_sm_resp status=ESME_RSYSERR: its owner would have to answer so"));
}

TEST_CASE("nobody who connects is a failure, and so is a script with a mistake") {
  RunOptions options;
  options.patience = std::chrono::milliseconds(1);
  Running running(options);
  running.run_text("< bind_transceiver\n");
  running.run_text("< bind_transceiver\nrecieve nothing\n");
  CHECK(running.runner.failed == 1);
  CHECK(running.runner.malformed == 1);
  CHECK(running.printed("no ESME connected"));
  CHECK(running.printed(".smpp:2:1: unknown verb \"recieve\""));
}

}  // namespace
