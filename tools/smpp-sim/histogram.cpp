#include "tools/smpp-sim/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace smpp_sim {

std::size_t Histogram::class_of(std::uint64_t us) {
  const unsigned width = static_cast<unsigned>(std::bit_width(us));
  const unsigned shift = width > kBits + 1 ? width - (kBits + 1) : 0;
  const std::size_t index = (std::size_t{shift} << kBits) + static_cast<std::size_t>(us >> shift);
  return std::min(index, kClasses - 1);
}

std::uint64_t Histogram::top_of(std::size_t index) {
  const std::size_t shift = index < (std::size_t{2} << kBits) ? 0 : (index >> kBits) - 1;
  const std::uint64_t value = index - (shift << kBits);
  return ((value + 1) << shift) - 1;
}

void Histogram::add(Duration duration) {
  duration = std::max(duration, Duration(0));
  const auto us = static_cast<std::uint64_t>(duration.count());
  ++counts_[class_of(us)];
  least_ = count_ == 0 ? duration : std::min(least_, duration);
  most_ = std::max(most_, duration);
  ++count_;
  sum_us_ += us;
}

Histogram::Duration Histogram::mean() const {
  return Duration(count_ == 0 ? 0 : static_cast<std::int64_t>(sum_us_ / count_));
}

Histogram::Duration Histogram::percentile(double percent) const {
  if (count_ == 0) return Duration(0);
  const double share = std::clamp(percent, 0.0, 100.0) / 100.0;
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kClasses; ++i) {
    seen += counts_[i];
    // The class says no more than its top, but nothing was longer than the longest.
    if (seen >= wanted) return std::min(Duration(static_cast<std::int64_t>(top_of(i))), most_);
  }
  return most_;
}

}  // namespace smpp_sim
