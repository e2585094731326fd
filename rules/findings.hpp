// The mistakes found in one campaign file, and the words that help to mend them.
#pragma once

#include "rules/document.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rules {

class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}
  void add(Position at, std::string message) { mistakes_.push_back({file_, at.line, at.column, std::move(message)}); }
  [[nodiscard]] std::vector<Mistake> take() { return std::move(mistakes_); }

 private:
  std::string file_;
  std::vector<Mistake> mistakes_;
};

// Those of one file by line and column, whatever order the checks ran in.
void in_file_order(std::vector<Mistake>& mistakes);

// Letters to insert, remove, change or swap with their neighbour to get from one word to the other, case ignored.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// ` (did you mean "reply"?)`; nothing near and few to choose from: ` (known: reply, notify)`; else empty.
[[nodiscard]] std::string hint(std::string_view written, std::span<const std::string> known);
[[nodiscard]] std::string hint(std::string_view written, std::span<const std::string_view> known);

}  // namespace rules
