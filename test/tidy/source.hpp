// A source file as the rules see it: tokens with their lines, comments apart. Not a C++ parser; just enough that a
// word inside a string or a comment never counts as code.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

enum class Kind { word, number, text, sign, directive };  // text: a string or character literal; sign: ( :: -> ...

struct Token {
  Kind kind = Kind::sign;
  std::string text;  // of a literal what stands between its quotes; of a directive all of it, joined to one line
  std::size_t line = 0;
};

struct Comment {
  std::string text;
  std::size_t line = 0;
};

struct Source {
  std::string path;  // below the project's root, with slashes
  std::size_t lines = 0;
  std::vector<Token> tokens;
  std::vector<Comment> comments;

  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] bool is_below(std::string_view folder) const {
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
  }
  // The token's text, or nothing beyond either end; `at` may have wrapped below zero.
  [[nodiscard]] std::string_view at(std::size_t index) const {
    return index < tokens.size() ? std::string_view(tokens[index].text) : std::string_view();
  }
  [[nodiscard]] bool is(std::size_t index, Kind kind) const {
    return index < tokens.size() && tokens[index].kind == kind;
  }
  [[nodiscard]] bool is_sign(std::size_t index, std::string_view sign) const {
    return is(index, Kind::sign) && tokens[index].text == sign;
  }
  [[nodiscard]] bool is_word(std::size_t index, std::string_view word) const {
    return is(index, Kind::word) && tokens[index].text == word;
  }
  // The index of the sign that closes the bracket at `open`, or tokens.size().
  [[nodiscard]] std::size_t closing(std::size_t open) const;
};

[[nodiscard]] Source read_source(std::string path, std::string_view content);

}  // namespace tidy
