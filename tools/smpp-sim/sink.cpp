#include "tools/smpp-sim/sink.hpp"

#include "core/http/server.hpp"
#include "tools/smpp-sim/ledger.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace smpp_sim {
namespace {
namespace json = boost::json;
using core::http::Reply;
using core::http::Request;
using core::http::Response;

constexpr std::string_view kBase64Prefix = "whsec_";
constexpr std::size_t kKeptEvents = 10'000;
constexpr std::chrono::minutes kTolerance{5};  // of webhook-timestamp against our clock, either way

const unsigned char* octets_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string key_of(std::string_view secret) {
  if (secret.substr(0, kBase64Prefix.size()) != kBase64Prefix) return std::string(secret);
  const std::string_view encoded = secret.substr(kBase64Prefix.size());
  std::string key(encoded.size() / 4 * 3 + 3, '\0');
  const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(key.data()), octets_of(encoded),
                                     static_cast<int>(encoded.size()));
  if (size < 0) return std::string(secret);
  // The decoder counts the padding as octets.
  std::size_t length = static_cast<std::size_t>(size);
  for (std::size_t i = encoded.size(); i > 0 && encoded[i - 1] == '=' && length > 0; --i) --length;
  key.resize(length);
  return key;
}

class Sink {
 public:
  Sink(const SinkOptions& options, const std::function<Wall()>& wall) : options_(options), wall_(wall) {}

  void handle(const Request& request, Reply reply) {
    if (request.method == "GET" && request.path == "/health") return reply(ok("{\"ok\":true}"));
    if (request.method == "GET" && request.path == "/events") return reply(ok(events_json()));
    if (request.method != "POST")
      return reply(core::http::problem(405, "Method not allowed", "POST a webhook, or GET /events"));
    reply(take(request));
  }
  [[nodiscard]] std::string summary() const {
    return fmt::format("{} requests, {} events, {} duplicates, {} bad signatures", requests_, ids_.size(), duplicates_,
                       bad_);
  }

 private:
  static Response ok(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
  }

  Response take(const Request& request) {
    ++requests_;
    if (const std::string wrong = check(request); !wrong.empty()) {
      ++bad_;
      say("refused", request, wrong);
      return core::http::problem(401, "Signature refused", wrong);
    }
    if (requests_ <= options_.fail_first || options_.status >= 300) {
      ++failed_;
      const unsigned status = requests_ <= options_.fail_first ? 503 : options_.status;
      say("failed on purpose", request, std::to_string(status));
      return core::http::problem(status, "Failed on purpose", "smpp-sim sink was told to");
    }
    keep(request);
    Response response;
    response.status = options_.status;
    if (options_.status != 204) response.body = "{\"ok\":true}";
    return response;
  }

  std::string check(const Request& request) const {
    if (request.header("webhook-id").empty()) return "the header webhook-id is missing";
    if (options_.secret.empty()) return {};
    const auto timestamp = request.header("webhook-timestamp");
    std::int64_t sent = 0;
    const auto [end, failed] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), sent);
    if (failed != std::errc() || end != timestamp.data() + timestamp.size())
      return "webhook-timestamp is not a number of seconds";
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(wall_().time_since_epoch());
    const auto apart = std::chrono::abs(now - std::chrono::seconds(sent));
    if (apart > kTolerance) return "webhook-timestamp is " + std::to_string(apart.count()) + " s away from this clock";
    const auto expected = webhook_signature(options_.secret, request.header("webhook-id"), timestamp, request.body);
    if (!signature_matches(request.header("webhook-signature"), expected)) return "webhook-signature does not match";
    return {};
  }

  void keep(const Request& request) {
    const std::string id(request.header("webhook-id"));
    const bool is_new = ids_.insert(id).second;
    boost::system::error_code failed;
    json::value body = json::parse(request.body, failed);
    std::string type = "(not JSON)";
    if (!failed && body.is_object()) {
      const auto* named = body.as_object().if_contains("type");
      type = named != nullptr && named->is_string() ? std::string(named->as_string()) : "(no type)";
    }
    if (!is_new) ++duplicates_;
    if (is_new) ++types_[type];
    say(is_new ? type : type + " again", request, id);
    json::object event{{"id", id}, {"type", type}, {"at", utc_text(wall_())}, {"duplicate", !is_new}};
    event["body"] = failed ? json::value(request.body) : std::move(body);
    events_.push_back(std::move(event));
    if (events_.size() > kKeptEvents) events_.pop_front();
  }

  void say(const std::string& what, const Request& request, const std::string& more) const {
    if (options_.quiet) return;
    fmt::print("{} {} {} {} {}\n", utc_text(wall_()).substr(11, 12), what, request.path, more,
               request.body.substr(0, 400));
    std::fflush(stdout);
  }

  std::string events_json() const {
    json::object by_type;
    for (const auto& [type, count] : types_) by_type[type] = count;
    json::array events;
    for (const auto& event : events_) events.emplace_back(event);
    return json::serialize(json::object{{"requests", requests_},
                                        {"distinct", ids_.size()},
                                        {"duplicates", duplicates_},
                                        {"bad_signatures", bad_},
                                        {"failed_on_purpose", failed_},
                                        {"by_type", std::move(by_type)},
                                        {"events", std::move(events)}});
  }

  const SinkOptions& options_;
  const std::function<Wall()>& wall_;
  std::uint64_t requests_ = 0, duplicates_ = 0, bad_ = 0, failed_ = 0;
  std::set<std::string> ids_;
  std::map<std::string, std::uint64_t> types_;  // distinct events
  std::deque<json::object> events_;
};

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view id, std::string_view timestamp,
                              std::string_view body) {
  const std::string key = key_of(secret);
  const std::string signed_text = fmt::format("{}.{}.{}", id, timestamp, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), octets_of(signed_text), signed_text.size(),
         digest.data(), &size);
  std::array<char, 4 * EVP_MAX_MD_SIZE> encoded{};
  const int length =
      ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), digest.data(), static_cast<int>(size));
  return "v1," + std::string(encoded.data(), static_cast<std::size_t>(length));
}

bool signature_matches(std::string_view header, std::string_view expected) {
  while (!header.empty()) {
    const auto space = header.find(' ');
    const std::string_view one = header.substr(0, space);
    if (one.size() == expected.size() && ::CRYPTO_memcmp(one.data(), expected.data(), one.size()) == 0) return true;
    header.remove_prefix(space == std::string_view::npos ? header.size() : space + 1);
  }
  return false;
}

int run_sink(const SinkOptions& options, const std::function<std::chrono::system_clock::time_point()>& wall) {
  boost::asio::io_context io(1);
  Sink sink(options, wall);
  core::http::ServerSettings settings;
  settings.listen = options.listen;
  core::http::ServerHooks hooks;
  hooks.handle = [&sink](Request request, Reply reply) { sink.handle(request, std::move(reply)); };
  core::http::Server server(io, settings, std::move(hooks));
  if (const auto failed = server.start()) {
    fmt::print(stderr, "smpp-sim sink: {}\n", *failed);
    return 1;
  }
  fmt::print("webhook sink on http://127.0.0.1:{}/ ({}); GET /events shows what came\n", server.port(),
             options.secret.empty() ? "signatures not checked" : "signatures checked");
  std::fflush(stdout);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) {
    server.stop(std::chrono::milliseconds(500), [&io] { io.stop(); });
  });
  io.run();
  fmt::print("{}\n", sink.summary());
  return 0;
}

}  // namespace smpp_sim
