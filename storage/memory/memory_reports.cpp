// The questions of people, answered from memory.
#include "storage/memory/memory_store.hpp"

#include <algorithm>

namespace storage::memory {
namespace {

template <class Key, class Record>
std::optional<Record> copy_of(const Rows<Key, Record>& rows, const Key& key) {
  const Record* record = rows.find(key);
  return record == nullptr ? std::nullopt : std::optional<Record>(*record);
}

// An open conversation lives in its contact; its row is what it was when it was opened.
Conversation as_it_is_now(const Image& image, const Conversation& stored) {
  if (stored.state != ConversationState::open) return stored;
  if (const Contact* contact = image.contacts.find(stored.number)) {
    for (const Conversation& open : contact->open)
      if (open.id == stored.id) return open;
  }
  return stored;
}

}  // namespace

std::optional<Message> MemoryStore::message(Id id) { return copy_of(image_.messages, id); }
std::optional<Inbound> MemoryStore::inbound(Id id) { return copy_of(image_.inbounds, id); }
std::optional<Contact> MemoryStore::contact(const std::string& number) { return copy_of(image_.contacts, number); }

std::vector<Conversation> MemoryStore::conversations(const ConversationFilter& filter) {
  std::vector<Conversation> found;
  const auto& rows = image_.conversations.rows;
  for (auto at = rows.rbegin(); at != rows.rend() && found.size() < filter.limit; ++at) {
    if (filter.before != 0 && at->first >= filter.before) continue;
    const Conversation& c = *at->second.record;
    if ((!filter.number.empty() && c.number != filter.number) ||
        (!filter.campaign.empty() && c.campaign != filter.campaign) ||
        (!filter.sender.empty() && c.sender != filter.sender) ||
        (!filter.state.empty() && to_string(c.state) != filter.state)) {
      continue;
    }
    found.push_back(as_it_is_now(image_, c));
  }
  return found;
}

std::vector<Reports::Entry> MemoryStore::chain(const std::string& number, std::uint32_t limit) {
  std::vector<Entry> entries;
  const Contact* contact = image_.contacts.find(number);
  Id next = contact == nullptr ? 0 : contact->chain_head;
  while (next != 0 && entries.size() < limit) {
    if (const Message* sent = image_.messages.find(next)) {
      entries.push_back({*sent, std::nullopt});
      next = sent->prev;
    } else if (const Inbound* came = image_.inbounds.find(next)) {
      entries.push_back({std::nullopt, *came});
      next = came->prev;
    } else {
      break;  // purged
    }
  }
  std::ranges::reverse(entries);
  return entries;
}

std::vector<Message> MemoryStore::in_doubt(std::uint32_t limit) {
  std::vector<Message> found;
  for (const auto& [id, row] : image_.messages.rows) {
    if (found.size() >= limit) break;
    if (has_segment(*row.record, SegmentState::in_doubt)) found.push_back(*row.record);
  }
  return found;
}

std::vector<Launch> MemoryStore::launches(const std::string& campaign) {
  std::vector<Launch> found;
  for (auto at = image_.launches.rows.rbegin(); at != image_.launches.rows.rend(); ++at)
    if (campaign.empty() || at->second.record->campaign == campaign) found.push_back(*at->second.record);
  return found;
}

Totals MemoryStore::totals(const std::string& campaign) {
  Totals totals;
  const auto of_campaign = [&](Id conversation) {
    if (campaign.empty()) return true;
    const Conversation* c = image_.conversations.find(conversation);
    return c != nullptr && c->campaign == campaign;
  };
  for (const auto& [id, row] : image_.messages.rows) {
    if (!campaign.empty() && row.record->campaign != campaign) continue;
    ++totals.messages;
    totals.delivered += row.record->state == MessageState::delivered;
    totals.in_doubt += row.record->state == MessageState::in_doubt;
    totals.queued += row.record->state == MessageState::queued;
  }
  for (const auto& [id, row] : image_.conversations.rows) {
    if (!campaign.empty() && row.record->campaign != campaign) continue;
    ++totals.conversations;
    totals.open += row.record->state == ConversationState::open;
    totals.opted_out += row.record->state == ConversationState::opted_out;
  }
  for (const auto& [id, row] : image_.inbounds.rows) totals.inbound += of_campaign(row.record->conversation);
  for (const auto& [id, row] : image_.events.rows) {
    if (!of_campaign(row.record->conversation)) continue;
    ++totals.events;
    totals.events_delivered += row.record->state == EventState::delivered;
    totals.events_dead += row.record->state == EventState::dead;
  }
  return totals;
}

}  // namespace storage::memory
