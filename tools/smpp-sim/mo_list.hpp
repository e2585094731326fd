// The messages of `smpp-sim mo --csv` and `--jsonl`, as bodies of POST /mo. Pure: everything wrong with the whole input
// is known before the first is sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

struct MoList {
  std::vector<std::string> bodies;  // JSON objects
  std::vector<std::size_t> lines;   // where each began, from 1
  std::vector<std::string> errors;  // "people.csv:3:8: ..."
};

// A first line of column names: from, to, text and any other member of POST /mo. `from` and `to` of the command line
// are taken where a column is missing.
[[nodiscard]] MoList read_csv(std::string_view text, const std::string& file, const std::string& from,
                              const std::string& to);
// One JSON object a line.
[[nodiscard]] MoList read_json_lines(std::string_view text, const std::string& file, const std::string& from,
                                     const std::string& to);

}  // namespace smpp_sim
