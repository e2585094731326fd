// One webhook attempt: signature, headers, what an answer means (S19 to S21).
#include "core/http/server.hpp"
#include "core/net/signature.hpp"
#include "core/net/webhooks.hpp"
#include "test/unit/corenet_place.hpp"

using core::engine::WebhookOutcome;
using namespace core::net;
using namespace std::chrono_literals;

namespace {

core::http::ClientAnswer answer(unsigned status, const std::string& body = {}) {
  core::http::ClientAnswer answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

const core::engine::WallTime kNow{std::chrono::seconds(1'800'000'000)};  // Fri, 15 Jan 2027 08:00:00 GMT

}  // namespace

TEST_CASE("the signature is that of Standard Webhooks' published example") {
  const auto key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  REQUIRE(key);
  CHECK(signature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}") ==
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("a key is base64 after whsec_, the text itself otherwise") {
  CHECK(signing_key("whsec_AAEC") == std::string("\0\1\2", 3));
  CHECK(signing_key("whsec_AAE=") == std::string("\0\1", 2));
  CHECK(signing_key("plain secret of an old CRM") == "plain secret of an old CRM");
  CHECK_FALSE(signing_key("whsec_not base64"));
}

TEST_CASE("2xx is delivered, 410 is gone, anything else has failed and says why") {
  CHECK(outcome_of(answer(200), kNow).outcome == WebhookOutcome::delivered);
  CHECK(outcome_of(answer(204), kNow).outcome == WebhookOutcome::delivered);
  CHECK(outcome_of(answer(410), kNow).outcome == WebhookOutcome::gone);
  CHECK(outcome_of(answer(302), kNow).outcome == WebhookOutcome::failed);
  CHECK(outcome_of(answer(500, "oops"), kNow).detail == "HTTP 500: oops");
  core::http::ClientAnswer none;
  none.error = "connect timed out";
  CHECK(outcome_of(none, kNow).outcome == WebhookOutcome::failed);
  CHECK(outcome_of(none, kNow).detail == "connect timed out");
}

TEST_CASE("Retry-After is seconds or a date, never the past and never longer than a day") {
  CHECK(retry_after("120", kNow) == 120s);
  CHECK(retry_after("Fri, 15 Jan 2027 08:05:00 GMT", kNow) == 300s);
  CHECK_FALSE(retry_after("Fri, 15 Jan 2027 07:00:00 GMT", kNow));
  CHECK_FALSE(retry_after("soon", kNow));
  CHECK_FALSE(retry_after("-5", kNow));
  CHECK(retry_after("99999999", kNow) == 24h);
}

TEST_CASE("a webhook is one signed POST and its outcome is told once") {
  corenet_test::Loop loop;
  std::vector<core::http::Request> seen;
  core::http::ServerSettings listen;
  listen.listen = "127.0.0.1:0";
  core::http::ServerHooks hooks;
  hooks.handle = [&](core::http::Request request, core::http::Reply reply) {
    seen.push_back(std::move(request));
    core::http::Response busy;
    busy.status = 503;
    busy.headers = {{"Retry-After", "7"}};
    reply(std::move(busy));
  };
  core::http::Server server(loop.io, listen, std::move(hooks));
  REQUIRE_FALSE(server.start());

  std::vector<core::engine::WebhookDone> outcomes;
  WebhooksOwner owner;
  owner.done = [&](core::engine::WebhookDone done) { outcomes.push_back(std::move(done)); };
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/hooks/sms";
  Webhooks webhooks(loop.io, {{"crm", url, "key"}}, {}, std::move(owner));
  webhooks.send({77, "crm", "t", "{\"a\":1}", 1});
  REQUIRE(loop.until([&] { return !outcomes.empty(); }));
  REQUIRE(seen.size() == 1);
  const core::http::Request& got = seen[0];
  CHECK(got.method == "POST");
  CHECK(got.body == "{\"a\":1}");
  CHECK(got.header("content-type") == "application/cloudevents+json");
  CHECK(got.header("webhook-id") == storage::show_id("evt_", 77));
  const std::int64_t timestamp = std::stoll(std::string(got.header("webhook-timestamp")));
  CHECK(got.header("webhook-signature") == signature("key", got.header("webhook-id"), timestamp, got.body));
  CHECK(outcomes[0].event == 77);
  CHECK(outcomes[0].endpoint == "crm");
  CHECK(outcomes[0].outcome == WebhookOutcome::failed);
  CHECK(outcomes[0].retry_after == 7s);
  CHECK(webhooks.status()[0].failed == 1);
}

TEST_CASE("our own end is no attempt of the receiver's: nothing is told, so the event stays due") {
  corenet_test::Loop loop;
  core::http::ServerSettings listen;
  listen.listen = "127.0.0.1:0";
  std::vector<core::http::Reply> held;
  core::http::ServerHooks hooks;
  hooks.handle = [&](core::http::Request, core::http::Reply reply) { held.push_back(std::move(reply)); };
  core::http::Server server(loop.io, listen, std::move(hooks));
  REQUIRE_FALSE(server.start());
  std::vector<core::engine::WebhookDone> outcomes;
  WebhooksOwner owner;
  owner.done = [&](core::engine::WebhookDone done) { outcomes.push_back(std::move(done)); };
  Webhooks webhooks(loop.io, {{"crm", "http://127.0.0.1:" + std::to_string(server.port()) + "/hooks", "key"}}, {}, std::move(owner));
  webhooks.send({77, "crm", "t", "{}", 1});
  REQUIRE(loop.until([&] { return !held.empty(); }));
  webhooks.stop();
  REQUIRE(loop.until([&] { return webhooks.running() == 0; }));
  CHECK(outcomes.empty());
  CHECK(webhooks.status()[0].failed == 0);
}

TEST_CASE("an event of an endpoint that is not configured any more fails by name") {
  corenet_test::Loop loop;
  std::vector<core::engine::WebhookDone> outcomes;
  WebhooksOwner owner;
  owner.done = [&](core::engine::WebhookDone done) { outcomes.push_back(std::move(done)); };
  Webhooks webhooks(loop.io, {}, {}, std::move(owner));
  webhooks.send({1, "old", "t", "{}", 1});
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].outcome == WebhookOutcome::failed);
}
