// STOP, START, HELP before any rule. An opt-out closes the person's conversations with that sender, revokes what is
// on its way, and is told to the CRM; afterwards only class `consent` may leave (promise 4, D1, D2).
#include "core/engine/pass.hpp"

#include <algorithm>

namespace core::engine {

namespace {

storage::Consent& consent_for(storage::Contact& person, const std::string& sender) {
  const auto found = std::ranges::find(person.consent, sender, &storage::Consent::sender);
  if (found != person.consent.end()) return *found;
  storage::Consent fresh;
  fresh.sender = sender;
  return person.consent.emplace_back(std::move(fresh));
}

}  // namespace

void Pass::reserved(storage::Contact& person, storage::Inbound& row, rules::ReservedWord word) {
  const SenderSettings* sender = sender_settings(row.to);
  switch (word) {
    case rules::ReservedWord::stop:
      row.trace.push_back("opt-out word: suppressed for " + row.to);
      opt_out(person, row);
      if (sender) confirm(person, row, sender->stop_reply);
      break;
    case rules::ReservedWord::start:
      row.trace.push_back("opt-in word: allowed for " + row.to);
      opt_in(person, row);
      if (sender) confirm(person, row, sender->start_reply);
      break;
    case rules::ReservedWord::help:
      row.trace.push_back("help word");
      if (sender && !sender->help_reply.empty()) {
        Draft help;
        help.message_class = storage::MessageClass::consent;
        help.lane = storage::Lane::reply;
        help.sender = row.to;
        help.text = sender->help_reply;
        help.cause = row.id;
        help.answers = &row;
        draft(person, help);
      }
      break;
    case rules::ReservedWord::none: break;
  }
}

void Pass::opt_out(storage::Contact& person, const storage::Inbound& row) {
  storage::Consent& consent = consent_for(person, row.to);
  const bool changed = !consent.suppressed;
  consent.suppressed = true;
  consent.cause = row.id;
  consent.changed_at = now_.wall;
  ++figures.opt_outs;
  std::vector<Id> ended;
  for (const storage::Conversation& c : person.open) {
    if (c.sender == row.to) ended.push_back(c.id);
  }
  const Id told_about = ended.empty() ? 0 : ended.back();
  if (changed) {
    const Id entry = next_id();
    set_.consent_entries.insert(entry, {entry, person.id, person.number, row.to, "opted_out", row.text, row.id, now_.wall});
    for (const EndpointSettings& endpoint : settings_.endpoints) {
      const auto c = std::ranges::find(person.open, told_about, &storage::Conversation::id);
      emit(person, c == person.open.end() ? nullptr : &*c, endpoint.name, "contact.opted_out", &row);
    }
  }
  for (const Id id : ended) close_conversation(person, id, storage::ConversationState::opted_out, "opted_out");
  if (person.question.parked != 0 && person.question.sender == row.to) end_question(person, "they opted out");
  for (const auto& [segment, link] : memory.links.in_flight_of(person.number, row.to)) {
    const auto read = message(segment.message);
    if (read.presence == storage::Presence::not_loaded) continue;
    if (read && read->message_class == storage::MessageClass::consent) continue;
    releases.revocations.push_back({link, segment});
    ++figures.revoked;
  }
}

void Pass::opt_in(storage::Contact& person, const storage::Inbound& row) {
  storage::Consent& consent = consent_for(person, row.to);
  const bool changed = consent.suppressed;
  consent.suppressed = false;
  consent.cause = row.id;
  consent.changed_at = now_.wall;
  ++figures.opt_ins;
  if (!changed) return;
  const Id entry = next_id();
  set_.consent_entries.insert(entry, {entry, person.id, person.number, row.to, "opted_in", row.text, row.id, now_.wall});
  for (const EndpointSettings& endpoint : settings_.endpoints) emit(person, nullptr, endpoint.name, "contact.opted_in", &row);
}

// At most one confirmation per person and sender in 24 h, however often the word comes (S37).
void Pass::confirm(storage::Contact& person, const storage::Inbound& row, const std::string& text) {
  storage::Consent& consent = consent_for(person, row.to);
  const bool recent = consent.confirmed_at != WallTime{} && now_.wall - consent.confirmed_at < kConfirmationEvery;
  if (text.empty() || recent) return;
  consent.confirmed_at = now_.wall;
  Draft confirmation;
  confirmation.message_class = storage::MessageClass::consent;
  confirmation.lane = storage::Lane::reply;
  confirmation.sender = row.to;
  confirmation.text = text;
  confirmation.cause = row.id;
  confirmation.answers = &row;
  draft(person, confirmation);
}

}  // namespace core::engine
