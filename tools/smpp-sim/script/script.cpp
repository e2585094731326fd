#include "tools/smpp-sim/script/script.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace smpp_sim::script {
namespace {

constexpr std::array kVerbs{
    std::pair{std::string_view{"role"}, Verb::role},       std::pair{std::string_view{"set"}, Verb::set},
    std::pair{std::string_view{"<"}, Verb::expect_pdu},    std::pair{std::string_view{">"}, Verb::send},
    std::pair{std::string_view{"chunk"}, Verb::chunk},     std::pair{std::string_view{"hold"}, Verb::hold},
    std::pair{std::string_view{"release"}, Verb::release}, std::pair{std::string_view{"advance"}, Verb::advance},
    std::pair{std::string_view{"close"}, Verb::close},     std::pair{std::string_view{"request"}, Verb::request},
    std::pair{std::string_view{"respond"}, Verb::respond}, std::pair{std::string_view{"revoke"}, Verb::revoke},
    std::pair{std::string_view{"unbind"}, Verb::unbind},   std::pair{std::string_view{"block"}, Verb::block},
    std::pair{std::string_view{"unblock"}, Verb::unblock}, std::pair{std::string_view{"write"}, Verb::write},
    std::pair{std::string_view{"expect"}, Verb::expect},   std::pair{std::string_view{"bind"}, Verb::bind},
    std::pair{std::string_view{"serve"}, Verb::serve},     std::pair{std::string_view{"pause"}, Verb::pause},
    std::pair{std::string_view{"reconnect"}, Verb::reconnect}, std::pair{std::string_view{"ignore"}, Verb::ignore},
};

bool needs_word(Verb verb) {
  switch (verb) {
    case Verb::hold:
    case Verb::release:
    case Verb::unbind:
    case Verb::bind:
    case Verb::close:
    case Verb::reconnect:
    case Verb::block:
    case Verb::unblock: return false;
    default: return true;
  }
}

// Reads one word of a line. A value may be quoted, with \" \\ and \xNN inside.
class Reader {
 public:
  explicit Reader(std::string_view line) : line_(line) { skip_blanks(); }
  [[nodiscard]] bool at_end() const { return at_ >= line_.size(); }
  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] std::string_view read() const { return line_.substr(0, read_); }  // so far, without blanks and comment

  Word next() {
    Word word;
    word.column = at_ + 1;
    while (!at_end() && line_[at_] != ' ' && line_[at_] != '=') word.name += line_[at_++];
    if (!at_end() && line_[at_] == '=') {
      ++at_;
      word.has_value = true;
      word.value = !at_end() && line_[at_] == '"' ? quoted() : plain();
    }
    read_ = std::min(at_, line_.size());
    skip_blanks();
    return word;
  }

 private:
  void skip_blanks() {
    while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t')) ++at_;
    if (at_ < line_.size() && line_[at_] == '#') at_ = line_.size();
  }
  std::string plain() {
    std::string value;
    while (!at_end() && line_[at_] != ' ') value += line_[at_++];
    return value;
  }
  std::string quoted() {
    std::string value;
    ++at_;
    while (!at_end() && line_[at_] != '"') value += line_[at_] == '\\' ? escape() : line_[at_++];
    broken_ = broken_ || at_end();
    ++at_;
    return value;
  }
  char escape() {
    ++at_;
    if (at_end()) return '\\';
    if (line_[at_] != 'x') return line_[at_++];
    unsigned value = 0;
    const auto digits = line_.substr(at_ + 1, 2);
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    broken_ = broken_ || error != std::errc{} || stop != digits.data() + 2;
    at_ += 3;
    return static_cast<char>(static_cast<unsigned char>(value));
  }

  std::string_view line_;
  std::size_t at_ = 0, read_ = 0;
  bool broken_ = false;
};

void parse_line(std::string_view line, std::size_t number, Script& script) {
  Reader reader(line);
  if (reader.at_end()) return;
  const Word first = reader.next();
  const std::string& verb = first.name;
  const auto mistake = [&](const std::string& what) {
    script.mistakes.push_back(std::to_string(number) + ':' + std::to_string(first.column) + ": " + what);
  };
  Step step;
  step.line = number;
  step.column = first.column;
  bool found = false;
  for (const auto& [name, value] : kVerbs) {
    if (name != verb) continue;
    step.verb = value;
    found = true;
  }
  if (!found) return mistake("unknown verb \"" + verb + "\"");
  while (!reader.at_end()) {
    Word word = reader.next();
    if (step.what.empty() && step.words.empty() && !word.has_value) {
      step.what = std::move(word.name);
    } else {
      step.words.push_back(std::move(word));
    }
  }
  if (reader.broken()) return mistake("a quote or an escape does not end");
  step.text = reader.read();
  if (step.verb == Verb::pause) {
    bool ok = false;
    static_cast<void>(parse_duration(step.what, ok));
    if (!ok) return mistake("pause needs a time such as 2s or 500ms");
  }
  if (needs_word(step.verb) && step.what.empty() && step.words.empty()) return mistake("\"" + verb + "\" says nothing");
  script.steps.push_back(std::move(step));
}

}  // namespace

const Word* Step::find(std::string_view name) const {
  for (const Word& word : words) {
    if (word.name == name) return &word;
  }
  return nullptr;
}

Script parse(std::string_view text) {
  Script script;
  if (text.starts_with('#')) {
    const std::string_view first = text.substr(1, std::min(text.find('\n'), text.size()) - 1);
    script.purpose = first.substr(std::min(first.find_first_not_of(' '), first.size()));
  }
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    parse_line(text.substr(0, end), ++number, script);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (script.steps.empty() && script.mistakes.empty()) script.mistakes.push_back("1:1: the script is empty");
  return script;
}

std::string_view name_of(Verb verb) {
  for (const auto& [name, value] : kVerbs) {
    if (value == verb) return name;
  }
  return "?";
}

std::chrono::milliseconds parse_duration(std::string_view text, bool& ok) {
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  ok = error == std::errc{} && (unit == "s" || unit == "ms");
  if (!ok) return {};
  return unit == "s" ? std::chrono::milliseconds(count * 1000) : std::chrono::milliseconds(count);
}

}  // namespace smpp_sim::script
