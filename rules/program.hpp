// Compiled campaign files: immutable, shared, swapped between two turns. `compile` reports every mistake of every
// file at once, each as file:line:column with what to do.
#pragma once

#include "rules/facts.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rules {

struct Source {
  std::string path;
  std::string content;
};  // path as shown in messages

struct Mistake {
  std::string file;
  std::uint32_t line = 0, column = 0;
  std::string message;
  std::string to_string() const;  // file:line:column: message
};

// What a campaign file may refer to; checked while compiling.
struct Surroundings {
  std::vector<std::string> senders;
  std::vector<std::string> endpoints;
};

enum class FieldType { text, number, date_time, date, boolean };

class Campaign;  // campaign.hpp

struct Rendered {
  std::string text;
  std::vector<std::string> missing;
};  // missing: fields without a value or default

struct TestResult;

class Program {
 public:
  ~Program();
  [[nodiscard]] const Campaign* find(std::string_view campaign) const;
  [[nodiscard]] std::vector<const Campaign*> campaigns() const;
  // Of all sources, names included: the same files give the same revision in every process.
  [[nodiscard]] std::uint64_t revision() const;
  // The campaign files as they were compiled, for the record of the revision.
  [[nodiscard]] const std::string& source() const;
  [[nodiscard]] std::vector<TestResult> test() const;  // see run_tests
  struct Impl;
  explicit Program(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

struct Compiled {
  std::shared_ptr<const Program> program;  // null when there is a mistake
  std::vector<Mistake> mistakes;
};

[[nodiscard]] Compiled compile(std::span<const Source> sources, const Surroundings& surroundings);

class Campaign {
 public:
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const std::string& sender() const;
  [[nodiscard]] std::chrono::milliseconds window() const;       // how long a reply belongs to it
  [[nodiscard]] const std::vector<std::string>& steps() const;  // "" first
  // The first message for one recipient; `missing` non-empty means it must not be sent.
  [[nodiscard]] Rendered opening(const Fields& conversation, const Fields& contact, std::string_view zone) const;
  // Checks an imported row's typed fields; the message names the field and what was expected.
  [[nodiscard]] std::optional<std::string> refuse(const Fields& row) const;
  // Does a rule other than `otherwise` of the current step match, conditions included?
  [[nodiscard]] bool expects(const Facts& facts) const;
  // First match in file order, keyword rules before `otherwise`; actions rendered.
  [[nodiscard]] Decision decide(const Facts& facts) const;

  struct Impl;
  explicit Campaign(std::unique_ptr<Impl> impl);
  ~Campaign();

 private:
  std::unique_ptr<Impl> impl_;
};

// STOP, START, HELP and their kin as whole messages, after normalisation (case, white space, punctuation, quotes).
[[nodiscard]] ReservedWord reserved_word(std::string_view text);

// What counts as the same word: NFKC case folding, outer white space, punctuation and quotes removed, inner white
// space as one space, typographic apostrophes as '. Kept: % @ & and a minus before a digit ("50%" is not "50", "-1" is
// not "1"). A text of punctuation alone becomes empty and is no word.
[[nodiscard]] std::string normalise(std::string_view text);

// The [[test]] blocks of all campaigns.
struct TestResult {
  std::string campaign, file, name;
  std::uint32_t line = 0;
  bool passed = false;
  std::string failure;  // what was expected, what happened, the trace
};
[[nodiscard]] std::vector<TestResult> run_tests(const Program& program);

}  // namespace rules
