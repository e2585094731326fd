// What a request to the control port says, each member and parameter checked as it is read; the first mistake is kept
// as the answer to send.
#pragma once

#include "core/http/message.hpp"
#include "smpp/status.hpp"
#include "tools/smpp-sim/behaviour.hpp"
#include "tools/smpp-sim/mo_parts.hpp"
#include "tools/smpp-sim/pdu_log.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// 200 with a JSON object.
[[nodiscard]] core::http::Response ok(const boost::json::object& object);

class Body {
 public:
  // Members that are not known are mistakes; no body is an empty object.
  Body(const core::http::Request& request, std::initializer_list<std::string_view> known);
  explicit Body(boost::json::object object) : object_(std::move(object)) {}

  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
  std::string text(const char* key);
  std::uint64_t number(const char* key, std::uint64_t most);
  Millis millis(const char* key);  // "200ms", "5s"
  bool boolean(const char* key, bool otherwise);
  std::optional<smpp::command_status> status(const char* key);
  std::vector<std::string> texts(const char* key);  // a list, or one text
  const boost::json::value* raw(const char* key) const { return object_.if_contains(key); }
  void fail(const std::string& field, const std::string& what);
  [[nodiscard]] const std::optional<core::http::Response>& wrong() const { return wrong_; }

 private:
  boost::json::object object_;
  std::optional<core::http::Response> wrong_;
};

// The members of POST /mo.
[[nodiscard]] MoText mo_of(Body& body);

class Query {
 public:
  Query(const core::http::Request& request, std::initializer_list<std::string_view> known);

  [[nodiscard]] bool has(std::string_view name) const { return request_.query_value(name).has_value(); }
  [[nodiscard]] std::string text(std::string_view name) const { return request_.query_value(name).value_or(""); }
  std::uint64_t number(std::string_view name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most);
  std::chrono::milliseconds duration(std::string_view name, std::chrono::milliseconds otherwise,
                                     std::chrono::milliseconds most);
  bool boolean(std::string_view name);
  PduFilter filter();  // command, direction, account, connection, status, from, to, text, after
  void fail(std::string_view field, const std::string& what);
  [[nodiscard]] const std::optional<core::http::Response>& wrong() const { return wrong_; }

 private:
  const core::http::Request& request_;
  std::optional<core::http::Response> wrong_;
};

}  // namespace smpp_sim
