// The healed end: everything that was owed has happened, exactly once, and nothing is left behind.
#include "test/sim/judge.hpp"
#include "test/sim/world.hpp"

#include <algorithm>

namespace sim {

using storage::MessageState;
using storage::SegmentState;

std::string Judge::unfinished() const {
  const auto age = [&](storage::WallTime at) { return words((world_.schedule.wall() - at) / std::chrono::minutes(1), " minutes ago"); };
  for (const auto& [id, row] : image().messages.rows) {
    if (storage::is_final(row.record->state)) continue;
    return words("message ", id, " is ", storage::to_string(row.record->state), ", made ", age(row.record->created_at), ", valid until ", age(row.record->valid_until));
  }
  for (const auto& [id, row] : image().events.rows) {
    const auto state = row.record->state;
    if (state == storage::EventState::due || state == storage::EventState::blocked) return words("event ", id, " is ", storage::to_string(state));
  }
  if (!image().parts.rows.empty()) return "parts of long messages are left";
  for (const auto& [id, row] : image().launches.rows) {
    if (row.record->state != storage::LaunchState::done) return words("launch ", id, " is ", storage::to_string(row.record->state));
  }
  return {};
}

void Judge::end() {
  if (const std::string left = unfinished(); !left.empty()) broken("nothing is left in the end", left);
  end_of_utterances();
  end_of_messages();
  end_of_receipts();
  end_of_events();
  end_of_effects();
  end_of_launches();
  end_of_wishes();
}

void Judge::end_of_utterances() const {
  for (const Utterance& utterance : world_.carrier.utterances()) {
    if (utterance.double_of != 0) continue;  // judged with its first
    const Fate& fate = fates_.at(utterance.id);
    const Group& group = groups_.at(world_.carrier.delivery(utterance.parts.front()).tracer.group);
    // The second of two equal messages is only provably another one when one session took both (DESIGN 3.9).
    const bool both_in_one = std::ranges::any_of(group.answered_ok, [](const auto& entry) { return entry.second > 1; });
    const std::size_t expected = !utterance.joined && group.utterances.size() > 1 && both_in_one ? 2 : 1;
    if (fate.acting.size() < expected) {
      broken("acknowledged is acted on", words("utterance ", utterance.id, " of ", utterance.person, " \"", utterance.text.substr(0, 40), "\" was acted on ",
                                               fate.acting.size(), " times instead of ", expected));
    }
  }
}

void Judge::end_of_messages() const {
  for (const auto& [id, row] : image().messages.rows) {
    for (std::size_t n = 0; n < row.record->segments.size(); ++n) end_of_segment(id, *row.record, n);
  }
}

// The carrier's books and ours say the same of every segment.
void Judge::end_of_segment(Id id, const storage::Message& message, std::size_t n) const {
  const storage::Segment& segment = message.segments[n];
  const auto found = copies_.find({id, static_cast<std::uint16_t>(n)});
  const std::size_t copies = found == copies_.end() ? 0 : found->second.size();
  const auto say = [&](const char* what) {
    broken("the books agree", words("message ", id, " segment ", n, " is ", storage::to_string(segment.state), ", ", what, " (", copies, " copies)"));
  };
  switch (segment.state) {
    case SegmentState::delivered:
    case SegmentState::undelivered:
    case SegmentState::expired_at_smsc:
    case SegmentState::deleted:
    case SegmentState::no_receipt:
      if (copies == 0) say("the carrier never took it");
      if (std::ranges::find(found->second, segment.smsc_message_id) == found->second.end()) say("under an id the carrier did not give it");
      return;
    case SegmentState::suppressed:
    case SegmentState::expired:
    case SegmentState::cancelled:
    case SegmentState::rejected:
      if (copies > 0 && !message.resent) say("the carrier took it");
      return;
    case SegmentState::unknown: return;
    default: say("that is no end");
  }
}

void Judge::end_of_receipts() const {
  for (const auto& [group, receipt] : receipts_) {
    if (!receipt.acknowledged) broken("the carrier is rid of everything", words("receipt of ", receipt.id));
    if (receipt.intermediate || receipt.state != smpp::MessageState::DELIVERED) continue;
    const storage::Message* message = image().messages.find(receipt.segment.message);
    const storage::Segment& segment = message->segments[receipt.segment.segment];
    if (segment.smsc_message_id != receipt.own_id) continue;  // a copy whose response we never saw
    if (segment.state != SegmentState::delivered && segment.state != SegmentState::deleted) {
      broken("a receipt is applied", words("message ", receipt.segment.message, " segment ", receipt.segment.segment, " is ",
                                           storage::to_string(segment.state), " although ", receipt.id, " was receipted DELIVRD"));
    }
  }
}

void Judge::end_of_events() const {
  for (const auto& [id, row] : image().events.rows) {
    const auto told = world_.crm.told().find(id);
    if (told == world_.crm.told().end()) broken("every event is told", words("event ", id, " is ", storage::to_string(row.record->state), " and the CRM never heard of it"));
    if (row.record->state == storage::EventState::delivered && !told->second.taken) broken("the books agree", words("event ", id, " is delivered, the CRM never took it"));
    const std::size_t attempts = world_.plan.settings.endpoints.front().schedule.size() + 1;
    if (row.record->state == storage::EventState::dead && !told->second.refused_for_good && told->second.requests < attempts) {
      broken("every event is told", words("event ", id, " was given up after ", told->second.requests, " attempts"));
    }
  }
}

// Each inbound that a conversation took did what the rules say, no more and no less.
void Judge::end_of_effects() const {
  std::map<Id, std::size_t> replies;
  for (const auto& [id, row] : image().messages.rows) {
    if (row.record->cause != 0) ++replies[row.record->cause];
  }
  for (const auto& [id, row] : image().inbounds.rows) {
    const storage::Inbound& inbound = *row.record;
    if (inbound.conversation == 0 || inbound.confidence != "certain" || inbound.reason.starts_with("answers our question")) continue;
    const auto* conversation = image().conversations.find(inbound.conversation);
    if (conversation == nullptr) broken("the books agree", words("inbound ", id, " belongs to a conversation that is not stored"));
    const Effects expected = effects_of(conversation->campaign, inbound.text);
    const auto told = events_of_.find(storage::show_id("in_", id));
    const std::multiset<std::string> events = told == events_of_.end() ? std::multiset<std::string>{} : told->second;
    if (replies[id] != expected.replies || events != std::multiset<std::string>(expected.events.begin(), expected.events.end())) {
      broken("acts once", words("inbound ", id, " \"", inbound.text.substr(0, 40), "\" in ", conversation->campaign, " made ", replies[id], " replies and ",
                                events.size(), " events instead of ", expected.replies, " and ", expected.events.size()));
    }
  }
}

void Judge::end_of_launches() const {
  std::map<Id, std::map<std::string, std::size_t>> openings;  // launch -> person -> opening messages
  for (const auto& [id, row] : image().messages.rows) {
    if (row.record->message_class == storage::MessageClass::bulk) ++openings[row.record->launch][row.record->to];
  }
  for (const auto& drive : world_.clients.drives()) {
    if (!drive->launched) continue;
    const storage::Launch* launch = image().launches.find(drive->launch);
    const std::size_t good = drive->rows.size() - drive->refused;
    if (launch->recipients != good || launch->sent + launch->suppressed + launch->refused != good) {
      broken("a launch counts what happened", words(drive->campaign, ": ", good, " good rows; ", launch->recipients, " recipients, ", launch->sent, " sent, ",
                                                    launch->suppressed, " suppressed, ", launch->refused, " refused"));
    }
    const auto& people = openings[drive->launch];
    if (people.size() != launch->sent) broken("a launch counts what happened", words(people.size(), " people have an opening message, ", launch->sent, " were counted"));
    for (const auto& [person, count] : people) {
      if (count > 1) broken("acts once", words(person, " has ", count, " opening messages of one launch"));
    }
  }
}

// One message for each key, however often it was asked for; without a key, never more than were asked for.
void Judge::end_of_wishes() const {
  std::map<std::string, std::set<Id>> by_text;
  for (const auto& [id, row] : image().messages.rows) {
    const storage::Message& message = *row.record;
    if (message.cause != 0 || message.launch != 0) continue;
    if (message.conversation == 0) {
      by_text[message.text].insert(id);
    } else {
      by_text[image().conversations.find(message.conversation)->fields.at("ref")].insert(id);
    }
  }
  for (const auto& wish : world_.clients.wishes()) {
    const auto& request = wish->request;
    const std::set<Id>& made = by_text[request.campaign.empty() ? request.text : request.fields.at("ref")];
    const std::size_t most = request.idempotency_key.empty() ? wish->asked : 1;
    if (made.size() > most) broken("acts once", words("the request ", request.request_hash, " was asked ", wish->asked, " times and made ", made.size(), " messages"));
    if (!std::ranges::includes(made, wish->messages)) broken("acknowledged is stored", words("a message of request ", request.request_hash, " is not there"));
  }
}

}  // namespace sim
