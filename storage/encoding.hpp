// The blob part of a row: every field no query needs, packed with varints behind one version octet. Each record's
// fields are listed once and both directions follow from that list. A new field goes at the end of its list, guarded
// by the next version, so that older rows read on; a version from the future is refused, never guessed at.
#pragma once

#include "storage/records.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace storage {

inline constexpr std::uint8_t kEncodingVersion = 1;

// Why an inbound went where it went: kept apart from its row, compressed with the other ones of the turn.
struct Explanation {
  Id inbound = 0;
  std::string reason;
  std::vector<Candidate> candidates;
  std::vector<std::string> trace;
  bool operator==(const Explanation&) const = default;
};

// encode replaces `out`, whose capacity is reused. decode sets what the blob holds and leaves the fields named here,
// which are columns, as the caller set them; false: not such a blob.
void encode(const Contact& record, Octets& out);              // number
bool decode(std::span<const std::byte> blob, Contact& into);
void encode(const Conversation& record, Octets& out);         // id, number, campaign, sender, state
bool decode(std::span<const std::byte> blob, Conversation& into);
void encode(const Inbound& record, Octets& out);              // id, conversation; reason, candidates, trace
bool decode(std::span<const std::byte> blob, Inbound& into);
void encode(const PartSet& record, Octets& out);
bool decode(std::span<const std::byte> blob, PartSet& into);
void encode(const Message& record, Octets& out);              // id, account, lane, state, campaign
bool decode(std::span<const std::byte> blob, Message& into);
void encode(const ParkedReceipts& record, Octets& out);
bool decode(std::span<const std::byte> blob, ParkedReceipts& into);
void encode(const Event& record, Octets& out);                // id, endpoint, conversation, state, due, after
bool decode(std::span<const std::byte> blob, Event& into);
void encode(const Recipient& record, Octets& out);            // number, state
bool decode(std::span<const std::byte> blob, Recipient& into);
void encode(const Launch& record, Octets& out);               // id, campaign, state
bool decode(std::span<const std::byte> blob, Launch& into);
void encode(const std::vector<Explanation>& record, Octets& out);
bool decode(std::span<const std::byte> blob, std::vector<Explanation>& into);

}  // namespace storage
