#include "tools/smpp-sim/completion.hpp"

namespace smpp_sim {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string bash(const std::vector<CommandWords>& commands) {
  std::string names, cases;
  for (const CommandWords& command : commands) {
    if (!command.name.empty()) names += (names.empty() ? "" : " ") + command.name;
  }
  for (const CommandWords& command : commands) {
    const std::string own = joined(command.options);
    if (command.name.empty()) cases += "    '') words=\"" + names + ' ' + own + "\" ;;\n";
    else cases += "    " + command.name + ") words=\"" + own + "\" ;;\n";
  }
  return "_smpp_sim() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" command='' words='' i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \" " + names + " \" in *\" ${COMP_WORDS[i]} \"*) command=\"${COMP_WORDS[i]}\"; break ;; esac\n"
         "  done\n"
         "  case \"$command\" in\n" + cases + "  esac\n"
         "  if [[ $current == -* || -z $command ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  fi\n"
         "}\n"
         "complete -o default -F _smpp_sim smpp-sim\n";
}

// Inside single quotes of zsh's _arguments: quotes, brackets and colons have meanings.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\') (out += '\\') += c;
    else out += c;
  }
  return out;
}

std::string zsh(const std::vector<CommandWords>& commands) {
  std::string names, cases;
  for (const CommandWords& command : commands) {
    std::string options;
    for (std::size_t i = 0; i < command.options.size(); ++i) {
      options += " \\\n      '" + command.options[i] + '[' + zsh_text(command.descriptions[i]) + "]'";
    }
    if (command.name.empty()) {
      cases += "    '') _arguments" + options + " ;;\n";
    } else {
      names += "    '" + command.name + ':' + zsh_text(command.text) + "'\n";
      cases += "    " + command.name + ") _arguments '*:file:_files'" + options + " ;;\n";
    }
  }
  return "#compdef smpp-sim\n"
         "_smpp_sim() {\n"
         "  local -a commands\n"
         "  commands=(\n" + names + "  )\n"
         "  if (( CURRENT == 2 )); then _describe command commands; fi\n"
         "  local command=''\n"
         "  (( CURRENT > 2 )) && [[ ${words[2]} != -* ]] && command=${words[2]} && shift words && (( CURRENT-- ))\n"
         "  case $command in\n" + cases + "  esac\n"
         "}\n"
         "compdef _smpp_sim smpp-sim\n";
}

}  // namespace

std::string completion_script(std::string_view shell, const std::vector<CommandWords>& commands) {
  if (shell == "bash") return bash(commands);
  return shell == "zsh" ? zsh(commands) : "";
}

}  // namespace smpp_sim
