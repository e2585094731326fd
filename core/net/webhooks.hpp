// Sends events to their endpoints: one POST per WebhookRequest, signed (Standard Webhooks), its outcome an owed input.
// Schedule, order and concurrency are the engine's; this is one attempt.
#pragma once

#include "core/engine/release.hpp"
#include "core/http/client.hpp"
#include "core/net/status.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace core::net {

struct EndpointPlan {
  std::string name, url;
  std::string key;                    // octets to sign with, see signing_key(); never shown
};

struct WebhooksOwner {
  std::function<void(engine::WebhookDone)> done;
  // A delivery that failed: endpoint, event as shown outside, why.
  std::function<void(std::string_view endpoint, std::string_view event, std::string_view why)> on_failure;
};

class Webhooks {
 public:
  Webhooks(boost::asio::io_context& io, std::vector<EndpointPlan> endpoints, http::ClientSettings client, WebhooksOwner owner);

  void send(const engine::WebhookRequest& request);
  [[nodiscard]] std::size_t running() const;
  void stop();
  [[nodiscard]] std::vector<WebhookStatus> status() const;

 private:
  struct Endpoint { EndpointPlan plan; WebhookStatus status; };
  void answered(Endpoint& endpoint, storage::Id event, const http::ClientAnswer& answer);

  WebhooksOwner owner_;
  std::map<std::string, Endpoint, std::less<>> endpoints_;
  bool stopped_ = false;
  http::Client client_;               // last: its requests call back into the above
};

// What an answer means: 2xx delivered, 410 gone, everything else, redirects included, failed with the reason.
[[nodiscard]] engine::WebhookDone outcome_of(const http::ClientAnswer& answer, engine::WallTime now);

// Retry-After in seconds or as an HTTP date; absent when it is neither or lies in the past.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(std::string_view value, engine::WallTime now);

}  // namespace core::net
