// Campaign files from strings, for the tests of rules: one that must compile, or the mistakes of one that must not.
#pragma once

#include "rules/program.hpp"
#include "test/unit/catch.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rules_test {

inline rules::Surroundings surroundings() { return {{"80800", "447700900000", "BINDERY"}, {"crm", "billing"}}; }

inline rules::Compiled compile(const std::string& content, const std::string& path = "c.toml") {
  const std::vector<rules::Source> sources = {{path, content}};
  return rules::compile(sources, surroundings());
}

inline std::vector<std::string> mistakes_of(const std::string& content) {
  std::vector<std::string> shown;
  for (const rules::Mistake& mistake : compile(content).mistakes) shown.push_back(mistake.to_string());
  return shown;
}

inline std::shared_ptr<const rules::Program> program(const std::string& content) {
  const rules::Compiled compiled = compile(content);
  for (const rules::Mistake& mistake : compiled.mistakes) FAIL_CHECK(mistake.to_string());
  REQUIRE(compiled.program != nullptr);
  return compiled.program;
}

// A [campaign] of four lines; rules follow from line 5.
inline std::string head(const std::string& message = "Hi") {
  return "[campaign]\nname = \"t\"\nsender = \"80800\"\nmessage = \"" + message + "\"\n";
}

}  // namespace rules_test
