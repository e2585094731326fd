#include "core/net/webhooks.hpp"

#include "core/net/clock.hpp"
#include "core/net/limits.hpp"
#include "core/net/signature.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

namespace core::net {

using engine::WebhookOutcome;

std::optional<std::chrono::seconds> retry_after(std::string_view value, engine::WallTime now) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc{} || end != value.data() + value.size()) {
    std::tm parts{};
    const std::string text(value);
    const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);  // RFC 9110 5.6.7
    if (!rest || *rest != '\0') return std::nullopt;
    seconds = static_cast<std::int64_t>(::timegm(&parts)) - std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  }
  if (seconds < 0) return std::nullopt;
  return std::min(std::chrono::seconds(seconds), std::chrono::seconds(kLongestRetryAfter));
}

engine::WebhookDone outcome_of(const http::ClientAnswer& answer, engine::WallTime now) {
  engine::WebhookDone done;
  if (!answer.answered()) {
    done.detail = answer.error;
    return done;
  }
  if (answer.status >= 200 && answer.status < 300) {
    done.outcome = WebhookOutcome::delivered;
    return done;
  }
  done.outcome = answer.status == 410 ? WebhookOutcome::gone : WebhookOutcome::failed;
  done.detail = "HTTP " + std::to_string(answer.status);
  if (!answer.body.empty()) done.detail += ": " + answer.body.substr(0, kWebhookDetail);
  if (const auto header = answer.headers.find("retry-after"); header != answer.headers.end()) done.retry_after = retry_after(header->second, now);
  return done;
}

Webhooks::Webhooks(boost::asio::io_context& io, std::vector<EndpointPlan> endpoints, http::ClientSettings client, WebhooksOwner owner)
    : owner_(std::move(owner)), client_(io, std::move(client)) {
  for (EndpointPlan& plan : endpoints) {
    Endpoint& endpoint = endpoints_[plan.name];
    endpoint.status.endpoint = plan.name;
    endpoint.plan = std::move(plan);
  }
}

void Webhooks::send(const engine::WebhookRequest& request) {
  const auto found = endpoints_.find(request.endpoint);
  if (found == endpoints_.end()) {  // an event from before the endpoint left the configuration
    owner_.done({request.event, request.endpoint, WebhookOutcome::failed, "no [[endpoint]] of this name is configured", {}});
    return;
  }
  Endpoint& endpoint = found->second;
  const std::string id = storage::show_id("evt_", request.event);
  const std::int64_t timestamp = std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch().count();
  http::ClientRequest post;
  post.url = endpoint.plan.url;
  post.headers = {{"content-type", "application/cloudevents+json"},
                  {"webhook-id", id},
                  {"webhook-timestamp", std::to_string(timestamp)},
                  {"webhook-signature", signature(endpoint.plan.key, id, timestamp, request.body)}};
  post.body = request.body;
  ++endpoint.status.running;
  client_.send(std::move(post), [this, &endpoint, event = request.event](const http::ClientAnswer& answer) { answered(endpoint, event, answer); });
}

void Webhooks::answered(Endpoint& endpoint, storage::Id event, const http::ClientAnswer& answer) {
  --endpoint.status.running;
  // Cut off by our own end: no attempt of the receiver's, the row stays due and goes out again under its id.
  if (stopped_) return;
  engine::WebhookDone done = outcome_of(answer, wall_now());
  done.event = event;
  done.endpoint = endpoint.plan.name;
  if (done.outcome == WebhookOutcome::delivered) {
    ++endpoint.status.sent;
  } else {
    ++endpoint.status.failed;
    endpoint.status.last_error = done.detail;
    if (owner_.on_failure) owner_.on_failure(endpoint.plan.name, storage::show_id("evt_", event), done.detail);
  }
  owner_.done(std::move(done));
}

std::size_t Webhooks::running() const { return client_.running(); }
void Webhooks::stop() {
  stopped_ = true;
  client_.stop();
}

std::vector<WebhookStatus> Webhooks::status() const {
  std::vector<WebhookStatus> all;
  for (const auto& [name, endpoint] : endpoints_) all.push_back(endpoint.status);
  return all;
}

}  // namespace core::net
