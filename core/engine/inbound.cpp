// An MO's way through a pass: absorb a redelivery, join its parts, attribute, act, answer.
#include "core/engine/assert.hpp"
#include "core/engine/carrier_fields.hpp"
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"
#include "smpp/status.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

using storage::InboundState;

namespace {
// An acknowledgement that the handset made, or the end of a conversation that its user did not write: no words of a
// person. A manual acknowledgement is a reply like any other (P73).
bool is_of_the_handset(std::uint8_t esm_class) {
  const smpp::Tlvs none;
  const smpp::Carries carries = smpp::carries({esm_class, 0, {}, none});
  return carries == smpp::Carries::sme_delivery_ack || carries == smpp::Carries::conversation_abort;
}
}  // namespace

void Pass::on(const Mo& input) {
  ++figures.mo;
  const AccountSettings* account = account_settings(input.link.account);
  ASSERT(account, input.link.account);
  const std::string from = person_of(input.source, *account);
  if (input.poisoned) {
    store_malformed(input.link, input.incoming, input.raw, from, sender_of(input.destination, *account, settings_.senders), input.fingerprint);
    return;
  }
  if (absorb(input)) return;
  if (input.claimed && claims_receipt(input, from)) return;
  storage::Inbound row = inbound_row(input);
  remember(input, row);
  respond(input.link, input.incoming, smpp::command_status::ESME_ROK);
  if (input.claimed) return unclaimed(input, std::move(row));
  if (input.payload.concatenation) {
    part(input, std::move(row));
    return;
  }
  smpp::DecodedText decoded = smpp::read_text(input.payload.user_data, input.data_coding, account->decoding, input.payload.header());
  decoded.raw = decoded.raw || input.payload.raw;
  ASSERT(settings_.trip_text.empty() || decoded.text != settings_.trip_text, "fault injection: this text was asked to break an invariant");
  if (is_of_the_handset(input.esm_class)) return put_aside(std::move(row), decoded.text, "said by the handset, not by the person (esm_class)");
  deliver(std::move(row), decoded);
}

// Kept, and for no rule.
void Pass::put_aside(storage::Inbound row, const std::string& text, std::string why) {
  row.text = text;
  row.state = InboundState::done;
  row.confidence = "none";
  row.reason = std::move(why);
  const Id id = row.id;
  set_.inbounds.insert(id, std::move(row));
}

// The row that this may be the redelivery of, or 0.
Id Pass::redelivered(const Mo& input) const {
  const auto other_session = [&](const LinkRef& link) { return link.account == input.link.account && link.epoch != input.link.epoch; };
  // One copy each, until the session that sent it ends as well.
  const auto taken = [&](Id id) {
    const auto last = std::ranges::find(journal.absorbed.rbegin(), journal.absorbed.rend(), id, [](const auto& each) { return each.row.inbound; });
    return last != journal.absorbed.rend() && (last->session_is_up || !other_session(last->link));
  };
  for (const auto* rows : {&journal.received, &journal.absorbed}) {
    for (const auto& [link, row, session_is_up] : *rows) {
      if (other_session(link) && !session_is_up && row.fingerprint == input.fingerprint && !taken(row.inbound)) return row.inbound;
    }
  }
  if (const Id id = redelivery_.find(input.link.account, input.fingerprint, now_.wall, taken)) return id;
  // Rows of a session whose end is part of this very batch.
  for (const LinkRef& ended : journal.ended) {
    if (!other_session(ended)) continue;
    if (const Id id = redelivery_.find_live(ended, input.fingerprint, taken)) return id;
  }
  return 0;
}

// An SMSC that never saw our response sends the message again in its next session (P40, F3), and once more if that
// session ends too early as well: each time the row takes it in, and is from then on a row of the newer session.
bool Pass::absorb(const Mo& input) {
  const Id id = redelivered(input);
  if (id == 0) return false;
  const auto row = inbound(id);
  if (row.presence == storage::Presence::not_loaded) return true;
  if (!row) return false;
  storage::Inbound& again = set_.inbounds.write(id);
  again.session = input.link.epoch;
  again.answered = turn_;
  journal.absorbed.push_back({input.link, {id, again.fingerprint, again.received_at, turn_}, memory.links.is_up(input.link)});
  ++figures.absorbed;
  respond(input.link, input.incoming, smpp::command_status::ESME_ROK);
  return true;
}

storage::Inbound Pass::inbound_row(const Mo& input) {
  storage::Inbound row;
  row.id = next_id();
  row.account = input.link.account;
  row.session = input.link.epoch;
  row.answered = turn_;
  row.fingerprint = input.fingerprint;
  const AccountSettings& account = *account_settings(input.link.account);
  row.from = person_of(input.source, account);
  row.to = sender_of(input.destination, account, settings_.senders);
  if (!sender_settings(row.to)) row.trace.push_back(fmt::format("no [[sender]] has the number {}", row.to));
  row.raw = input.raw;
  row.fields = received_fields(account, input.tlvs);
  if (const auto port = input.payload.destination_port; input.payload.ports && port && !is_ussd(row.fields)) {
    row.fields[std::string(kDestinationPort)] = std::to_string(*port);
  }
  row.revision = program->revision();
  row.received_at = now_.wall;
  return row;
}

void Pass::remember(const Mo& input, const storage::Inbound& row) {
  journal.received.push_back({input.link, {row.id, row.fingerprint, row.received_at, turn_}, memory.links.is_up(input.link)});
}

void Pass::store_malformed(const LinkRef& link, smpp::Incoming incoming, const Octets& raw, const std::string& from,
                           const std::string& to, std::uint64_t fingerprint, std::string why) {
  storage::Inbound row;
  row.id = next_id();
  row.account = link.account;
  row.session = link.epoch;
  row.answered = turn_;
  row.fingerprint = fingerprint;
  row.from = from;
  row.to = to;
  row.raw = raw;
  row.received_at = now_.wall;
  row.state = InboundState::malformed;
  row.reason = std::move(why);
  ++figures.malformed;
  journal.received.push_back({link, {row.id, fingerprint, now_.wall, turn_}, memory.links.is_up(link)});
  const Id id = row.id;
  set_.inbounds.insert(id, std::move(row));
  respond(link, incoming, smpp::command_status::ESME_ROK);
}

// Some SMSCs send what is refused for ever. The third time it is kept as it came and acknowledged, so that it stops
// filling their window; somebody must look at it (P14).
void Pass::on(const Undecodable& input) {
  std::deque<RefusedPdu>& refused = memory.refused_pdus[input.link.account];
  while (!refused.empty() && (now_.steady - refused.front().first_at > kRefusedRemembered || refused.size() > kRefusedKept)) refused.pop_front();
  const std::uint64_t fingerprint = fingerprint_of(input.raw);
  auto known = std::ranges::find(refused, fingerprint, &RefusedPdu::fingerprint);
  if (known == refused.end()) known = refused.insert(refused.end(), {fingerprint, 0, now_.steady});
  if (++known->count < kRefusals) {
    respond(input.link, input.incoming, input.status);
    return;
  }
  refused.erase(known);
  store_malformed(input.link, input.incoming, input.raw, {}, {}, fingerprint, fmt::format("refused with {} and sent again: {}", smpp::status_name(input.status), input.kind));
  releases.alarms.push_back(fmt::format("{}: a PDU that cannot be read ({}) came {} times and is now stored as malformed and acknowledged", input.link.account,
                                        input.kind, kRefusals));
}

void Pass::deliver(storage::Inbound row, const smpp::DecodedText& decoded) {
  const std::string& text = decoded.text;
  if (row.from.empty()) return put_aside(std::move(row), text, "the source is no number that could be answered");
  row.text = text;
  row.state = InboundState::done;
  row.confidence = "none";
  if (contact(row.from).presence == storage::Presence::not_loaded) return;
  storage::Contact& person = contact_for(row.from);
  row.contact = person.id;
  drop_expired(person);
  const auto last = std::ranges::find(person.last_mo, row.to, &storage::LastMo::sender);
  if (last == person.last_mo.end()) {
    person.last_mo.push_back({row.to, row.account});
  } else {
    last->account = row.account;
  }
  // For a program of the handset, or no text at all; but STOP is heard in whatever it is wrapped (P109, P114).
  const bool ports = row.fields.contains(kDestinationPort);
  if ((ports || decoded.raw) && rules::reserved_word(text) == rules::ReservedWord::none) {
    row.prev = person.chain_head;
    person.chain_head = row.id;
    return put_aside(std::move(row), text, ports ? "addressed to a port of the handset's programs, not written by the person" : "octets, not text");
  }
  const Attribution attribution = attribute(person, row.to, text, *program, now_.wall);
  row.confidence = attribution.confidence;
  row.reason = attribution.reason;
  row.candidates = attribution.candidates;
  row.conversation = attribution.conversation;
  // The row joins the chain before its effects, so that history reads message first, replies after it.
  row.prev = person.chain_head;
  person.chain_head = row.id;
  act(person, row, attribution);
  const Id id = row.id;
  set_.inbounds.insert(id, std::move(row));
}

void Pass::act(storage::Contact& person, storage::Inbound& row, const Attribution& attribution) {
  switch (attribution.to) {
    case Attributed::reserved: reserved(person, row, attribution.word); return;
    case Attributed::ask: ask(person, row, attribution); return;
    case Attributed::nothing: return;
    case Attributed::conversation: break;
  }
  if (attribution.answers_question) {
    const Id parked = person.question.parked;
    if (inbound(parked).presence == storage::Presence::not_loaded) return;
    if (set_.inbounds.read(parked)) {
      storage::Inbound& waited = set_.inbounds.write(parked);
      waited.state = InboundState::done;
      waited.conversation = attribution.conversation;
      waited.reason += "; they answered with " + row.text;
    }
    person.question = {};
  }
  const auto found = std::ranges::find(person.open, attribution.conversation, &storage::Conversation::id);
  ASSERT(found != person.open.end(), "attributed to a conversation that is not open");
  const rules::Campaign* campaign = program->find(found->campaign);
  if (!campaign) {
    row.trace.push_back("the campaign " + found->campaign + " is not in the rules any more");
    return;
  }
  for (const auto& [name, value] : row.fields) found->fields[name] = value;
  const rules::Decision decision = campaign->decide(facts_of(person, *found, attribution.text, now_.wall));
  row.trace = decision.trace;
  apply(person, attribution.conversation, row, decision, *campaign);
}

// Parks the message and asks once; a second unclear text replaces the parked one without another question.
void Pass::ask(storage::Contact& person, storage::Inbound& row, const Attribution& attribution) {
  row.state = InboundState::waiting;
  std::vector<Id> offered;
  for (const storage::Candidate& candidate : attribution.candidates) offered.push_back(candidate.conversation);
  const bool asked = person.question.parked != 0 && person.question.sender == row.to && person.question.candidates == offered;
  if (person.question.parked != 0) end_question(person, "a later message took its place: " + storage::show_id("in_", row.id));
  person.question = {row.to, offered, row.id, row.text, now_.wall};
  if (asked) {
    row.reason += "; the question was asked before and is not repeated";
    return;
  }
  Draft reply;
  reply.message_class = storage::MessageClass::reply;
  reply.lane = storage::Lane::reply;
  reply.sender = row.to;
  reply.text = question_text(attribution.candidates);
  reply.cause = row.id;
  reply.answers = &row;
  reply.ends = false;
  const Drafted drafted = draft(person, reply);
  if (!drafted.refusal.empty()) row.trace.push_back("question not sent: " + drafted.refusal);
}

void Pass::apply(storage::Contact& person, Id id, storage::Inbound& row, const rules::Decision& decision, const rules::Campaign& campaign) {
  const auto conversation = [&]() -> storage::Conversation* {
    const auto found = std::ranges::find(person.open, id, &storage::Conversation::id);
    return found == person.open.end() ? nullptr : &*found;
  };
  if (storage::Conversation* c = conversation()) {
    c->revision = program->revision();
    c->expires_at = std::max(c->expires_at, now_.wall + campaign.window());
  }
  std::optional<std::string> outcome;  // closing waits: what stands after `close` in a file still belongs to the conversation
  std::int32_t index = 0;
  for (const rules::Action& action : decision.actions) {
    storage::Conversation* c = conversation();
    ASSERT(c, "a conversation left the contact while a rule acted in it");
    if (const auto* reply = std::get_if<rules::Reply>(&action)) {
      Draft d;
      d.message_class = storage::MessageClass::reply;
      d.lane = storage::Lane::reply;
      d.sender = c->sender;
      d.text = reply->text;
      d.conversation = id;
      d.launch = c->launch;
      d.campaign = c->campaign;
      d.cause = row.id;
      d.rule = decision.rule;
      d.index = index;
      d.answers = &row;
      d.ends = std::ranges::any_of(decision.actions, [](const rules::Action& each) { return std::holds_alternative<rules::Close>(each); });
      const Drafted drafted = draft(person, d);
      if (!drafted.refusal.empty()) row.trace.push_back("reply not sent: " + drafted.refusal);
    } else if (const auto* notify = std::get_if<rules::Notify>(&action)) {
      emit(person, c, notify->endpoint, notify->event, &row);
    } else if (const auto* set = std::get_if<rules::Set>(&action)) {
      (set->on_contact ? person.fields : c->fields)[set->field] = set->value;
    } else if (const auto* go = std::get_if<rules::Goto>(&action)) {
      c->step = go->step;
    } else if (const auto* close = std::get_if<rules::Close>(&action)) {
      outcome = close->outcome;
    }
    ++index;
  }
  if (outcome) close_conversation(person, id, storage::ConversationState::closed, *outcome);
}

}  // namespace core::engine
