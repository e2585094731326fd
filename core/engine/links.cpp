#include "core/engine/links.hpp"

#include "core/engine/limits.hpp"

#include <algorithm>

namespace core::engine {

namespace {
double seconds(SteadyTime::duration d) { return std::chrono::duration<double>(d).count(); }
}  // namespace

TokenBucket::TokenBucket(double rate) : rate_(rate), tokens_(1) {}

void TokenBucket::refill(SteadyTime now) {
  const double burst = std::max(1.0, rate_ * kBurstSeconds);
  if (filled_ == SteadyTime{}) {
    filled_ = grown_ = now;
    tokens_ = burst;
    return;
  }
  while (factor_ < 1 && now - grown_ >= std::chrono::seconds{10}) {
    factor_ = std::min(1.0, factor_ + 0.1);
    grown_ += std::chrono::seconds{10};
  }
  if (now <= filled_) return;
  tokens_ = std::min(burst, tokens_ + seconds(now - filled_) * rate_ * factor_);
  filled_ = now;
}

bool TokenBucket::has_one(SteadyTime now) {
  if (!limited()) return true;
  refill(now);
  // A billionth less than one: sums of fractions must not delay a segment by a whole tick.
  return tokens_ >= 1.0 - 1e-9;
}

void TokenBucket::take_one() {
  if (limited()) tokens_ -= 1.0;
}

SteadyTime TokenBucket::next(SteadyTime now) const {
  const double wait = (1.0 - tokens_) / (rate_ * factor_);
  return now + std::chrono::ceil<std::chrono::microseconds>(std::chrono::duration<double>(std::max(wait, 0.0)));
}

void TokenBucket::slow_down(SteadyTime now) {
  if (!limited()) return;
  refill(now);
  factor_ = std::max(0.05, factor_ * 0.5);
  grown_ = now;
  tokens_ = std::min(tokens_, 1.0);
}

Links::Links(const Settings& settings) {
  for (const AccountSettings& account : settings.accounts) accounts_[account.id].pace = TokenBucket(account.rate);
  for (const SenderSettings& sender : settings.senders) {
    if (sender.rate > 0) senders_[sender.number] = TokenBucket(sender.rate);
  }
}

void Links::up(const LinkUp& input) {
  AccountLinks& account = accounts_[input.link.account];
  std::erase_if(account.binds, [&](const BoundBind& b) { return b.link.bind == input.link.bind; });
  account.binds.push_back({input.link, input.window, input.window, input.transmits, input.receives});
  std::ranges::sort(account.binds, {}, [](const BoundBind& b) { return b.link.bind; });
}

void Links::down(const LinkRef& link) {
  if (AccountLinks* found = account(link.account)) {
    std::erase_if(found->binds, [&](const BoundBind& b) { return b.link == link; });
  }
  std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.link == link; });
}

bool Links::is_up(const LinkRef& link) const {
  const AccountLinks* found = account(link.account);
  return found && std::ranges::any_of(found->binds, [&](const BoundBind& b) { return b.link == link; });
}

void Links::claim(BoundBind& bind, SegmentRef segment, std::string number, std::string sender) {
  --bind.free;
  in_flight_[segment] = {bind.link, std::move(number), std::move(sender)};
}

bool Links::release(const LinkRef& link, SegmentRef segment) {
  const auto found = in_flight_.find(segment);
  if (found == in_flight_.end() || found->second.link != link) return false;
  in_flight_.erase(found);
  if (AccountLinks* owner = account(link.account)) {
    for (BoundBind& bind : owner->binds) {
      if (bind.link == link && bind.free < bind.window) ++bind.free;
    }
  }
  return true;
}

void Links::throttled(const std::string& id, SteadyTime now) {
  AccountLinks* found = account(id);
  if (!found) return;
  // A window full of throttled answers is one event, not one per answer.
  if (found->paused_until <= now) found->pace.slow_down(now);
  found->paused_until = now + kThrottlePause;
}

AccountLinks* Links::account(std::string_view id) {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

const AccountLinks* Links::account(std::string_view id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

TokenBucket* Links::sender_pace(std::string_view sender) {
  const auto found = senders_.find(sender);
  return found == senders_.end() ? nullptr : &found->second;
}

std::uint32_t Links::free_slots(std::string_view id) const {
  const AccountLinks* found = account(id);
  std::uint32_t free = 0;
  if (found) {
    for (const BoundBind& bind : found->binds) free += bind.transmits ? bind.free : 0;
  }
  return free;
}

std::vector<std::pair<SegmentRef, LinkRef>> Links::in_flight_of(std::string_view number, std::string_view sender) const {
  std::vector<std::pair<SegmentRef, LinkRef>> result;
  for (const auto& [segment, where] : in_flight_) {
    if (where.number == number && where.sender == sender) result.emplace_back(segment, where.link);
  }
  return result;
}

}  // namespace core::engine
