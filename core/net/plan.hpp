// The configuration as the parts want it: engine settings, one plan per connection, endpoints with their keys. Pure.
#pragma once

#include "core/config.hpp"
#include "core/engine/settings.hpp"
#include "core/http/client.hpp"
#include "core/net/links.hpp"
#include "core/net/webhooks.hpp"

#include <optional>
#include <vector>

namespace core::net {

[[nodiscard]] engine::Settings engine_settings(const Config& config);
// Binds are numbered from 1; of a pair the transmitters come first.
[[nodiscard]] std::vector<LinkPlan> link_plans(const Config& config);
// Of the account's links; absent: plain.
[[nodiscard]] std::optional<smpp::net::TlsSettings> tls_settings(const SmscSettings& smsc);
// The configuration was checked: a secret that is no key does not get here.
[[nodiscard]] std::vector<EndpointPlan> endpoint_plans(const Config& config);
[[nodiscard]] http::ClientSettings webhook_client(const Config& config);

}  // namespace core::net
