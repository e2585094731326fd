// A request and a response as plain values; nothing of the library behind them shows. Filled by the server, or
// written by hand in tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core::http {

using Headers = std::vector<std::pair<std::string, std::string>>;  // in order, as written on the wire

struct Request {
  std::string method;                                              // "GET", as sent
  std::string target;                                              // "/api/v1/messages/a%20b?limit=5"
  std::string path;                                                // the target before '?', percent-encoded as sent
  std::vector<std::string> segments;                               // of the path, decoded: {"api", "v1", "messages", "a b"}
  std::multimap<std::string, std::string, std::less<>> query;      // decoded, '+' is a space
  std::multimap<std::string, std::string, std::less<>> headers;    // names in lower case
  std::string body;                                                // empty where a BodySink takes it
  std::string remote;                                              // the peer's address, without port

  // The first header of that lower-case name; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // The last value of that name: the one a person appended wins.
  [[nodiscard]] std::optional<std::string> query_value(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";                   // none is sent with an empty body
  Headers headers;                                                 // beside those that the server adds (S6, S7)
  std::string body;
};

// An RFC 9457 problem. `field` names the offending input ("to", "recipients[3].number"); empty: no single one.
[[nodiscard]] Response problem(unsigned status, std::string_view title, std::string_view detail, std::string_view field = {});

// "404" -> "Not Found"; empty for a number that is not a status.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

// Fills target, path, segments and query. False: not an origin-form target (RFC 9112 3.2.1), or bad escapes.
[[nodiscard]] bool read_target(std::string_view target, Request& into);

}  // namespace core::http
