// What a request's head must not contain, beyond what the parser refuses by itself (S5, S9). Pure: octets and plain
// requests in, the fault out.
#pragma once

#include "core/http/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::http {

struct HeadFault {
  unsigned status;
  std::string detail;
};

// The octets of a head up to and with its empty line. Beast joins folded lines (obs-fold, RFC 9112 5.2) in silence,
// and two readers that join them differently see different requests; so this looks before it does.
[[nodiscard]] std::optional<HeadFault> check_raw_head(std::string_view raw, std::size_t max_fields);

// Host, Content-Length, Transfer-Encoding, Expect. `hosts`: accepted names, lower case, without port.
[[nodiscard]] std::optional<HeadFault> check_head(const Request& request, bool http11, const std::vector<std::string>& hosts);

// "LocalHost:8080" -> "localhost", "[::1]:8080" -> "[::1]"; empty: not a host.
[[nodiscard]] std::string host_name(std::string_view host_header);

}  // namespace core::http
