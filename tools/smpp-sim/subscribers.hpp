// The simulated people: who they are, what they answer, after how long, and when they can be reached. Pure and seeded:
// what a person does with a message follows from seed, number, sender and the how manieth message of that sender it is,
// never from the order in which people, or a person's senders, are served.
#pragma once

#include "tools/smpp-sim/random.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// How long a person thinks before answering.
struct ThinkTime {
  enum class Shape { uniform, exponential, normal };
  Shape shape = Shape::uniform;
  std::chrono::milliseconds first{200}, second{1500};  // least and most; mean and (unused); mean and deviation
  [[nodiscard]] std::chrono::milliseconds draw(Random& random) const;
};
inline constexpr std::chrono::hours kMaxThinkTime{24};

// One thing a person does, at most once for each sender unless `every`.
struct Habit {
  std::string when;                  // what the message must contain, ignoring case; empty: the sender's first message
  std::vector<std::string> replies;  // one of them is chosen
  std::string means = {};            // what the person wants: "confirmed", "released", "opted_out", or nothing
  std::vector<std::string> tapbacks =
      {};                      // instead of replies: "Liked", "Laughed at", "👍": a reaction quoting the text
  std::size_t at_message = 0;  // the sender's n-th message instead of its first; 0: not set
  bool every = false;          // each message that fits `when`: an auto-responder, up to kMaxAnswers
  double probability = 1;
};

// Minutes of the UTC day, `from` included; it may go past midnight.
struct DailyHours {
  int from = 0, to = 0;
  bool operator==(const DailyHours&) const = default;
};

struct Personality {
  std::string name;
  std::size_t share = 1;         // relative to the other personalities
  std::vector<Habit> habits;     // the first that fits is taken
  double reply_probability = 1;  // of answering a message at all
  double typos = 0;              // share of replies with a slip of the finger
  std::optional<ThinkTime> think_time = {};
  std::vector<DailyHours> off_network = {};  // when the handset cannot be reached
};

struct NumberRange {
  std::uint64_t first_number = 0;
  std::size_t count = 0;
  std::vector<Personality> personalities;
};

struct Population {
  std::uint64_t first_number = 447'700'900'001;
  ThinkTime think_time;
  std::vector<Personality> personalities;  // of the range from first_number on, as many people as --subscribers says
  std::vector<NumberRange> ranges;         // further ones
};

// Most say YES in some spelling, some NO, some "yes please!" and then YES when asked again, one in twenty STOP, one
// in twenty nothing.
[[nodiscard]] Population demo_population();
// A personality file (JSON, see README.md); on failure `error` has a line `file:line:column: what` for each mistake.
[[nodiscard]] std::optional<Population> parse_population(std::string_view json, const std::string& file,
                                                         std::string& error);

struct Answer {
  std::string text;
  std::string means;
  std::string intended;  // the text without the typo; empty: there was none
  std::string kind;      // "text", "tapback", "auto"
  std::chrono::milliseconds think{0};
};

class Subscriber {
 public:
  static constexpr std::size_t kMaxHabits = 64;
  // Of an `every` habit to one sender: two machines that answer each other must end some day.
  static constexpr std::size_t kMaxAnswers = 1'000;

  Subscriber(std::string number, const Personality& personality, const ThinkTime& think_time, std::uint64_t seed);
  [[nodiscard]] const std::string& number() const { return number_; }
  [[nodiscard]] const std::string& personality() const { return personality_->name; }
  // Once for each message that reaches the handset, whether it answers or not.
  [[nodiscard]] std::optional<Answer> answer(const std::string& sender, std::string_view text);
  // When the handset can be reached again; absent: it can be now.
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> off_network_until(
      std::chrono::system_clock::time_point now) const;
  void forget() { senders_.clear(); }

 private:
  struct Acquaintance {
    std::size_t messages = 0, auto_answers = 0;
    std::uint64_t habits_used = 0;  // bit n: habit n
  };
  [[nodiscard]] Answer make_answer(const Habit& habit, std::string_view text, Random& random) const;

  std::string number_;
  const Personality* personality_;
  ThinkTime think_time_;
  std::uint64_t seed_;
  std::map<std::string, Acquaintance> senders_;
};

class Subscribers {
 public:
  // `count` people on consecutive numbers and those of the population's ranges; personalities by their shares, who has
  // which by the seed.
  Subscribers(Population population, std::size_t count, std::uint64_t seed);
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;

  [[nodiscard]] Subscriber* find(std::string_view number);  // digits, with or without '+'
  [[nodiscard]] const std::vector<Subscriber>& all() const { return people_; }
  void forget();  // everybody meets every sender anew

 private:
  struct Span {
    std::size_t begin = 0, count = 0;  // places in people_
  };
  void add(std::uint64_t first_number, std::size_t count, const std::vector<Personality>& personalities,
           std::uint64_t seed);

  Population population_;
  std::vector<Subscriber> people_;
  std::map<std::uint64_t, Span> spans_;  // by first number
};

// One slip of the finger in the letters of the text: two swapped, one dropped, doubled, or its neighbour on the
// keyboard. Texts without two letters in a row stay as they are.
[[nodiscard]] std::string with_typo(std::string_view text, Random& random);
// "Liked “See you at 10”", "👍 to “See you at 10”"; some phones write straight quotes.
[[nodiscard]] std::string tapback_text(std::string_view reaction, std::string_view text, Random& random);

}  // namespace smpp_sim
