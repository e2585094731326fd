// Making a message: the row in the outbox is the only way to send. And what may happen to one: the segment follows
// the checked table of DESIGN 3.3, the message's state is derived from its segments.
#include "core/engine/assert.hpp"
#include "core/engine/carrier_fields.hpp"
#include "core/engine/hash.hpp"
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"
#include "rules/graphemes.hpp"
#include "smpp/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

using storage::MessageState;

namespace {

}  // namespace

std::string refusal_of(smpp::errc error, std::uint32_t max_parts) {
  switch (error) {
    case smpp::errc::empty_text: return "the text is empty";
    case smpp::errc::invalid_utf8: return "the text is not valid UTF-8";
    case smpp::errc::too_many_parts: return fmt::format("the text needs more than {} parts", max_parts);
    case smpp::errc::not_in_alphabet: return "the text has characters that no coding of this account has";
    default: return "the text cannot be encoded";
  }
}

namespace {

// What a person should know about the way a text was written; empty: nothing.
std::string report_of(const smpp::EncodedText& encoded) {
  std::string report;
  for (const smpp::Replacement& each : encoded.replaced) {
    report += fmt::format("{}U+{:04X} -> \"{}\"{}", report.empty() ? "replaced " : ", ", static_cast<std::uint32_t>(each.character), each.replacement,
                          each.count > 1 ? fmt::format(" ({} times)", each.count) : "");
  }
  if (encoded.truncated) report += report.empty() ? "cut to one message" : "; cut to one message";
  return report;
}

bool opted_out(const storage::Contact& person, const std::string& sender) {
  const auto consent = std::ranges::find(person.consent, sender, &storage::Consent::sender);
  return consent != person.consent.end() && consent->suppressed;
}

const Tariff* tariff_of(const AccountSettings& account, const std::string& name) {
  const auto found = std::ranges::find(account.tariffs, name, &Tariff::name);
  return found == account.tariffs.end() ? nullptr : &*found;
}

}  // namespace

smpp::EncodeOptions Pass::text_options(const AccountSettings& account, bool flash) const {
  smpp::EncodeOptions options = account.text;
  options.may_break = rules::is_grapheme_boundary;
  if (const auto refused = memory.refused_codings.find(account.id); refused != memory.refused_codings.end()) {
    for (const auto& [data_coding, since] : refused->second) {
      if (now_.steady - since < kRefusedCoding) options.refused.push_back(data_coding);
    }
  }
  if (flash) options.message_class = 0;
  if (options.class_by == smpp::ClassBy::dest_addr_subunit && memory.tlvs_refused.contains(account.id)) options.class_by = smpp::ClassBy::coding_group_f;
  return options;
}

// The segments as they will leave; `beside`: TLVs that each of them carries.
void Pass::write_segments(storage::Message& row, const smpp::EncodedText& encoded, const smpp::Tlvs& beside) const {
  const AccountSettings* account = account_settings(row.account);
  const bool referenced = account && account->user_message_reference && !memory.tlvs_refused.contains(row.account) &&
                          !beside.contains(smpp::tag::user_message_reference);
  row.data_coding = encoded.data_coding;
  row.segments.clear();
  for (const smpp::EncodedPart& part : encoded.parts) {
    row.udhi = part.udhi;
    storage::Segment segment;
    segment.body = part.short_message;
    smpp::Tlvs tlvs = part.tlvs;
    for (const smpp::Tlv& tlv : beside) tlvs.add(tlv.tag, tlv.value);
    if (referenced) tlvs.add_integer(smpp::tag::user_message_reference, reference_of(row.id, row.segments.size()));
    segment.tlvs = smpp::write_tlvs(tlvs);
    row.segments.push_back(std::move(segment));
  }
}

std::string Pass::route(const storage::Contact* person, const std::string& number, const std::string& sender) const {
  const SenderSettings* settings = sender_settings(sender);
  if (!settings) return {};
  const auto serves = [&](const std::string& account) { return std::ranges::find(settings->accounts, account) != settings->accounts.end(); };
  if (person) {
    const auto last = std::ranges::find(person->last_mo, sender, &storage::LastMo::sender);
    if (last != person->last_mo.end() && serves(last->account)) return last->account;
  }
  const RouteSettings* best = nullptr;
  for (const RouteSettings& route : settings_.routes) {
    if (!number.starts_with(route.prefix) || !serves(route.account)) continue;
    if (!best || route.prefix.size() > best->prefix.size()) best = &route;
  }
  if (best) return best->account;
  return settings->accounts.empty() ? std::string{} : settings->accounts.front();
}

Pass::Drafted Pass::draft(storage::Contact& person, const Draft& d) {
  const std::string account = route(&person, person.number, d.sender);
  const AccountSettings* settings = account_settings(account);
  if (!settings) return {0, "no account serves the sender " + d.sender};
  const Tariff* tariff = tariff_of(*settings, d.tariff);
  if (!d.tariff.empty() && !tariff) return {0, fmt::format("the account {} has no tariff \"{}\"", account, d.tariff)};
  // What the person sees is what a STOP goes to: the source of a tariff is the sender of its message, for consent too.
  const std::string sender = tariff && !tariff->source.empty() ? tariff->source : d.sender;
  if (sender != d.sender && opted_out(person, d.sender)) return {0, fmt::format("{} has opted out of {}", person.number, d.sender)};
  smpp::Tlvs beside;
  const auto opened = std::ranges::find(person.open, d.conversation, &storage::Conversation::id);
  const storage::Fields* fields = opened == person.open.end() ? nullptr : &opened->fields;
  if (std::string refusal = add_vendor_tlvs(*settings, d.tariff, {d.tlvs, fields, &person.fields}, beside); !refusal.empty()) return {0, refusal};
  const bool none = memory.tlvs_refused.contains(account) && d.tariff.empty();
  if (none) beside.clear();
  const bool ussd = d.answers && is_ussd(d.answers->fields);
  if (ussd) add_ussd(d.answers->fields, d.ends, beside);
  smpp::EncodeOptions options = text_options(*settings, d.flash);
  std::int64_t& reference = person.counters["reference"];
  // A random start: a restored copy of the store must not join its parts with those of the original (P107).
  if (reference == 0) reference = static_cast<std::int64_t>(random() & 0xFFFF) + 1;
  options.reference = static_cast<std::uint16_t>(reference & 0xFFFF);
  const auto encoded = smpp::encode_text(d.text, options);
  if (!encoded) return {0, refusal_of(encoded.error(), options.max_parts)};

  // Each part carries the tariff, and a carrier charges what carries it (P126).
  if (tariff && encoded->parts.size() > 1) {
    return {0, fmt::format("with the tariff \"{}\" the text must fit one message: {} parts would be charged {} times", d.tariff, encoded->parts.size(), encoded->parts.size())};
  }

  storage::Message row;
  row.id = next_id();
  row.contact = person.id;
  row.to = person.number;
  row.conversation = d.conversation;
  row.launch = d.launch;
  row.campaign = d.campaign;
  row.cause = d.cause;
  row.cause_rule = d.rule;
  row.cause_index = d.index;
  row.message_class = d.message_class;
  row.lane = d.lane;
  row.account = account;
  row.sender = sender;
  if (sender != d.sender) row.asked_sender = d.sender;
  row.text = d.text;
  row.tariff = d.tariff;
  row.created_at = now_.wall;
  row.valid_until = now_.wall + settings_.validity;
  write_segments(row, *encoded, beside);
  if (ussd) row.segments.front().session = d.answers->session;
  if (row.segments.size() > 1) ++reference;
  row.history.push_back({MessageState::queued, now_.wall, report_of(*encoded)});
  row.prev = person.chain_head;
  person.chain_head = row.id;
  person.sent.push_back({row.id, sender, fnv1a(d.text)});
  if (person.sent.size() > storage::kSentRing) person.sent.erase(person.sent.begin());
  const auto c = std::ranges::find(person.open, d.conversation, &storage::Conversation::id);
  if (c != person.open.end()) c->last_message = row.id;
  const Id id = row.id;
  set_.messages.insert(id, std::move(row));
  return {id, {}};
}

void Pass::drop_expired(storage::Contact& person) {
  std::vector<Id> over;
  for (const storage::Conversation& c : person.open) {
    if (now_.wall >= c.expires_at) over.push_back(c.id);
  }
  for (const Id id : over) close_conversation(person, id, storage::ConversationState::closed, "expired");
}

storage::Conversation& Pass::open_conversation(storage::Contact& person, const rules::Campaign& campaign, storage::Fields fields, Id launch) {
  drop_expired(person);
  // The oldest makes room; it is closed with its reason, never silently forgotten.
  if (person.open.size() >= storage::kOpenConversations) {
    close_conversation(person, person.open.front().id, storage::ConversationState::closed, "too_many_open");
  }
  storage::Conversation c;
  c.id = next_id();
  c.contact = person.id;
  c.number = person.number;
  c.campaign = campaign.name();
  c.sender = campaign.sender();
  c.fields = std::move(fields);
  c.opens_at = now_.wall;
  c.expires_at = now_.wall + campaign.window();
  c.launch = launch;
  c.revision = program->revision();
  set_.closed_conversations.insert(c.id, c);
  return person.open.emplace_back(std::move(c));
}

void Pass::close_conversation(storage::Contact& person, Id id, storage::ConversationState state, const std::string& outcome) {
  const auto found = std::ranges::find(person.open, id, &storage::Conversation::id);
  ASSERT(found != person.open.end(), "closing a conversation that is not open");
  storage::Conversation closed = std::move(*found);
  person.open.erase(found);
  closed.state = state;
  closed.outcome = outcome;
  closed.closed_at = now_.wall;
  set_.closed_conversations.insert(id, std::move(closed));
  // The numbers of a question stay what the person was sent: a place that is gone is empty, not filled by the next one.
  std::ranges::replace(person.question.candidates, id, Id{0});
  const bool none_left = std::ranges::all_of(person.question.candidates, [](Id candidate) { return candidate == 0; });
  if (person.question.parked != 0 && none_left) end_question(person, "nothing it could belong to is open any more");
}

// Without an answer: the message that waited for it stays with no conversation, and says why.
void Pass::end_question(storage::Contact& person, const std::string& why) {
  if (const auto parked = inbound(person.question.parked)) {
    storage::Inbound& waited = set_.inbounds.write(parked->id);
    waited.state = storage::InboundState::done;
    waited.reason += "; " + why;
  }
  person.question = {};
}

void Pass::change(storage::Message& m, std::size_t segment, MessageState to) {
  storage::Segment& s = m.segments[segment];
  const MessageState from = storage::as_message(s.state);
  ASSERT(storage::may_become(from, to), fmt::format("{} segment {}: {} cannot become {}", storage::show_id("msg_", m.id), segment,
                                                    storage::to_string(from), storage::to_string(to)));
  s.state = static_cast<storage::SegmentState>(to);
  ++figures.transitions[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

// After its segments changed: the derived state, and one step of history when it moved.
void Pass::settle(storage::Message& m, const std::string& detail) {
  const MessageState state = storage::state_of(m.segments);
  if (state == m.state && detail.empty()) return;
  m.state = state;
  if (m.history.size() >= storage::kHistorySteps) m.history.erase(m.history.begin() + 1);  // the first one says when it began
  m.history.push_back({state, now_.wall, detail});
}

// What waits for its next try need not wait any longer; the timer that is left fires for nothing (P26).
void Pass::on(const Reachable& input) {
  const AccountSettings* account = account_settings(input.link.account);
  const std::string number = account ? person_of(input.source, *account) : std::string{};
  if (number.empty()) return;
  const auto person = contact(number);
  if (!person) return;
  for (const storage::SentText& sent : person->sent) {
    const auto read = message(sent.message);
    if (!read || read->account != account->id || read->attempt == 0 || read->not_before <= now_.wall) continue;
    storage::Message& m = set_.messages.write(sent.message);
    m.not_before = {};
    settle(m, "the handset is reachable again");
  }
}

void Pass::requeue_later(storage::Message& m, std::chrono::seconds delay) {
  m.not_before = now_.wall + delay;
  set_timer(storage::TimerKind::message_due, m.id, m.not_before);
}

}  // namespace core::engine
