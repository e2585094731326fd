#include "test/tidy/source.hpp"

#include <algorithm>
#include <cctype>

namespace tidy {
namespace {

bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool goes_on_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Reader {
 public:
  Reader(Source& source, std::string_view content) : source_(source), content_(content) {}

  void read() {
    while (at_ < content_.size()) next();
    source_.lines = line_ - (content_.ends_with('\n') || content_.empty() ? 1 : 0);
  }

 private:
  void next() {
    const char c = content_[at_];
    if (c == '\n') {
      line_start_ = true;
      take();
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      take();
    } else if (sees("//")) {
      line_comment();
    } else if (sees("/*")) {
      block_comment();
    } else if (c == '#' && line_start_) {
      directive();
    } else {
      line_start_ = false;
      token(c);
    }
  }

  void token(char c) {
    if (raw_string()) return;
    if (c == '"' || c == '\'') return literal(c);
    const auto line = line_;
    if (starts_word(c)) return add(Kind::word, take_while(goes_on_word), line);
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      return add(Kind::number, take_while([](char d) { return goes_on_word(d) || d == '\'' || d == '.'; }), line);
    }
    const std::size_t length = sees("::") || sees("->") ? 2 : 1;
    std::string sign(content_.substr(at_, length));
    for (std::size_t i = 0; i < length; ++i) take();
    add(Kind::sign, std::move(sign), line);
  }

  void line_comment() {
    const auto line = line_;
    source_.comments.push_back({take_while([](char c) { return c != '\n'; }), line});
  }

  void block_comment() {
    const auto line = line_, begin = at_;
    const auto end = content_.find("*/", at_ + 2);
    const auto stop = end == std::string_view::npos ? content_.size() : end + 2;
    while (at_ < stop) take();
    source_.comments.push_back({std::string(content_.substr(begin, stop - begin)), line});
  }

  // To the end of the line, over continuations; a comment at its end is a comment.
  void directive() {
    const auto line = line_;
    std::string text;
    while (at_ < content_.size() && content_[at_] != '\n' && !sees("//")) {
      if (sees("\\\n")) {
        take();
        take();
        text += ' ';
      } else {
        text += take();
      }
    }
    add(Kind::directive, std::move(text), line);
  }

  void literal(char quote) {
    const auto line = line_;
    std::string text;
    take();
    while (at_ < content_.size() && content_[at_] != quote && content_[at_] != '\n') {
      if (content_[at_] == '\\' && at_ + 1 < content_.size()) text += take();
      text += take();
    }
    if (at_ < content_.size() && content_[at_] == quote) take();
    add(Kind::text, std::move(text), line);
  }

  bool raw_string() {
    if (!sees("R\"")) return false;
    const auto open = content_.find('(', at_);
    if (open == std::string_view::npos) return false;
    const auto line = line_;
    const std::string end = ")" + std::string(content_.substr(at_ + 2, open - at_ - 2)) + "\"";
    const auto close = std::min(content_.find(end, open), content_.size());
    std::string text(content_.substr(open + 1, close - open - 1));
    const auto stop = std::min(close + end.size(), content_.size());
    while (at_ < stop) take();
    add(Kind::text, std::move(text), line);
    return true;
  }

  [[nodiscard]] bool sees(std::string_view what) const { return content_.substr(at_).starts_with(what); }

  char take() {
    if (content_[at_] == '\n') ++line_;
    return content_[at_++];
  }

  template <class While>
  std::string take_while(While goes_on) {
    const auto begin = at_;
    while (at_ < content_.size() && goes_on(content_[at_])) take();
    return std::string(content_.substr(begin, at_ - begin));
  }

  void add(Kind kind, std::string text, std::size_t line) { source_.tokens.push_back({kind, std::move(text), line}); }

  Source& source_;
  std::string_view content_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  bool line_start_ = true;
};

}  // namespace

std::size_t Source::closing(std::size_t open) const {
  std::size_t depth = 0;
  for (auto i = open; i < tokens.size(); ++i) {
    if (tokens[i].kind != Kind::sign) continue;
    const char c = tokens[i].text.front();
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && --depth == 0) return i;
  }
  return tokens.size();
}

Source read_source(std::string path, std::string_view content) {
  Source source;
  source.path = std::move(path);
  Reader(source, content).read();
  return source;
}

}  // namespace tidy
