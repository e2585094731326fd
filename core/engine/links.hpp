// What the engine knows of the links, from inputs alone: bound binds, free slots, pace, pauses, and which segments
// are with which session. A value: a pass works on a copy, so a pass that is discarded leaves no trace. Empty after
// a restart (DESIGN 3.4).
#pragma once

#include "core/engine/input.hpp"
#include "core/engine/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::engine {

// Segments per second with a short burst; never more than `burst` at once.
class TokenBucket {
 public:
  TokenBucket() = default;
  explicit TokenBucket(double rate, std::uint32_t burst = 0);
  [[nodiscard]] bool limited() const { return rate_ > 0; }
  [[nodiscard]] bool has_one(SteadyTime now);
  void take_one();
  // When the next token falls due; only after has_one() said no.
  [[nodiscard]] SteadyTime next(SteadyTime now) const;
  // To this part of what it is now (P61, P62); it grows back by a tenth of the configured one each 10 s. Without a
  // configured pace there is none to slow down: `seen`, what the account did in the last second, is then the pace it
  // grows back to, and beyond that it is without limit again.
  void slow_down(SteadyTime now, double factor, double seen = 0);
  void hold(SteadyTime now);                    // as it is: it grows later
  [[nodiscard]] double rate() const { return rate_; }
  [[nodiscard]] double factor() const { return factor_; }
  // A bucket holds this much of its pace: a turn may be late by so much without losing throughput.
  static constexpr double kBurstSeconds = 0.02;

 private:
  void refill(SteadyTime now);
  double rate_ = 0, factor_ = 1, tokens_ = 0, burst_ = 1;
  bool lent_ = false;                           // rate_ was not configured
  SteadyTime filled_{}, grown_{};
};

// Of one second: what an account without a configured pace has done.
class Meter {
 public:
  void count(SteadyTime now);
  [[nodiscard]] double per_second(SteadyTime now) const;

 private:
  SteadyTime began_{};
  std::uint32_t now_ = 0, before_ = 0;          // this second, the one before
};

struct BoundBind {
  LinkRef link;
  std::uint32_t window = 0, free = 0;
  bool transmits = false, receives = false;
};

struct InFlight { LinkRef link; std::string number, sender, asked_sender; };

struct AccountLinks {
  std::vector<BoundBind> binds;                 // sorted by bind number
  TokenBucket pace;
  SteadyTime paused_until{}, eased_until{};     // eased: the pace was lowered for congestion
  Meter claimed;
  // P60: how many may be unanswered on each bind of an account whose window is automatic; 0: all of the window.
  std::uint32_t open_window = 0, widened_after = 0;
  std::map<std::string, SteadyTime, std::less<>> full_destinations;  // until when each is left alone (P61)
  std::vector<std::uint32_t> answers;           // statuses of the last kConfigAnswers responses (PROTOCOL section 4)
  std::uint32_t credits = 0;                    // claims since a lower lane had its turn
  bool lowest_next = true;                      // which of two lower lanes has the next one
};

class Links {
 public:
  explicit Links(const Settings& settings);
  void up(const LinkUp& input);
  void quiet(const LinkRef& link);    // up, but for no more submits
  void down(const LinkRef& link);
  [[nodiscard]] bool is_up(const LinkRef& link) const;
  void claim(BoundBind& bind, SegmentRef segment, std::string number, std::string sender, std::string asked_sender);
  // The slot comes back; false: this session does not hold the segment (an old answer).
  bool release(const LinkRef& link, SegmentRef segment);
  void throttled(const std::string& account, SteadyTime now);
  // ESME_RMSGQFUL: the subscriber's queue, or, when several come together, the SMSC's (P61).
  void queue_full(const std::string& account, const std::string& number, SteadyTime now);
  [[nodiscard]] bool is_left_alone(const AccountLinks& account, const std::string& number, SteadyTime now) const;
  // congestion_state of a response (P62).
  void congested(const std::string& account, std::uint8_t state, SteadyTime now);
  // A response that is no throttling: an automatic window may grow. True: the account now has kConfigFailures of this
  // status and pauses.
  bool answered(const std::string& account, smpp::command_status status, bool config, SteadyTime now);
  // Slots of a bind that may be used now.
  [[nodiscard]] static std::uint32_t room(const AccountLinks& account, const BoundBind& bind);
  [[nodiscard]] AccountLinks* account(std::string_view id);
  [[nodiscard]] const AccountLinks* account(std::string_view id) const;
  [[nodiscard]] TokenBucket* sender_pace(std::string_view sender);
  [[nodiscard]] std::uint32_t free_slots(std::string_view account) const;
  // Segments with a session that belong to this person and sender: what an opt-out revokes.
  [[nodiscard]] std::vector<std::pair<SegmentRef, LinkRef>> in_flight_of(std::string_view number, std::string_view sender) const;
  [[nodiscard]] const std::map<std::string, AccountLinks, std::less<>>& accounts() const { return accounts_; }

 private:
  std::map<std::string, AccountLinks, std::less<>> accounts_;
  std::map<std::string, TokenBucket, std::less<>> senders_;
  std::map<SegmentRef, InFlight> in_flight_;
};

}  // namespace core::engine
