#include "storage/sqlite/row_writer.hpp"

#include "storage/sqlite/explanation.hpp"
#include "storage/sqlite/row_reader.hpp"

#include <string>
#include <tuple>

namespace storage::sqlite {
namespace {

bool explained(const Inbound& inbound) {
  return !inbound.reason.empty() || !inbound.candidates.empty() || !inbound.trace.empty();
}
bool same_explanation(const Inbound& a, const Inbound& b) {
  return a.reason == b.reason && a.candidates == b.candidates && a.trace == b.trace;
}

// The key of a row, as the values ?1.. of its statements. Text is tied, not copied: it lives in the working set.
auto key_of(Id id) { return std::tuple(id); }
auto key_of(const std::string& name) { return std::tie(name); }
auto key_of(const PartKey& k) { return std::tie(k.account, k.source, k.destination, k.reference, k.width, k.total); }
auto key_of(const SmscIdKey& k) { return std::tie(k.account, k.id); }
auto key_of(const RecipientKey& k) { return std::tie(k.launch, k.n); }
auto key_of(const IdempotencyKey& k) { return std::tie(k.token, k.key); }
auto key_of(const TimerKey& k) { return std::tie(k.entity, k.kind); }
auto key_of(const LinkMarkKey& k) { return std::tie(k.account, k.session); }
constexpr auto kKey = [](const auto& key) { return key_of(key); };

}  // namespace

// A row that should be there and is not, or the reverse, means that the engine and the disk disagree about the past:
// nothing after that can be trusted.
template <class Key, class Record>
bool RowWriter::written(const char* what, const Change<Key, Record>& change, bool done) {
  if (!done) return false;
  ++rows_;
  if (change.inserted || db_.changed_rows() == 1) return true;
  return db_.fail(std::string(what) + ": a row that was loaded is not in the database any more");
}

template <class List, class Keys_, class Values>
bool RowWriter::write_kind(const char* what, const List& list, Kind& kind, Keys_ keys, Values values) {
  for (const auto& change : list) {
    const auto key = keys(*change.key);
    const auto run = [](Statement& statement, const auto& arguments) {
      return std::apply([&](const auto&... each) { return statement.execute(each...); }, arguments);
    };
    const bool done = change.record == nullptr
                          ? run(kind.erase, key)
                          : run(change.inserted ? kind.insert : kind.update, std::tuple_cat(key, values(*change.record)));
    if (!written(what, change, done)) return false;
  }
  return true;
}

bool RowWriter::write(const Changes& changes) {
  rows_ = 0;
  return write_contacts(changes) && write_inbounds(changes) && write_messages(changes) && write_bulk(changes) &&
         write_own_kinds(changes) && write_ledger(changes) && write_turn(changes);
}

bool RowWriter::write_contacts(const Changes& changes) {
  const auto body = [this](const Contact& contact) {
    encode(contact, blob_);
    return std::tie(blob_);
  };
  for (const auto& change : changes.contacts) {
    const std::span<const Change<std::string, Contact>> one(&change, 1);
    const auto number = number_key(*change.key);
    const bool done = number ? write_kind("contact", one, contact_, [&](const auto&) { return std::tie(*number); }, body)
                             : write_kind("contact", one, contact_named_, kKey, body);
    if (!done) return false;
  }
  return write_kind("conversation", changes.closed_conversations, conversation_, kKey, [this](const Conversation& c) {
    encode(c, blob_);
    return std::tie(c.number, c.campaign, c.sender, c.state, blob_);
  });
}

bool RowWriter::write_inbounds(const Changes& changes) {
  explanations_.clear();
  for (const auto& change : changes.inbounds) {
    const Id id = *change.key;
    if (change.record == nullptr) {
      if (!written("inbound", change, inbound_.erase.execute(id))) return false;
      continue;
    }
    const Inbound& inbound = *change.record;
    encode(inbound, blob_);
    bool done = false;
    if (change.before != nullptr && same_explanation(*change.before, inbound)) {
      done = inbound_same_explanation_.execute(id, inbound.conversation, blob_);
    } else {
      if (explained(inbound)) explanations_.push_back({id, inbound.reason, inbound.candidates, inbound.trace});
      Statement& statement = change.inserted ? inbound_.insert : inbound_.update;
      done = statement.execute(id, inbound.conversation, blob_, explained(inbound) ? changes.turn : 0);
    }
    if (!written("inbound", change, done)) return false;
  }
  return write_kind("part", changes.parts, part_, kKey, [this](const PartSet& set) {
    encode(set, blob_);
    return std::tie(blob_);
  });
}

bool RowWriter::write_messages(const Changes& changes) {
  const bool messages = write_kind("message", changes.messages, message_, kKey, [this](const Message& m) {
    encode(m, blob_);
    return std::tuple_cat(std::tie(m.account, m.lane, m.state),
                          std::tuple(ready_segments(m), has_segment(m, SegmentState::submitting),
                                     has_segment(m, SegmentState::in_doubt)),
                          std::tie(m.campaign, blob_));
  });
  return messages &&
         write_kind("smsc_id", changes.smsc_ids, smsc_id_, kKey,
                    [](const SmscId& s) { return std::tie(s.message, s.segment); }) &&
         write_kind("receipt", changes.parked_receipts, receipt_, kKey,
                    [this](const ParkedReceipts& r) {
                      encode(r, blob_);
                      return std::tie(blob_);
                    }) &&
         write_kind("event", changes.events, event_, kKey, [this](const Event& e) {
           encode(e, blob_);
           return std::tie(e.endpoint, e.conversation, e.state, e.due, e.after, blob_);
         });
}

bool RowWriter::write_bulk(const Changes& changes) {
  return write_kind("recipient", changes.recipients, recipient_, kKey,
                    [this](const Recipient& r) {
                      encode(r, blob_);
                      return std::tie(r.number, r.state, blob_);
                    }) &&
         write_kind("launch", changes.launches, launch_, kKey,
                    [this](const Launch& l) {
                      encode(l, blob_);
                      return std::tie(l.campaign, l.state, blob_);
                    }) &&
         write_kind("campaign", changes.campaigns, campaign_, kKey,
                    [](const CampaignRow& c) { return std::tie(c.collecting, c.last_launch); });
}

bool RowWriter::write_own_kinds(const Changes& changes) {
  return write_kind("idempotency", changes.idempotency, idempotency_, kKey,
                    [](const Idempotency& i) { return std::tie(i.request_hash, i.result, i.created_at); }) &&
         write_kind("timer", changes.timers, timer_, kKey,
                    [](const Timer& t) { return std::tie(t.due_at, t.entity_version); }) &&
         write_kind("link_mark", changes.link_marks, link_mark_, kKey,
                    [](const LinkMark& m) { return std::tie(m.acked_turn, m.opened_turn, m.closed_at); }) &&
         write_kind("rule_revision", changes.revisions, revision_, kKey,
                    [](const RuleRevision& r) { return std::tie(r.source, r.first_at); }) &&
         write_kind("cursor", changes.cursors, cursor_, kKey, [](const std::uint64_t& value) { return std::tie(value); });
}

bool RowWriter::write_ledger(const Changes& changes) {
  for (const auto& change : changes.consent_entries) {
    if (!change.inserted || change.record == nullptr)
      return db_.fail("consent entry " + show_id("", *change.key) + ": the ledger is append-only");
    const ConsentEntry& e = *change.record;
    if (!consent_entry_.execute(*change.key, e.contact, e.number, e.sender, e.action, e.wording, e.inbound, e.at))
      return false;
    ++rows_;
  }
  return true;
}

bool RowWriter::write_turn(const Changes& changes) {
  ++rows_;
  if (explanations_.empty()) return turn_.execute(changes.turn, changes.now, nullptr);
  if (!pack(explanations_, blob_, packed_))
    return db_.fail("turn " + std::to_string(changes.turn) + ": its explanations cannot be packed");
  return turn_.execute(changes.turn, changes.now, packed_);
}

}  // namespace storage::sqlite
