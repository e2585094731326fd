#include "core/http/head_checks.hpp"

#include <algorithm>
#include <cctype>

namespace core::http {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool digits_only(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<HeadFault> check_raw_head(std::string_view raw, std::size_t max_fields) {
  std::size_t fields = 0;
  bool first = true;
  while (!raw.empty()) {
    const std::size_t end = raw.find('\n');
    if (end == std::string_view::npos || end == 0 || raw[end - 1] != '\r') {
      return HeadFault{400, "a header line does not end in CRLF"};
    }
    const std::string_view line = raw.substr(0, end - 1);
    raw.remove_prefix(end + 1);
    if (line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos) {
      return HeadFault{400, "a header line contains CR or NUL"};
    }
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') return HeadFault{400, "folded header lines are not accepted"};
    if (!first && ++fields > max_fields) return HeadFault{431, "more than " + std::to_string(max_fields) + " header fields"};
    first = false;
  }
  return std::nullopt;
}

std::string host_name(std::string_view host_header) {
  if (host_header.empty() || host_header.find('@') != std::string_view::npos) return {};
  std::string_view name = host_header;
  std::string_view port;
  if (name.front() == '[') {
    const std::size_t close = name.find(']');
    if (close == std::string_view::npos) return {};
    port = name.substr(close + 1);
    name = name.substr(0, close + 1);
  } else if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    port = name.substr(colon);
    name = name.substr(0, colon);
  }
  if (name.empty()) return {};
  if (!port.empty() && (port.front() != ':' || (port.size() > 1 && !digits_only(port.substr(1))))) return {};
  return lower(name);
}

std::optional<HeadFault> check_head(const Request& request, bool http11, const std::vector<std::string>& hosts) {
  if (request.headers.count("host") != 1) return HeadFault{400, "exactly one Host header is required"};
  const std::string name = host_name(request.header("host"));
  if (name.empty()) return HeadFault{400, "the Host header is not a host"};
  // A page that rebinds its DNS name to 127.0.0.1 still sends its own name here (S5).
  if (std::find(hosts.begin(), hosts.end(), name) == hosts.end()) {
    return HeadFault{421, "this server does not answer for host \"" + name + "\"; add it to http.hosts"};
  }
  const std::size_t lengths = request.headers.count("content-length");
  const std::size_t encodings = request.headers.count("transfer-encoding");
  if (lengths > 1 || encodings > 1 || (lengths == 1 && encodings == 1)) {
    return HeadFault{400, "the length of the body is stated twice"};
  }
  if (encodings == 1 && (!http11 || lower(request.header("transfer-encoding")) != "chunked")) {
    return HeadFault{http11 ? 501u : 400u, "the only transfer encoding accepted is chunked, with HTTP/1.1"};
  }
  if (lengths == 1 && !digits_only(request.header("content-length"))) return HeadFault{400, "Content-Length is not a number"};
  const auto expect = request.headers.find("expect");
  if (expect != request.headers.end() && lower(expect->second) != "100-continue") {
    return HeadFault{417, "the only expectation understood is 100-continue"};
  }
  if (request.method == "TRACE" || request.method == "CONNECT") return HeadFault{501, "the method is not implemented"};
  return std::nullopt;
}

}  // namespace core::http
