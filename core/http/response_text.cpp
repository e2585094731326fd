#include "core/http/response_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace core::http {

bool is_one_line(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string response_text(const Response& response, ResponseForm form) {
  const std::string_view phrase = reason_phrase(response.status);
  const bool bodiless = response.status == 204 || response.status == 304;
  fmt::memory_buffer text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\n", response.status, phrase.empty() ? "Unknown" : phrase);
  const bool is_streamed = form.framing != Framing::length;
  if (!bodiless && !is_streamed) fmt::format_to(out, "Content-Length: {}\r\n", response.body.size());
  if (form.framing == Framing::chunked) fmt::format_to(out, "Transfer-Encoding: chunked\r\n");
  if (!bodiless && (is_streamed || !response.body.empty()) && is_one_line(response.content_type)) {
    fmt::format_to(out, "Content-Type: {}\r\n", response.content_type);
  }
  for (const auto& [name, value] : response.headers) {
    // A value that came from outside must not start a header of its own; losing it is the lesser harm.
    if (is_one_line(name) && is_one_line(value)) fmt::format_to(out, "{}: {}\r\n", name, value);
  }
  fmt::format_to(out,
                 "X-Content-Type-Options: nosniff\r\n"
                 "X-Frame-Options: DENY\r\n"
                 "Referrer-Policy: no-referrer\r\n"
                 "Cache-Control: no-store\r\n"
                 "Content-Security-Policy: default-src 'self'; script-src 'self'; frame-ancestors 'none'\r\n"
                 "Connection: {}\r\n\r\n",
                 form.keep_alive ? "keep-alive" : "close");
  if (!form.head && !bodiless && !is_streamed) text.append(response.body.data(), response.body.data() + response.body.size());
  return fmt::to_string(text);
}

std::string chunk_text(std::string_view piece) { return fmt::format("{:x}\r\n{}\r\n", piece.size(), piece); }

}  // namespace core::http
