#include "core/engine/pass.hpp"

#include "core/engine/assert.hpp"
#include "core/engine/numbers.hpp"

namespace core::engine {

Pass::Pass(const Settings& settings, std::shared_ptr<const rules::Program> rules, storage::WorkingSet& set, Memory remembered,
           const Redelivery& redelivery, const Figures& counted, Turn turn, Now now, std::uint64_t seed)
    : memory(std::move(remembered)), figures(counted), program(std::move(rules)), settings_(settings), set_(set),
      redelivery_(redelivery), turn_(turn), now_(now), random_state_(seed ^ (turn * 0x9E3779B97F4A7C15ull)) {
  releases.turn = turn;
}

void Pass::decide(const Input& input) {
  std::visit([this](const auto& each) { on(each); }, input);
}

void Pass::finish() {
  if (memory.recovery != Recovery::done) return;
  fire_due();
  feed();
  fill();
  pump_events();
  sweep();
  deadline();
}

Id Pass::next_id() {
  ASSERT(next_index_ < (1u << storage::kIndexBits), "a turn made more records than an id can number");
  return storage::make_id(turn_, settings_.node, next_index_++);
}

// splitmix64: one word of state, so that a pass decided again starts from the same place.
std::uint64_t Pass::random() {
  std::uint64_t z = (random_state_ += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

storage::Read<storage::Contact> Pass::contact(const std::string& number) {
  const auto read = set_.contacts.read(number);
  if (read.presence == storage::Presence::not_loaded) want_.contacts.insert(number);
  return read;
}

storage::Read<storage::Message> Pass::message(Id id) {
  const auto read = set_.messages.read(id);
  if (read.presence == storage::Presence::not_loaded) want_.messages.insert(id);
  return read;
}

storage::Read<storage::Inbound> Pass::inbound(Id id) {
  const auto read = set_.inbounds.read(id);
  if (read.presence == storage::Presence::not_loaded) want_.inbounds.insert(id);
  return read;
}

storage::Contact& Pass::contact_for(const std::string& number) {
  if (set_.contacts.read(number)) {
    storage::Contact& known = set_.contacts.write(number);
    ++known.version;
    return known;
  }
  storage::Contact fresh;
  fresh.id = next_id();
  fresh.number = number;
  fresh.version = 1;
  return set_.contacts.insert(number, std::move(fresh));
}

const AccountSettings* Pass::account_settings(std::string_view id) const {
  for (const AccountSettings& account : settings_.accounts) {
    if (account.id == id) return &account;
  }
  return nullptr;
}

const SenderSettings* Pass::sender_settings(std::string_view number) const {
  for (const SenderSettings& sender : settings_.senders) {
    if (sender.number == number) return &sender;
  }
  return nullptr;
}

void Pass::respond(const LinkRef& link, smpp::Incoming incoming, smpp::command_status status, std::string message_id) {
  releases.responses.push_back({link, incoming, status, std::move(message_id)});
}

void Pass::on(const LinkUp& input) {
  memory.links.up(input);
  // By the versions of both sides; another bind of the account may know better (P35, P46).
  if (!input.tlvs) memory.tlvs_refused.insert(input.link.account);
  if (!input.receives) return;
  // A mark from the start: without a row a restart would not know that this session ever was.
  const storage::LinkMarkKey key{input.link.account, input.link.epoch};
  if (missing(set_.link_marks, key, want_.link_marks)) return;
  // It has nothing of this very turn yet: messages of the new session may be in the same batch.
  if (!set_.link_marks.read(key)) set_.link_marks.insert(key, {turn_ - 1, turn_, {}});
}

void Pass::on(const LinkQuiet& input) { memory.links.quiet(input.link); }

void Pass::on(const LinkDown& input) {
  memory.links.down(input.link);
  journal.ended.push_back(input.link);
  const storage::LinkMarkKey key{input.link.account, input.link.epoch};
  if (missing(set_.link_marks, key, want_.link_marks)) return;
  if (set_.link_marks.read(key)) set_.link_marks.write(key).closed_at = now_.wall;
}

void Pass::on(const LinkAcknowledged& input) {
  journal.acknowledged.emplace_back(input.link, input.turn);
  const storage::LinkMarkKey key{input.link.account, input.link.epoch};
  if (missing(set_.link_marks, key, want_.link_marks)) return;
  const auto mark = set_.link_marks.read(key);
  if (mark && mark->acked_turn < input.turn) set_.link_marks.write(key).acked_turn = input.turn;
}

void Pass::on(const NewRules& input) {
  if (input.program) {
    program = input.program;
    const std::uint64_t revision = program->revision();
    if (!missing(set_.revisions, revision, want_.revisions) && !set_.revisions.read(revision)) {
      set_.revisions.insert(revision, {revision, program->source(), now_.wall});
    }
  }
  if (input.request != 0) answer(input.request, RulesSwapped{program->revision()});
}

}  // namespace core::engine
