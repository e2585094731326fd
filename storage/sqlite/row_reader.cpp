#include "storage/sqlite/row_reader.hpp"

#include "storage/limits.hpp"
#include "storage/sqlite/explanation.hpp"

#include <algorithm>

namespace storage::sqlite {
namespace {

// An enumeration out of a column; a value past its last one is damage and would index past a table.
template <class Enum>
bool take(std::int64_t number, Enum last, Enum& into) {
  if (number < 0 || number > static_cast<std::int64_t>(last)) return false;
  into = static_cast<Enum>(number);
  return true;
}

constexpr std::int64_t kDecimal = 10;

}  // namespace

std::optional<std::int64_t> number_key(std::string_view number) {
  if (number.empty() || number.size() > kNumberDigits) return std::nullopt;
  std::int64_t key = 1;
  for (const char c : number) {
    if (c < '0' || c > '9') return std::nullopt;
    key = key * kDecimal + (c - '0');
  }
  return key;
}

template <class Record>
bool RowReader::open_blob(std::span<const std::byte> blob, Record& into, const char* what, const std::string& name) {
  if (decode(blob, into)) return true;
  return db_.fail(std::string(what) + " " + name + ": its row is damaged (or of a newer bindery)");
}

std::optional<Contact> RowReader::read(const std::string& number, const Contact*) {
  const auto key = number_key(number);
  auto rows = key ? contact_.select(*key) : contact_named_.select(number);
  if (!rows.next()) return std::nullopt;
  std::optional<Contact> contact(std::in_place);
  contact->number = number;
  if (!open_blob(rows.blob(0), *contact, "contact", number)) contact.reset();
  return contact;
}

std::optional<Conversation> RowReader::read(Id id, const Conversation*) {
  auto rows = conversation_.select(id);
  if (!rows.next()) return std::nullopt;
  std::optional<Conversation> conversation(std::in_place);
  conversation->id = id;
  conversation->number = rows.text(0);
  conversation->campaign = rows.text(1);
  conversation->sender = rows.text(2);
  if (!take(rows.number(3), ConversationState::opted_out, conversation->state) ||
      !open_blob(rows.blob(4), *conversation, "conversation", show_id("cnv_", id))) {
    db_.fail("conversation " + show_id("cnv_", id) + ": its row is damaged");
    conversation.reset();
  }
  return conversation;
}

std::optional<Inbound> RowReader::read(Id id, const Inbound*) {
  std::optional<Inbound> inbound;
  Turn explained = 0;
  {
    auto rows = inbound_.select(id);
    if (!rows.next()) return std::nullopt;
    inbound.emplace();
    inbound->id = id;
    inbound->conversation = rows.id(0);
    explained = rows.id(1);
    if (!open_blob(rows.blob(2), *inbound, "inbound", show_id("in_", id))) return std::nullopt;
  }
  if (explained != 0) explain(explained, *inbound);
  return inbound;
}

void RowReader::explain(Turn turn, Inbound& inbound) {
  if (turn != explained_turn_) {
    explained_.clear();
    explained_turn_ = 0;
    auto rows = explain_.select(turn);
    if (!rows.next() || rows.null(0)) return;  // purged before its inbound
    if (!unpack(rows.blob(0), explained_)) {
      db_.fail("turn " + std::to_string(turn) + ": its explanations are damaged");
      return;
    }
    explained_turn_ = turn;
  }
  const auto found = std::ranges::find(explained_, inbound.id, &Explanation::inbound);
  if (found == explained_.end()) return;
  inbound.reason = found->reason;
  inbound.candidates = found->candidates;
  inbound.trace = found->trace;
}

std::optional<PartSet> RowReader::read(const PartKey& key, const PartSet*) {
  auto rows = part_.select(key.account, key.source, key.destination, key.reference, key.width, key.total);
  if (!rows.next()) return std::nullopt;
  std::optional<PartSet> set(std::in_place);
  if (!open_blob(rows.blob(0), *set, "parts from", key.source)) set.reset();
  return set;
}

std::optional<Message> RowReader::read(Id id, const Message*) {
  auto rows = message_.select(id);
  if (!rows.next()) return std::nullopt;
  std::optional<Message> message(std::in_place);
  message->id = id;
  message->account = rows.text(0);
  message->campaign = rows.text(3);
  if (!take(rows.number(1), Lane::bulk, message->lane) ||
      !take(rows.number(2), MessageState::cancelled, message->state) ||
      !open_blob(rows.blob(4), *message, "message", show_id("msg_", id))) {
    db_.fail("message " + show_id("msg_", id) + ": its row is damaged");
    message.reset();
  }
  return message;
}

std::optional<SmscId> RowReader::read(const SmscIdKey& key, const SmscId*) {
  auto rows = smsc_id_.select(key.account, key.id);
  if (!rows.next()) return std::nullopt;
  return SmscId{rows.id(0), static_cast<std::uint16_t>(rows.number(1))};
}

std::optional<ParkedReceipts> RowReader::read(const SmscIdKey& key, const ParkedReceipts*) {
  auto rows = receipt_.select(key.account, key.id);
  if (!rows.next()) return std::nullopt;
  std::optional<ParkedReceipts> receipts(std::in_place);
  if (!open_blob(rows.blob(0), *receipts, "receipts of", key.id)) receipts.reset();
  return receipts;
}

std::optional<Event> RowReader::read(Id id, const Event*) {
  auto rows = event_.select(id);
  if (!rows.next()) return std::nullopt;
  std::optional<Event> event(std::in_place);
  event->id = id;
  event->endpoint = rows.text(0);
  event->conversation = rows.id(1);
  event->due = rows.time(3);
  event->after = rows.id(4);
  if (!take(rows.number(2), EventState::dead, event->state) ||
      !open_blob(rows.blob(5), *event, "event", show_id("evt_", id))) {
    db_.fail("event " + show_id("evt_", id) + ": its row is damaged");
    event.reset();
  }
  return event;
}

std::optional<Recipient> RowReader::read(const RecipientKey& key, const Recipient*) {
  auto rows = recipient_.select(key.launch, key.n);
  if (!rows.next()) return std::nullopt;
  std::optional<Recipient> recipient(std::in_place);
  recipient->number = rows.text(0);
  if (!take(rows.number(1), RecipientState::refused, recipient->state) ||
      !open_blob(rows.blob(2), *recipient, "recipient", std::to_string(key.n))) {
    db_.fail("recipient " + std::to_string(key.n) + " of a launch: its row is damaged");
    recipient.reset();
  }
  return recipient;
}

std::optional<Launch> RowReader::read(Id id, const Launch*) {
  auto rows = launch_.select(id);
  if (!rows.next()) return std::nullopt;
  std::optional<Launch> launch(std::in_place);
  launch->id = id;
  launch->campaign = rows.text(0);
  if (!take(rows.number(1), LaunchState::done, launch->state) ||
      !open_blob(rows.blob(2), *launch, "launch of", launch->campaign)) {
    db_.fail("a launch of " + launch->campaign + ": its row is damaged");
    launch.reset();
  }
  return launch;
}

std::optional<CampaignRow> RowReader::read(const std::string& name, const CampaignRow*) {
  auto rows = campaign_.select(name);
  if (!rows.next()) return std::nullopt;
  return CampaignRow{rows.id(0), rows.id(1)};
}

std::optional<Idempotency> RowReader::read(const IdempotencyKey& key, const Idempotency*) {
  auto rows = idempotency_.select(key.token, key.key);
  if (!rows.next()) return std::nullopt;
  return Idempotency{rows.id(0), rows.id(1), rows.time(2)};
}

std::optional<Timer> RowReader::read(const TimerKey& key, const Timer*) {
  auto rows = timer_.select(key.entity, key.kind);
  if (!rows.next()) return std::nullopt;
  return Timer{rows.time(0), rows.id(1)};
}

std::optional<LinkMark> RowReader::read(const LinkMarkKey& key, const LinkMark*) {
  auto rows = link_mark_.select(key.account, key.session);
  if (!rows.next()) return std::nullopt;
  return LinkMark{rows.id(0), rows.id(1), rows.time(2)};
}

std::optional<RuleRevision> RowReader::read(std::uint64_t revision, const RuleRevision*) {
  auto rows = revision_.select(revision);
  if (!rows.next()) return std::nullopt;
  return RuleRevision{revision, std::string(rows.text(0)), rows.time(1)};
}

std::optional<std::uint64_t> RowReader::read(const std::string& name, const std::uint64_t*) {
  auto rows = cursor_.select(name);
  if (!rows.next()) return std::nullopt;
  return rows.id(0);
}

}  // namespace storage::sqlite
