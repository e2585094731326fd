// Import, launch and the feeder (DESIGN 3.6): a launch is one row with a cursor; recipients become conversations and
// messages a slice at a time, while the bulk lane holds less than two seconds of its account's pace.
#include "core/engine/hash.hpp"
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

using storage::LaunchState;
using storage::Recipient;
using storage::RecipientKey;
using storage::RecipientState;

namespace {

std::uint64_t hash_of(const AddRecipients& input) {
  std::uint64_t hash = fnv1a(input.campaign);
  for (const RecipientRow& row : input.rows) {
    hash = fnv1a(row.number, hash);
    for (const auto& [name, value] : row.fields) hash = fnv1a(value, fnv1a(name, hash));
  }
  return hash;
}

// What names a chunk, so that one whose answer was lost may be sent again: the caller's key and the line it begins
// with, else its place and content in the launch. An empty key: a first chunk without either.
storage::IdempotencyKey chunk_key(const AddRecipients& input, std::uint64_t hash) {
  if (input.rows.empty()) return {};
  if (!input.idempotency_key.empty()) return {input.token, fmt::format("{} line {}", input.idempotency_key, input.rows.front().line)};
  if (input.launch == 0) return {};
  return {input.token, fmt::format("{} after {} {:016x}", storage::show_id("lch_", input.launch), input.after, hash)};
}

// The rows that can be used, numbered on from the launch's last; the others are told with line and field.
RecipientsAdded sort_rows(const AddRecipients& input, const rules::Campaign& campaign, std::vector<Recipient>& usable) {
  RecipientsAdded result;
  for (const RecipientRow& row : input.rows) {
    const std::string number = e164(row.number);
    if (number.empty()) {
      result.refused.push_back({row.line, "number", fmt::format("\"{}\" is not a number of 7 to 15 digits", row.number)});
    } else if (const auto why = campaign.refuse(row.fields)) {
      result.refused.push_back({row.line, "fields", *why});
    } else {
      usable.push_back({number, row.fields, RecipientState::waiting, {}});
    }
  }
  result.added = usable.size();
  return result;
}

}  // namespace

void Pass::on(const AddRecipients& input) {
  const rules::Campaign* campaign = program->find(input.campaign);
  if (!campaign) {
    answer(input.request, Problem{404, "unknown campaign", "no campaign is named \"" + input.campaign + "\"", "campaign"});
    return;
  }
  std::vector<Recipient> usable;
  RecipientsAdded result = sort_rows(input, *campaign, usable);
  const std::uint64_t hash = hash_of(input);
  const storage::IdempotencyKey key = chunk_key(input, hash);
  if (!key.key.empty()) {
    if (missing(set_.idempotency, key, want_.idempotency)) return;
    if (const auto row = set_.idempotency.read(key); row && row->request_hash == hash && missing(set_.launches, row->result, want_.launches)) return;
    const auto again = [&](Id id) -> Answered {
      result.launch = id;
      if (const auto launch = set_.launches.read(id)) result.total = launch->recipients;
      return std::move(result);
    };
    if (replay(input.request, key, hash, again)) return;
  }
  if (missing(set_.campaigns, input.campaign, want_.campaigns)) return;
  Id id = input.launch;
  if (id == 0) {
    if (const auto row = set_.campaigns.read(input.campaign)) id = row->collecting;
  }
  if (id != 0 && missing(set_.launches, id, want_.launches)) return;
  const auto known = set_.launches.read(id);
  if (input.launch != 0 && (!known || known->campaign != input.campaign)) {
    answer(input.request, Problem{404, "unknown launch", "this campaign has no launch " + storage::show_id("lch_", input.launch), "launch"});
    return;
  }
  if (known && known->state != LaunchState::collecting) {
    answer(input.request, Problem{409, "launch has started", "recipients are added before the launch", "launch"});
    return;
  }
  if (!known) {
    id = next_id();
    storage::Launch fresh;
    fresh.id = id;
    fresh.campaign = input.campaign;
    fresh.created_at = now_.wall;
    set_.launches.insert(id, std::move(fresh));
    if (set_.campaigns.read(input.campaign)) {
      set_.campaigns.write(input.campaign).collecting = id;
    } else {
      set_.campaigns.insert(input.campaign, {id, 0});
    }
  }
  storage::Launch& launch = set_.launches.write(id);
  for (Recipient& recipient : usable) set_.recipients.insert({id, ++launch.recipients}, std::move(recipient));
  if (!key.key.empty()) set_.idempotency.insert(key, {hash, id, now_.wall});
  result.launch = id;
  result.total = launch.recipients;
  answer(input.request, std::move(result));
}

void Pass::on(const LaunchCampaign& input) {
  const storage::IdempotencyKey key{input.token, input.idempotency_key};
  const std::uint64_t hash = fnv1a("launch " + input.campaign);
  if (!input.idempotency_key.empty()) {
    if (missing(set_.idempotency, key, want_.idempotency)) return;
    if (const auto row = set_.idempotency.read(key); row && row->request_hash == hash && missing(set_.launches, row->result, want_.launches)) return;
    const auto again = [&](Id id) -> Answered {
      const auto launch = set_.launches.read(id);
      return Launched{id, launch ? launch->recipients : 0, true};
    };
    if (replay(input.request, key, hash, again)) return;
  }
  if (!program->find(input.campaign)) {
    answer(input.request, Problem{404, "unknown campaign", "no campaign is named \"" + input.campaign + "\"", "campaign"});
    return;
  }
  if (missing(set_.campaigns, input.campaign, want_.campaigns)) return;
  const auto row = set_.campaigns.read(input.campaign);
  const Id id = row ? row->collecting : 0;
  if (id == 0) {
    answer(input.request, Problem{409, "nothing to launch", "no recipients wait: POST them to …/recipients first", "recipients"});
    return;
  }
  if (missing(set_.launches, id, want_.launches)) return;
  storage::Launch& launch = set_.launches.write(id);
  if (launch.recipients == 0) {
    answer(input.request, Problem{409, "nothing to launch", "the launch has no recipients: POST them to …/recipients first", "recipients"});
    return;
  }
  launch.state = LaunchState::running;
  launch.launched_at = now_.wall;
  launch.revision = program->revision();
  storage::CampaignRow& campaign = set_.campaigns.write(input.campaign);
  campaign.collecting = 0;
  campaign.last_launch = id;
  memory.running.push_back(id);
  if (!input.idempotency_key.empty()) set_.idempotency.insert(key, {hash, id, now_.wall});
  answer(input.request, Launched{id, launch.recipients, false});
}

void Pass::feed() {
  const std::vector<Id> running = memory.running;
  for (const Id launch : running) {
    if (!feed_launch(launch)) std::erase(memory.running, launch);
  }
}

// False: the launch needs no more feeding.
bool Pass::feed_launch(Id id) {
  if (missing(set_.launches, id, want_.launches)) return true;
  const auto read = set_.launches.read(id);
  if (!read || read->state != LaunchState::running) return false;
  const rules::Campaign* campaign = program->find(read->campaign);
  if (!campaign) return true;  // its file is gone for now: a later reload may bring it back
  const SenderSettings* sender = sender_settings(campaign->sender());
  if (!sender || sender->accounts.empty()) return true;
  const std::uint64_t first = read->cursor + 1;
  const std::uint64_t last = std::min<std::uint64_t>(read->recipients, read->cursor + kFeedSlice);
  bool whole = true;
  for (std::uint64_t n = first; n <= last; ++n) whole = !missing(set_.recipients, RecipientKey{id, n}, want_.recipients) && whole;
  if (!whole) return true;
  for (std::uint64_t n = first; n <= last; ++n) {
    const auto recipient = set_.recipients.read({id, n});
    if (recipient) contact(recipient->number);
  }
  if (!want_.empty()) return true;
  storage::Launch& launch = set_.launches.write(id);
  for (std::uint64_t n = first; n <= last; ++n) {
    const auto recipient = set_.recipients.read({id, n});
    if (recipient && !has_room(*sender, recipient->number)) return true;
    take_recipient(launch, n, *campaign);
    launch.cursor = n;
  }
  if (launch.cursor < launch.recipients) {
    at(now_.steady);
    return true;
  }
  launch.state = LaunchState::done;
  launch.done_at = now_.wall;
  return false;
}

// Less than two seconds of pace wait in the bulk lane of the account that this person's message would go by: those of
// the store, and those that this very turn has made.
bool Pass::has_room(const SenderSettings& sender, const std::string& number) const {
  const std::string id = route(set_.contacts.read(number).record, number, sender.number);
  const AccountSettings* account = account_settings(id);
  double pace = account && account->rate > 0 ? account->rate : kFeedUnpaced;
  if (sender.rate > 0) pace = std::min(pace, sender.rate);
  const auto lane = memory.queued.find({id, storage::Lane::bulk});
  const auto made = fed_.find(id);
  const double held = (lane == memory.queued.end() ? 0.0 : static_cast<double>(lane->second)) + (made == fed_.end() ? 0.0 : static_cast<double>(made->second));
  return held < std::max(1.0, pace * kFeedLowSeconds);
}

void Pass::take_recipient(storage::Launch& launch, std::uint64_t n, const rules::Campaign& campaign) {
  if (!set_.recipients.read({launch.id, n})) return;
  Recipient& recipient = set_.recipients.write({launch.id, n});
  if (recipient.state != RecipientState::waiting) return;
  storage::Contact& person = contact_for(recipient.number);
  const auto refuse = [&](RecipientState state, std::string why) {
    recipient.state = state;
    recipient.why = std::move(why);
    ++(state == RecipientState::suppressed ? launch.suppressed : launch.refused);
  };
  const auto consent = std::ranges::find(person.consent, campaign.sender(), &storage::Consent::sender);
  if (consent != person.consent.end() && consent->suppressed) {
    refuse(RecipientState::suppressed, "opted out of " + campaign.sender());
    return;
  }
  const rules::Rendered text = campaign.opening(recipient.fields, person.fields, person.zone);
  if (!text.missing.empty()) {
    refuse(RecipientState::refused, fmt::format("no value for {}", fmt::join(text.missing, ", ")));
    return;
  }
  const storage::Conversation& c = open_conversation(person, campaign, recipient.fields, launch.id);
  Draft d;
  d.message_class = storage::MessageClass::bulk;
  d.lane = storage::Lane::bulk;
  d.sender = campaign.sender();
  d.text = text.text;
  d.conversation = c.id;
  d.launch = launch.id;
  d.campaign = campaign.name();
  const Drafted drafted = draft(person, d);
  if (!drafted.refusal.empty()) {
    close_conversation(person, d.conversation, storage::ConversationState::closed, "not_sent");
    refuse(RecipientState::refused, drafted.refusal);
    return;
  }
  recipient.state = RecipientState::taken;
  ++launch.sent;
  const auto made = set_.messages.read(drafted.message);
  fed_[made->account] += made->segments.size();
}

}  // namespace core::engine
