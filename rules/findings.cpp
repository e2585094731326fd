#include "rules/findings.hpp"

#include "rules/limits.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

namespace rules {
namespace {

constexpr std::size_t kShortList = 8;  // more than this to choose from is noise in a message

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t common_prefix(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < std::min(a.size(), b.size()) && lower(a[length]) == lower(b[length])) ++length;
  return length;
}

template <typename Text>
std::string hint_among(std::string_view written, std::span<const Text> known) {
  if (written.size() > kNameOctets) return {};  // not a slip of the finger, and dear to compare
  const Text* best = nullptr;
  std::size_t best_distance = 0;
  for (const Text& word : known) {
    const std::size_t distance = edit_distance(written, word);
    if (best == nullptr || distance < best_distance) std::tie(best, best_distance) = std::tuple(&word, distance);
  }
  // A third of the word may be wrong, at least one letter, or the end of it: "replay" and "replies" are "reply", "sms"
  // is not "set".
  const std::size_t longest = best == nullptr ? 0 : std::max(written.size(), best->size());
  if (best != nullptr &&
      (best_distance <= std::max<std::size_t>(1, longest / 3) || 2 * common_prefix(written, *best) >= longest)) {
    return fmt::format(" (did you mean \"{}\"?)", *best);
  }
  if (!known.empty() && known.size() <= kShortList) return fmt::format(" (known: {})", fmt::join(known, ", "));
  return {};
}

}  // namespace

void in_file_order(std::vector<Mistake>& mistakes) {
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string hint(std::string_view written, std::span<const std::string> known) { return hint_among(written, known); }
std::string hint(std::string_view written, std::span<const std::string_view> known) {
  return hint_among(written, known);
}

std::string Mistake::to_string() const { return fmt::format("{}:{}:{}: {}", file, line, column, message); }

}  // namespace rules
