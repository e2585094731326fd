// Values with units, and the word a person probably meant.
#include "core/config_keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace core {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// A decimal number followed by one of the units.
template <std::size_t N>
bool read_with_unit(std::string_view text, const std::array<Unit, N>& units, double& into) {
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || !std::isfinite(number) || number < 0) return false;
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  for (const Unit& known : units) {
    if (known.name != unit) continue;
    into = number * known.factor;
    return true;
  }
  return false;
}

}  // namespace

bool read_duration(std::string_view text, Duration& into) {
  static constexpr std::array units{Unit{"ms", 1},       Unit{"s", 1'000},      Unit{"m", 60'000},
                                    Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
  double milliseconds = 0;
  if (text != "0" && !read_with_unit(text, units, milliseconds)) return false;
  constexpr double longest = 3650.0 * 86'400'000;          // ten years: beyond it a sum of times may overflow
  if (milliseconds > longest) return false;
  into = Duration(static_cast<Duration::rep>(milliseconds));
  return true;
}

bool read_rate(std::string_view text, double& into) {
  static constexpr std::array units{Unit{"/s", 1}, Unit{"/m", 1.0 / 60}, Unit{"/h", 1.0 / 3600}};
  double rate = 0;
  if (!read_with_unit(text, units, rate) || rate <= 0 || rate > 1e6) return false;
  into = rate;
  return true;
}

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string best;
  std::size_t best_distance = std::min(word.size(), std::max<std::size_t>(1, word.size() / 3) + 1);  // something is shared
  for (const std::string_view candidate : candidates) {
    // Damerau-Levenshtein over three rows: "widnow" is one slip away from "window".
    std::vector<std::size_t> before(candidate.size() + 1), last(candidate.size() + 1), row(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const bool same = word[i - 1] == candidate[j - 1];
        row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
        if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1]) {
          row[j] = std::min(row[j], before[j - 2] + 1);
        }
      }
      before.swap(last);
      last.swap(row);
    }
    if (last[candidate.size()] < best_distance) {
      best_distance = last[candidate.size()];
      best = candidate;
    }
  }
  return best;
}

}  // namespace core
