#include <algorithm>
#include <sstream>

#include "cli/reference.h"

namespace isr {
namespace {

enum class ValueKind { none, words, folder, file, text };

ValueKind kind_of(const OptionText& option) {
  if (option.value.empty()) return ValueKind::none;
  if (!option.choices.empty()) return ValueKind::words;
  if (option.value == "DIR") return ValueKind::folder;
  for (const char* file : {"FILE", "SOURCE", "SHARD", ".npy"})
    if (option.value.ends_with(file)) return ValueKind::file;
  return ValueKind::text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string command_names(const Reference& reference) {
  std::string names;
  for (const ReferenceCommand& command : reference.commands) names += command.name + " ";
  return names + "help";
}

// All options of a command, those of its forms together: the first of each name speaks.
std::vector<OptionText> all_options(const ReferenceCommand& command) {
  std::vector<OptionText> options;
  for (const ReferenceForm& form : command.forms)
    for (const OptionGroup& group : form.text.groups)
      for (const OptionText& option : group.options)
        if (std::none_of(options.begin(), options.end(),
                         [&](const OptionText& other) { return other.name == option.name; }))
          options.push_back(option);
  return options;
}

std::string all_flags(const ReferenceCommand& command) {
  std::string flags;
  for (const OptionText& option : all_options(command)) flags += (flags.empty() ? "--" : " --") + option.name;
  return flags;
}

// The beginning of a sentence, for a menu.
std::string brief(const std::string& about) {
  return about.substr(0, about.find_first_of(";:("));
}

// Inside '…' of a shell; `also` are letters that the place gives a meaning, which a backslash takes away.
std::string quoted(const std::string& text, const std::string& also = "") {
  std::string safe;
  for (const char c : text) {
    if (c == '\'')
      safe += "’";
    else if (also.find(c) != std::string::npos)
      safe += std::string("\\") + c;
    else
      safe += c;
  }
  return safe;
}

const char* const bash_head = R"(_isr() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  if [[ $word == '=' ]]; then
    word=
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }
  files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen "$1" -- "$word"); }
)";

}  // namespace

std::string bash_completions(const Reference& reference) {
  std::ostringstream out;
  out << "# Completions of isr for bash. Made by isr help --as bash.\n# shellcheck shell=bash\n" << bash_head;
  out << "  if ((COMP_CWORD == 1)); then\n    words '" << command_names(reference)
      << " --help --version'\n    return\n  fi\n"
      << "  case $command:$before in\n    help:help) words '" << command_names(reference) << "'; return ;;\n";
  for (const ReferenceCommand& command : reference.commands)
    for (const OptionText& option : all_options(command)) {
      const std::string place = "    " + command.name + ":--" + option.name +
                                (option.letter ? " | " + command.name + ":-" + option.letter : "") + ") ";
      switch (kind_of(option)) {
        case ValueKind::none:
          break;
        case ValueKind::words:
          out << place << "words '" << joined(option.choices) << "'; return ;;\n";
          break;
        case ValueKind::folder:
          out << place << "files -d; return ;;\n";
          break;
        case ValueKind::file:
          out << place << "files -f; return ;;\n";
          break;
        case ValueKind::text:
          out << place << "return ;;\n";
          break;
      }
    }
  out << "  esac\n  case $command in\n";
  for (const ReferenceCommand& command : reference.commands)
    out << "    " << command.name << ")\n      if [[ $word == -* ]]; then words '" << all_flags(command)
        << "'"
        << (command.words.empty()
                ? ""
                : "\n      elif ((COMP_CWORD == 2)); then words '" + joined(command.words) + "'")
        << "\n      else files -f; fi ;;\n";
  out << "  esac\n}\ncomplete -F _isr isr\n";
  return out.str();
}

std::string zsh_completions(const Reference& reference) {
  std::ostringstream out;
  out << "#compdef isr\n# Completions of isr for zsh. Made by isr help --as zsh.\n"
      << "_isr() {\n  local context state state_descr line\n  typeset -A opt_args\n"
      << "  local -a commands=(\n";
  for (const ReferenceCommand& command : reference.commands)
    out << "    '" << command.name << ":" << quoted(command.summary, ":") << "'\n";
  out << "    'help:list the commands, or the options of one'\n  )\n"
      << "  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
      << "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n"
      << "    help) _describe command commands ;;\n";
  for (const ReferenceCommand& command : reference.commands) {
    out << "    " << command.name << ")\n      _arguments -s";
    for (const OptionText& option : all_options(command)) {
      const std::string about = "[" + quoted(brief(option.about), "[]\\") + "]";
      std::string value;
      const std::string name = ":" + quoted(option.value, ":\\");
      switch (kind_of(option)) {
        case ValueKind::none:
          break;
        case ValueKind::words:
          value = name + ":(" + joined(option.choices) + ")";
          break;
        case ValueKind::folder:
          value = name + ":_files -/";
          break;
        case ValueKind::file:
          value = name + ":_files";
          break;
        case ValueKind::text:
          value = name + ":";
          break;
      }
      out << " \\\n        '--" << option.name << (value.empty() ? "" : "=") << about << value << "'";
      if (option.letter)
        out << " \\\n        '-" << option.letter << (value.empty() ? "" : "+") << about << value << "'";
    }
    if (!command.words.empty()) out << " \\\n        '1:word:(" << joined(command.words) << ")'";
    out << " \\\n        '*:file:_files' ;;\n";
  }
  out << "  esac\n}\nif [[ $funcstack[1] == _isr ]]; then\n  _isr \"$@\"\nelse\n  compdef _isr isr\nfi\n";
  return out.str();
}

std::string fish_completions(const Reference& reference) {
  std::ostringstream out;
  out << "# Completions of isr for fish. Made by isr help --as fish.\n"
      << "complete -c isr -n __fish_use_subcommand -l help -d 'list the commands'\n"
      << "complete -c isr -n __fish_use_subcommand -l version -d 'version and how it was built'\n"
      << "complete -c isr -n __fish_use_subcommand -f -a help -d 'list the commands, or the options of one'\n"
      << "complete -c isr -n '__fish_seen_subcommand_from help' -f -a '" << command_names(reference) << "'\n";
  for (const ReferenceCommand& command : reference.commands) {
    out << "complete -c isr -n __fish_use_subcommand -f -a " << command.name << " -d '"
        << quoted(command.summary, "\\") << "'\n";
    const std::string seen = "complete -c isr -n '__fish_seen_subcommand_from " + command.name + "'";
    if (!command.words.empty()) out << seen << " -a '" << joined(command.words) << "'\n";
    for (const OptionText& option : all_options(command)) {
      out << seen << " -l " << option.name << (option.letter ? std::string(" -s ") + option.letter : "");
      switch (kind_of(option)) {
        case ValueKind::none:
          break;
        case ValueKind::words:
          out << " -x -a '" << joined(option.choices) << "'";
          break;
        case ValueKind::folder:
          out << " -x -a '(__fish_complete_directories)'";
          break;
        case ValueKind::file:
          out << " -r -F";
          break;
        case ValueKind::text:
          out << " -x";
          break;
      }
      out << " -d '" << quoted(brief(option.about), "\\") << "'\n";
    }
  }
  return out.str();
}

}  // namespace isr
