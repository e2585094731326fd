// What happened, in order: the last lines for a failing run, all of them with --verbose, and their hash, which two
// runs of one seed must share.
#pragma once

#include "test/sim/schedule.hpp"

#include <array>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

namespace sim {

// A broken promise: thrown where it is seen, caught by whoever runs the seed.
struct Violation {
  std::string invariant;
  std::string detail;
};

template <class... Parts>
std::string words(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

class Log {
 public:
  Log(const Schedule& schedule, bool verbose) : schedule_(schedule), verbose_(verbose) {}

  // `what` lives as long as the program.
  void note(const char* what, std::uint64_t a = 0, std::uint64_t b = 0, std::string_view text = {});
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] std::string last_lines() const;

 private:
  struct Line {
    Duration at{};
    const char* what = "";
    std::uint64_t a = 0, b = 0;
    std::string text;
  };
  static constexpr std::size_t kKept = 48;

  [[nodiscard]] static std::string shown(const Line& line);
  void mix(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001B3ULL; }

  const Schedule& schedule_;
  bool verbose_;
  std::uint64_t hash_ = 0xCBF29CE484222325ULL;
  std::array<Line, kKept> lines_;
  std::size_t next_ = 0;
};

}  // namespace sim
