// Receipts: matched by (account, normalised id), parked when they come before the response, states only forward.
#include "core/engine/event_body.hpp"
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"
#include "smpp/pdu_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace core::engine {

using storage::MessageState;
using storage::SegmentState;

namespace {

// Where a receipt's state leads; nothing: it only says that the message is on its way.
std::optional<MessageState> target_of(std::uint8_t state) {
  switch (static_cast<smpp::MessageState>(state)) {
    case smpp::MessageState::DELIVERED: return MessageState::delivered;
    case smpp::MessageState::EXPIRED: return MessageState::expired_at_smsc;
    case smpp::MessageState::DELETED: return MessageState::deleted;
    case smpp::MessageState::UNDELIVERABLE:
    case smpp::MessageState::REJECTED:
    case smpp::MessageState::SKIPPED: return MessageState::undelivered;
    default: return std::nullopt;
  }
}

// How the id of the receipt and the one of the response differ, where the key alone leaves it open.
smpp::IdForm form_at(const ReceiptKey& key, const storage::Segment& segment) {
  if (key.form != smpp::IdForm::other_case) return key.form;
  const auto form = smpp::form_of(key.written, segment.smsc_message_id);
  return form && smpp::mode_of(*form) == smpp::ReceiptIdMode::same ? *form : key.form;
}

// What a person wants to read of it beside the state: "err:005 (absent subscriber), done 2026-02-03T10:01:00.000Z".
std::string detail_of(const smpp::Receipt& receipt, const smpp::ReceiptProfile& profile) {
  std::string detail;
  const auto add = [&](const std::string& text) { detail += (detail.empty() ? "" : ", ") + text; };
  if (!receipt.err.empty() && receipt.err.find_first_not_of('0') != std::string::npos) {
    const std::string_view meaning = smpp::err_text(receipt, profile);
    add(fmt::format("err:{}{}", receipt.err, meaning.empty() ? "" : fmt::format(" ({})", meaning)));
  }
  if (receipt.network_error_code) add(fmt::format("network_error_code {}", *receipt.network_error_code));
  if (receipt.done_at) {
    add("done " + rfc3339(storage::WallTime(*receipt.done_at)));
  }
  for (const smpp::Tlv& tlv : receipt.vendor_tlvs) add(fmt::format("TLV 0x{:04X} {}", tlv.tag, smpp::to_hex(tlv.value)));
  return detail;
}

// What is kept of a receipt until its message is there.
storage::ParkedReceipt kept(const smpp::Receipt& receipt, std::string from, const Octets& raw, WallTime now, const smpp::ReceiptProfile& profile) {
  storage::ParkedReceipt parked;
  parked.raw = raw;
  parked.from = std::move(from);
  parked.stat = receipt.stat;
  parked.state = static_cast<std::uint8_t>(receipt.state.value_or(smpp::MessageState::UNKNOWN));
  parked.final_receipt = receipt.is_final();
  parked.received_at = now;
  parked.detail = detail_of(receipt, profile);
  return parked;
}

// No id of the SMSC's leads to it.
bool lacks_id(const storage::Segment& segment, const AccountSettings& account) {
  if (!segment.smsc_message_id.empty()) return false;
  if (segment.state == SegmentState::in_doubt || segment.state == SegmentState::unknown) return true;
  return account.receipt_by_address && (segment.state == SegmentState::accepted || segment.state == SegmentState::no_receipt);
}

// A receipt that dates its message to another time is another message's. Its clock's zone may be configured wrongly.
bool may_be_its_date(const smpp::Receipt& receipt, const storage::Segment& segment) {
  if (!receipt.submitted_at) return true;
  const auto apart = storage::WallTime(*receipt.submitted_at) - segment.submitted_at;
  return apart <= kReceiptClock && apart >= -kReceiptClock;
}

}  // namespace

smpp::ReceiptIdRule& Pass::receipt_ids(const std::string& account) {
  const AccountSettings* settings = account_settings(account);
  const auto mode = settings ? settings->receipt_id : smpp::ReceiptIdMode::automatic;
  return memory.receipt_ids.try_emplace(account, mode).first->second;
}

void Pass::on(const ReceiptArrived& input) {
  ++figures.receipts;
  const AccountSettings* account = account_settings(input.link.account);
  if (input.poisoned) {
    store_malformed(input.link, input.incoming, input.raw, input.source.addr, {}, 0);
    return;
  }
  const bool echo = account && account->echo_message_id && input.receipt;
  respond(input.link, input.incoming, smpp::command_status::ESME_ROK, echo ? input.receipt->id : std::string{});
  if (!account) return;
  if (!input.receipt) return keep_receipt(input, "a receipt without an id and without a state");
  if (input.receipt->state_conflict || input.receipt->id_conflict) ++figures.conflicting_receipts;
  storage::ParkedReceipt parked = kept(*input.receipt, person_of(input.source, *account), input.raw, now_.wall, account->receipts);
  const std::vector<ReceiptKey> keys = keys_of_receipt(*input.receipt);
  if (match_receipt(input.link.account, keys, parked, false) || !complete()) return;
  if (match_without_id(input, parked) || !complete()) return;
  if (!park(input.link.account, keys, std::move(parked))) keep_receipt(input, "a receipt that names no message of ours, without an id or one of many with this id");
}

// What is acknowledged is kept, if only to be looked at.
void Pass::keep_receipt(const ReceiptArrived& input, std::string why) {
  const AccountSettings& account = *account_settings(input.link.account);
  storage::Inbound row;
  row.id = next_id();
  row.account = input.link.account;
  row.session = input.link.epoch;
  row.answered = turn_;
  row.fingerprint = fingerprint_of(input.raw);
  row.from = person_of(input.source, account);
  row.to = sender_of(input.destination, account, settings_.senders);
  row.raw = input.raw;
  row.received_at = now_.wall;
  put_aside(std::move(row), {}, std::move(why));
}

// A message whose text reads as a receipt, at an SMSC that says it in no other way. Anybody can type one: it counts only
// for a message that is outstanding for the person it comes from (P72).
bool Pass::claims_receipt(const Mo& input, const std::string& from) {
  const AccountSettings& account = *account_settings(input.link.account);
  if (!match_receipt(input.link.account, keys_of_receipt(*input.claimed), kept(*input.claimed, from, input.raw, now_.wall, account.receipts), true)) {
    return !complete();
  }
  ++figures.receipts;
  respond(input.link, input.incoming, smpp::command_status::ESME_ROK);
  return true;
}

// One that fits no message waits for its response as any receipt does, and counts only if that is of a message to the same
// person (P78). For the rules it is nothing that a person wrote: their answer would have such a receipt again, for ever.
void Pass::unclaimed(const Mo& input, storage::Inbound row) {
  const AccountSettings& account = *account_settings(input.link.account);
  std::string text = smpp::read_text(input.payload.user_data, input.data_coding, account.decoding, input.payload.header()).text;
  if (!row.from.empty()) {
    static_cast<void>(park(input.link.account, keys_of_receipt(*input.claimed), kept(*input.claimed, row.from, input.raw, now_.wall, account.receipts)));
  }
  put_aside(std::move(row), text, "reads as a receipt, of no message to this person that is outstanding");
}

// To the message it means; false: there is none, or none can be trusted to be the one.
bool Pass::match_receipt(const std::string& account, const std::vector<ReceiptKey>& keys, const storage::ParkedReceipt& receipt,
                         bool only_the_same_person) {
  struct Place { storage::SmscId at; const ReceiptKey* key; };
  std::vector<Place> places;
  std::vector<smpp::FoundId> found;
  for (const ReceiptKey& key : keys) {
    const storage::SmscIdKey id{account, key.id};
    if (missing(set_.smsc_ids, id, want_.smsc_ids)) continue;
    const auto at = set_.smsc_ids.read(id);
    if (!at || std::ranges::find(places, *at, &Place::at) != places.end()) continue;
    const auto read = message(at->message);
    if (!read || at->segment >= read->segments.size()) continue;
    if (only_the_same_person && !same_person(receipt.from, read->to)) continue;
    places.push_back({*at, &key});
    found.push_back({form_at(key, read->segments[at->segment]), !receipt.from.empty(), same_person(receipt.from, read->to)});
  }
  if (!complete()) return false;  // decided anew when all that may fit is there
  if (found.empty() && only_the_same_person) return false;  // a message then, which teaches nothing about receipts
  smpp::ReceiptIdRule& rule = receipt_ids(account);
  const auto chosen = rule.choose(found);
  if (!chosen) {
    rule.unmatched();
    return false;
  }
  rule.matched(places[*chosen].key->written, found[*chosen].form);
  apply_receipt(set_.messages.write(places[*chosen].at.message), places[*chosen].at.segment, receipt);
  return true;
}

// From here on receipts without an id that we know may mean it.
void Pass::find_without_id(const storage::Message& m) {
  if (!contact(m.to)) return;
  std::vector<Id>& list = contact_for(m.to).without_id;
  if (std::ranges::find(list, m.id) != list.end()) return;
  list.push_back(m.id);
  if (list.size() > storage::kWithoutId) list.erase(list.begin());
}

// A response that was lost with its id, or had none: the receipt itself says that the SMSC has the message, if it can mean
// only one (DESIGN 3.3, P42, P127). It comes over the carrier's own signalling, so no handset can forge it.
bool Pass::match_without_id(const ReceiptArrived& input, const storage::ParkedReceipt& receipt) {
  const AccountSettings& account = *account_settings(input.link.account);
  const auto person = receipt.from.empty() ? std::nullopt : std::optional(contact(receipt.from));
  if (!person || !*person || (*person)->without_id.empty()) return false;
  const std::string sender = sender_of(input.destination, account, settings_.senders);
  const auto reference = account.user_message_reference ? input.receipt->user_message_reference : std::nullopt;
  std::vector<SegmentRef> fits;
  for (const Id id : (*person)->without_id) {
    const auto m = message(id);
    if (!m || m->account != account.id || m->sender != sender) continue;
    for (std::uint16_t i = 0; i < m->segments.size(); ++i) {
      const bool means = reference ? *reference == reference_of(id, i) : true;
      if (means && lacks_id(m->segments[i], account) && may_be_its_date(*input.receipt, m->segments[i])) fits.push_back({id, i});
    }
  }
  if (!complete() || fits.size() != 1) return false;
  storage::Message& m = set_.messages.write(fits.front().message);
  const std::size_t segment = fits.front().segment;
  if (m.segments[segment].state == SegmentState::in_doubt) {
    change(m, segment, MessageState::accepted);
    ++figures.settled_by_receipt;
    settle(m, reference ? "its receipt came, by user_message_reference" : "its receipt came, the only message it can mean");
  }
  know_id(m, segment, account.id, input.receipt->id);
  apply_receipt(m, segment, receipt);
  return true;
}

// Until the response comes, or for good as an orphan (P78, P79): under the id of its TLV and, where that is another one,
// that of its text. False: without an id it can never find its message, or too many wait there already.
bool Pass::park(const std::string& account, const std::vector<ReceiptKey>& keys, storage::ParkedReceipt receipt) {
  ++figures.orphan_receipts;
  if (keys.empty()) return false;
  bool kept = false;
  const std::string first = keys.front().id;
  const auto other = std::ranges::find_if(keys, [&](const ReceiptKey& each) { return each.written != keys.front().written; });
  const std::string second = other == keys.end() ? std::string{} : other->id;
  for (const std::string* id : {&first, &second}) {
    if (id->empty()) continue;
    const storage::SmscIdKey key{account, *id};
    if (missing(set_.parked_receipts, key, want_.parked_receipts)) return true;  // decided anew when it is there
    if (!set_.parked_receipts.read(key)) set_.parked_receipts.insert(key, {});
    storage::ParkedReceipts& waiting = set_.parked_receipts.write(key);
    if (waiting.receipts.size() >= kParkedPerId) continue;
    receipt.also = id == &first ? second : first;
    waiting.receipts.push_back(receipt);
    kept = true;
  }
  return kept;
}

// The other copy of one that found its message.
void Pass::unpark(const std::string& account, const std::string& id, const Octets& raw) {
  const storage::SmscIdKey key{account, id};
  if (id.empty() || missing(set_.parked_receipts, key, want_.parked_receipts) || !set_.parked_receipts.read(key)) return;
  storage::ParkedReceipts& waiting = set_.parked_receipts.write(key);
  std::erase_if(waiting.receipts, [&](const storage::ParkedReceipt& each) { return each.raw == raw; });
  if (waiting.receipts.empty()) set_.parked_receipts.erase(key);
}

void Pass::apply_receipt(storage::Message& m, std::size_t segment, storage::ParkedReceipt receipt) {
  storage::Segment& s = m.segments[segment];
  const auto current = static_cast<MessageState>(s.state);
  const auto target = target_of(receipt.state);
  const bool changes = target && receipt.final_receipt;
  // On its way, says one that was late itself (P82): worth keeping only where nothing better is known, as of a message
  // whose doubt was given up.
  if (!changes && storage::is_final(current) && !s.receipt.empty()) return;
  s.receipt = receipt.stat;
  s.receipt_at = receipt.received_at;
  if (!changes) return;
  become(m, segment, *target, receipt);
  const AccountSettings* account = account_settings(m.account);
  if (!account || !account->receipt_last_part_only || segment + 1 != m.segments.size()) return;
  for (std::size_t i = 0; i + 1 < m.segments.size(); ++i) {
    if (m.segments[i].receipt.empty()) become(m, i, *target, receipt);
  }
}

// Of a part that was accepted after the last one's receipt had spoken for all (P87).
void Pass::told_by_last_part(storage::Message& m, std::size_t segment) {
  const AccountSettings* account = account_settings(m.account);
  const storage::Segment& last = m.segments.back();
  if (!account || !account->receipt_last_part_only || segment + 1 == m.segments.size() || last.receipt.empty() || !storage::is_final(last.state)) return;
  storage::ParkedReceipt receipt;
  receipt.stat = last.receipt;
  become(m, segment, storage::as_message(last.state), receipt);
}

// States only go forward: a duplicate, or one out of order, changes nothing (P82).
void Pass::become(storage::Message& m, std::size_t segment, MessageState target, const storage::ParkedReceipt& receipt) {
  const auto current = static_cast<MessageState>(m.segments[segment].state);
  if (current == target || !storage::may_become(current, target)) return;
  if (storage::is_final(current)) ++figures.late_receipts;
  change(m, segment, target);
  settle(m, fmt::format("receipt {}{}", receipt.stat, receipt.detail.empty() ? "" : ": " + receipt.detail));
}

bool Pass::apply_parked(storage::Message& m, std::size_t segment, const std::string& account, const std::string& message_id) {
  const auto may_be_hers = [&](const storage::ParkedReceipt& each) { return each.from.empty() || same_person(each.from, m.to); };
  const auto is_hers = [&](const storage::ParkedReceipt& each) { return same_person(each.from, m.to); };
  std::vector<ReceiptKey> keys;
  std::vector<smpp::FoundId> found;
  for (ReceiptKey& each : keys_of_response(message_id)) {
    const storage::SmscIdKey key{account, each.id};
    if (missing(set_.parked_receipts, key, want_.parked_receipts)) continue;
    const auto read = set_.parked_receipts.read(key);
    if (!read || std::ranges::none_of(read->receipts, may_be_hers)) continue;
    const bool hers = std::ranges::any_of(read->receipts, is_hers);
    found.push_back({each.form, hers, hers});
    keys.push_back(std::move(each));
  }
  if (!complete()) return false;
  smpp::ReceiptIdRule& rule = receipt_ids(account);
  const auto chosen = rule.choose(found);
  if (!chosen) return false;
  const storage::SmscIdKey key{account, keys[*chosen].id};
  const storage::ParkedReceipts waiting = *set_.parked_receipts.read(key);
  storage::ParkedReceipts others;
  for (const storage::ParkedReceipt& receipt : waiting.receipts) {
    if (!may_be_hers(receipt)) {
      others.receipts.push_back(receipt);
      continue;
    }
    rule.matched_later(message_id, found[*chosen].form);
    unpark(account, receipt.also, receipt.raw);
    apply_receipt(m, segment, receipt);
  }
  if (others.receipts.empty()) {
    set_.parked_receipts.erase(key);
  } else {
    set_.parked_receipts.write(key) = std::move(others);
  }
  // Deleted and delivered are the only states after which no better receipt can come: their id needs no row.
  const auto state = m.segments[segment].state;
  return state == SegmentState::delivered || state == SegmentState::deleted;
}

}  // namespace core::engine
