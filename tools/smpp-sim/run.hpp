// `smpp-sim run`: scripts over TCP against a stranger. Plays the SMSC to the ESME that connects, or the ESME to the SMSC
// of --connect where a script is about an SMSC.
// Flow: scripts are read, all mistakes told -> the program under test, if any, is started -> a script -> a connection ->
// its lines, one by one -> the connection is closed -> ... -> the program is ended.
#pragma once

#include "smpp/session.hpp"
#include "tools/smpp-sim/play.hpp"
#include "tools/smpp-sim/program.hpp"
#include "tools/smpp-sim/run_report.hpp"
#include "tools/smpp-sim/script/script.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

struct RunOptions {
  std::vector<std::string> paths;              // scripts, folders of them, or a set by name: "esme", "smsc"
  std::string listen = "127.0.0.1:2775";       // where the ESME connects
  std::string connect;                         // the SMSC, host:port; empty: scripts about an SMSC are not run
  std::vector<std::string> settings;           // what the stranger has been set to, "bind=receiver"
  std::chrono::milliseconds patience{30'000};  // for a connection, and for what a line waits for
  std::vector<std::string> program;            // the program under test with its arguments; empty: it runs already
  double pace = 1;                             // of pauses and least times
  bool keep_running = false;                   // one program for all scripts, instead of one for each
  bool json = false, quiet = false;
  std::string junit;                           // a file to write
};

class ScriptRunner {
 public:
  ScriptRunner(boost::asio::io_context& io, const RunOptions& options, std::function<smpp::Now()> now,
               std::function<void(const std::string&)> print);

  // Listens. Empty, or one line for a person.
  [[nodiscard]] std::string start();
  [[nodiscard]] std::uint16_t port() const;
  // Starts the program of the options, that is to connect to us, or to be the SMSC at --connect. Empty, or why not.
  [[nodiscard]] std::string start_program();
  void stop_program();
  void run(const std::filesystem::path& file);

  std::size_t passed = 0, failed = 0, not_run = 0, malformed = 0;
  std::vector<ScriptResult> results;

 private:
  [[nodiscard]] std::string connected(bool to_smsc, std::chrono::milliseconds patience,
                                      std::optional<boost::asio::ip::tcp::socket>& socket);
  [[nodiscard]] std::string accepted(std::chrono::milliseconds patience, std::optional<boost::asio::ip::tcp::socket>& socket);
  [[nodiscard]] std::string play(Play& play, const script::Script& script, ScriptResult& result);
  [[nodiscard]] bool program_has_ended();
  [[nodiscard]] std::string fresh_program();
  void drop_waiting();
  void watch_program();
  void keep(ScriptResult result);

  boost::asio::io_context& io_;
  const RunOptions& options_;
  std::function<smpp::Now()> now_;
  std::function<void(const std::string&)> print_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::signal_set children_;
  Program program_;
  bool is_fresh_ = false;  // the program has been started and no script has met it
};

// The scripts of the paths in order; a name of a set is looked for beside the program, as it is installed or built.
// Empty `wrong` or which path there is not.
[[nodiscard]] std::vector<std::filesystem::path> scripts_of(const std::vector<std::string>& paths, std::string& wrong);

// 0 all that was run passed, 1 something failed, 2 it could not be run: a malformed script, a port in use, no such file,
// nothing to run.
int run_scripts(const RunOptions& options, const std::function<smpp::Now()>& now);

}  // namespace smpp_sim
