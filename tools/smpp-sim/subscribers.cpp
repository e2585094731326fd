#include "tools/smpp-sim/subscribers.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <numeric>
#include <utility>

namespace smpp_sim {
namespace {

constexpr double kStraightQuotes = 0.2;  // share of phones

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

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

char neighbour_of(char letter, Random& random) {
  constexpr std::string_view rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  const bool is_upper = std::isupper(static_cast<unsigned char>(letter)) != 0;
  const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  for (const auto row : rows) {
    const auto at = row.find(lower);
    if (at == std::string_view::npos) continue;
    const bool right = at == 0 || (at + 1 < row.size() && random.below(2) == 0);
    const char near = row[right ? at + 1 : at - 1];
    return is_upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(near))) : near;
  }
  return letter;
}

bool fits(const Habit& habit, std::size_t number, std::string_view text) {
  const bool has_words = habit.when.empty() || contains_ignoring_case(text, habit.when);
  if (habit.every) return has_words;
  if (habit.at_message != 0) return number == habit.at_message && has_words;
  return habit.when.empty() ? number == 1 : number > 1 && has_words;
}

}  // namespace

std::chrono::milliseconds ThinkTime::draw(Random& random) const {
  const auto mean = static_cast<double>(first.count());
  double ms = mean;
  switch (shape) {
    case Shape::uniform:
      return first + std::chrono::milliseconds(random.below(static_cast<std::uint64_t>((second - first).count()) + 1));
    case Shape::exponential: ms = mean * random.exponential(); break;
    case Shape::normal: ms = mean + static_cast<double>(second.count()) * random.normal(); break;
  }
  const auto most = static_cast<double>(std::chrono::milliseconds(kMaxThinkTime).count());
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(ms, 0.0, most)));
}

std::string with_typo(std::string_view text, Random& random) {
  std::vector<std::size_t> pairs;  // where two letters stand side by side
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (is_letter(text[i]) && is_letter(text[i + 1])) pairs.push_back(i);
  }
  std::string out(text);
  if (pairs.empty()) return out;
  const std::size_t at = pairs[random.below(pairs.size())];
  switch (random.below(4)) {
    case 0:
      if (out[at] != out[at + 1]) {
        std::swap(out[at], out[at + 1]);
        break;
      }
      [[fallthrough]];
    case 1: out.erase(at + 1, 1); break;
    case 2: out.insert(at, 1, out[at]); break;
    default: out[at] = neighbour_of(out[at], random); break;
  }
  return out;
}

std::string tapback_text(std::string_view reaction, std::string_view text, Random& random) {
  const bool is_emoji = !reaction.empty() && static_cast<unsigned char>(reaction.front()) >= 0x80;
  const bool is_straight = random.happens(kStraightQuotes);
  std::string out(reaction);
  out += is_emoji ? " to " : " ";
  out += is_straight ? "\"" : "\u201C";
  out += text;
  return out += is_straight ? "\"" : "\u201D";
}

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

Subscriber::Subscriber(std::string number, const Personality& personality, const ThinkTime& think_time,
                       std::uint64_t seed)
    : number_(std::move(number)), personality_(&personality), think_time_(personality.think_time.value_or(think_time)),
      seed_(seed) {}

std::optional<Answer> Subscriber::answer(const std::string& sender, std::string_view text) {
  Acquaintance& known = senders_[sender];
  const std::size_t number = ++known.messages;
  Random random(seed_, sender, number);
  if (!random.happens(personality_->reply_probability)) return std::nullopt;
  for (std::size_t i = 0; i < personality_->habits.size() && i < kMaxHabits; ++i) {
    const Habit& habit = personality_->habits[i];
    const std::uint64_t bit = std::uint64_t{1} << i;
    const bool is_spent = habit.every ? known.auto_answers >= kMaxAnswers : (known.habits_used & bit) != 0;
    if (is_spent || !fits(habit, number, text) || (habit.replies.empty() && habit.tapbacks.empty())) continue;
    if (!random.happens(habit.probability)) continue;
    if (habit.every) {
      ++known.auto_answers;
    } else {
      known.habits_used |= bit;
    }
    return make_answer(habit, text, random);
  }
  return std::nullopt;
}

Answer Subscriber::make_answer(const Habit& habit, std::string_view text, Random& random) const {
  Answer answer;
  answer.means = habit.means;
  answer.think = think_time_.draw(random);
  answer.kind = habit.every ? "auto" : "text";
  if (!habit.tapbacks.empty()) {
    answer.kind = "tapback";
    answer.text = tapback_text(habit.tapbacks[random.below(habit.tapbacks.size())], text, random);
    return answer;
  }
  answer.text = habit.replies[random.below(habit.replies.size())];
  if (random.happens(personality_->typos)) {
    std::string slipped = with_typo(answer.text, random);
    if (slipped != answer.text) answer.intended = std::exchange(answer.text, std::move(slipped));
  }
  return answer;
}

std::optional<std::chrono::system_clock::time_point> Subscriber::off_network_until(
    std::chrono::system_clock::time_point now) const {
  auto at = now;
  // Hours that follow each other are one absence; more rounds than there are hours cannot lead on.
  for (std::size_t round = 0; round <= personality_->off_network.size(); ++round) {
    bool is_off = false;
    const auto day = std::chrono::floor<std::chrono::days>(at);
    for (const auto& hours : personality_->off_network) {
      const auto from = std::chrono::minutes(hours.from), to = std::chrono::minutes(hours.to);
      const auto time = at - day;
      if (hours.from <= hours.to ? time >= from && time < to : time >= from || time < to) {
        at = day + to + (hours.from > hours.to && time >= from ? std::chrono::days(1) : std::chrono::days(0));
        is_off = true;
        break;
      }
    }
    if (!is_off) break;
  }
  if (at == now) return std::nullopt;
  return at;
}

Subscribers::Subscribers(Population population, std::size_t count, std::uint64_t seed)
    : population_(std::move(population)) {
  std::size_t total = population_.personalities.empty() ? 0 : count;
  for (const auto& range : population_.ranges) total += range.count;
  people_.reserve(total);
  add(population_.first_number, count, population_.personalities, seed);
  for (const auto& range : population_.ranges) add(range.first_number, range.count, range.personalities, seed);
}

void Subscribers::add(std::uint64_t first_number, std::size_t count, const std::vector<Personality>& personalities,
                      std::uint64_t seed) {
  if (personalities.empty() || count == 0) return;
  std::vector<std::size_t> roles;
  const auto heads = head_counts(personalities, count);
  for (std::size_t i = 0; i < heads.size(); ++i) roles.insert(roles.end(), heads[i], i);
  Random shuffling(seed);
  for (std::size_t i = roles.size(); i > 1; --i) std::swap(roles[i - 1], roles[shuffling.below(i)]);
  spans_[first_number] = Span{people_.size(), count};
  for (std::size_t i = 0; i < count; ++i) {
    people_.emplace_back(std::to_string(first_number + i), personalities[roles[i]], population_.think_time,
                         Random(seed ^ (first_number + i)).next());
  }
}

// Numbers of a range are consecutive, so the place follows from the number.
Subscriber* Subscribers::find(std::string_view number) {
  if (!number.empty() && number.front() == '+') number.remove_prefix(1);
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (failed != std::errc() || end != number.data() + number.size()) return nullptr;
  auto span = spans_.upper_bound(value);
  if (span == spans_.begin()) return nullptr;
  --span;
  const std::uint64_t place = value - span->first;
  return place < span->second.count ? &people_[span->second.begin + place] : nullptr;
}

void Subscribers::forget() {
  for (auto& person : people_) person.forget();
}

}  // namespace smpp_sim
