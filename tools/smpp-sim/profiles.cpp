#include "tools/smpp-sim/profiles.hpp"

#include <algorithm>
#include <array>

namespace smpp_sim {
namespace {

constexpr std::array<std::string_view, 7> kFlaky{
    "chance=5% status=ESME_RSYSERR",
    "chance=2% response=none",
    "chance=1% response=duplicate",
    "delay=spike(5ms,3s,2%)",
    "chance=2% receipt_times=2",
    "receipt=DELIVRD:90,UNDELIV:7,none:3",
    "every=500 fault=reset_after_response",
};
constexpr std::array<std::string_view, 2> kThrottling{
    "status=ESME_ROK:60,ESME_RTHROTTLED:40",
    "congestion=ramp(0,100,200)",
};
constexpr std::array<std::string_view, 2> kSlow{
    "delay=normal(2s,500ms)",
    "receipt_delay=uniform(10s,60s)",
};
constexpr std::array<std::string_view, 1> kDead{"command=connect fault=mute"};
constexpr std::array<std::string_view, 2> kCapped{"rate=20", "queue=5"};
// After the numbers in the README of the published older code of the Melrose Labs simulator (smpp-smsc-simulator).
constexpr std::array<std::string_view, 7> kMelrose{
    "to=111 delay=10s",
    "to=222 response=none",
    "to=333 status=ESME_RSUBMITFAIL",
    "to=444 status=ESME_RTHROTTLED",
    "to=555 status=ESME_RMSGQFUL",
    "to=666 receipt=UNDELIV",
    "to=?,??,000,777,888,999,????,?????,??????,??????? status=ESME_RINVDSTADR",
};
// After the values in smppsim.props as it is delivered: PERCENTAGE_DELIVERED and its like, MAX_TIME_ENROUTE.
constexpr std::array<std::string_view, 1> kSmppsim{
    "receipt=DELIVRD:90,UNDELIV:6,ACCEPTD:2,REJECTD:2 receipt_delay=uniform(0ms,10s)",
};

constexpr std::array kProfiles{
    Profile{"healthy", "takes everything at once; no rule", {}},
    Profile{"flaky", "some errors, missing and doubled responses and receipts, a reset now and then", kFlaky},
    Profile{"throttling", "four in ten are ESME_RTHROTTLED, and congestion_state rises to 100", kThrottling},
    Profile{"slow", "answers after two seconds, receipts after up to a minute", kSlow},
    Profile{"dead", "accepts the connection and never says a word", kDead},
    Profile{"capped", "20 messages a second, 5 on their way to one number", kCapped},
    Profile{"melrose", "destinations 111 to 666 as in the Melrose Labs simulator", kMelrose},
    Profile{"smppsim", "outcomes in the proportions of SMPPSim's smppsim.props", kSmppsim},
};

}  // namespace

std::span<const Profile> profiles() { return kProfiles; }

const Profile* find_profile(std::string_view name) {
  const auto found = std::find_if(kProfiles.begin(), kProfiles.end(), [&](const auto& each) { return each.name == name; });
  return found == kProfiles.end() ? nullptr : &*found;
}

std::string profile_names() {
  std::string names;
  for (const auto& profile : kProfiles) names += (names.empty() ? "" : ", ") + std::string(profile.name);
  return names;
}

}  // namespace smpp_sim
