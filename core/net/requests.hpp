// API requests on their way through the engine: each gets its id going in, and its caller is told the answer coming
// out, on the io thread. Used by core/web and by a reload.
#pragma once

#include "core/engine/release.hpp"
#include "core/net/inbox.hpp"

#include <cstddef>
#include <functional>
#include <map>

namespace core::net {

class Requests {
 public:
  using Done = std::function<void(engine::Answered)>;

  explicit Requests(Inbox& inbox) : inbox_(inbox) {}

  // Gives the input its RequestId and puts it in. False: too much waits (HTTP 429), or we are stopping (503: see
  // open()); `done` is then never called. Otherwise it is called exactly once, never from within ask().
  [[nodiscard]] bool ask(engine::Input input, Done done);
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  // ---- by the node
  void answered(engine::Answer answer);
  // The input was taken out undecided.
  void dropped(const engine::Input& input);
  // No further requests; those that wait are still answered.
  void close() { open_ = false; }
  // Answers whoever still waits: the outcome is unknown to us.
  void abandon();

 private:
  Inbox& inbox_;
  std::map<engine::RequestId, Done> waiting_;
  engine::RequestId last_ = 0;
  bool open_ = true;
};

}  // namespace core::net
