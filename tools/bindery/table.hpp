// Answers with rows: aligned columns for people, one JSON array of objects with --json.
#pragma once

#include "tools/bindery/commands.hpp"

#include <string>
#include <vector>

namespace bindery {

struct Table {
  std::vector<std::string> columns;             // also the JSON names, spaces as underscores
  std::vector<std::vector<std::string>> rows;
};

void print(const Table& table, const Common& common);

// Control characters as \xNN: what is shown on a terminal came from other people.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace bindery
