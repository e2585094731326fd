// A response as octets, with the headers every answer of ours carries (S6, S7).
#pragma once

#include "core/http/message.hpp"

#include <string>
#include <string_view>

namespace core::http {

// How the peer knows where the body ends. `until_close` is all that HTTP/1.0 has for a body of unknown length.
enum class Framing { length, chunked, until_close };

struct ResponseForm {
  bool keep_alive = true;
  bool head = false;                             // answer to HEAD: the body's length but not the body
  Framing framing = Framing::length;
};
// The head, and the body where its length is known.
[[nodiscard]] std::string response_text(const Response& response, ResponseForm form);
// A piece of a body of unknown length (RFC 9112 7.1); the empty one ends it.
[[nodiscard]] std::string chunk_text(std::string_view piece);

// A header that cannot break out of its line: no CR, LF or NUL in it.
[[nodiscard]] bool is_one_line(std::string_view value);

}  // namespace core::http
