// Standard Webhooks: the signature that lets a receiver know that a request is ours and fresh (S20).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::net {

// The octets to sign with: after "whsec_" base64, any other text as it is. Empty: "whsec_" without valid base64.
[[nodiscard]] std::optional<std::string> signing_key(std::string_view secret);

// "v1," and base64 of HMAC-SHA256(key, "id.timestamp.body").
[[nodiscard]] std::string signature(std::string_view key, std::string_view id, std::int64_t timestamp, std::string_view body);

}  // namespace core::net
