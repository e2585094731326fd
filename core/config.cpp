#include "core/config.hpp"

#include <algorithm>
#include <array>

namespace core {

std::string_view to_string(Role role) {
  constexpr std::array names{"view", "operate", "admin"};
  return names.at(static_cast<std::size_t>(role));
}

std::string_view to_string(BindMode mode) {
  constexpr std::array names{"transceiver", "pair", "transmitter", "receiver"};
  return names.at(static_cast<std::size_t>(mode));
}

EndpointSettings::EndpointSettings() {
  using namespace std::chrono_literals;
  for (const Duration wait : std::array<Duration, 9>{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h}) retry.push_back(wait);
}

const SmscSettings* Config::find_smsc(std::string_view id) const {
  const auto found = std::find_if(smsc.begin(), smsc.end(), [&](const SmscSettings& one) { return one.id == id; });
  return found == smsc.end() ? nullptr : &*found;
}

const SenderSettings* Config::find_sender(std::string_view number) const {
  const auto found = std::find_if(senders.begin(), senders.end(), [&](const SenderSettings& one) { return one.number == number; });
  return found == senders.end() ? nullptr : &*found;
}

const EndpointSettings* Config::find_endpoint(std::string_view name) const {
  const auto found = std::find_if(endpoints.begin(), endpoints.end(), [&](const EndpointSettings& one) { return one.name == name; });
  return found == endpoints.end() ? nullptr : &*found;
}

rules::Surroundings surroundings_of(const Config& config) {
  rules::Surroundings surroundings;
  for (const auto& sender : config.senders) surroundings.senders.push_back(sender.number);
  for (const auto& endpoint : config.endpoints) surroundings.endpoints.push_back(endpoint.name);
  return surroundings;
}

}  // namespace core
