#include "tools/smpp-sim/json_place.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace smpp_sim {
namespace {

// Walks a JSON text that is known to be valid.
class Walk {
 public:
  explicit Walk(std::string_view json) : json_(json) { skip_space(); }

  [[nodiscard]] std::size_t at() const { return at_; }

  // To the value of a key; false, and it stays, when there is none.
  bool enter_member(std::string_view key, std::size_t& key_at) {
    if (peek() != '{') return false;
    const std::size_t start = at_++;
    for (skip_space(); peek() != '}' && at_ < json_.size(); skip_space()) {
      const std::size_t begin = at_;
      skip_string();
      const bool is_it = json_.substr(begin + 1, at_ - begin - 2) == key;
      skip_space();
      ++at_;  // ':'
      skip_space();
      if (is_it) {
        key_at = begin;
        return true;
      }
      skip_value();
      skip_space();
      if (peek() == ',') ++at_;
    }
    at_ = start;
    return false;
  }

  bool enter_element(std::size_t index) {
    if (peek() != '[') return false;
    const std::size_t start = at_++;
    for (skip_space(); peek() != ']' && at_ < json_.size(); skip_space()) {
      if (index-- == 0) return true;
      skip_value();
      skip_space();
      if (peek() == ',') ++at_;
    }
    at_ = start;
    return false;
  }

 private:
  [[nodiscard]] char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void skip_space() { at_ = std::min(json_.find_first_not_of(" \t\r\n", at_), json_.size()); }
  void skip_string() {
    for (++at_; at_ < json_.size() && json_[at_] != '"'; ++at_) {
      if (json_[at_] == '\\') ++at_;
    }
    ++at_;
  }
  void skip_value() {
    int depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        skip_string();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        --depth;
        ++at_;
      } else if (depth > 0) {
        ++at_;
      } else {
        at_ = std::min(json_.find_first_of(",]} \t\r\n", at_), json_.size());
      }
    } while (depth > 0 && at_ < json_.size());
  }

  std::string_view json_;
  std::size_t at_ = 0;
};

}  // namespace

TextPlace place_at(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto newline = before.rfind('\n');
  TextPlace place;
  place.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  place.column = 1 + before.size() - (newline == std::string_view::npos ? 0 : newline + 1);
  return place;
}

TextPlace place_of(std::string_view json, std::string_view path, PlaceOf which) {
  Walk walk(json);
  std::size_t key_at = walk.at();
  while (!path.empty()) {
    if (path.front() == '[') {
      std::size_t index = 0;
      const auto close = path.find(']');
      std::from_chars(path.data() + 1, path.data() + close, index);
      if (close == std::string_view::npos || !walk.enter_element(index)) break;
      key_at = walk.at();
      path.remove_prefix(close + 1);
    } else {
      if (path.front() == '.') path.remove_prefix(1);
      const auto end = std::min(path.find_first_of(".["), path.size());
      if (!walk.enter_member(path.substr(0, end), key_at)) break;
      path.remove_prefix(end);
    }
  }
  return place_at(json, which == PlaceOf::key ? key_at : walk.at());
}

}  // namespace smpp_sim
