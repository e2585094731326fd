// What is judged at each commit of ours.
#include "test/sim/judge.hpp"

#include "rules/program.hpp"
#include "smpp/codec.hpp"
#include "test/sim/world.hpp"

#include <algorithm>

namespace sim {

using namespace std::chrono_literals;
using storage::MessageState;
using storage::SegmentState;

namespace {
constexpr double kBurstSeconds = 0.02;  // DESIGN 3.4
constexpr auto kPartsWait = 290s;       // a little less than the reassembly timeout (P112)
}  // namespace

void PaceBound::reset() {
  level = burst();
  filled = {};
}

double PaceBound::burst() const { return std::max(1.0, rate * kBurstSeconds); }

bool PaceBound::take(Time now) {
  if (rate <= 0) return true;
  if (filled != Time{}) level = std::min(burst(), level + std::chrono::duration<double>(now - filled).count() * rate);
  filled = now;
  level -= 1;
  return level > -1e-6;
}

Judge::Judge(World& world) : world_(world) {
  for (std::size_t from = 0; from < storage::kMessageStates; ++from) {
    for (std::size_t to = 0; to < storage::kMessageStates; ++to) {
      reachable_[from][to] = from == to || storage::may_become(static_cast<MessageState>(from), static_cast<MessageState>(to));
    }
  }
  // A commit may hold several steps of one segment.
  for (std::size_t by = 0; by < storage::kMessageStates; ++by) {
    for (std::size_t from = 0; from < storage::kMessageStates; ++from) {
      for (std::size_t to = 0; to < storage::kMessageStates; ++to) {
        reachable_[from][to] = reachable_[from][to] || (reachable_[from][by] && reachable_[by][to]);
      }
    }
  }
  for (const auto& account : world.plan.settings.accounts) account_pace_[account.id].rate = account.rate;
  for (const auto& sender : world.plan.settings.senders) sender_pace_[sender.number].rate = sender.rate;
}

void Judge::broken(const char* invariant, const std::string& detail) { throw Violation{invariant, detail}; }

const storage::memory::Image& Judge::image() const { return world_.image(); }

void Judge::process_started(std::uint64_t, const storage::memory::Image&) {
  unanswered_.clear();
  for (auto& [id, bound] : account_pace_) bound.reset();
  for (auto& [id, bound] : sender_pace_) bound.reset();
}

// I8: a claim of a process that is gone is a doubt, or queued again by policy.
void Judge::recovered(const storage::memory::Image& stored) {
  for (const auto& [id, row] : stored.messages.rows) {
    if (storage::has_segment(*row.record, SegmentState::submitting)) {
      broken("a restart leaves no claim behind", words("message ", id, " is still submitting after the recovery"));
    }
  }
}

void Judge::committed(const storage::Changes& changes, const storage::memory::Image& before, Time now) {
  for (const auto& change : changes.inbounds) {
    if (change.record == nullptr) broken("acknowledged is stored", "an inbound row was erased");
    judge_inbound(*change.key, *change.record, now);
  }
  for (const auto& change : changes.messages) {
    if (change.record == nullptr) broken("no message vanishes", words("message ", *change.key, " was erased"));
    judge_message(*change.key, before.messages.find(*change.key), *change.record, now);
  }
  for (const auto& change : changes.events) {
    if (change.record != nullptr && before.events.find(*change.key) == nullptr) judge_event(*change.key, *change.record);
  }
}

void Judge::judge_message(Id id, const storage::Message* before, const storage::Message& after, Time now) {
  if (after.state != storage::state_of(after.segments)) {
    broken("a message is in one state", words("message ", id, " says ", storage::to_string(after.state), ", its segments ",
                                              storage::to_string(storage::state_of(after.segments))));
  }
  if (before == nullptr) judge_cause(id, after);
  if (before != nullptr && before->segments.size() != after.segments.size()) broken("a message keeps its segments", words("message ", id));
  for (std::size_t i = 0; i < after.segments.size(); ++i) {
    const SegmentState from = before == nullptr ? SegmentState::queued : before->segments[i].state;
    const storage::Segment& segment = after.segments[i];
    if (!reachable_[static_cast<std::size_t>(from)][static_cast<std::size_t>(segment.state)]) {
      broken("transitions follow the table", words("message ", id, " segment ", i, ": ", storage::to_string(from), " became ", storage::to_string(segment.state)));
    }
    const bool again = before != nullptr && from == SegmentState::submitting && before->segments[i].session == segment.session &&
                       before->segments[i].submitted_at == segment.submitted_at;
    if (segment.state == SegmentState::submitting && !again) judge_claim(after, now);
  }
}

// Invariant 4, pace: where the claim is made. What reaches the carrier later than that is the network's doing.
void Judge::judge_claim(const storage::Message& message, Time now) {
  if (!account_pace_[message.account].take(now)) broken("pace is never exceeded", "account " + message.account);
  if (!sender_pace_[message.sender].take(now)) broken("pace is never exceeded", "sender " + message.sender);
}

void Judge::judge_cause(Id id, const storage::Message& message) {
  if (message.cause == 0) return;
  if (!replies_.insert({message.cause, {message.cause_rule, message.cause_index}}).second) {
    broken("acts once", words("message ", id, " is a second reply of one rule to inbound ", message.cause));
  }
}

void Judge::judge_inbound(Id id, const storage::Inbound& row, Time now) {
  const auto decoded = smpp::decode(row.raw);
  const auto* pdu = decoded ? std::get_if<smpp::DeliverSm>(&decoded->pdu.body) : nullptr;
  const auto tracer = pdu != nullptr ? tracer_of(*pdu) : std::nullopt;
  if (!tracer || !groups_.contains(tracer->group)) broken("an inbound row is what came", words("inbound ", id, " holds octets nobody sent"));
  Group& group = groups_[tracer->group];
  const bool first = group.rows.insert(id).second;
  const Utterance& utterance = world_.carrier.utterance(group.utterances.front());
  Fate& fate = fates_[utterance.id];
  if (first && utterance.joined) {
    if (fate.first_part == Time{}) fate.first_part = now;
  }
  if (utterance.joined && fate.first_part != Time{} && now - fate.first_part >= kPartsWait && !all_parts_came(utterance)) fate.torn = true;
  if (row.reason.starts_with("part ") || row.reason.starts_with("sent again")) return;
  if (!group.acting.insert(id).second) return;
  fate.acting.insert(id);
  judge_text(row, utterance);
  const std::size_t allowed = utterance.joined ? 1 : group.utterances.size();
  if (fate.acting.size() > allowed && !fate.torn) {
    broken("acts once", words("utterance ", utterance.id, " (", utterance.person, " \"", utterance.text.substr(0, 30), "\") was acted on ",
                              fate.acting.size(), " times, the last one is inbound ", id));
  }
  consent_decided(row, utterance);
}

bool Judge::all_parts_came(const Utterance& utterance) const {
  return std::ranges::all_of(utterance.parts, [&](std::uint64_t id) {
    const auto group = groups_.find(world_.carrier.delivery(id).tracer.group);
    return group != groups_.end() && !group->second.rows.empty();
  });
}

void Judge::judge_text(const storage::Inbound& row, const Utterance& utterance) {
  const Fate& fate = fates_[utterance.id];
  if (fate.torn || row.from != utterance.person || row.to != utterance.sender) {
    if (!fate.torn) broken("an inbound row is what came", words("inbound ", row.id, " is from ", row.from, " to ", row.to));
    return;
  }
  const bool complete = row.text == utterance.text;
  const bool marked = row.text.find("[\xE2\x80\xA6]") != std::string::npos;
  // A part that comes after the others were given up is a message of its own, and says that it is not whole.
  if (utterance.missing ? !marked : !complete) {
    broken("long texts are joined as they were sent", words("inbound ", row.id, " reads \"", row.text, "\" and not \"", utterance.text, "\""));
  }
}

void Judge::consent_decided(const storage::Inbound& row, const Utterance& utterance) {
  const rules::ReservedWord word = rules::reserved_word(utterance.text);
  if (word != rules::ReservedWord::stop && word != rules::ReservedWord::start) return;
  const std::pair who{row.from, row.to};
  opted_out_[who] = word == rules::ReservedWord::stop;
  if (word == rules::ReservedWord::start) silent_.erase(who);
}

void Judge::judge_event(Id id, const storage::Event& event) {
  const std::string_view key = "\"inbound\":\"";
  const auto at = event.body.find(key);
  if (at == std::string::npos) return;
  const std::string inbound = event.body.substr(at + key.size(), event.body.find('"', at + key.size()) - at - key.size());
  if (!notified_.insert({inbound, event.type}).second) {
    broken("acts once", words("event ", id, " tells of ", inbound, " a second time: ", event.type));
  }
  events_of_[inbound].insert(event.type);
}

void Judge::request_answered(const core::engine::Answer& answer, const storage::memory::Image& stored) {
  bool there = true;
  if (const auto* accepted = std::get_if<core::engine::MessageAccepted>(&answer.answered)) there = stored.messages.find(accepted->message) != nullptr;
  if (const auto* added = std::get_if<core::engine::RecipientsAdded>(&answer.answered)) {
    const auto* launch = stored.launches.find(added->launch);
    there = launch != nullptr && launch->recipients >= added->total;
  }
  if (const auto* launched = std::get_if<core::engine::Launched>(&answer.answered)) {
    const auto* launch = stored.launches.find(launched->launch);
    there = launch != nullptr && launch->state != storage::LaunchState::collecting;
  }
  if (const auto* changed = std::get_if<core::engine::MessageChanged>(&answer.answered)) there = stored.messages.find(changed->message) != nullptr;
  if (!there) broken("acknowledged is stored", words("request ", answer.request, " was answered 2xx and its row is not there"));
}

}  // namespace sim
