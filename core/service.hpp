// `bindery run`: one process from its configuration to its end. Opens the store, starts the threads, serves HTTP,
// reloads on SIGHUP, drains on SIGTERM and SIGINT.
//
// Threads: this one is io (sockets, sessions, HTTP); engine and checkpoint belong to the node and the store; reports,
// worker and the log's writer are beside (DESIGN 3.10).
#pragma once

#include "core/prepare.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace core {

// What the operating system and scripts are told.
inline constexpr int kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitStorage = 70, kExitConfiguration = 78;

struct ServiceOptions {
  std::string config_path;
  Environment environment;
  std::string version;
  // Lines for the person who started it: what is served where. Not the log.
  std::function<void(std::string_view)> say;
  // Why it did not start or had to end.
  std::function<void(std::string_view)> complain;
};

class Service {
 public:
  Service(ServiceOptions options, Prepared prepared);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Serves until a signal or a failure; the exit code.
  [[nodiscard]] int run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace core
