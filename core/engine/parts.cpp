// Long inbound messages: every part is an inbound row before it is acknowledged; the set joins in number order,
// whatever the order of arrival (P110 to P112).
#include "core/engine/numbers.hpp"
#include "core/engine/pass.hpp"
#include "smpp/codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace core::engine {

using storage::InboundState;
using storage::PartKey;
using storage::PartSet;

namespace {

PartKey key_of(const std::string& account, const smpp::Address& source, const smpp::Address& destination, const smpp::Concatenation& c) {
  return {account, source.addr, destination.addr, c.reference, c.width, c.total};
}

// What is there, with a mark where something is missing.
smpp::DecodedText join(const PartSet& set, std::uint8_t total, const smpp::DecodeOptions& decoding) {
  smpp::DecodedText joined;
  std::vector<smpp::ReceivedPart> run;
  const auto flush = [&] {
    if (!run.empty()) {
      const smpp::DecodedText decoded = smpp::read_parts(run, decoding);
      joined.text += decoded.text;
      joined.raw = joined.raw || decoded.raw;
    }
    run.clear();
  };
  std::uint8_t expected = 1;
  for (const storage::Part& part : set.parts) {
    for (; expected < part.number; ++expected) {
      flush();
      joined.text += "[…]";
    }
    run.push_back({part.octets, part.data_coding, {part.header_octets, {part.locking_shift, part.single_shift}}});
    ++expected;
  }
  flush();
  if (expected <= total) joined.text += "[…]";
  return joined;
}

}  // namespace

void Pass::part(const Mo& input, storage::Inbound row) {
  const smpp::Concatenation& c = *input.payload.concatenation;
  const PartKey key = key_of(input.link.account, input.source, input.destination, c);
  ++figures.parts;
  row.state = InboundState::waiting;
  row.reason = fmt::format("part {} of {}", c.number, c.total);
  row.confidence = "none";
  if (missing(set_.parts, key, want_.parts)) return;
  const auto known = set_.parts.read(key);
  const PartSet before = known ? *known : PartSet{};
  const auto existing = std::ranges::find(before.parts, c.number, &storage::Part::number);
  std::vector<storage::Part> joined_before = before.before;
  if (known && before.joined != 0) {
    // After a whole one: the next message under this reference, or a part that the SMSC sends once more (P111). Which of
    // the two shows when nothing else comes.
    joined_before = before.parts;
    end_set(key, before);
  } else if (existing != before.parts.end()) {
    if (existing->octets == input.payload.user_data) {
      row.reason += ", received before";
      row.state = InboundState::done;
      const Id id = row.id;
      set_.inbounds.insert(id, std::move(row));
      return;
    }
    // The reference was taken again: what is there goes on as it is, this part starts a new set.
    if (only_repeats(before)) drop_repeats(key, before);
    else hand_on(key, before, {}, false);
  }
  if (!set_.parts.read(key)) {
    set_.parts.insert(key, {row.id, {}, now_.wall, 0, std::move(joined_before)});
    set_timer(storage::TimerKind::parts_incomplete, row.id, now_.wall + account_settings(input.link.account)->reassembly_timeout);
    make_room_for_parts(row.from, key);
  }
  PartSet& set = set_.parts.write(key);
  const auto place = std::ranges::find_if(set.parts, [&](const storage::Part& p) { return p.number > c.number; });
  const smpp::TextHeader header = input.payload.header();
  set.parts.insert(place, {c.number, input.data_coding, input.payload.user_data, row.id, static_cast<std::uint8_t>(header.octets),
                           header.languages.locking, header.languages.single_shift});
  if (set.parts.size() < c.total) {
    const Id id = row.id;
    set_.inbounds.insert(id, std::move(row));
    return;
  }
  hand_on(key, PartSet(set), std::move(row), true);
}

// A person has so many unfinished ones; beyond that the oldest goes on as it is, as if its time were over.
void Pass::make_room_for_parts(const std::string& from, const PartKey& newest) {
  if (from.empty() || contact(from).presence == storage::Presence::not_loaded) return;
  storage::Contact& person = contact_for(from);
  if (std::ranges::find(person.part_sets, newest) == person.part_sets.end()) person.part_sets.push_back(newest);
  if (person.part_sets.size() <= kPartSetsPerSource) return;
  for (const PartKey& each : person.part_sets) static_cast<void>(missing(set_.parts, each, want_.parts));
  if (!complete()) return;
  std::erase_if(person.part_sets, [&](const PartKey& each) {
    const auto set = set_.parts.read(each);
    return !set || (set->joined != 0 && each != newest);
  });
  if (person.part_sets.size() <= kPartSetsPerSource) return;
  const PartKey oldest = person.part_sets.front();
  person.part_sets.erase(person.part_sets.begin());
  const PartSet set = *set_.parts.read(oldest);
  if (only_repeats(set)) drop_repeats(oldest, set);
  else hand_on(oldest, set, {}, false);
}

// The set becomes one message under the row of the last part to arrive; the other rows point at it.
void Pass::hand_on(const PartKey& key, const PartSet& set, storage::Inbound last, bool complete) {
  const AccountSettings* account = account_settings(key.account);
  if (last.id == 0) {
    const auto newest = std::ranges::max_element(set.parts, {}, &storage::Part::inbound);
    const auto read = inbound(newest->inbound);
    if (!read) return;
    last = *read;
  }
  for (const storage::Part& part : set.parts) {
    if (part.inbound == last.id) continue;
    const auto read = inbound(part.inbound);
    if (!read) continue;
    storage::Inbound& row = set_.inbounds.write(part.inbound);
    row.state = InboundState::done;
    row.reason += ", joined into " + storage::show_id("in_", last.id);
  }
  // A whole set stays until its timer: a part that the SMSC sends again is then known.
  if (complete) set_.parts.write(key).joined = last.id;
  else end_set(key, set);
  const smpp::DecodedText text = join(set, key.total, account ? account->decoding : smpp::DecodeOptions{});
  if (!complete) last.trace.push_back(fmt::format("incomplete: {} of {} parts arrived", set.parts.size(), key.total));
  deliver(std::move(last), text);
}

// Each of these parts came in the message before, octet for octet, and the rest of a new one never did.
bool Pass::only_repeats(const PartSet& set) {
  return std::ranges::all_of(set.parts, [&](const storage::Part& part) {
    const auto earlier = std::ranges::find(set.before, part.number, &storage::Part::number);
    return earlier != set.before.end() && earlier->octets == part.octets;
  });
}

void Pass::drop_repeats(const PartKey& key, const PartSet& set) {
  for (const storage::Part& part : set.parts) {
    if (!inbound(part.inbound)) continue;
    storage::Inbound& row = set_.inbounds.write(part.inbound);
    row.state = InboundState::done;
    row.reason += ", received before";
  }
  end_set(key, set);
}

void Pass::end_set(const PartKey& key, const PartSet& set) {
  set_.parts.erase(key);
  const storage::TimerKey timer{storage::TimerKind::parts_incomplete, set.id};
  if (!missing(set_.timers, timer, want_.timers) && set_.timers.read(timer)) set_.timers.erase(timer);
}

void Pass::parts_overdue(Id first_inbound) {
  const auto first = inbound(first_inbound);
  if (!first) return;
  const auto decoded = smpp::decode(first->raw, true);  // as it was taken, perhaps with a short_message that is cut (P13)
  if (!decoded) return;
  const auto input = input_of({}, {}, decoded->pdu, {});
  const auto* mo = input ? std::get_if<Mo>(&*input) : nullptr;
  if (!mo || !mo->payload.concatenation) return;
  const PartKey key = key_of(first->account, mo->source, mo->destination, *mo->payload.concatenation);
  if (missing(set_.parts, key, want_.parts)) return;
  const auto set = set_.parts.read(key);
  if (!set || set->id != first_inbound) return;  // another set under the same reference
  if (set->joined != 0) set_.parts.erase(key);
  else if (only_repeats(*set)) drop_repeats(key, PartSet(*set));
  else hand_on(key, PartSet(*set), {}, false);
}

}  // namespace core::engine
