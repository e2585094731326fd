#include "tools/bindery/admin.hpp"

#include "core/config_load.hpp"
#include "core/http/server.hpp"
#include "core/service.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <ostream>
#include <utility>

namespace bindery {

namespace {

// Of the tokens whose secret is at hand, the first that may do it; else the one that the first start wrote.
std::string token_for(const core::Config& config, core::Role role) {
  for (const core::TokenSettings& token : config.http.tokens) {
    if (token.role >= role && !token.token.value.empty()) return token.token.value;
  }
  std::ifstream file(config.data_dir + "/admin.token");
  std::string token;
  std::getline(file, token);
  return token;
}

// "0.0.0.0:8080" listens everywhere; from here it is reached at home.
std::string reachable(const std::string& listen) {
  const auto endpoint = core::http::parse_endpoint(listen);
  if (!endpoint) return listen;
  const std::string port = ":" + std::to_string(endpoint->port);
  if (endpoint->address == "0.0.0.0") return "127.0.0.1" + port;
  if (endpoint->address == "::") return "[::1]" + port;
  return listen;
}

}  // namespace

std::optional<Admin> Admin::open(const Common& common, core::Role role, int& code) {
  const core::LoadedConfig loaded = core::load_config(common.config_path, core::LoadFor::check, common.environment);
  if (!report(common, loaded.mistakes, {})) {
    code = core::kExitConfiguration;
    return std::nullopt;
  }
  Admin admin;
  admin.base_ = "http://" + reachable(loaded.config.http.listen);
  admin.token_ = token_for(loaded.config, role);
  if (admin.token_.empty()) {
    *common.err << "bindery: no token of role " << core::to_string(role) << " at hand: neither a [[http.token]] of " << common.config_path
                << " nor " << loaded.config.data_dir << "/admin.token, which the first start of the daemon writes, can be read\n";
    code = core::kExitFailed;
    return std::nullopt;
  }
  return admin;
}

core::http::ClientAnswer Admin::ask(core::http::ClientRequest request) const {
  request.headers.emplace_back("authorization", "Bearer " + token_);
  core::http::ClientSettings settings;
  settings.max_body = std::size_t{16} << 20;
  return core::http::request_blocking(request, settings);
}

core::http::ClientAnswer Admin::get(const std::string& path) const {
  core::http::ClientRequest request;
  request.method = "GET";
  request.url = base_ + path;
  return ask(std::move(request));
}

core::http::ClientAnswer Admin::post(const std::string& path, std::string body, const core::http::Headers& more) const {
  core::http::ClientRequest request;
  request.url = base_ + path;
  request.headers = {{"content-type", "application/json"}};
  request.headers.insert(request.headers.end(), more.begin(), more.end());
  request.body = std::move(body);
  return ask(std::move(request));
}

bool Admin::succeeded(const core::http::ClientAnswer& answer, const Common& common) const {
  if (answer.status >= 200 && answer.status < 300) return true;
  if (!answer.answered()) {
    *common.err << "bindery: " << answer.error << "; is the daemon running?\n";
    return false;
  }
  boost::system::error_code wrong;
  const boost::json::value problem = boost::json::parse(answer.body, wrong);
  const auto text = [&](const char* name) -> std::string {
    const boost::json::value* found = !wrong && problem.is_object() ? problem.as_object().if_contains(name) : nullptr;
    return found && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  *common.err << "bindery: HTTP " << answer.status;
  if (const std::string title = text("title"); !title.empty()) *common.err << ": " << title;
  if (const std::string detail = text("detail"); !detail.empty()) *common.err << ": " << detail;
  if (const std::string field = text("field"); !field.empty()) *common.err << " (" << field << ")";
  *common.err << "\n";
  return false;
}

}  // namespace bindery
