// The subscribers: each says something now and then, answers what reaches the handset, opts out and back in, and
// sometimes writes at length.
#pragma once

#include "test/sim/carrier.hpp"

#include <cstdint>
#include <string>

namespace sim {

struct World;

class People {
 public:
  explicit People(World& world) : world_(world) {}
  void start();
  // A message reached this person's handset (its first segment stands for it).
  void hears(const Taken& taken);
  // Right now, whoever it is.
  void says(const std::string& number, const std::string& sender, const std::string& text);
  [[nodiscard]] std::uint64_t said() const { return said_; }

 private:
  void chat();
  [[nodiscard]] std::string words_of(bool answering);
  World& world_;
  std::uint64_t said_ = 0;
};

}  // namespace sim
