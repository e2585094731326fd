// Fill: after the last input of a turn, claim what can be written at once, per account and in lane order (DESIGN 3.4).
// The door is here: consent and validity are checked when a message is claimed, not when it was written down.
#include "core/engine/assert.hpp"
#include "core/engine/carrier_fields.hpp"
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"
#include "smpp/time_format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

using storage::Lane;
using storage::MessageState;
using storage::SegmentState;

namespace {
constexpr std::uint8_t kUdhi = 0x40;                 // esm_class, SMPP v3.4 5.2.12
constexpr std::array kLaneOrder{Lane::reply, Lane::transactional, Lane::bulk};
constexpr std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane); }

using Ready = std::array<std::vector<Id>, storage::kLanes>;

// How long the SMSC may go on trying; empty: it decides. Reckoned anew for each try (P121 to P123).
std::string validity_period(const AccountSettings& account, WallTime valid_until, WallTime now) {
  if (account.validity_format == ValidityFormat::none) return {};
  auto left = std::chrono::ceil<std::chrono::seconds>(valid_until - now);
  if (account.validity_max.count() > 0) left = std::min(left, account.validity_max);
  if (account.validity_format == ValidityFormat::relative) return smpp::relative_time(left);
  return smpp::absolute_time(std::chrono::floor<std::chrono::seconds>(now) + left);
}

// The highest lane with something left; on a lower lane's turn one below it, and of two lower ones each in its turn.
std::optional<Lane> next_lane(const Ready& ready, const std::array<std::size_t, storage::kLanes>& next, bool lower_turn, bool lowest) {
  std::vector<Lane> left;
  for (const Lane each : kLaneOrder) {
    if (next[index_of(each)] < ready[index_of(each)].size()) left.push_back(each);
  }
  if (left.empty()) return std::nullopt;
  if (!lower_turn || left.size() == 1) return left.front();
  return lowest ? left.back() : left[1];
}

}  // namespace

void Pass::fill() {
  for (const AccountSettings& account : settings_.accounts) {
    AccountLinks* links = memory.links.account(account.id);
    if (!links) continue;
    fill_account(account.id, *links);
  }
}

// Ready messages of one lane in id order: those of the store and those this turn made or gave back.
std::vector<Id> Pass::ready_in(const storage::QueueKey& key) {
  std::vector<Id> ready;
  const auto belongs = [&](const storage::Message* m) { return m && m->account == key.account && m->lane == key.lane && is_ready(*m); };
  set_.messages.for_each_changed([&](Id id, const storage::Message*, const storage::Message* after) {
    if (belongs(after)) ready.push_back(id);
  });
  if (const auto scan = set_.queue.find(key); scan != set_.queue.end()) {
    for (const Id id : scan->second.found) {
      const auto read = set_.messages.read(id);
      if (read && belongs(read.record)) ready.push_back(id);
    }
  }
  std::ranges::sort(ready);
  const auto twice = std::ranges::unique(ready);
  ready.erase(twice.begin(), twice.end());
  return ready;
}

void Pass::fill_account(const std::string& account, AccountLinks& links) {
  if (memory.links.free_slots(account) == 0) return;
  if (links.paused_until > now_.steady) {
    at(links.paused_until);
    return;
  }
  Ready ready;
  bool any = false;
  for (const Lane lane : kLaneOrder) {
    const storage::QueueKey key{account, lane};
    const auto stored = memory.queued.find(key);
    const auto scan = set_.queue.find(key);
    const bool backlog = stored != memory.queued.end() && stored->second > 0;
    const std::uint32_t slots = memory.links.free_slots(account);
    if (backlog && scan == set_.queue.end()) want_.queue[key] = slots;
    ready[index_of(lane)] = ready_in(key);
    any = any || !ready[index_of(lane)].empty();
  }
  if (!want_.empty() || !any) return;
  std::array<std::size_t, storage::kLanes> next{};
  while (memory.links.free_slots(account) > 0) {
    const bool lower_turn = links.credits >= kLowerLaneShare - 1;
    const auto lane = next_lane(ready, next, lower_turn, links.lowest_next);
    if (!lane) break;
    const Id id = ready[index_of(*lane)][next[index_of(*lane)]++];
    const auto read = set_.messages.read(id);
    if (contact(read->to).presence == storage::Presence::not_loaded) continue;
    if (memory.links.is_left_alone(links, read->to, now_.steady)) {
      at(links.full_destinations.find(read->to)->second);
      continue;
    }
    storage::Message& m = set_.messages.write(id);
    if (!door(m)) {
      if (++refused_at_door_ < kDoorRefusals) continue;
      at(now_.steady);
      return;
    }
    if (!claim(m, links)) return;
    links.credits = lower_turn ? 0 : links.credits + 1;
    if (lower_turn) links.lowest_next = !links.lowest_next;
  }
  // All heads that were loaded are claimed and there is still room: look further down the lanes.
  for (const Lane lane : kLaneOrder) {
    const auto scan = set_.queue.find({account, lane});
    if (scan == set_.queue.end() || scan->second.complete || next[index_of(lane)] < ready[index_of(lane)].size()) continue;
    if (memory.links.free_slots(account) == 0) break;
    want_.queue[{account, lane}] = static_cast<std::uint32_t>(scan->second.found.size()) * 2 + 1;
  }
}

// False: it must not leave, and now says so.
bool Pass::door(storage::Message& m) {
  MessageState refused = MessageState::queued;
  std::string why;
  const auto person = set_.contacts.read(m.to);
  if (person && m.message_class != storage::MessageClass::consent) {
    for (const std::string* sender : {&m.sender, &m.asked_sender}) {
      const auto consent = std::ranges::find(person->consent, *sender, &storage::Consent::sender);
      if (consent == person->consent.end() || !consent->suppressed || refused != MessageState::queued) continue;
      refused = MessageState::suppressed;
      why = "opted out of " + *sender;
      ++figures.suppressed;
    }
  }
  const AccountSettings* account = account_settings(m.account);
  const bool has_price = m.tariff.empty() || (account && std::ranges::find(account->tariffs, m.tariff, &Tariff::name) != account->tariffs.end());
  if (refused == MessageState::queued && !has_price) {
    refused = MessageState::cancelled;
    why = fmt::format("the account {} has no tariff \"{}\" any more", m.account, m.tariff);
  }
  if (refused == MessageState::queued && now_.wall >= m.valid_until) {
    refused = MessageState::expired;
    why = "its validity ended before it could be sent";
  }
  if (refused == MessageState::queued) return true;
  for (std::size_t i = 0; i < m.segments.size(); ++i) {
    if (m.segments[i].state == SegmentState::queued) change(m, i, refused);
  }
  settle(m, why);
  return false;
}

// Claims the message's next segments, in order, on one bind. False: slots or tokens ran out.
bool Pass::claim(storage::Message& m, AccountLinks& links) {
  TokenBucket* sender = memory.links.sender_pace(m.sender);
  BoundBind* bind = nullptr;
  for (const storage::Segment& s : m.segments) {  // a continued message stays with the session that has its beginning
    for (BoundBind& b : links.binds) {
      if (s.state != SegmentState::queued && b.link.epoch == s.session && b.link.bind == s.bind && b.transmits) bind = &b;
    }
  }
  // A USSD dialogue lives on the bind that it came by (P128).
  if (!bind && smpp::read_tlvs(m.segments.front().tlvs).contains(smpp::tag::ussd_service_op)) {
    for (BoundBind& b : links.binds) {
      if (b.link.epoch == m.segments.front().session && b.transmits) bind = &b;
    }
  }
  if (bind && Links::room(links, *bind) == 0) return true;  // its turn comes with the next answer on that bind
  if (!bind) {
    for (BoundBind& b : links.binds) {
      if (b.transmits && Links::room(links, b) > 0 && (!bind || Links::room(links, b) > Links::room(links, *bind))) bind = &b;
    }
  }
  if (!bind) return false;
  bool changed = false, out_of_tokens = false;
  for (std::size_t i = 0; i < m.segments.size() && Links::room(links, *bind) > 0; ++i) {
    if (m.segments[i].state != SegmentState::queued) continue;
    if (!links.pace.has_one(now_.steady)) {
      at(links.pace.next(now_.steady));
      out_of_tokens = true;
      break;
    }
    if (sender && !sender->has_one(now_.steady)) {
      at(sender->next(now_.steady));
      out_of_tokens = true;
      break;
    }
    links.pace.take_one();
    links.claimed.count(now_.steady);
    if (sender) sender->take_one();
    memory.links.claim(*bind, {m.id, static_cast<std::uint16_t>(i)}, m.to, m.sender, m.asked_sender);
    submit(m, i, bind->link);
    changed = true;
  }
  if (changed) settle(m, {});
  return !out_of_tokens;
}

void Pass::submit(storage::Message& m, std::size_t i, const LinkRef& link) {
  const AccountSettings* account = account_settings(m.account);
  ASSERT(account, m.account);
  storage::Segment& s = m.segments[i];
  change(m, i, MessageState::submitting);
  s.bind = link.bind;
  s.session = link.epoch;
  s.submitted_at = now_.wall;
  ++figures.submits;
  Submit release;
  release.link = link;
  release.segment = {m.id, static_cast<std::uint16_t>(i)};
  release.pdu.protocol_id = account->protocol_id;
  // Never between the parts of one message: each would replace the one before.
  release.pdu.replace_if_present_flag = account->replace_if_present && m.segments.size() == 1 ? 1 : 0;
  release.pdu.service_type = account->service_type;
  release.pdu.source = source_address(m.sender, *account);
  release.pdu.tlvs = smpp::read_tlvs(s.tlvs);
  if (memory.tlvs_refused.contains(m.account) && !needs_tlvs(m, release.pdu.tlvs)) release.pdu.tlvs.clear();
  if (release.pdu.tlvs.contains(smpp::tag::ussd_service_op)) release.pdu.service_type = kUssdServiceType;
  if (const auto tariff = std::ranges::find(account->tariffs, m.tariff, &Tariff::name); tariff != account->tariffs.end()) {
    if (!tariff->service_type.empty()) release.pdu.service_type = tariff->service_type;
    release.pdu.source.ton = tariff->source_ton.value_or(release.pdu.source.ton);
    release.pdu.source.npi = tariff->source_npi.value_or(release.pdu.source.npi);
    release.pdu.esm_class = tariff->esm_class;
  }
  release.pdu.destination = destination_address(m.to, *account);
  if (m.udhi) release.pdu.esm_class |= kUdhi;
  release.pdu.validity_period = validity_period(*account, m.valid_until, now_.wall);
  const bool asks = !account->receipt_last_part_only || i + 1 == m.segments.size();
  release.pdu.registered_delivery = asks ? account->registered_delivery : 0;
  release.pdu.data_coding = m.data_coding;
  release.pdu.short_message = s.body;
  releases.submits.push_back(std::move(release));
}

}  // namespace core::engine
