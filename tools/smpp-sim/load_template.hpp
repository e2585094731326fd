// Addresses and texts of a load: "4477009{n:05}", "4477{random:8}", "order {n}". std only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

// splitmix64: cheap to begin anew for every message, so that a message is the same whenever it is made.
class RandomDigits {
 public:
  explicit RandomDigits(std::uint64_t seed) : state_(seed) {}
  char next();

 private:
  std::uint64_t state_;
};

class LoadTemplate {
 public:
  // {n} the number of the message, {n:08} with leading zeros to that width, {random:8} so many random digits; "{{" is a
  // brace. Empty, or what is wrong: "character 5: {m} is unknown; {n}, {n:08} and {random:8} are known".
  [[nodiscard]] std::string parse(std::string_view text);
  [[nodiscard]] std::string make(std::uint64_t n, RandomDigits& random) const;
  [[nodiscard]] bool is_constant() const;

 private:
  enum class Kind { text, number, random };
  struct Piece {
    Kind kind;
    std::string text;
    std::size_t width = 0;
  };
  static constexpr std::size_t kWidest = 40;  // no address is longer, and no number

  std::vector<Piece> pieces_;
};

}  // namespace smpp_sim
