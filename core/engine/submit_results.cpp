// What became of a segment that was handed to a session.
#include "core/engine/carrier_fields.hpp"
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"
#include "smpp/status.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

using storage::MessageState;
using storage::SegmentState;

namespace {
constexpr auto kIdMissing = "the response has no message_id: no receipt will find this message";  // P42
constexpr auto kIdSought = "the response has no message_id: its receipt is sought by number and sender";
}  // namespace

void Pass::on(const SubmitDone& input) {
  // The slot of a late response came back when it was late; what the session holds now may be the segment's next try,
  // which a STOP must still find.
  if (input.outcome != SubmitOutcome::late) memory.links.release(input.link, input.segment);
  const auto read = message(input.segment.message);
  if (!read || input.segment.segment >= read->segments.size()) return;
  const storage::Segment& known = read->segments[input.segment.segment];
  const bool same_session = known.session == input.link.epoch && known.bind == input.link.bind;
  if (!same_session) return;  // an answer to an earlier try; the segment has moved on
  if (input.outcome == SubmitOutcome::late && known.state == SegmentState::unknown) return given_up(input);
  if (input.outcome == SubmitOutcome::late ? known.state != SegmentState::in_doubt : known.state != SegmentState::submitting) return;

  // A late refusal of an earlier try says nothing of the one that is in doubt now; a late acceptance, that it has the text.
  const bool accepts = input.status == smpp::command_status::ESME_ROK;
  if (input.outcome == SubmitOutcome::late && !accepts && input.sequence_number != known.sequence_number) return;

  storage::Message& m = set_.messages.write(input.segment.message);
  storage::Segment& s = m.segments[input.segment.segment];
  s.answered_at = now_.wall;
  if (input.sequence_number != 0) s.sequence_number = input.sequence_number;
  switch (input.outcome) {
    case SubmitOutcome::answered:
    case SubmitOutcome::late: answered(m, input.segment.segment, input); break;
    case SubmitOutcome::returned:
      change(m, input.segment.segment, MessageState::queued);
      settle(m, "returned unwritten");
      break;
    case SubmitOutcome::unencodable: reject(m, input.segment.segment, "it cannot be written as submit_sm: " + input.message_id); break;
    case SubmitOutcome::lost: doubt(m, input.segment.segment, "the session ended before the response"); break;
    case SubmitOutcome::timed_out: doubt(m, input.segment.segment, "no response in time"); break;
  }
}

// The carrier's own table goes before the one of the library (P38).
smpp::status_class Pass::class_here(const std::string& account, smpp::command_status status) const {
  const AccountSettings* settings = account_settings(account);
  if (settings) {
    if (const auto own = settings->status_map.find(status); own != settings->status_map.end()) return own->second;
  }
  return smpp::class_of(status);
}

void Pass::answered(storage::Message& m, std::size_t segment, const SubmitDone& input) {
  storage::Segment& s = m.segments[segment];
  s.status = static_cast<std::uint32_t>(input.status);
  if (input.congestion_state) memory.links.congested(input.link.account, *input.congestion_state, now_.steady);
  const smpp::status_class what = class_here(input.link.account, input.status);
  if (what != smpp::status_class::throttle &&
      memory.links.answered(input.link.account, input.status, what == smpp::status_class::config, now_.steady)) {
    releases.alarms.push_back(fmt::format("{}: {} of the last {} messages were refused with {}: sending pauses for {} s; a setting of the account is wrong",
                                          input.link.account, kConfigFailures, kConfigAnswers, smpp::status_name(input.status),
                                          std::chrono::seconds(kConfigPause).count()));
  }
  if (input.status == smpp::command_status::ESME_ROK) {
    accepted(m, segment, input);
    return;
  }
  refused(m, segment, input);
}

void Pass::accepted(storage::Message& m, std::size_t segment, const SubmitDone& input) {
  change(m, segment, MessageState::accepted);
  ++figures.accepted;
  know_id(m, segment, input.link.account, input.message_id);
  std::string detail = input.outcome == SubmitOutcome::late ? "late response" : std::string{};
  if (input.message_id.empty()) {
    const AccountSettings* account = account_settings(input.link.account);
    const bool sought = account && account->receipt_by_address;
    if (sought) find_without_id(m);
    detail += (detail.empty() ? "" : ", ") + std::string(sought ? kIdSought : kIdMissing);
  }
  settle(m, detail);
  told_by_last_part(m, segment);
  // The reply window counts from acceptance; the row is only rewritten when waiting in the queue moved it noticeably.
  if (m.conversation == 0 || now_.wall - m.created_at < kExpirySlack) return;
  const rules::Campaign* campaign = program->find(m.campaign);
  if (!campaign || !contact(m.to)) return;
  storage::Contact& person = contact_for(m.to);
  for (storage::Conversation& c : person.open) {
    if (c.id == m.conversation) c.expires_at = std::max(c.expires_at, now_.wall + campaign->window());
  }
}

// The response of a segment whose doubt was given up: it changes nothing, but its receipt can now be matched (P58).
void Pass::given_up(const SubmitDone& input) {
  if (input.status != smpp::command_status::ESME_ROK) return;
  know_id(set_.messages.write(input.segment.message), input.segment.segment, input.link.account, input.message_id);
}

// From here on receipts find the segment; those that came first are applied.
void Pass::know_id(storage::Message& m, std::size_t segment, const std::string& account, const std::string& message_id) {
  m.segments[segment].smsc_message_id = message_id;
  if (message_id.empty() || apply_parked(m, segment, account, message_id)) return;
  const storage::SmscIdKey key{account, normalised_id(message_id)};
  if (missing(set_.smsc_ids, key, want_.smsc_ids)) return;
  // A carrier that uses an id again means the newer message.
  const storage::SmscId value{m.id, static_cast<std::uint16_t>(segment)};
  if (set_.smsc_ids.read(key)) {
    set_.smsc_ids.write(key) = value;
  } else {
    set_.smsc_ids.insert(key, value);
  }
}

void Pass::refused(storage::Message& m, std::size_t segment, const SubmitDone& input) {
  const std::string name = smpp::status_name(input.status);
  // A late refusal settles the doubt: the SMSC has it not.
  if (input.outcome == SubmitOutcome::late) {
    change(m, segment, MessageState::queued);
    settle(m, "late response " + name);
    return;
  }
  if (input.status == smpp::command_status::ESME_RINVDCS && encode_again(m)) return;
  if (leave_tlvs_out(m, segment, input.status)) return;
  // It may have been charged all the same, and nobody pays twice (P126).
  const bool charged = m.message_class == storage::MessageClass::premium && input.status == smpp::command_status::ESME_RSUBMITFAIL;
  switch (charged ? smpp::status_class::perm : class_here(input.link.account, input.status)) {
    case smpp::status_class::throttle:
      // Keeps its place and costs no attempt (P61): the account pauses, or only this person where it is their queue that is
      // full; the segment is the first to go again.
      if (input.status == smpp::command_status::ESME_RMSGQFUL) memory.links.queue_full(input.link.account, m.to, now_.steady);
      else memory.links.throttled(input.link.account, now_.steady);
      ++figures.throttled;
      change(m, segment, MessageState::queued);
      settle(m, name);
      return;
    case smpp::status_class::retry:
    case smpp::status_class::bug:
      // The parts of one message are refused together: one attempt, one delay.
      if (m.not_before > now_.wall) {
        change(m, segment, MessageState::queued);
        settle(m, name);
        return;
      }
      if (m.attempt + 1 < kMaxAttempts) {
        const std::size_t delay = std::min<std::size_t>(m.attempt, kRetryDelays.size() - 1);
        ++m.attempt;
        change(m, segment, MessageState::queued);
        settle(m, fmt::format("{}, attempt {}", name, m.attempt));
        requeue_later(m, kRetryDelays[delay]);
        return;
      }
      break;
    default: break;
  }
  reject(m, segment, name);
}

// An SMSC that takes no TLVs, although its version has them: the message goes again without, and so do all later ones
// (P35). False: it is something else, or the message is nothing without them.
bool Pass::leave_tlvs_out(storage::Message& m, std::size_t segment, smpp::command_status status) {
  if (status != smpp::command_status::ESME_RINVTLVSTREAM && status != smpp::command_status::ESME_RTLVNOTALLWD) return false;
  const smpp::Tlvs tlvs = smpp::read_tlvs(m.segments[segment].tlvs);
  if (tlvs.empty() || needs_tlvs(m, tlvs)) return false;
  if (memory.tlvs_refused.insert(m.account).second) {
    releases.alarms.push_back(fmt::format("{}: {}: no TLVs are sent any more until the next start; say send_tlvs = \"no\", or take the TLV that it does not "
                                          "want out of [[smsc.quirks.tlv]]",
                                          m.account, smpp::status_name(status)));
  }
  for (storage::Segment& each : m.segments) {
    if (each.state == SegmentState::queued || &each == &m.segments[segment]) each.tlvs.clear();
  }
  change(m, segment, MessageState::queued);
  settle(m, smpp::status_name(status) + ": sent again without TLVs");
  return true;
}

// The account does not take this data_coding, of this or any other text: the next one in order (P99). False: there is
// none, or a part has left already and the rest must look like it.
bool Pass::encode_again(storage::Message& m) {
  const AccountSettings* account = account_settings(m.account);
  if (!account) return false;
  const auto [known, is_new] = memory.refused_codings[account->id].insert_or_assign(m.data_coding, now_.steady);
  if (is_new) {
    releases.alarms.push_back(fmt::format("{}: ESME_RINVDCS: data_coding {} is not used for {} h; if the SMSC never takes it, say so: allow_ucs2 or allow_latin1 = false, "
                                          "or default_alphabet in [smsc.quirks]",
                                          account->id, m.data_coding, kRefusedCoding.count()));
  }
  if (m.segments.size() != 1) return false;
  smpp::EncodeOptions options = text_options(*account);
  options.reference = static_cast<std::uint16_t>(m.id);
  const auto encoded = smpp::encode_text(m.text, options);
  if (!encoded || encoded->data_coding == m.data_coding) return false;
  change(m, 0, MessageState::queued);
  // TLVs that belong to the message and not to its text stay.
  smpp::Tlvs beside;
  for (const smpp::Tlv& tlv : smpp::read_tlvs(m.segments.front().tlvs)) {
    if (tlv.tag != smpp::tag::message_payload && tlv.tag != smpp::tag::dest_addr_subunit) beside.add(tlv.tag, tlv.value);
  }
  const std::uint8_t before = m.data_coding;
  write_segments(m, *encoded, beside);
  settle(m, fmt::format("ESME_RINVDCS: data_coding {} is not taken here, {} is tried", before, m.data_coding));
  return true;
}

// Without one part the rest is no message: what has not left stays here.
void Pass::reject(storage::Message& m, std::size_t segment, const std::string& why) {
  ++figures.rejected;
  change(m, segment, MessageState::rejected);
  for (std::size_t i = 0; i < m.segments.size(); ++i) {
    if (m.segments[i].state == SegmentState::queued) change(m, i, MessageState::cancelled);
  }
  settle(m, why);
}

void Pass::doubt(storage::Message& m, std::size_t segment, const std::string& why) {
  change(m, segment, MessageState::in_doubt);
  ++figures.in_doubt;
  find_without_id(m);
  settle(m, why);
  const AccountSettings* account = account_settings(m.account);
  const bool money = m.message_class == storage::MessageClass::premium;
  const bool tired = m.attempt >= kMaxAttempts;
  if (account && account->doubt_policy == DoubtPolicy::resend_once && !money && !tired && !m.segments[segment].resent) {
    m.segments[segment].resent = m.resent = true;
    change(m, segment, MessageState::queued);
    settle(m, "resent once by policy: it may arrive twice");
    return;
  }
  if (account && account->doubt_policy == DoubtPolicy::give_up) {
    change(m, segment, MessageState::unknown);
    settle(m, "given up by policy: it may have arrived");
    return;
  }
  set_timer(storage::TimerKind::in_doubt_validity, m.id, m.valid_until);
}

}  // namespace core::engine
