// Receipts: matched by (account, normalised id), parked when they come before the response, states only forward.
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"

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
  respond(input.link, input.incoming, smpp::command_status::ESME_ROK);
  if (!input.receipt || !account) return;
  const smpp::Receipt& receipt = *input.receipt;
  if (receipt.state_conflict || receipt.id_conflict) ++figures.conflicting_receipts;
  storage::ParkedReceipt parked;
  parked.raw = input.raw;
  parked.from = person_of(input.source, *account);
  parked.stat = receipt.stat;
  parked.state = static_cast<std::uint8_t>(receipt.state.value_or(smpp::MessageState::UNKNOWN));
  parked.final_receipt = receipt.is_final();
  parked.received_at = now_.wall;
  const std::vector<ReceiptKey> keys = keys_of_receipt(receipt);
  if (!match_receipt(input.link.account, keys, parked) && complete()) park(input.link.account, keys, std::move(parked));
}

// To the message it means; false: there is none, or none can be trusted to be the one.
bool Pass::match_receipt(const std::string& account, const std::vector<ReceiptKey>& keys, const storage::ParkedReceipt& receipt) {
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
    places.push_back({*at, &key});
    found.push_back({form_at(key, read->segments[at->segment]), !receipt.from.empty(), same_person(receipt.from, read->to)});
  }
  if (!complete()) return false;  // decided anew when all that may fit is there
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

// Until the response comes, or for good as an orphan (P78, P79). Without an id it can never find its message.
void Pass::park(const std::string& account, const std::vector<ReceiptKey>& keys, storage::ParkedReceipt receipt) {
  ++figures.orphan_receipts;
  if (keys.empty()) return;
  const storage::SmscIdKey key{account, keys.front().id};
  if (missing(set_.parked_receipts, key, want_.parked_receipts)) return;
  if (!set_.parked_receipts.read(key)) set_.parked_receipts.insert(key, {});
  storage::ParkedReceipts& waiting = set_.parked_receipts.write(key);
  if (waiting.receipts.size() < kParkedPerId) waiting.receipts.push_back(std::move(receipt));
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
  if (current == *target || !storage::may_become(current, *target)) return;  // a duplicate, or out of order: states only go forward
  if (storage::is_final(current)) ++figures.late_receipts;
  change(m, segment, *target);
  settle(m, "receipt " + receipt.stat);
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
