#include "smpp/backoff.hpp"

#include <algorithm>
#include <array>

namespace smpp {
namespace {

using std::chrono::milliseconds;

constexpr std::array kFailed{milliseconds{1'000}, milliseconds{2'000}, milliseconds{5'000}, milliseconds{10'000},
                             milliseconds{30'000}, milliseconds{60'000}};                      // P51
constexpr std::array kAlreadyBound{1, 2};              // times BackoffSettings::already_bound
constexpr std::array kAccountRefused{1, 2, 4, 8, 10};  // times BackoffSettings::account_refused

template <class Steps>
auto step_of(const Steps& steps, std::uint32_t attempt) {
  return steps[std::min<std::size_t>(attempt, steps.size() - 1)];
}

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
  milliseconds step = std::min(step_of(kFailed, attempt_), settings_.longest);
  if (kind == Kind::already_bound) step = settings_.already_bound * step_of(kAlreadyBound, attempt_);
  if (kind == Kind::account_refused) step = settings_.account_refused * step_of(kAccountRefused, attempt_);
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
