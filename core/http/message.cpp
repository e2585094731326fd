#include "core/http/message.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <array>
#include <iterator>

namespace core::http {

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  const auto [first, last] = query.equal_range(name);
  if (first == last) return std::nullopt;
  return std::prev(last)->second;
}

Response problem(unsigned status, std::string_view title, std::string_view detail, std::string_view field) {
  boost::json::object body;
  body["type"] = "about:blank";
  body["title"] = title;
  body["status"] = status;
  if (!detail.empty()) body["detail"] = detail;
  if (!field.empty()) body["field"] = field;
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = boost::json::serialize(body);
  return response;
}

bool read_target(std::string_view target, Request& into) {
  // Origin form only: "*", authority and absolute forms have no business on a server that is no proxy (S9).
  if (target.empty() || target.front() != '/') return false;
  const auto parsed = boost::urls::parse_origin_form(target);
  if (!parsed) return false;
  into.target = target;
  into.path = std::string(target.substr(0, target.find('?')));
  into.segments.clear();
  into.query.clear();
  for (const auto& segment : parsed->segments()) into.segments.emplace_back(segment);
  boost::urls::encoding_opts plus_is_space;
  plus_is_space.space_as_plus = true;
  for (const auto& parameter : parsed->params(plus_is_space)) {
    into.query.emplace(std::string(parameter.key), std::string(parameter.value));
  }
  return true;
}

std::string_view reason_phrase(unsigned status) {
  struct Row { unsigned status; std::string_view phrase; };
  static constexpr std::array rows{
      Row{100, "Continue"}, Row{200, "OK"}, Row{201, "Created"}, Row{202, "Accepted"}, Row{204, "No Content"},
      Row{301, "Moved Permanently"}, Row{302, "Found"}, Row{303, "See Other"}, Row{304, "Not Modified"},
      Row{307, "Temporary Redirect"}, Row{308, "Permanent Redirect"}, Row{400, "Bad Request"},
      Row{401, "Unauthorized"}, Row{403, "Forbidden"}, Row{404, "Not Found"}, Row{405, "Method Not Allowed"},
      Row{406, "Not Acceptable"}, Row{408, "Request Timeout"}, Row{409, "Conflict"}, Row{410, "Gone"},
      Row{411, "Length Required"}, Row{412, "Precondition Failed"}, Row{413, "Content Too Large"},
      Row{414, "URI Too Long"}, Row{415, "Unsupported Media Type"}, Row{417, "Expectation Failed"},
      Row{421, "Misdirected Request"}, Row{422, "Unprocessable Content"}, Row{429, "Too Many Requests"},
      Row{431, "Request Header Fields Too Large"}, Row{500, "Internal Server Error"}, Row{501, "Not Implemented"},
      Row{502, "Bad Gateway"}, Row{503, "Service Unavailable"}, Row{504, "Gateway Timeout"},
      Row{505, "HTTP Version Not Supported"}, Row{507, "Insufficient Storage"},
  };
  for (const Row& row : rows) {
    if (row.status == status) return row.phrase;
  }
  return {};
}

}  // namespace core::http
