// The write budget of DESIGN 3.9, counted and not timed: rows and log octets of a round trip (MO in, reply out,
// accepted) among contacts met in no order. Fails when a contact costs a second page (an index over it does), or a step a row of its own.
#include "storage/limits.hpp"
#include "test/unit/storage_place.hpp"

using namespace storage_test;

namespace {

constexpr std::uint64_t kContacts = 20'000;
constexpr std::uint64_t kSpread = 7919;  // coprime to kContacts
constexpr std::size_t kBatch = 256;

std::string number_of(std::uint64_t n) { return std::to_string(447700000000 + n % kContacts); }

void seed(Place& place) {
  for (std::uint64_t n = 0; n < kContacts;) {
    Keys keys;
    for (std::size_t i = 0; i < 1000; ++i) keys.contacts.insert(number_of(n + i));
    WorkingSet set = place.load(keys);
    for (std::size_t i = 0; i < 1000; ++i, ++n) {
      Contact contact;
      contact.id = n + 1;
      contact.number = number_of(n);
      contact.fields = {{"first_name", "Alexandra"}, {"last_name", "Featherstone"}};
      contact.open.resize(1);
      contact.open[0].campaign = "checkup-reminder";
      contact.open[0].number = contact.number;
      contact.open[0].contact = contact.id;
      contact.open[0].fields = {{"appointment.at", "2026-02-03T10:00"}};
      set.contacts.insert(contact.number, contact);
    }
    place.commit(set);
  }
}

// The MOs of one batch and the submit results of the one before, as the engine decides them.
std::vector<Id> turn(Place& place, std::uint64_t first, const std::vector<Id>& submitted) {
  Keys keys;
  for (std::size_t i = 0; i < kBatch; ++i) keys.contacts.insert(number_of((first + i) * kSpread));
  keys.messages.insert(submitted.begin(), submitted.end());
  WorkingSet set = place.load(keys);
  for (const Id id : submitted) {
    Message& message = set.messages.write(id);
    message.segments[0].state = SegmentState::accepted;
    message.segments[0].smsc_message_id = show_id("", id);
    message.state = MessageState::accepted;
    set.smsc_ids.insert({"carrier-a", message.segments[0].smsc_message_id}, {id, 0});
  }
  const Turn number = place.store().last_turn() + 1;
  std::vector<Id> claimed;
  unsigned index = 0;
  for (std::size_t i = 0; i < kBatch; ++i) {
    Contact& contact = set.contacts.write(number_of((first + i) * kSpread));
    Inbound inbound;
    inbound.id = make_id(number, 0, ++index);
    inbound.account = "carrier-a";
    inbound.from = contact.number;
    inbound.raw.assign(60, std::byte{0x42});
    inbound.text = "Yes please";
    inbound.trace = {"rule 1 (YES, Y, CONFIRM): matched", "reply", "notify crm"};
    inbound.prev = contact.chain_head;
    Message message;
    message.id = make_id(number, 0, ++index);
    message.to = contact.number;
    message.account = "carrier-a";
    message.text = "Confirmed. See you Tue 10:00. Reply NO to change it.";
    message.state = MessageState::submitting;
    message.segments.resize(1);
    message.segments[0].state = SegmentState::submitting;
    message.segments[0].body.assign(message.text.size(), std::byte{0x41});
    message.prev = inbound.id;
    contact.open[0].step = contact.open[0].step.empty() ? "confirmed" : "";
    contact.chain_head = message.id;
    ++contact.version;
    set.inbounds.insert(inbound.id, inbound);
    set.messages.insert(message.id, message);
    claimed.push_back(message.id);
  }
  place.commit(set);
  return claimed;
}

}  // namespace

TEST_CASE("a round trip writes five rows and two pages: its contact's, and its share of the right edges") {
  Place place(Kind::sqlite);
  seed(place);
  const auto& store = dynamic_cast<const sqlite::SqliteStore&>(place.store());
  constexpr std::uint64_t kTurns = 12;
  std::vector<Id> submitted = turn(place, 0, {});
  const sqlite::WriteFigures before = store.figures();
  for (std::uint64_t n = 1; n <= kTurns; ++n) submitted = turn(place, n * kBatch, submitted);
  const sqlite::WriteFigures after = store.figures();
  constexpr double kTrips = kTurns * kBatch;
  const double rows = static_cast<double>(after.rows - before.rows) / kTrips;
  const double octets = static_cast<double>(after.wal_bytes - before.wal_bytes) / kTrips;
  INFO(rows << " rows and " << octets << " octets of log a round trip");
  CHECK(after.transactions - before.transactions == kTurns);
  CHECK(rows < 5.01);
  CHECK(octets < 1.5 * storage::kWalFrameBytes);
}
