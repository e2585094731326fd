#include "test/sim/report.hpp"

#include "test/sim/log.hpp"

#include <cstdio>

namespace sim {

using storage::MessageState;

void Totals::add(const core::engine::Figures& figures) {
  turns += figures.turns;
  inputs += figures.inputs;
  conflicts += figures.conflicts;
  absorbed += figures.absorbed;
  revoked += figures.revoked;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    for (std::size_t j = 0; j < transitions.size(); ++j) transitions[i][j] += figures.transitions[i][j];
  }
}

void Totals::add(const Faults& more) {
  for (std::size_t i = 0; i < kFaults; ++i) faults[i] += more.taken()[i];
}

void Totals::add(const Totals& more) {
  turns += more.turns;
  inputs += more.inputs;
  conflicts += more.conflicts;
  absorbed += more.absorbed;
  revoked += more.revoked;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    for (std::size_t j = 0; j < transitions.size(); ++j) transitions[i][j] += more.transitions[i][j];
  }
}

namespace {

// Each permitted transition with how often it was taken.
template <class Visit>
void each_transition(const Totals& totals, Visit&& visit) {
  for (std::size_t i = 0; i < totals.transitions.size(); ++i) {
    for (std::size_t j = 0; j < totals.transitions.size(); ++j) {
      const auto from = static_cast<MessageState>(i), to = static_cast<MessageState>(j);
      if (storage::may_become(from, to)) visit(from, to, totals.transitions[i][j]);
    }
  }
}

}  // namespace

void print(const Totals& totals) {
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("transitions of a segment:\n");
  each_transition(totals, [&](MessageState from, MessageState to, std::uint64_t count) {
    std::printf("  %10llu  %s -> %s\n", number(count), std::string(storage::to_string(from)).c_str(), std::string(storage::to_string(to)).c_str());
  });
  std::printf("faults:\n");
  for (std::size_t i = 0; i < kFaults; ++i) std::printf("  %10llu  %s\n", number(totals.faults[i]), std::string(name_of(static_cast<Fault>(i))).c_str());
  std::printf("%llu seeds: %llu MOs, %llu MTs, %llu crashes, %llu turns of %llu inputs, %llu conflicts, %llu redeliveries absorbed, %llu segments revoked, %llu virtual hours\n",
              number(totals.seeds), number(totals.mos), number(totals.mts), number(totals.crashes), number(totals.turns), number(totals.inputs),
              number(totals.conflicts), number(totals.absorbed), number(totals.revoked), number(totals.virtual_seconds / 3600));
}

std::string never_taken(const Totals& totals) {
  std::string text;
  each_transition(totals, [&](MessageState from, MessageState to, std::uint64_t count) {
    if (count == 0) text += words("never taken: ", storage::to_string(from), " -> ", storage::to_string(to), "\n");
  });
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (totals.faults[i] == 0) text += words("never happened: ", name_of(static_cast<Fault>(i)), "\n");
  }
  return text;
}

}  // namespace sim
