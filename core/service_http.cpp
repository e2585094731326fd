#include "core/service_http.hpp"

#include "core/net/clock.hpp"

#include <memory>
#include <utility>

namespace core {

TokensAtHand tokens_at_hand(const Config& config) {
  TokensAtHand at_hand{config.http.tokens, {}, {}};
  if (!at_hand.tokens.empty()) return at_hand;
  web::AdminToken admin = web::admin_token(config.data_dir);
  if (admin.token.empty()) {
    at_hand.failure = admin.error;
    return at_hand;
  }
  if (admin.made) at_hand.said = "admin token written to " + admin.path + "; it is the only one until [[http.token]] names others";
  TokenSettings token;
  token.name = "admin";
  token.role = Role::admin;
  token.token.value = std::move(admin.token);
  at_hand.tokens.push_back(std::move(token));
  return at_hand;
}

http::ServerSettings ServiceHttp::settings_of(const Config& config) {
  http::ServerSettings settings;
  settings.listen = config.http.listen;
  settings.hosts = config.http.hosts;
  return settings;
}

ServiceHttp::ServiceHttp(const Config& config, std::vector<TokenSettings> tokens, Parts parts)
    : parts_(std::move(parts)),
      node_metrics_(parts_.metrics),
      api_(ports(), web::Tokens(tokens)),
      server_(parts_.io, settings_of(config), api_.hooks()) {}

web::Ports ServiceHttp::ports() {
  web::Ports ports;
  ports.ask = [this](engine::Input input, web::Ports::Done done) { return parts_.node.requests().ask(std::move(input), std::move(done)); };
  ports.open = [this] { return parts_.node.requests().open(); };
  ports.report = [this](web::Ports::Question question, std::function<void(http::Response)> answer) {
    return parts_.report_thread.run([this, question = std::move(question), answer = std::move(answer)] {
      auto response = std::make_shared<http::Response>(question(parts_.reports));
      // An answer of a connection that failed half-way would be taken for the truth.
      if (const auto problem = parts_.report_problem()) *response = http::problem(503, "the store cannot be read", *problem);
      return net::SideThread::Then([answer, response] { answer(std::move(*response)); });
    });
  };
  ports.status = [this] { return parts_.node.status(); };
  ports.metrics = [this] {
    node_metrics_.update(parts_.node.status());
    return parts_.metrics.exposition();
  };
  ports.now = net::steady_now;
  ports.audit = [this](std::string_view caller, const http::Request& request, unsigned status) {
    parts_.log.info("api", {field("caller", caller), field("method", request.method), field("path", request.path),
                            field("status", status), field("remote", request.remote)});
  };
  return ports;
}

}  // namespace core
