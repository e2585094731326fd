// Shell completion, generated from the options that the command line really has. std only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smpp_sim {

struct CommandWords {
  std::string name;                       // empty: the program itself
  std::string text;                       // one line
  std::vector<std::string> options;       // "--json", "-q"
  std::vector<std::string> descriptions;  // of each option
};

// For "bash" or "zsh": a script to be sourced; empty: no such shell.
[[nodiscard]] std::string completion_script(std::string_view shell, const std::vector<CommandWords>& commands);

}  // namespace smpp_sim
