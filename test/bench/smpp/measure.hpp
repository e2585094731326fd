// Time and allocations of one operation, as medians of several runs: the machine has other things to do, too.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace bench {

// How often operator new was called so far, in all threads.
[[nodiscard]] std::uint64_t allocations();

// Keeps the compiler from leaving the work out.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

struct Figure {
  double nanoseconds = 0;
  double best = 0;  // of the runs: nearer to what an idle machine would show
  double allocations = 0;
};

inline double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

template <class Operation>
Figure measure(Operation&& operation) {
  constexpr std::size_t kRuns = 11;
  constexpr double kRunSeconds = 0.02;
  std::size_t times = 1;
  for (double took = 0; took < kRunSeconds; times *= 2) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < times * 2; ++i) operation();
    took = seconds_since(begin);
  }
  std::array<double, kRuns> runs{};
  const auto allocated = bench::allocations();
  for (double& run : runs) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < times; ++i) operation();
    run = seconds_since(begin) / static_cast<double>(times);
  }
  std::sort(runs.begin(), runs.end());
  return {runs[kRuns / 2] * 1e9, runs[0] * 1e9,
          static_cast<double>(bench::allocations() - allocated) / static_cast<double>(times * kRuns)};
}

}  // namespace bench
