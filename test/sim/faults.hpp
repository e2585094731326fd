// Every way in which this world is unkind, by name, with how often. A seed scales each of them, some to never, so that
// seeds differ in kind and not only in order (swarm testing). What happened is counted; a kind that never happens in a
// long run is a hole in the proof.
#pragma once

#include "test/sim/random.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace sim {

// name, probability at each opportunity. Those marked /s have one opportunity a second, each connection or process.
#define SIM_FAULTS(X)                                                                     \
  /* network */                                                                           \
  X(latency_spike, 0.01)                                                                  \
  X(sliced_write, 0.10)                                                                   \
  X(sliced_read, 0.15)                                                                    \
  X(reset, 0.006)                      /* /s */                                           \
  X(reset_learned_late, 0.004)         /* /s */                                           \
  X(half_open_esme, 0.003)             /* /s: our side never learns */                    \
  X(half_open_smsc, 0.003)             /* /s: the carrier never learns */                 \
  X(stalled_reader, 0.004)             /* /s: the carrier reads nothing for a while */    \
  X(connect_refused, 0.10)                                                                \
  X(bind_refused, 0.03)                                                                   \
  X(unbound_by_carrier, 0.003)         /* /s */                                           \
  X(enquire_link_by_carrier, 0.10)     /* /s: besides those of its timer */               \
  X(enquire_link_in_commit, 0.5)       /* of a slow one: it arrives while we commit */    \
  /* carrier, our submits */                                                              \
  X(throttled_at_random, 0.01)                                                            \
  X(throttled_above_rate, 0.5)                                                            \
  X(retry_status, 0.01)                                                                   \
  X(rejected_for_good, 0.015)                                                             \
  X(slow_response, 0.03)                                                                  \
  X(late_response, 0.012)                                                                 \
  X(lost_response, 0.01)                                                                  \
  X(duplicate_response, 0.03)                                                             \
  X(late_refusal, 0.004)                                                                  \
  /* carrier, receipts */                                                                 \
  X(receipt_before_response, 0.08)                                                        \
  X(intermediate_receipt, 0.06)                                                           \
  X(duplicate_receipt, 0.06)                                                              \
  X(missing_receipt, 0.08)                                                                \
  X(receipt_undelivered, 0.06)                                                            \
  X(receipt_expired, 0.05)                                                                \
  X(receipt_deleted, 0.03)                                                                \
  X(receipt_rejected, 0.03)                                                               \
  X(delivered_after_all, 0.4)          /* DELIVRD behind another final state */           \
  X(receipt_of_unknown_id, 0.01)                                                          \
  X(receipt_in_other_radix, 0.3)       /* a habit of an account */                        \
  X(receipt_after_restart, 0.3)        /* kept back until our process was a new one */    \
  X(receipt_days_late, 0.5)            /* of messages given up without one */             \
  /* carrier, what people send */                                                         \
  X(redelivered, 0)                    /* whenever a session ends before the response */  \
  X(redelivered_twice, 0)                                                                 \
  X(parts_reordered, 0.4)                                                                 \
  X(parts_over_both_binds, 0.4)                                                           \
  X(part_duplicated, 0.2)                                                                 \
  X(part_missing, 0.1)                                                                    \
  X(parts_by_sar_tlvs, 0.2)                                                               \
  X(honest_double, 0.05)                                                                  \
  X(stop_behind_stall, 0.8)            /* an opt-out while its message waits unencoded */ \
  X(hour_of_darkness, 0.3)             /* once a seed: no carrier for over an hour */     \
  /* CRM and API */                                                                       \
  X(crm_slow, 0.10)                                                                       \
  X(crm_5xx, 0.10)                                                                        \
  X(crm_timeout, 0.04)                                                                    \
  X(crm_took_but_timed_out, 0.04)                                                         \
  X(crm_gone, 0.01)                                                                       \
  X(crm_says_later, 0.05)                                                                 \
  X(answer_lost, 0.05)                 /* our HTTP answer does not arrive */              \
  /* store and process */                                                                 \
  X(commit_slow, 0.02)                                                                    \
  X(commit_conflict, 0.03)                                                                \
  X(commit_full, 0.001)                                                                   \
  X(commit_fenced, 0.0006)                                                                \
  X(commit_failed, 0.0006)                                                                \
  X(crash_at_commit, 0.0008)           /* written, and nobody learns */                   \
  X(crash_before_release, 0.0012)                                                         \
  X(crash_in_release, 0.0012)                                                             \
  X(crash_in_recovery, 0.10)                                                              \
  X(killed, 0.006)                     /* /s */

enum class Fault : std::uint8_t {
#define X(name, rate) name,
  SIM_FAULTS(X)
#undef X
};
#define X(name, rate) +1
inline constexpr std::size_t kFaults = 0 SIM_FAULTS(X);
#undef X

std::string_view name_of(Fault fault);

class Faults {
 public:
  explicit Faults(Random& random);
  // Chance says it happens now; counted.
  bool strikes(Fault fault);
  // It happens as a consequence of something else; counted.
  void happened(Fault fault) { ++taken_[static_cast<std::size_t>(fault)]; }
  // From now on everything works.
  void heal() { healed_ = true; }
  [[nodiscard]] bool healed() const { return healed_; }
  [[nodiscard]] const std::array<std::uint64_t, kFaults>& taken() const { return taken_; }
  [[nodiscard]] std::size_t kinds() const;

 private:
  Random& random_;
  std::array<double, kFaults> rates_{};
  std::array<std::uint64_t, kFaults> taken_{};
  bool healed_ = false;
};

}  // namespace sim
