// `smpp-sim sink`: the CRM's end of the webhooks, for demos and tests. It checks the Standard Webhooks signature,
// keeps what it got and tells duplicates from new events. Faults on demand: the first N refused, a fixed status.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace smpp_sim {

struct SinkOptions {
  std::string listen = "127.0.0.1:8099";
  std::string secret;       // "whsec_" + base64, or the octets themselves; empty: signatures are not checked
  unsigned fail_first = 0;  // requests answered 503 before the first success
  unsigned status = 200;    // of every later answer
  bool quiet = false;
};

// HMAC-SHA256 over "id.timestamp.body", as "v1,<base64>".
[[nodiscard]] std::string webhook_signature(std::string_view secret, std::string_view id, std::string_view timestamp,
                                            std::string_view body);
// `header` holds one or more signatures, separated by spaces.
[[nodiscard]] bool signature_matches(std::string_view header, std::string_view expected);

// Serves until SIGINT or SIGTERM; the exit code.
int run_sink(const SinkOptions& options, const std::function<std::chrono::system_clock::time_point()>& wall);

}  // namespace smpp_sim
