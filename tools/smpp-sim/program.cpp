#include "tools/smpp-sim/program.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace smpp_sim {
namespace {

static_assert(std::is_same_v<pid_t, int>);  // what the header calls it, which has no POSIX

std::string filled(std::string text, std::string_view name, const std::string& value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
  return text;
}

std::vector<char*> pointers_of(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Program::~Program() {
  if (!is_running()) return;
  ::kill(*pid_, SIGKILL);
  ::waitpid(*pid_, nullptr, 0);
}

std::string Program::start(const std::vector<std::string>& argv, const std::string& host, const std::string& port) {
  end_.clear();
  std::vector<std::string> arguments, environment;
  for (const std::string& one : argv) arguments.push_back(filled(filled(one, "{host}", host), "{port}", port));
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string_view variable = *one;
    if (!variable.starts_with("SMPP_HOST=") && !variable.starts_with("SMPP_PORT=")) environment.emplace_back(variable);
  }
  environment.push_back("SMPP_HOST=" + host);
  environment.push_back("SMPP_PORT=" + port);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  // We ignore SIGPIPE; the program has a right to the usual.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  posix_spawnattr_setsigmask(&attributes, &usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, arguments.front().c_str(), &files, &attributes, pointers_of(arguments).data(),
                                    pointers_of(environment).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return arguments.front() + ": " + std::strerror(failed);
  pid_ = pid;
  return {};
}

bool Program::is_running() {
  if (!pid_) return false;
  int status = 0;
  if (::waitpid(*pid_, &status, WNOHANG) == 0) return true;
  pid_.reset();
  if (WIFSIGNALED(status)) {
    end_ = "was ended by signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
  } else {
    end_ = "ended with status " + std::to_string(WEXITSTATUS(status));
  }
  return false;
}

void Program::stop(const WaitUntil& wait_until) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    if (!is_running()) return;
    ::kill(*pid_, signal);
    static_cast<void>(wait_until(kStopWait, [this] { return !is_running(); }));
  }
}

}  // namespace smpp_sim
