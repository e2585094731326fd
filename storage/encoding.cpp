#include "storage/encoding.hpp"

#include <concepts>
#include <cstring>
#include <type_traits>
#include <utility>

namespace storage {
namespace {

template <class T, class Record>
concept Like = std::same_as<std::remove_const_t<T>, Record>;

// The last value of each enumeration: a larger number in a blob is damage, and would index past a table.
constexpr auto last_of(MessageClass) { return MessageClass::bulk; }
constexpr auto last_of(ConversationState) { return ConversationState::opted_out; }
constexpr auto last_of(InboundState) { return InboundState::malformed; }
constexpr auto last_of(SegmentState) { return SegmentState::cancelled; }
constexpr auto last_of(MessageState) { return MessageState::cancelled; }

constexpr unsigned kVarintBits = 7;
constexpr std::uint8_t kVarintMore = 0x80;
constexpr unsigned kWordBits = 64;

// A hash fills its 64 bits: a varint would only make it longer.
struct Hash { std::uint64_t& value; };
struct ConstHash { const std::uint64_t& value; };
Hash hash(std::uint64_t& value) { return {value}; }
ConstHash hash(const std::uint64_t& value) { return {value}; }

// A field that is added to a record and to no list below would be lost silently; so the fields are counted.
struct Anything { template <class T> operator T() const; };
template <class Record, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) { return requires { Record{(static_cast<void>(I), Anything{})...}; }; }
template <class Record, std::size_t N = 0>
constexpr std::size_t fields_in() {
  if constexpr (takes<Record>(std::make_index_sequence<N + 1>{})) return fields_in<Record, N + 1>();
  else return N;
}
static_assert(fields_in<Contact>() == 15 && fields_in<Consent>() == 5 && fields_in<SentText>() == 3 &&
              fields_in<OpenQuestion>() == 5 && fields_in<LastMo>() == 2 && fields_in<EventTail>() == 2 &&
              fields_in<Conversation>() == 16 && fields_in<Inbound>() == 20 && fields_in<Candidate>() == 3 &&
              fields_in<PartKey>() == 6 && fields_in<PartSet>() == 5 && fields_in<Part>() == 7 && fields_in<Message>() == 27 &&
              fields_in<Segment>() == 13 && fields_in<Step>() == 3 && fields_in<ParkedReceipt>() == 8 &&
              fields_in<ParkedReceipts>() == 1 && fields_in<Event>() == 11 && fields_in<Recipient>() == 4 &&
              fields_in<Launch>() == 12 && fields_in<Explanation>() == 4,
              "a field came or went: change fields_of below (and, once there are databases outside, kEncodingVersion)");

class Writer {
 public:
  explicit Writer(Octets& out) : out_(out) {
    out_.clear();
    out_.push_back(std::byte{kEncodingVersion});
  }
  template <class... Fields_>
  void operator()(const Fields_&... fields) { (put(fields), ...); }

 private:
  void put_varint(std::uint64_t value) {
    while (value >= kVarintMore) {
      out_.push_back(static_cast<std::byte>(value | kVarintMore));
      value >>= kVarintBits;
    }
    out_.push_back(static_cast<std::byte>(value));
  }
  void put_octets(const void* octets, std::size_t size) {
    put_varint(size);
    const auto* first = static_cast<const std::byte*>(octets);
    out_.insert(out_.end(), first, first + size);
  }
  template <std::unsigned_integral T> void put(const T& value) { put_varint(value); }
  template <std::signed_integral T>
  void put(const T& value) {  // zigzag: small negatives stay short
    const auto wide = static_cast<std::int64_t>(value);
    put_varint((static_cast<std::uint64_t>(wide) << 1) ^ static_cast<std::uint64_t>(wide >> (kWordBits - 1)));
  }
  template <class T> requires std::is_enum_v<T>
  void put(const T& value) { put_varint(static_cast<std::uint64_t>(value)); }
  void put(const std::string& value) { put_octets(value.data(), value.size()); }
  void put(const Octets& value) { put_octets(value.data(), value.size()); }
  void put(const WallTime& value) { put(value.time_since_epoch().count()); }
  void put(const ConstHash& value) {
    for (unsigned shift = 0; shift < kWordBits; shift += 8) out_.push_back(static_cast<std::byte>(value.value >> shift));
  }
  template <class T>
  void put(const std::vector<T>& value) {
    put_varint(value.size());
    for (const T& element : value) put(element);
  }
  template <class Value, class Less>
  void put(const std::map<std::string, Value, Less>& value) {
    put_varint(value.size());
    for (const auto& [name, element] : value) {
      put(name);
      put(element);
    }
  }
  template <class Record> requires std::is_class_v<Record>
  void put(const Record& record) { fields_of(*this, record); }

  Octets& out_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> in) : in_(in) {
    version_ = in_.empty() ? 0 : std::to_integer<std::uint8_t>(in_[0]);
    if (version_ == 0 || version_ > kEncodingVersion) fail();
    else in_ = in_.subspan(1);
  }
  template <class... Fields_>
  void operator()(Fields_&&... fields) { (get(fields), ...); }
  // Everything was there and nothing is left over.
  [[nodiscard]] bool done() const { return ok_ && in_.empty(); }

 private:
  void fail() {
    ok_ = false;
    in_ = {};
  }
  std::uint64_t get_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < kWordBits; shift += kVarintBits) {
      if (in_.empty()) break;
      const auto octet = std::to_integer<std::uint64_t>(in_[0]);
      in_ = in_.subspan(1);
      value |= (octet & (kVarintMore - 1U)) << shift;
      if (octet < kVarintMore) return value;
    }
    fail();
    return 0;
  }
  // A count of octets or of elements (of at least one octet each): never more than what is left, so damage cannot
  // make us allocate.
  std::size_t get_count() {
    const std::uint64_t count = get_varint();
    if (count > in_.size()) {
      fail();
      return 0;
    }
    return static_cast<std::size_t>(count);
  }
  template <std::unsigned_integral T>
  void get(T& value) {
    const std::uint64_t wide = get_varint();
    value = static_cast<T>(wide);
    if (static_cast<std::uint64_t>(value) != wide) fail();
  }
  template <std::signed_integral T>
  void get(T& value) {
    const std::uint64_t zigzag = get_varint();
    const auto wide = static_cast<std::int64_t>((zigzag >> 1) ^ (~(zigzag & 1) + 1));
    value = static_cast<T>(wide);
    if (value != wide) fail();
  }
  template <class T> requires std::is_enum_v<T>
  void get(T& value) {
    const std::uint64_t wide = get_varint();
    if (wide > static_cast<std::uint64_t>(last_of(T{}))) fail();
    else value = static_cast<T>(wide);
  }
  void get(std::string& value) {
    const std::size_t size = get_count();
    value.assign(reinterpret_cast<const char*>(in_.data()), size);
    in_ = in_.subspan(size);
  }
  void get(Octets& value) {
    const std::size_t size = get_count();
    value.assign(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(size));
    in_ = in_.subspan(size);
  }
  void get(WallTime& value) {
    std::int64_t count = 0;
    get(count);
    value = WallTime(WallTime::duration(count));
  }
  void get(Hash value) {
    if (in_.size() < sizeof(std::uint64_t)) return fail();
    value.value = 0;
    for (unsigned i = 0; i < sizeof(std::uint64_t); ++i)
      value.value |= std::to_integer<std::uint64_t>(in_[i]) << (8 * i);
    in_ = in_.subspan(sizeof(std::uint64_t));
  }
  template <class T>
  void get(std::vector<T>& value) {
    const std::size_t count = get_count();
    value.clear();
    value.reserve(count);
    for (std::size_t i = 0; i < count && ok_; ++i) get(value.emplace_back());
  }
  template <class Value, class Less>
  void get(std::map<std::string, Value, Less>& value) {
    const std::size_t count = get_count();
    value.clear();
    for (std::size_t i = 0; i < count && ok_; ++i) {
      std::string name;
      get(name);
      get(value[std::move(name)]);
    }
  }
  template <class Record> requires std::is_class_v<Record>
  void get(Record& record) { fields_of(*this, record); }

  std::span<const std::byte> in_;
  std::uint8_t version_ = 0;
  bool ok_ = true;
};

// ---- the fields of each record, once -----------------------------------------------------------------------------
template <class A, Like<Consent> R>
void fields_of(A& a, R& r) { a(r.sender, r.suppressed, r.changed_at, r.cause, r.confirmed_at); }

template <class A, Like<SentText> R>
void fields_of(A& a, R& r) { a(r.message, r.sender, hash(r.text_hash)); }

template <class A, Like<EventTail> R>
void fields_of(A& a, R& r) { a(r.endpoint, r.event); }

template <class A, Like<OpenQuestion> R>
void fields_of(A& a, R& r) { a(r.sender, r.candidates, r.parked, r.parked_text, r.asked_at); }

template <class A, Like<LastMo> R>
void fields_of(A& a, R& r) { a(r.sender, r.account); }

template <class A, Like<Conversation> R>
void own_fields(A& a, R& r) {
  a(r.step, r.fields, r.outcome, r.opens_at, r.expires_at, r.closed_at, r.launch, r.revision, r.last_message,
    r.event_tails);
}
// Inside its contact: contact and number are the contact's.
template <class A, Like<Conversation> R>
void fields_of(A& a, R& r) {
  a(r.id, r.campaign, r.sender, r.state);
  own_fields(a, r);
}

template <class A, Like<PartKey> R>
void fields_of(A& a, R& r) { a(r.account, r.source, r.destination, r.reference, r.width, r.total); }

template <class A, Like<Contact> R>
void fields_of(A& a, R& r) {
  a(r.id, r.fields, r.zone, r.language, r.consent, r.version, r.counters, r.sent, r.last_mo, r.question, r.open,
    r.chain_head, r.part_sets, r.without_id);
}

template <class A, Like<Candidate> R>
void fields_of(A& a, R& r) { a(r.conversation, r.campaign, r.why); }

template <class A, Like<Inbound> R>
void fields_of(A& a, R& r) {
  a(r.account, r.session, hash(r.fingerprint), r.answered, r.from, r.to, r.raw, r.text, r.contact, r.confidence, r.fields,
    r.state, r.revision, r.received_at, r.prev);
}

template <class A, Like<Part> R>
void fields_of(A& a, R& r) {
  a(r.number, r.data_coding, r.octets, r.inbound, r.header_octets, r.locking_shift, r.single_shift);
}

template <class A, Like<PartSet> R>
void fields_of(A& a, R& r) { a(r.id, r.parts, r.first_at, r.joined, r.before); }

template <class A, Like<Segment> R>
void fields_of(A& a, R& r) {
  a(r.state, r.bind, r.session, r.sequence_number, r.body, r.tlvs, r.smsc_message_id, r.status, r.receipt, r.submitted_at,
    r.answered_at, r.receipt_at, r.resent);
}

template <class A, Like<Step> R>
void fields_of(A& a, R& r) { a(r.state, r.at, r.detail); }

template <class A, Like<Message> R>
void fields_of(A& a, R& r) {
  a(r.contact, r.to, r.conversation, r.launch, r.cause, r.cause_rule, r.cause_index, r.message_class, r.sender, r.asked_sender, r.text,
    r.tariff, r.data_coding, r.udhi, r.attempt, r.resent, r.created_at, r.not_before, r.valid_until, r.segments, r.history, r.prev);
}

template <class A, Like<ParkedReceipt> R>
void fields_of(A& a, R& r) { a(r.raw, r.from, r.stat, r.state, r.final_receipt, r.received_at, r.detail, r.also); }

template <class A, Like<ParkedReceipts> R>
void fields_of(A& a, R& r) { a(r.receipts); }

template <class A, Like<Event> R>
void fields_of(A& a, R& r) { a(r.type, r.body, r.attempt, r.created_at, r.last_error); }

template <class A, Like<Recipient> R>
void fields_of(A& a, R& r) { a(r.fields, r.why); }

template <class A, Like<Launch> R>
void fields_of(A& a, R& r) {
  a(r.revision, r.recipients, r.cursor, r.sent, r.suppressed, r.refused, r.created_at, r.launched_at, r.done_at);
}

template <class A, Like<Explanation> R>
void fields_of(A& a, R& r) { a(r.inbound, r.reason, r.candidates, r.trace); }

template <class Record>
void write_fields(const Record& record, Octets& out) {
  Writer writer(out);
  fields_of(writer, record);
}
template <class Record>
bool read_fields(std::span<const std::byte> blob, Record& into) {
  Reader reader(blob);
  fields_of(reader, into);
  return reader.done();
}

}  // namespace

void encode(const Contact& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, Contact& into) {
  if (!read_fields(blob, into)) return false;
  for (Conversation& open : into.open) {
    open.contact = into.id;
    open.number = into.number;
  }
  return true;
}

void encode(const Conversation& record, Octets& out) {
  Writer writer(out);
  writer(record.contact);
  own_fields(writer, record);
}
bool decode(std::span<const std::byte> blob, Conversation& into) {
  Reader reader(blob);
  reader(into.contact);
  own_fields(reader, into);
  return reader.done();
}

void encode(const Inbound& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, Inbound& into) { return read_fields(blob, into); }
void encode(const PartSet& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, PartSet& into) { return read_fields(blob, into); }
void encode(const Message& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, Message& into) { return read_fields(blob, into); }
void encode(const ParkedReceipts& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, ParkedReceipts& into) { return read_fields(blob, into); }
void encode(const Event& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, Event& into) { return read_fields(blob, into); }
void encode(const Recipient& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, Recipient& into) { return read_fields(blob, into); }
void encode(const Launch& record, Octets& out) { write_fields(record, out); }
bool decode(std::span<const std::byte> blob, Launch& into) { return read_fields(blob, into); }

void encode(const std::vector<Explanation>& record, Octets& out) {
  Writer writer(out);
  writer(record);
}
bool decode(std::span<const std::byte> blob, std::vector<Explanation>& into) {
  Reader reader(blob);
  reader(into);
  return reader.done();
}

}  // namespace storage
