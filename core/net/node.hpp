// The running node: engine thread, links, webhooks and API requests around one store. The service builds it from the
// configuration, the benchmark from values.
//
//   links, requests, webhooks --inputs--> Inbox --> engine thread --> ReleaseQueue --> execute(), front to back
//
// Everything but the engine thread runs on the io thread.
#pragma once

#include "core/log.hpp"
#include "core/net/engine_thread.hpp"
#include "core/net/inbox.hpp"
#include "core/net/links.hpp"
#include "core/net/release_queue.hpp"
#include "core/net/requests.hpp"
#include "core/net/status.hpp"
#include "core/net/webhooks.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace core::net {

struct NodeSettings {
  EngineThreadSettings engine;
  std::vector<LinkPlan> links;
  std::vector<EndpointPlan> endpoints;
  http::ClientSettings webhook_client;
};

struct NodeOwner {
  std::function<void()> on_recovered;                    // links connect now
  std::function<void(std::string_view why)> on_stopped;  // the store failed; nothing more is acknowledged: exit 70
};

class Node {
 public:
  Node(boost::asio::io_context& io, NodeSettings settings, std::shared_ptr<const rules::Program> program, storage::Store& store, Log& log,
       NodeOwner owner);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  void start();
  [[nodiscard]] Requests& requests() { return requests_; }
  [[nodiscard]] NodeStatus status() const;

  // The graceful end (F31), within kWindowDrain + kUnbindTime + kStoreTime: nothing new is taken or claimed, what is committed is
  // answered, the windows empty, the sessions unbind, what they still said is stored. Then `drained`, once.
  void drain(std::function<void()> drained);

 private:
  // The steps of a drain; each begins when the one before is complete.
  enum class Ending : std::uint8_t { no, emptying, unbinding, storing, done };

  void pop_releases();
  void execute(TurnOutcome outcome);
  void advance();                     // looks whether the present step of a drain is complete
  void unbind();
  void finish();

  boost::asio::io_context& io_;
  Log& log_;
  NodeOwner owner_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  NodeStatus status_;
  Inbox inbox_;
  ReleaseQueue releases_;
  Requests requests_;
  Links links_;
  Webhooks webhooks_;
  boost::asio::steady_timer ending_timer_;
  Ending ending_ = Ending::no;
  std::uint64_t barrier_ = 0;         // of Inbox::put_in
  std::uint64_t decided_ = 0;
  std::function<void()> drained_;
  EngineThread engine_;               // last: its thread uses what is above
};

}  // namespace core::net
