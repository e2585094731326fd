#include "core/engine/links.hpp"

#include "core/engine/limits.hpp"

#include <algorithm>

namespace core::engine {

namespace {
double seconds(SteadyTime::duration d) { return std::chrono::duration<double>(d).count(); }
}  // namespace

TokenBucket::TokenBucket(double rate, std::uint32_t burst)
    : rate_(rate), tokens_(1), burst_(burst > 0 ? static_cast<double>(burst) : std::max(1.0, rate * kBurstSeconds)) {}

void TokenBucket::refill(SteadyTime now) {
  if (filled_ == SteadyTime{}) {
    filled_ = grown_ = now;
    tokens_ = burst_;
    return;
  }
  while (factor_ < 1 && now - grown_ >= kPaceGrowsEvery) {
    factor_ = std::min(1.0, factor_ + kPaceGrowth);
    grown_ += kPaceGrowsEvery;
  }
  if (lent_ && factor_ >= 1) *this = TokenBucket{};
  if (now <= filled_ || !limited()) return;
  tokens_ = std::min(burst_, tokens_ + seconds(now - filled_) * rate_ * factor_);
  filled_ = now;
}

bool TokenBucket::has_one(SteadyTime now) {
  if (!limited()) return true;
  refill(now);
  if (!limited()) return true;
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

void TokenBucket::slow_down(SteadyTime now, double factor, double seen) {
  if (!limited()) {
    if (seen <= 0) return;
    *this = TokenBucket(seen);
    lent_ = true;
  }
  refill(now);
  factor_ = std::max(kSlowest, factor_ * factor);
  grown_ = now;
  tokens_ = std::min(tokens_, 1.0);
}

void TokenBucket::hold(SteadyTime now) { grown_ = now; }

void Meter::count(SteadyTime now) {
  if (now - began_ >= std::chrono::seconds{1}) {
    before_ = now - began_ < std::chrono::seconds{2} ? now_ : 0;
    now_ = 0;
    began_ = now;
  }
  ++now_;
}

double Meter::per_second(SteadyTime now) const {
  const double passed = seconds(now - began_);
  if (passed >= 2) return 0;
  return std::max(static_cast<double>(before_), static_cast<double>(now_));
}

Links::Links(const Settings& settings) {
  for (const AccountSettings& account : settings.accounts) {
    accounts_[account.id].pace = TokenBucket(account.rate, account.burst);
    accounts_[account.id].open_window = account.window_auto ? 1 : 0;
  }
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

void Links::quiet(const LinkRef& link) {
  AccountLinks* found = account(link.account);
  if (!found) return;
  for (BoundBind& bind : found->binds) {
    if (bind.link == link) bind.transmits = false;
  }
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

void Links::claim(BoundBind& bind, SegmentRef segment, std::string number, std::string sender, std::string asked_sender) {
  --bind.free;
  in_flight_[segment] = {bind.link, std::move(number), std::move(sender), std::move(asked_sender)};
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
  if (found->paused_until <= now) {
    found->pace.slow_down(now, 0.5, found->claimed.per_second(now));
    found->open_window = (found->open_window + 1) / 2;
  }
  found->widened_after = 0;
  found->paused_until = std::max(found->paused_until, now + kThrottlePause);
}

void Links::queue_full(const std::string& id, const std::string& number, SteadyTime now) {
  AccountLinks* found = account(id);
  if (!found) return;
  std::erase_if(found->full_destinations, [&](const auto& each) { return each.second <= now; });
  found->full_destinations[number] = now + kDestinationPause;
  const auto lately = std::ranges::count_if(found->full_destinations, [&](const auto& each) { return each.second >= now + kDestinationPause - kFullWithin; });
  if (static_cast<std::size_t>(lately) >= kFullDestinations) throttled(id, now);
}

bool Links::is_left_alone(const AccountLinks& account, const std::string& number, SteadyTime now) const {
  const auto found = account.full_destinations.find(number);
  return found != account.full_destinations.end() && found->second > now;
}

void Links::congested(const std::string& id, std::uint8_t state, SteadyTime now) {
  AccountLinks* found = account(id);
  if (!found || state < kUncongested) return;
  if (state >= kStopped) found->paused_until = std::max(found->paused_until, now + kThrottlePause);
  // Every response says it; once a second is enough.
  if (state >= kCongested && now >= found->eased_until) {
    found->pace.slow_down(now, kCongestedFactor, found->claimed.per_second(now));
    found->eased_until = now + kThrottlePause;
  } else {
    found->pace.hold(now);
  }
}

bool Links::answered(const std::string& id, smpp::command_status status, bool config, SteadyTime now) {
  AccountLinks* found = account(id);
  if (!found) return false;
  if (found->open_window > 0 && ++found->widened_after >= found->open_window) {
    found->widened_after = 0;
    std::uint32_t widest = 1;
    for (const BoundBind& bind : found->binds) widest = std::max(widest, bind.window);
    found->open_window = std::min(widest, found->open_window + 1);
  }
  const auto code = static_cast<std::uint32_t>(status);
  found->answers.push_back(code);
  if (found->answers.size() > kConfigAnswers) found->answers.erase(found->answers.begin());
  if (!config || static_cast<std::size_t>(std::ranges::count(found->answers, code)) < kConfigFailures) return false;
  found->answers.clear();
  found->paused_until = std::max(found->paused_until, now + kConfigPause);
  return true;
}

std::uint32_t Links::room(const AccountLinks& account, const BoundBind& bind) {
  if (account.open_window == 0) return bind.free;
  const std::uint32_t unanswered = bind.window - bind.free;
  return std::min(bind.free, account.open_window - std::min(account.open_window, unanswered));
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
    for (const BoundBind& bind : found->binds) free += bind.transmits ? room(*found, bind) : 0;
  }
  return free;
}

std::vector<std::pair<SegmentRef, LinkRef>> Links::in_flight_of(std::string_view number, std::string_view sender) const {
  std::vector<std::pair<SegmentRef, LinkRef>> result;
  for (const auto& [segment, where] : in_flight_) {
    if (where.number == number && (where.sender == sender || where.asked_sender == sender)) result.emplace_back(segment, where.link);
  }
  return result;
}

}  // namespace core::engine
