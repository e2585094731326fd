#include "smpp/backoff.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace smpp {
namespace {

using std::chrono::milliseconds;

constexpr std::array kFailed{milliseconds{1'000}, milliseconds{2'000}, milliseconds{5'000}, milliseconds{10'000},
                             milliseconds{30'000}, milliseconds{60'000}};                      // P51
constexpr std::array kAlreadyBound{milliseconds{30'000}, milliseconds{60'000}};                // P49
constexpr std::array kAccountRefused{milliseconds{60'000}, milliseconds{120'000}, milliseconds{240'000},
                                     milliseconds{480'000}, milliseconds{600'000}};            // P50

std::span<const milliseconds> steps_for(std::optional<command_status> status) {
  if (!status) return kFailed;
  switch (class_of_bind(*status)) {
    case status_class::bindretry: return kAlreadyBound;
    case status_class::auth: return kAccountRefused;
    default: return kFailed;
  }
}

}  // namespace

milliseconds Backoff::next(std::optional<command_status> status, double random) {
  const auto steps = steps_for(status);
  const auto step = steps[std::min<std::size_t>(attempt_, steps.size() - 1)];
  ++attempt_;
  const double factor = 0.8 + 0.4 * std::clamp(random, 0.0, 1.0);
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(step.count()) * factor));
}

void Backoff::reset() { attempt_ = 0; }

}  // namespace smpp
