// Latencies in little memory: counts of durations in classes that are about 1.6 % wide, from 1 µs to over an hour. As
// HdrHistogram counts, so that no sample is thrown away and percentiles far out are true.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace smpp_sim {

class Histogram {
 public:
  using Duration = std::chrono::microseconds;

  void add(Duration duration);  // negative ones count as 0, the longest class takes all above it
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Duration least() const { return count_ == 0 ? Duration(0) : least_; }
  [[nodiscard]] Duration most() const { return most_; }
  [[nodiscard]] Duration mean() const;
  // The duration that `percent` of all (0 to 100) do not exceed, to the width of its class; 0 of nothing.
  [[nodiscard]] Duration percentile(double percent) const;

 private:
  // 64 classes for each power of two; below 128 µs each is 1 µs wide.
  static constexpr unsigned kBits = 6, kPowers = 28;
  static constexpr std::size_t kClasses = std::size_t{kPowers} << kBits;
  static std::size_t class_of(std::uint64_t us);
  static std::uint64_t top_of(std::size_t index);  // the longest duration of that class

  std::array<std::uint64_t, kClasses> counts_{};
  std::uint64_t count_ = 0, sum_us_ = 0;
  Duration least_{0}, most_{0};
};

}  // namespace smpp_sim
