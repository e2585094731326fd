// Records with every field at random: whatever a store forgets or mixes up shows as a difference. One seed, one record.
#pragma once

#include "storage/records.hpp"

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace storage_test {

using namespace storage;

class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}

  std::uint64_t below(std::uint64_t n) { return bits_() % n; }
  bool flip() { return below(2) == 0; }
  std::uint64_t word() { return bits_() >> below(64); }  // every magnitude
  Id id() { return word() >> 1; }
  template <class T>
  T number() { return static_cast<T>(word()); }
  template <class Enum>
  Enum one_of(Enum last) { return static_cast<Enum>(below(static_cast<std::uint64_t>(last) + 1)); }
  template <class T>
  const T& pick(const std::vector<T>& from) { return from[below(from.size())]; }

  std::string text(std::size_t longest = 24) {
    std::string text(below(longest + 1), ' ');
    for (char& c : text) c = static_cast<char>(below(256));  // NUL and broken UTF-8 too: carriers send them
    return text;
  }
  Octets octets(std::size_t longest = 60) {
    Octets octets(below(longest + 1));
    for (std::byte& octet : octets) octet = static_cast<std::byte>(below(256));
    return octets;
  }
  WallTime time() {
    if (below(4) == 0) return {};
    return WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(below(1ULL << 42)) - (1LL << 40)));
  }
  std::string digits(std::size_t longest) {
    std::string text(1 + below(longest), '0');
    for (char& c : text) c = static_cast<char>('0' + below(10));
    return text;
  }
  template <class Make>
  auto list(std::size_t longest, Make make) {
    std::vector<decltype(make())> list(below(longest + 1));
    for (auto& each : list) each = make();
    return list;
  }
  Fields fields() {
    Fields fields;
    for (std::uint64_t n = below(4); n > 0; --n) fields[text(8)] = text();
    return fields;
  }

 private:
  std::mt19937_64 bits_;
};

inline Conversation random_conversation(Random& r, Id id, Id contact, const std::string& number) {
  Conversation c{id, contact, number, r.text(), r.text(), r.text(), r.fields(),
                 r.one_of(ConversationState::opted_out), r.text(), r.time(), r.time(), r.time(), r.id(), r.word(), r.id(), {}};
  c.event_tails = r.list(2, [&] { return EventTail{r.text(), r.id()}; });
  return c;
}

inline Contact random_contact(Random& r, const std::string& number) {
  Contact c;
  c.id = r.id();
  c.number = number;
  c.fields = r.fields();
  c.zone = r.text();
  c.language = r.text();
  c.consent = r.list(2, [&] { return Consent{r.text(), r.flip(), r.time(), r.id(), r.time()}; });
  c.version = r.word();
  for (std::uint64_t n = r.below(4); n > 0; --n) c.counters[r.text(8)] = static_cast<std::int64_t>(r.word());
  c.sent = r.list(kSentRing, [&] { return SentText{r.id(), r.text(), r.word()}; });
  c.last_mo = r.list(2, [&] { return LastMo{r.text(), r.text()}; });
  c.question = {r.text(), r.list(3, [&] { return r.id(); }), r.id(), r.text(), r.time()};
  c.open = r.list(3, [&] { return random_conversation(r, r.id(), c.id, number); });
  c.chain_head = r.id();
  c.part_sets = r.list(2, [&] { return PartKey{r.text(), r.text(), r.text(), r.number<std::uint16_t>(), r.number<std::uint8_t>(), r.number<std::uint8_t>()}; });
  return c;
}

inline Inbound random_inbound(Random& r, Id id) {
  Inbound i{id, r.text(), r.word(), r.word(), r.flip(), r.text(), r.text(), r.octets(), r.text(200), r.id(), r.id(),
            r.text(), r.text(), {}, {}, r.fields(), r.one_of(InboundState::malformed), r.word(), r.time(), r.id()};
  i.candidates = r.list(3, [&] { return Candidate{r.id(), r.text(), r.text()}; });
  i.trace = r.list(5, [&] { return r.text(); });
  return i;
}

inline Part random_part(Random& r) {
  return {r.number<std::uint8_t>(), r.number<std::uint8_t>(), r.octets(140), r.id(), r.number<std::uint8_t>(), r.number<std::uint8_t>(), r.number<std::uint8_t>()};
}

inline PartSet random_parts(Random& r) {
  PartSet set;
  set.id = r.id();
  set.parts = r.list(4, [&] { return random_part(r); });
  set.first_at = r.time();
  set.joined = r.id();
  set.before = r.list(2, [&] { return random_part(r); });
  return set;
}

inline Segment random_segment(Random& r) {
  return {r.one_of(SegmentState::cancelled), r.number<std::uint32_t>(), r.word(), r.number<std::uint32_t>(), r.octets(140),
          r.octets(20), r.text(), r.number<std::uint32_t>(), r.text(), r.time(), r.time(), r.time(), r.flip()};
}

inline Message random_message(Random& r, Id id) {
  Message m;
  m.id = id;
  m.contact = r.id();
  m.to = r.text();
  m.conversation = r.id();
  m.launch = r.id();
  m.campaign = r.flip() ? "spring" : r.text();
  m.cause = r.id();
  m.cause_rule = r.number<std::int32_t>();
  m.cause_index = r.number<std::int32_t>();
  m.message_class = r.one_of(MessageClass::bulk);
  m.lane = r.one_of(Lane::bulk);
  m.account = r.flip() ? "a" : "b";
  m.sender = r.text();
  m.text = r.text(300);
  m.tariff = r.flip() ? "" : r.text();
  m.data_coding = r.number<std::uint8_t>();
  m.udhi = r.flip();
  m.state = r.one_of(MessageState::cancelled);
  m.attempt = r.number<std::uint32_t>();
  m.resent = r.flip();
  m.created_at = r.time();
  m.not_before = r.flip() ? WallTime{} : r.time();
  m.valid_until = r.time();
  m.segments = r.list(3, [&] { return random_segment(r); });
  m.history = r.list(3, [&] { return Step{r.one_of(MessageState::cancelled), r.time(), r.text()}; });
  m.prev = r.id();
  return m;
}

inline ParkedReceipts random_receipts(Random& r) {
  return {r.list(3, [&] {
    return ParkedReceipt{r.octets(), r.text(), r.text(), r.number<std::uint8_t>(), r.flip(), r.time(), r.text(), r.text()};
  })};
}

inline Event random_event(Random& r, Id id) {
  return {id, r.flip() ? "crm" : "billing", r.id(), r.text(), r.text(300), r.one_of(EventState::dead),
          r.number<std::uint32_t>(), r.time(), r.time(), r.text(), r.below(50)};
}

inline Recipient random_recipient(Random& r) {
  return {r.text(), r.fields(), r.one_of(RecipientState::refused), r.text()};
}

inline Launch random_launch(Random& r, Id id) {
  return {id, r.flip() ? "spring" : r.text(), r.word(), r.one_of(LaunchState::done), r.word(), r.word(), r.word(),
          r.word(), r.word(), r.time(), r.time(), r.time()};
}

}  // namespace storage_test
