#include "core/http/client.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace core::http {

std::string Url::authority() const {
  std::string result = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (scheme == "https" ? "443" : "80")) result += ":" + port;
  return result;
}

std::optional<Url> parse_url(std::string_view text, std::string* error) {
  const auto refuse = [error](std::string why) {
    if (error != nullptr) *error = std::move(why);
    return std::nullopt;
  };
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return refuse("not a URL");
  const boost::urls::url_view view = *parsed;
  Url url;
  if (view.scheme_id() == boost::urls::scheme::https) {
    url.scheme = "https";
  } else if (view.scheme_id() == boost::urls::scheme::http) {
    url.scheme = "http";
  } else {
    return refuse("the scheme must be http or https");
  }
  // Userinfo is a classic way to make a URL look like another host's (S17).
  if (view.has_userinfo()) return refuse("a user name or password in a URL is not accepted");
  if (view.has_fragment()) return refuse("a fragment (#...) has no meaning here");
  url.host = view.host_address();
  if (url.host.empty()) return refuse("the host is missing");
  if (view.has_port() && !view.port().empty()) {
    const std::string_view digits(view.port().data(), view.port().size());
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failed != std::errc{} || number == 0 || number > 65535) return refuse("the port is not between 1 and 65535");
    url.port = std::to_string(number);
  } else {
    url.port = url.scheme == "https" ? "443" : "80";
  }
  url.target = view.encoded_path().empty() ? "/" : std::string(view.encoded_path());
  if (view.has_query()) url.target += "?" + std::string(view.encoded_query());
  return url;
}

}  // namespace core::http
