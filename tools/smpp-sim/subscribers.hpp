// The simulated people: who they are, what they answer and after how long. Pure and seeded: a person's answers depend
// on the seed, the number and the messages received, never on the order in which people are served.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// One thing a person does, at most once for each sender.
struct Habit {
  std::string when;                  // what the message must contain, ignoring case; empty: the sender's first message
  std::vector<std::string> replies;  // one of them is chosen
  std::string means;                 // what the person wants: "confirmed", "released", "opted_out", or nothing
};

struct Personality {
  std::string name;
  std::size_t share = 1;      // relative to the other personalities
  std::vector<Habit> habits;  // the first that fits is taken
};

struct Population {
  std::uint64_t first_number = 447'700'900'001;
  std::chrono::milliseconds think_min{200}, think_max{1500};
  std::vector<Personality> personalities;
};

// Most say YES in some spelling, some NO, some "yes please!" and then YES when asked again, one in twenty STOP, one
// in twenty nothing.
[[nodiscard]] Population demo_population();
// A personality file (JSON, see README.md); on failure `error` says where and what.
[[nodiscard]] std::optional<Population> parse_population(std::string_view json, std::string& error);

struct Answer {
  std::string text;
  std::string means;
  std::chrono::milliseconds think{0};
};

class Subscriber {
 public:
  Subscriber(std::string number, const Personality& personality, std::uint64_t seed);
  [[nodiscard]] const std::string& number() const { return number_; }
  [[nodiscard]] const std::string& personality() const { return personality_->name; }
  [[nodiscard]] std::optional<Answer> answer(const std::string& sender, std::string_view text, const Population& of);

 private:
  struct Acquaintance {
    std::size_t messages = 0;
    std::uint64_t habits_used = 0;  // bit n: habit n
  };
  std::uint64_t random();

  std::string number_;
  const Personality* personality_;
  std::uint64_t state_;
  std::map<std::string, Acquaintance> senders_;
};

class Subscribers {
 public:
  // `count` people on consecutive numbers; personalities by their shares, who has which by the seed.
  Subscribers(Population population, std::size_t count, std::uint64_t seed);
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;

  [[nodiscard]] Subscriber* find(std::string_view number);  // digits, with or without '+'
  [[nodiscard]] const std::vector<Subscriber>& all() const { return people_; }
  [[nodiscard]] const Population& population() const { return population_; }

 private:
  Population population_;
  std::vector<Subscriber> people_;
};

}  // namespace smpp_sim
