// When to connect again after a connection failed or a bind was refused (P49, P50, P51), and when a person must be
// told. Pure: the caller gives the random number.
#pragma once

#include "smpp/status.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace smpp {

// The first wait of each schedule; the others are multiples of it.
struct BackoffSettings {
  std::chrono::milliseconds longest{60'000};            // after a connection failed or ended (P51)
  std::chrono::milliseconds already_bound{30'000};      // after ESME_RALYBND, then twice that (P49)
  std::chrono::milliseconds account_refused{60'000};    // after a refused account, growing to ten times that (P50)
};

class Backoff {
 public:
  Backoff() = default;
  explicit Backoff(const BackoffSettings& settings) : settings_(settings) {}

  // `status` of a refused bind, or nothing for a connection that failed or ended. `random` in [0, 1): jitter, of a
  // fifth either way; of a fifth later only for a refused bind, because carriers bar who comes back too soon.
  // Each kind of failure has its own schedule, which begins anew when another kind comes between.
  std::chrono::milliseconds next(std::optional<command_status> status, double random);
  // Whether the failure of the last next() needs a person: a refused account at once, ESME_RALYBND once it has been
  // repeated for kAlarmAfter, other failures never.
  [[nodiscard]] bool is_alarm() const { return is_alarm_; }
  // Call when a session has been bound for kStableAfter.
  void reset();
  static constexpr std::chrono::seconds kStableAfter{60};
  static constexpr std::chrono::minutes kAlarmAfter{5};

 private:
  enum class Kind : std::uint8_t { failed, already_bound, account_refused };
  static Kind kind_of(std::optional<command_status> status);

  BackoffSettings settings_;
  Kind kind_ = Kind::failed;
  std::uint32_t attempt_ = 0;                // of this kind
  std::chrono::milliseconds waited_{0};      // since the first of this kind
  bool is_alarm_ = false;
};

}  // namespace smpp
