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
    case smpp::MessageState::REJECTED: return MessageState::undelivered;
    default: return std::nullopt;
  }
}

std::vector<std::string> keys_for(std::string_view id) {
  std::vector<std::string> keys;
  for (const std::string& candidate : smpp::id_candidates(id)) {
    std::string key = normalised_id(candidate);
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

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
  storage::ParkedReceipt parked;
  parked.raw = input.raw;
  parked.from = person_of(input.source, *account);
  parked.stat = receipt.stat;
  parked.state = static_cast<std::uint8_t>(receipt.state.value_or(smpp::MessageState::UNKNOWN));
  parked.final_receipt = receipt.is_final();
  parked.received_at = now_.wall;

  const std::vector<std::string> keys = keys_for(receipt.id);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const storage::SmscIdKey key{input.link.account, keys[i]};
    if (missing(set_.smsc_ids, key, want_.smsc_ids)) continue;
    const auto found = set_.smsc_ids.read(key);
    if (!found) continue;
    const auto read = message(found->message);
    if (!read || found->segment >= read->segments.size()) continue;
    // Another radix is a guess; it counts only for the same person (P77).
    if (i > 0 && !parked.from.empty() && read->to != parked.from) continue;
    storage::Message& m = set_.messages.write(found->message);
    apply_receipt(m, found->segment, parked);
    return;
  }
  if (keys.empty()) return;
  const storage::SmscIdKey key{input.link.account, keys.front()};
  if (missing(set_.parked_receipts, key, want_.parked_receipts)) return;
  ++figures.orphan_receipts;
  if (!set_.parked_receipts.read(key)) set_.parked_receipts.insert(key, {});
  storage::ParkedReceipts& waiting = set_.parked_receipts.write(key);
  if (waiting.receipts.size() < kParkedPerId) waiting.receipts.push_back(std::move(parked));
}

void Pass::apply_receipt(storage::Message& m, std::size_t segment, storage::ParkedReceipt receipt) {
  storage::Segment& s = m.segments[segment];
  s.receipt = receipt.stat;
  s.receipt_at = receipt.received_at;
  const auto target = target_of(receipt.state);
  if (!target || !receipt.final_receipt) return;
  const auto current = static_cast<MessageState>(s.state);
  if (current == *target || !storage::may_become(current, *target)) return;  // a duplicate, or out of order: states only go forward
  if (storage::is_final(current)) ++figures.late_receipts;
  change(m, segment, *target);
  settle(m, "receipt " + receipt.stat);
}

bool Pass::apply_parked(storage::Message& m, std::size_t segment, const std::string& account, const std::string& message_id) {
  if (message_id.empty()) return false;
  bool applied = false;
  for (const std::string& id : keys_for(message_id)) {
    const storage::SmscIdKey key{account, id};
    if (missing(set_.parked_receipts, key, want_.parked_receipts)) continue;
    const auto read = set_.parked_receipts.read(key);
    if (!read) continue;
    const storage::ParkedReceipts waiting = *read;
    storage::ParkedReceipts others;
    for (const storage::ParkedReceipt& receipt : waiting.receipts) {
      if (!receipt.from.empty() && receipt.from != m.to) {
        others.receipts.push_back(receipt);
        continue;
      }
      apply_receipt(m, segment, receipt);
    }
    if (others.receipts.empty()) {
      set_.parked_receipts.erase(key);
    } else if (others != waiting) {
      set_.parked_receipts.write(key) = std::move(others);
    }
    applied = applied || storage::is_final(static_cast<MessageState>(m.segments[segment].state));
  }
  // Deleted and delivered are the only states after which no better receipt can come: their id needs no row.
  const auto state = m.segments[segment].state;
  return applied && (state == SegmentState::delivered || state == SegmentState::deleted);
}

}  // namespace core::engine
