// The blob part of rows: every field comes back, damage is refused.
#include "storage/encoding.hpp"
#include "test/unit/catch.hpp"
#include "test/unit/storage_random.hpp"

using namespace storage_test;

namespace {

// Encodes, decodes into a record that has only what the columns hold, and compares; then damages the blob.
template <class Record, class Columns>
void check(std::uint64_t seed, const Record& record, Columns columns) {
  INFO("seed " << seed);
  Octets blob;
  encode(record, blob);
  Record back = columns(record);
  REQUIRE(decode(blob, back));
  CHECK(back == record);

  Random r(seed);
  for (std::size_t cut = 0; cut < blob.size(); ++cut) {
    Record half = columns(record);
    CHECK_FALSE(decode(std::span(blob).first(cut), half));
  }
  Octets longer = blob;
  longer.push_back(std::byte{0});
  Record rest = columns(record);
  CHECK_FALSE(decode(longer, rest));
  for (int i = 0; i < 40; ++i) {  // must end, in bounds; whether it still decodes is luck
    Octets damaged = blob;
    damaged[r.below(damaged.size())] = static_cast<std::byte>(r.below(256));
    Record other = columns(record);
    (void)decode(damaged, other);
  }
  blob[0] = std::byte{kEncodingVersion + 1};
  Record newer = columns(record);
  CHECK_FALSE(decode(blob, newer));
}

}  // namespace

TEST_CASE("every field of every record survives encoding") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random r(seed);
    check(seed, random_contact(r, r.text()), [](const Contact& c) {
      Contact made;
      made.number = c.number;
      return made;
    });
    check(seed, random_conversation(r, r.id(), r.id(), r.text()), [](const Conversation& c) {
      Conversation made;
      made.id = c.id;
      made.number = c.number;
      made.campaign = c.campaign;
      made.sender = c.sender;
      made.state = c.state;
      return made;
    });
    check(seed, random_inbound(r, r.id()), [](const Inbound& i) {
      Inbound made;
      made.id = i.id;
      made.conversation = i.conversation;
      made.reason = i.reason;
      made.candidates = i.candidates;
      made.trace = i.trace;
      return made;
    });
    check(seed, random_message(r, r.id()), [](const Message& m) {
      Message made;
      made.id = m.id;
      made.account = m.account;
      made.lane = m.lane;
      made.state = m.state;
      made.campaign = m.campaign;
      return made;
    });
    check(seed, random_event(r, r.id()), [](const Event& e) {
      Event made;
      made.id = e.id;
      made.endpoint = e.endpoint;
      made.conversation = e.conversation;
      made.state = e.state;
      made.due = e.due;
      made.after = e.after;
      return made;
    });
    check(seed, random_recipient(r), [](const Recipient& e) {
      Recipient made;
      made.number = e.number;
      made.state = e.state;
      return made;
    });
    check(seed, random_launch(r, r.id()), [](const Launch& l) {
      Launch made;
      made.id = l.id;
      made.campaign = l.campaign;
      made.state = l.state;
      return made;
    });
    check(seed, random_parts(r), [](const PartSet&) { return PartSet{}; });
    check(seed, random_receipts(r), [](const ParkedReceipts&) { return ParkedReceipts{}; });
    const auto explanations = r.list(5, [&] {
      const Inbound i = random_inbound(r, r.id());
      return Explanation{i.id, i.reason, i.candidates, i.trace};
    });
    check(seed, explanations, [](const auto&) { return std::vector<Explanation>{}; });
  }
}

TEST_CASE("a small record is a small blob") {
  Message message;
  message.text = "YES";
  Octets blob;
  encode(message, blob);
  CHECK(blob.size() < 32);
}
