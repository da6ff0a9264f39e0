// What a command declares, as texts: of this help, the manual page, the completions and data/docs/commands.md
// are made.
#pragma once

#include <string>
#include <vector>

namespace isr {

struct OptionText {
  std::string name;                  // "depth"
  char letter = 0;                   // 'o' of -o; 0: none
  std::string value;                 // what follows it, "N,…"; empty: nothing
  std::string initial;               // its default; empty: none, or said in `about`
  std::string about;                 // a sentence without a full stop
  std::vector<std::string> choices;  // all values that it takes, where they are few words
  bool positional = false;           // may stand without its name

  std::string flags() const;     // "-o, --out DIR"
  std::string sentence() const;  // about, with the default
};

struct OptionGroup {
  std::string title;
  std::vector<OptionText> options;
};

struct CommandText {
  std::string usage;  // "recover SOURCE ... [OPTION ...]"
  std::string about;
  std::vector<OptionGroup> groups;

  std::vector<std::string> option_names() const;
};

// The help, in lines of at most `width` columns.
std::string help_text(const CommandText& command, std::size_t width);

}  // namespace isr
