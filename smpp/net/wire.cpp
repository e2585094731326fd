#include "smpp/net/wire.hpp"

#include <charconv>

namespace smpp::net {

std::optional<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address without brackets: which colon starts the port cannot be known
  }
  unsigned value = 0;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), value);
  if (failed != std::errc() || end != port.data() + port.size() || value > 65'535) return std::nullopt;
  return HostPort{std::string(host), std::string(port)};
}

}  // namespace smpp::net
