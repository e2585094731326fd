// Read-only questions of people and of the API, answered beside the engine on a connection of their own.
#pragma once

#include "storage/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace storage {

struct ConversationFilter {
  std::string number, campaign, sender, state;       // empty: any
  Id before = 0;                                     // page: ids below; 0: from the newest
  std::uint32_t limit = 100;
};

struct Totals {                                      // of one campaign, or of all
  std::uint64_t messages = 0, delivered = 0, in_doubt = 0, queued = 0, conversations = 0, open = 0, opted_out = 0;
  std::uint64_t inbound = 0, events = 0, events_delivered = 0, events_dead = 0;
};

class Reports {
 public:
  virtual ~Reports() = default;
  [[nodiscard]] virtual std::optional<Message> message(Id id) = 0;
  [[nodiscard]] virtual std::optional<Inbound> inbound(Id id) = 0;
  [[nodiscard]] virtual std::optional<Contact> contact(const std::string& number) = 0;
  [[nodiscard]] virtual std::vector<Conversation> conversations(const ConversationFilter& filter) = 0;
  // A conversation's or contact's exchange, oldest first: messages and inbound of the contact's chain.
  struct Entry { std::optional<Message> message; std::optional<Inbound> inbound; };
  [[nodiscard]] virtual std::vector<Entry> chain(const std::string& number, std::uint32_t limit) = 0;
  [[nodiscard]] virtual std::vector<Message> in_doubt(std::uint32_t limit) = 0;
  [[nodiscard]] virtual std::vector<Launch> launches(const std::string& campaign) = 0;
  [[nodiscard]] virtual Totals totals(const std::string& campaign) = 0;
};

}  // namespace storage
