// What is judged at each PDU.
#include "core/engine/numbers.hpp"
#include "test/sim/judge.hpp"
#include "test/sim/world.hpp"

#include <algorithm>

namespace sim {

using namespace std::chrono_literals;
using storage::SegmentState;

// Invariants 4 (window), 5 and 6: at the moment a submit_sm becomes octets.
void Judge::submit_encoded(const LinkRef& link, std::uint32_t window, std::uint32_t sequence_number, const SegmentRef& ref) {
  const storage::Message* message = image().messages.find(ref.message);
  if (message == nullptr || ref.segment >= message->segments.size()) {
    broken("no submit without a durable claim", words("message ", ref.message, " is not stored"));
  }
  const storage::Segment& segment = message->segments[ref.segment];
  if (segment.state != SegmentState::submitting || segment.session != link.epoch || segment.bind != link.bind) {
    broken("no submit without a durable claim", words("message ", ref.message, " segment ", ref.segment, " is ", storage::to_string(segment.state),
                                                      " in session ", segment.session, " and was encoded in ", link.epoch));
  }
  if (message->message_class != storage::MessageClass::consent && silent_.contains({message->to, message->sender})) {
    std::string history;
    for (const storage::Step& step : message->history) {
      history += words("\n    ", step.at.time_since_epoch().count(), " ", storage::to_string(step.state), " ", step.detail);
    }
    broken("nothing after STOP", words("message ", ref.message, " to ", message->to, " from ", message->sender, ": \"", message->text, "\"", history));
  }
  std::set<std::uint32_t>& unanswered = unanswered_[link.epoch];
  unanswered.insert(sequence_number);
  if (unanswered.size() > window) broken("the window is never exceeded", words(unanswered.size(), " unanswered of ", window, " in our session ", link.epoch));
  encoded_at_[{ref, sequence_number}] = world_.schedule.now();
  world_.log.note("submit", ref.message, ref.segment, message->to);
}

void Judge::submit_ended(std::uint64_t epoch, std::uint32_t sequence_number) { unanswered_[epoch].erase(sequence_number); }

// The carrier's own count, less those whose response timer had run out on our side when this one was encoded.
void Judge::submit_arrived(std::uint64_t session, std::uint32_t sequence_number, const smpp::SubmitSm& pdu) {
  const auto ref = segment_of(pdu);
  const auto found = ref ? encoded_at_.find({*ref, sequence_number}) : encoded_at_.end();
  if (found == encoded_at_.end()) broken("what we send is well formed", "the carrier got a submit_sm that nobody encoded");
  const Time encoded = found->second;
  auto& unanswered = at_carrier_[session];
  unanswered[sequence_number] = encoded;
  const auto open = std::ranges::count_if(unanswered, [&](const auto& entry) { return entry.second + world_.plan.esme_timers.response > encoded; });
  const storage::Message* message = image().messages.find(ref->message);
  if (message == nullptr) broken("no submit without a durable claim", words("message ", ref->message, " is not stored"));
  std::uint32_t window = 0;
  for (const LinePlan& line : world_.plan.lines) {
    if (line.account == message->account) window = std::max(window, line.window);
  }
  if (open > window) broken("the window is never exceeded", words("the carrier holds ", open, " unanswered of ", window));
}

void Judge::submit_answered(std::uint64_t session, std::uint32_t sequence_number) {
  const auto found = at_carrier_.find(session);
  if (found != at_carrier_.end()) found->second.erase(sequence_number);
}

// Invariant 6: a second copy only of what was in doubt and is marked as resent.
void Judge::segment_taken(const Taken& taken) {
  std::vector<std::string>& ids = copies_[taken.segment];
  ids.push_back(taken.id);
  const storage::Message* message = image().messages.find(taken.segment.message);
  if (ids.size() > 1 && !message->resent) {
    broken("no segment reaches the carrier twice", words("message ", taken.segment.message, " segment ", taken.segment.segment, " to ", taken.person,
                                                         " was taken as ", ids.front(), " and as ", taken.id, " and is not marked as resent"));
  }
}

void Judge::delivery_owed(std::uint64_t group, const Utterance& utterance) {
  std::vector<std::uint64_t>& utterances = groups_[group].utterances;
  if (std::ranges::find(utterances, utterance.id) == utterances.end()) utterances.push_back(utterance.id);
}

void Judge::receipt_owed(const Taken& taken, std::uint64_t group, const std::string& id, smpp::MessageState state, bool intermediate) {
  receipts_[group] = {taken.segment, taken.account, id, taken.id, state, intermediate, false};
}

// Invariants 1 and 5: at the moment our answer becomes octets.
void Judge::delivery_answered(const LinkRef& link, const Tracer& tracer, smpp::command_status status) {
  world_.log.note(tracer.receipt ? "receipt answered" : "MO answered", tracer.group, static_cast<std::uint64_t>(status));
  if (status != smpp::command_status::ESME_ROK) return;
  if (tracer.receipt) {
    Receipt& receipt = receipts_.at(tracer.group);
    receipt.acknowledged = true;
    if (!receipt_is_stored(receipt)) {
      const storage::Message* message = image().messages.find(receipt.segment.message);
      const std::string has = message == nullptr ? "which is not stored"
                                                 : words("which is ", storage::to_string(message->segments[receipt.segment.segment].state), " as ",
                                                         message->segments[receipt.segment.segment].smsc_message_id);
      broken("acknowledged is stored",
             words("the receipt ", receipt.id, " (", smpp::stat_of(receipt.state), ") of ", receipt.own_id, " was answered ESME_ROK, neither applied nor parked: message ",
                   receipt.segment.message, " segment ", receipt.segment.segment, ", ", has));
    }
    return;
  }
  Group& group = groups_.at(tracer.group);
  const unsigned answered = ++group.answered_ok[link.epoch];
  const Utterance& utterance = world_.carrier.utterance(group.utterances.front());
  // A part and its repetition are two deliveries of one group as well: each has its row.
  if (group.rows.size() < answered) {
    broken("acknowledged is stored", words("utterance ", utterance.id, " of ", utterance.person, " was answered ESME_ROK ", answered,
                                           " times in one session and has ", group.rows.size(), " rows"));
  }
  const std::pair who{utterance.person, utterance.sender};
  if (rules::reserved_word(utterance.text) == rules::ReservedWord::stop && opted_out_[who]) silent_.insert(who);
}

bool Judge::receipt_is_stored(const Receipt& receipt) const {
  const storage::Message* message = image().messages.find(receipt.segment.message);
  if (message != nullptr) {
    const storage::Segment& segment = message->segments[receipt.segment.segment];
    if (segment.smsc_message_id == receipt.own_id && !segment.receipt.empty()) return true;
  }
  const auto* parked = image().parked_receipts.find({receipt.account, core::engine::normalised_id(receipt.id)});
  return parked != nullptr && !parked->receipts.empty();
}

void Judge::delivery_acknowledged(const Delivery& delivery) { world_.log.note("carrier is rid of", delivery.id, delivery.session); }

}  // namespace sim
