// The program under test: started by us, ended by us, by its pid alone.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smpp_sim {

class Program {
 public:
  // How its end is waited for: until the condition holds or the time is over.
  using WaitUntil = std::function<bool(std::chrono::milliseconds, const std::function<bool()>&)>;

  ~Program();  // SIGKILL if it still runs
  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // `argv` with {host} and {port} filled in; the environment is ours with SMPP_HOST and SMPP_PORT. Its standard output goes
  // to our standard error, so that ours holds the result alone. Empty, or "bin/x: No such file or directory".
  [[nodiscard]] std::string start(const std::vector<std::string>& argv, const std::string& host, const std::string& port);
  // Whether it runs; takes notice of its end.
  [[nodiscard]] bool is_running();
  // "ended with status 3", "was ended by signal 11 (Segmentation fault)"; empty: never started or still running.
  [[nodiscard]] const std::string& end() const { return end_; }
  // SIGTERM, then SIGKILL after kStopWait.
  void stop(const WaitUntil& wait_until);

 private:
  static constexpr std::chrono::seconds kStopWait{5};  // for a client to unbind and end
  std::optional<int> pid_;
  std::string end_;
};

}  // namespace smpp_sim
