// `smpp-sim run`: the scripts of test/conformance over TCP against a stranger. Plays the SMSC to the ESME that connects,
// or the ESME to the SMSC of --connect where a script is about an SMSC.
// Flow: a script -> a connection -> its lines, one by one, each with the same patience -> the connection is closed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

struct RunOptions {
  std::vector<std::string> paths;              // scripts, or folders of them
  std::string listen = "127.0.0.1:2775";       // where the ESME connects
  std::string connect;                         // the SMSC, host:port; empty: scripts about an SMSC are not run
  std::vector<std::string> settings;           // what the stranger has been set to, "bind=receiver"
  std::chrono::milliseconds patience{30'000};  // for a connection, and for what a line waits for
};

class ScriptRunner {
 public:
  ScriptRunner(boost::asio::io_context& io, const RunOptions& options, std::function<void(const std::string&)> print);

  [[nodiscard]] std::string start();  // listens; empty, or one line for a person
  [[nodiscard]] std::uint16_t port() const;
  void run(const std::filesystem::path& file);

  std::size_t passed = 0, failed = 0, not_run = 0;

 private:
  [[nodiscard]] std::string connected(bool to_smsc, std::optional<boost::asio::ip::tcp::socket>& socket);
  [[nodiscard]] std::string accepted(std::optional<boost::asio::ip::tcp::socket>& socket);

  boost::asio::io_context& io_;
  const RunOptions& options_;
  std::function<void(const std::string&)> print_;
  boost::asio::ip::tcp::acceptor acceptor_;
};

// 0 all that was run passed, 1 something failed or nothing could be run.
int run_scripts(const RunOptions& options);

}  // namespace smpp_sim
