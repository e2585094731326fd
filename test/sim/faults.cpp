#include "test/sim/faults.hpp"

#include <algorithm>

namespace sim {
namespace {

struct Kind {
  std::string_view name;
  double rate;
};
constexpr std::array<Kind, kFaults> kKinds{{
#define X(name, rate) {#name, rate},
    SIM_FAULTS(X)
#undef X
}};

}  // namespace

std::string_view name_of(Fault fault) { return kKinds[static_cast<std::size_t>(fault)].name; }

Faults::Faults(Random& random) : random_(random) {
  constexpr std::array<double, 6> kScales{0, 0.5, 1, 1, 1.5, 2.5};
  for (std::size_t i = 0; i < kFaults; ++i) {
    rates_[i] = std::min(0.95, kKinds[i].rate * kScales[random_.index(kScales.size())]);
  }
}

bool Faults::strikes(Fault fault) {
  // Asked even when healed, so that the number of random words drawn does not hang on the phase.
  const bool hit = random_.chance(rates_[static_cast<std::size_t>(fault)]);
  if (!hit || healed_) return false;
  happened(fault);
  return true;
}

std::size_t Faults::kinds() const {
  return static_cast<std::size_t>(std::ranges::count_if(taken_, [](std::uint64_t n) { return n > 0; }));
}

}  // namespace sim
