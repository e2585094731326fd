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

}  // namespace

Backoff::Kind Backoff::kind_of(std::optional<command_status> status) {
  if (!status) return Kind::failed;
  switch (class_of_bind(*status)) {
    case status_class::bindretry: return Kind::already_bound;
    case status_class::auth: return Kind::account_refused;
    default: return Kind::failed;
  }
}

milliseconds Backoff::next(std::optional<command_status> status, double random) {
  const Kind kind = kind_of(status);
  if (kind != kind_) reset();
  kind_ = kind;
  is_alarm_ = kind == Kind::account_refused || (kind == Kind::already_bound && waited_ >= kAlarmAfter);
  std::span<const milliseconds> steps = kFailed;
  if (kind == Kind::already_bound) steps = kAlreadyBound;
  if (kind == Kind::account_refused) steps = kAccountRefused;
  const auto step = steps[std::min<std::size_t>(attempt_, steps.size() - 1)];
  ++attempt_;
  const double chance = std::clamp(random, 0.0, 1.0);
  const double factor = kind == Kind::failed ? 0.8 + 0.4 * chance : 1.0 + 0.2 * chance;
  const milliseconds delay(static_cast<milliseconds::rep>(static_cast<double>(step.count()) * factor));
  waited_ += delay;
  return delay;
}

void Backoff::reset() {
  attempt_ = 0;
  waited_ = milliseconds{0};
  is_alarm_ = false;
}

}  // namespace smpp
