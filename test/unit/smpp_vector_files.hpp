// Reads the vector files for the tests of smpp: ours from test/vectors (BINDERY_VECTORS names another folder), and
// those recorded from other stacks where ../shared is there. Those are never copied (DESIGN section 5).
#pragma once

#include "smpp/octets.hpp"

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vectors {

struct File {
  std::string path;
  std::vector<boost::json::object> rows;  // empty: the file is not there
};

// test/vectors, or the folder that BINDERY_VECTORS names.
[[nodiscard]] File ours(const std::string& name);
// Empty, or what is wrong with it: of test/vectors at least so many rows must be there; of another folder one of its files,
// with a row in it, and the others are said to be missing.
[[nodiscard]] std::string why_too_few(const File& file, std::size_t floor);
// Prints one line where it is missing.
[[nodiscard]] File field(const std::string& name);

[[nodiscard]] std::string text_of(const boost::json::object& row, std::string_view key);  // "" where it is missing
[[nodiscard]] smpp::Octets octets_of(const boost::json::object& row, std::string_view key);
// A C-string of the wire as the vectors spell it: each octet one character.
[[nodiscard]] std::string latin1_as_utf8(std::string_view octets);

// What a test leaves out is counted by kind and printed, never silent.
class Skipped {
 public:
  void add(const std::string& kind) { ++counts_[kind]; }
  void print(const std::string& path, std::size_t checked) const;

 private:
  std::map<std::string, std::size_t> counts_;
};

}  // namespace vectors
