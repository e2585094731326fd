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
  explicit TokenBucket(double rate);
  [[nodiscard]] bool limited() const { return rate_ > 0; }
  [[nodiscard]] bool has_one(SteadyTime now);
  void take_one();
  // When the next token falls due; only after has_one() said no.
  [[nodiscard]] SteadyTime next(SteadyTime now) const;
  void slow_down(SteadyTime now);               // halve the pace (P61); it grows back by a tenth each 10 s
  [[nodiscard]] double rate() const { return rate_; }
  // A bucket holds this much of its pace: a turn may be late by so much without losing throughput.
  static constexpr double kBurstSeconds = 0.02;

 private:
  void refill(SteadyTime now);
  double rate_ = 0, factor_ = 1, tokens_ = 0;
  SteadyTime filled_{}, grown_{};
};

struct BoundBind {
  LinkRef link;
  std::uint32_t window = 0, free = 0;
  bool transmits = false, receives = false;
};

struct InFlight { LinkRef link; std::string number, sender; };

struct AccountLinks {
  std::vector<BoundBind> binds;                 // sorted by bind number
  TokenBucket pace;
  SteadyTime paused_until{};
  std::uint32_t credits = 0;                    // claims since a lower lane had its turn
  bool lowest_next = true;                      // which of two lower lanes has the next one
};

class Links {
 public:
  explicit Links(const Settings& settings);
  void up(const LinkUp& input);
  void down(const LinkRef& link);
  [[nodiscard]] bool is_up(const LinkRef& link) const;
  void claim(BoundBind& bind, SegmentRef segment, std::string number, std::string sender);
  // The slot comes back; false: this session does not hold the segment (an old answer).
  bool release(const LinkRef& link, SegmentRef segment);
  void throttled(const std::string& account, SteadyTime now);
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
