// The events of a session under the names that scripts use.
#pragma once

#include "smpp/session.hpp"

#include <map>
#include <string>
#include <string_view>

namespace conformance {

struct EventView {
  std::string name;                          // "done", "timed_out", ...
  std::map<std::string, std::string> facts;  // token, status, number, kind, type, ...
  std::string reason;                        // of closed
  const smpp::Pdu* pdu = nullptr;            // of the event, as long as it lives
};

[[nodiscard]] EventView view_of(const smpp::Event& event);
[[nodiscard]] std::string event_text(const smpp::Event& event);
[[nodiscard]] std::string_view error_name(smpp::errc code);

}  // namespace conformance
