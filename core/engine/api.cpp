// Requests of programs and people. Each is answered after its commit, with what is then on disk.
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"
#include "smpp/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

using storage::MessageState;
using storage::SegmentState;

namespace {

std::string describe(const rules::Action& action) {
  if (const auto* reply = std::get_if<rules::Reply>(&action)) return "reply \"" + reply->text + "\"";
  if (const auto* notify = std::get_if<rules::Notify>(&action)) return "notify " + notify->endpoint + ": " + notify->event;
  if (const auto* set = std::get_if<rules::Set>(&action)) return fmt::format("set {}{} = \"{}\"", set->on_contact ? "contact." : "", set->field, set->value);
  if (const auto* go = std::get_if<rules::Goto>(&action)) return "go to step " + go->step;
  return "close: " + std::get<rules::Close>(action).outcome;
}

}  // namespace

void Pass::answer(RequestId request, Answered answered) {
  releases.answers.push_back({request, std::move(answered)});
}

// True: the key was used before, and the request is answered. The key must be loaded.
bool Pass::replay(RequestId request, const storage::IdempotencyKey& key, std::uint64_t hash, const std::function<Answered(Id)>& replayed) {
  const auto row = set_.idempotency.read(key);
  if (!row) return false;
  if (row->request_hash != hash) {
    answer(request, Problem{422, "Idempotency-Key was used for another request",
                            "the key \"" + key.key + "\" belongs to a request with another body: use a new key", "Idempotency-Key"});
    return true;
  }
  answer(request, replayed(row->result));
  return true;
}

void Pass::on(const SendMessage& input) {
  const auto refuse = [&](unsigned status, std::string title, std::string detail, std::string field) {
    answer(input.request, Problem{status, std::move(title), std::move(detail), std::move(field)});
  };
  // First: what was answered once is answered so again, whatever the configuration has become.
  const storage::IdempotencyKey key{input.token, input.idempotency_key};
  if (!input.idempotency_key.empty()) {
    if (missing(set_.idempotency, key, want_.idempotency)) return;
    if (const auto row = set_.idempotency.read(key); row && !message(row->result) && !want_.empty()) return;
    const auto again = [&](Id id) -> Answered {
      const auto m = set_.messages.read(id);
      return MessageAccepted{id, m ? m->conversation : 0, m ? m->state : MessageState::queued, true};
    };
    if (replay(input.request, key, input.request_hash, again)) return;
  }
  const std::string number = e164(input.to);
  if (number.empty()) return refuse(422, "malformed number", fmt::format("\"{}\" is not a number of 7 to 15 digits", input.to), "to");
  const rules::Campaign* campaign = input.campaign.empty() ? nullptr : program->find(input.campaign);
  if (!input.campaign.empty() && !campaign) return refuse(404, "unknown campaign", "no campaign is named \"" + input.campaign + "\"", "campaign");
  if (campaign && !input.from.empty() && input.from != campaign->sender()) {
    return refuse(422, "wrong sender", fmt::format("campaign {} sends from {}", campaign->name(), campaign->sender()), "from");
  }
  const std::string sender = campaign ? campaign->sender() : input.from;
  if (!sender_settings(sender)) return refuse(422, "unknown sender", "no [[sender]] has the number \"" + sender + "\"", "from");
  if (input.text.empty() && !campaign) return refuse(422, "empty text", "a message needs a text, or a campaign that has one", "text");
  if (input.text.size() > kMaxTextOctets) {
    return refuse(422, "text too long", fmt::format("{} octets; at most {}", input.text.size(), kMaxTextOctets), "text");
  }
  if (campaign) {
    if (const auto why = campaign->refuse(input.fields)) return refuse(422, "field refused", *why, "fields");
  }
  if (contact(number).presence == storage::Presence::not_loaded) return;

  std::string text = input.text;
  if (text.empty()) {
    const auto written_to = set_.contacts.read(number);
    const rules::Rendered rendered = campaign->opening(input.fields, written_to ? written_to->fields : storage::Fields{}, written_to ? written_to->zone : "");
    if (!rendered.missing.empty()) {
      return refuse(422, "field missing", fmt::format("the campaign's message needs {}", fmt::join(rendered.missing, ", ")), "fields");
    }
    text = rendered.text;
  }
  const auto known = set_.contacts.read(number);
  const AccountSettings* account = account_settings(route(known.record, number, sender));
  const smpp::EncodeOptions probe = account ? text_options(*account, input.flash) : smpp::EncodeOptions{};
  if (const auto fits = smpp::encode_text(text, probe); !fits) {
    return refuse(422, "text cannot be sent", refusal_of(fits.error(), probe.max_parts), "text");
  }
  storage::Contact& person = contact_for(number);
  Draft d;
  d.message_class = input.tariff.empty() ? storage::MessageClass::transactional : storage::MessageClass::premium;
  d.lane = storage::Lane::transactional;
  d.sender = sender;
  d.text = text;
  d.tariff = input.tariff;
  d.tlvs = input.tlvs;
  d.flash = input.flash;
  if (campaign) {
    d.conversation = open_conversation(person, *campaign, input.fields, 0).id;
    d.campaign = campaign->name();
  }
  const Drafted drafted = draft(person, d);
  if (!drafted.refusal.empty()) return refuse(422, "text cannot be sent", drafted.refusal, "text");
  storage::Message& m = set_.messages.write(drafted.message);
  door(m);
  if (!input.idempotency_key.empty()) set_.idempotency.insert(key, {input.request_hash, m.id, now_.wall});
  answer(input.request, MessageAccepted{m.id, m.conversation, m.state, false});
}

void Pass::on(const CancelMessage& input) {
  const auto read = message(input.message);
  if (read.presence == storage::Presence::not_loaded) return;
  if (!read) return answer(input.request, Problem{404, "unknown message", "no message has this id", "id"});
  storage::Message& m = set_.messages.write(input.message);
  const bool untouched = std::ranges::all_of(m.segments, [](const storage::Segment& s) { return s.state == SegmentState::queued; });
  if (!untouched) {
    return answer(input.request, Problem{409, "too late to cancel", fmt::format("the message is {}", storage::to_string(m.state)), "id"});
  }
  for (std::size_t i = 0; i < m.segments.size(); ++i) change(m, i, MessageState::cancelled);
  settle(m, "cancelled by request");
  answer(input.request, MessageChanged{m.id, m.state});
}

void Pass::on(const SettleDoubt& input) {
  const auto read = message(input.message);
  if (read.presence == storage::Presence::not_loaded) return;
  if (!read) return answer(input.request, Problem{404, "unknown message", "no message has this id", "id"});
  if (!storage::has_segment(*read, SegmentState::in_doubt)) {
    return answer(input.request, Problem{409, "not in doubt", fmt::format("the message is {}", storage::to_string(read->state)), "id"});
  }
  storage::Message& m = set_.messages.write(input.message);
  for (std::size_t i = 0; i < m.segments.size(); ++i) {
    if (m.segments[i].state != SegmentState::in_doubt) continue;
    change(m, i, input.resend ? MessageState::queued : MessageState::unknown);
    if (input.resend) m.segments[i].resent = m.resent = true;
  }
  settle(m, input.resend ? "resent by an operator: it may arrive twice" : "given up by an operator");
  answer(input.request, MessageChanged{m.id, m.state});
}

// What the door would not let out, and the confirmation that came within 24 h already (S37).
void Pass::withhold(const storage::Contact& person, const SenderSettings& sender, const Attribution& attribution, Explained& result) const {
  const auto consent = std::ranges::find(person.consent, sender.number, &storage::Consent::sender);
  if (result.reply.empty() || consent == person.consent.end()) return;
  const bool confirms = attribution.word == rules::ReservedWord::stop || attribution.word == rules::ReservedWord::start;
  if (confirms && consent->confirmed_at != WallTime{} && now_.wall - consent->confirmed_at < kConfirmationEvery) {
    result.effects.push_back("no confirmation: one was sent within 24 hours");
    result.reply.clear();
  } else if (attribution.to != Attributed::reserved && consent->suppressed) {
    result.effects.push_back("nothing leaves: opted out of " + sender.number);
    result.reply.clear();
  }
}

// What would happen, and why; reads only.
void Pass::on(const ExplainText& input) {
  const std::string number = e164(input.from);
  if (number.empty()) return answer(input.request, Problem{422, "malformed number", "\"" + input.from + "\" is not a number", "from"});
  if (!sender_settings(input.to)) return answer(input.request, Problem{422, "unknown sender", "no [[sender]] has the number \"" + input.to + "\"", "to"});
  const auto read = contact(number);
  if (read.presence == storage::Presence::not_loaded) return;
  const storage::Contact person = read ? *read : storage::Contact{};
  const Attribution attribution = attribute(person, input.to, input.text, *program, now_.wall);
  Explained result;
  result.normalised = rules::normalise(input.text);
  result.confidence = attribution.confidence;
  result.reason = attribution.reason;
  result.candidates = attribution.candidates;
  result.conversation = attribution.conversation;
  const SenderSettings* sender = sender_settings(input.to);
  if (attribution.to == Attributed::reserved) {
    const bool stop = attribution.word == rules::ReservedWord::stop, start = attribution.word == rules::ReservedWord::start;
    result.effects.push_back(stop ? "opt out of " + input.to : start ? "opt in to " + input.to : "help");
    result.reply = stop ? sender->stop_reply : start ? sender->start_reply : sender->help_reply;
  } else if (attribution.to == Attributed::ask) {
    result.effects.push_back("ask back, the message waits for the answer");
    result.reply = question_text(attribution.candidates);
  } else if (attribution.to == Attributed::conversation) {
    const auto c = std::ranges::find(person.open, attribution.conversation, &storage::Conversation::id);
    const rules::Campaign* campaign = c == person.open.end() ? nullptr : program->find(c->campaign);
    if (campaign) {
      result.campaign = c->campaign;
      result.step = c->step;
      const rules::Decision decision = campaign->decide(facts_of(person, *c, attribution.text, now_.wall));
      result.trace = decision.trace;
      for (const rules::Action& action : decision.actions) {
        result.effects.push_back(describe(action));
        if (const auto* reply = std::get_if<rules::Reply>(&action)) result.reply = reply->text;
      }
    }
  }
  withhold(person, *sender, attribution, result);
  if (!result.reply.empty()) {
    const AccountSettings* account = account_settings(route(&person, person.number, input.to));
    if (const auto encoded = smpp::encode_text(result.reply, account ? text_options(*account) : smpp::EncodeOptions{})) {
      result.reply_coding = smpp::to_string(encoded->coding);
      result.reply_segments = static_cast<std::uint32_t>(encoded->parts.size());
    }
  }
  answer(input.request, std::move(result));
}

}  // namespace core::engine
