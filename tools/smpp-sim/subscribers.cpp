#include "tools/smpp-sim/subscribers.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <numeric>
#include <utility>

namespace smpp_sim {
namespace {

// splitmix64: the same numbers on every platform, unlike the standard distributions.
std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

// How many people each personality gets: by share, the remainders to the largest fractions.
std::vector<std::size_t> head_counts(const std::vector<Personality>& personalities, std::size_t count) {
  std::size_t shares = 0;
  for (const auto& each : personalities) shares += each.share;
  std::vector<std::size_t> heads, order(personalities.size());
  std::size_t given = 0;
  for (const auto& each : personalities) {
    heads.push_back(count * each.share / shares);
    given += heads.back();
  }
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return count * personalities[a].share % shares > count * personalities[b].share % shares;
  });
  for (std::size_t i = 0; given < count; ++i, ++given) ++heads[order[i % order.size()]];
  return heads;
}

}  // namespace

Population demo_population() {
  Population people;
  people.personalities = {
      {"agrees", 11, {{"", {"YES", "yes", " Yes. ", "Yes"}, "confirmed"}}},
      {"declines", 4, {{"", {"NO", "no", "No."}, "released"}}},
      {"chatty", 3, {{"YES or NO", {"YES", "yes"}, "confirmed"}, {"", {"yes please!", "Yes please! :)"}, ""}}},
      {"opts out", 1, {{"", {"STOP"}, "opted_out"}}},
      {"silent", 1, {}},
  };
  return people;
}

Subscriber::Subscriber(std::string number, const Personality& personality, std::uint64_t seed)
    : number_(std::move(number)), personality_(&personality), state_(seed) {}

std::uint64_t Subscriber::random() { return split_mix(state_); }

std::optional<Answer> Subscriber::answer(const std::string& sender, std::string_view text, const Population& of) {
  Acquaintance& known = senders_[sender];
  const bool is_first = known.messages++ == 0;
  for (std::size_t i = 0; i < personality_->habits.size() && i < 64; ++i) {
    const Habit& habit = personality_->habits[i];
    const std::uint64_t bit = std::uint64_t{1} << i;
    const bool fits = habit.when.empty() ? is_first : !is_first && contains_ignoring_case(text, habit.when);
    if (!fits || (known.habits_used & bit) != 0 || habit.replies.empty()) continue;
    known.habits_used |= bit;
    const auto span = static_cast<std::uint64_t>((of.think_max - of.think_min).count()) + 1;
    Answer answer;
    answer.text = habit.replies[random() % habit.replies.size()];
    answer.means = habit.means;
    answer.think = of.think_min + std::chrono::milliseconds(random() % span);
    return answer;
  }
  return std::nullopt;
}

Subscribers::Subscribers(Population population, std::size_t count, std::uint64_t seed)
    : population_(std::move(population)) {
  if (population_.personalities.empty()) return;
  std::vector<std::size_t> roles;
  const auto heads = head_counts(population_.personalities, count);
  for (std::size_t i = 0; i < heads.size(); ++i) roles.insert(roles.end(), heads[i], i);
  std::uint64_t state = seed;
  for (std::size_t i = roles.size(); i > 1; --i) std::swap(roles[i - 1], roles[split_mix(state) % i]);
  people_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t own = seed ^ (population_.first_number + i);
    people_.emplace_back(std::to_string(population_.first_number + i), population_.personalities[roles[i]],
                         split_mix(own));
  }
}

// Numbers are consecutive, so the place follows from the number.
Subscriber* Subscribers::find(std::string_view number) {
  if (!number.empty() && number.front() == '+') number.remove_prefix(1);
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (failed != std::errc() || end != number.data() + number.size() || value < population_.first_number) return nullptr;
  const std::uint64_t place = value - population_.first_number;
  return place < people_.size() ? &people_[place] : nullptr;
}

}  // namespace smpp_sim
