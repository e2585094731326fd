// The one table of configuration keys: what a key is called, what it takes, what it is without being written, and
// where its value goes. The parser, the hint for an unknown key and conf/REFERENCE.md all come from it.
#pragma once

#include "core/config.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core {

enum class KeyType { text, integer, boolean, choice, duration, rate, secret, text_list, duration_list, map };

struct KeyValue {                                  // what was read, of the member that the key's type names
  std::string text;
  std::int64_t number = 0;                         // integer; index of the choice
  double rate = 0;                                 // per second
  bool flag = false;
  Duration duration{};
  std::vector<std::string> texts;
  std::vector<Duration> durations;
  Secret secret;
  std::string name;                                // map: of the entry whose value `text` is; put once for each
  std::string mistake;                             // set by put: what is wrong with the value
};

struct Key {
  std::string_view path;                           // "smsc.quirks.default_alphabet"; a section's entries are arrays
  KeyType type;
  std::string_view choices;                        // choice: "a | b", in the enum's order; integer: "1..1000"
  std::string_view fallback;                       // the default as one writes it in TOML; empty: none
  bool required;                                   // in every entry of its section
  std::string_view doc;                            // one line
  void (*put)(Config& into, KeyValue& value);      // array sections: into the last entry
};
[[nodiscard]] std::span<const Key> config_keys();

struct Section {
  std::string_view path;                           // "smsc"
  bool repeated;                                   // [[smsc]]
  std::string_view doc;
  void (*open)(Config& into);                      // adds an entry; null where not repeated
};
[[nodiscard]] std::span<const Section> config_sections();

// The text of conf/REFERENCE.md.
[[nodiscard]] std::string config_reference();

// ---- reading values ---------------------------------------------------------------------------------------------
// "250ms", "5s", "30m", "72h", "2d", "0"; false: not a duration.
[[nodiscard]] bool read_duration(std::string_view text, Duration& into);
// "200/s", "30/m", "1000/h": per second.
[[nodiscard]] bool read_rate(std::string_view text, double& into);
// The candidate nearest to `word`, when near enough to be meant; empty otherwise.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace core
