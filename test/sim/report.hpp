// Totals of a run, and whether it was one: every kind of fault happened, every transition of DESIGN 3.3 was taken.
#pragma once

#include "core/engine/engine.hpp"
#include "test/sim/faults.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace sim {

struct Totals {
  std::uint64_t seeds = 0, mos = 0, mts = 0, crashes = 0, turns = 0, inputs = 0, conflicts = 0, absorbed = 0, revoked = 0, virtual_seconds = 0;
  std::array<std::uint64_t, kFaults> faults{};
  std::array<std::array<std::uint64_t, storage::kMessageStates>, storage::kMessageStates> transitions{};

  void add(const core::engine::Figures& figures);
  void add(const Faults& more);
  void add(const Totals& more);
};

void print(const Totals& totals);
// What never happened, one line each; empty: the run covers everything.
std::string never_taken(const Totals& totals);

}  // namespace sim
