// A response as octets, with the headers every answer of ours carries (S6, S7).
#pragma once

#include "core/http/message.hpp"

#include <string>

namespace core::http {

struct ResponseForm {
  bool keep_alive = true;
  bool head = false;                             // answer to HEAD: the body's length but not the body
};
[[nodiscard]] std::string response_text(const Response& response, ResponseForm form);

// A header that cannot break out of its line: no CR, LF or NUL in it.
[[nodiscard]] bool is_one_line(std::string_view value);

}  // namespace core::http
