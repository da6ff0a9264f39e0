#include "cli/option_texts.h"

#include <algorithm>

#include "base/wrapped_text.h"

namespace isr {

std::string OptionText::flags() const {
  return (letter ? std::string("-") + letter + ", --" : "--") + name + (value.empty() ? "" : " " + value);
}

std::string OptionText::sentence() const {
  return about + (initial.empty() ? "" : (about.empty() ? "default: " : "; default: ") + initial);
}

std::vector<std::string> CommandText::option_names() const {
  std::vector<std::string> names;
  for (const OptionGroup& group : groups)
    for (const OptionText& option : group.options) names.push_back(option.name);
  return names;
}

std::string help_text(const CommandText& command, std::size_t width) {
  constexpr std::size_t widest = 30, narrow = 72;
  std::size_t column = 0;
  for (const OptionGroup& group : command.groups)
    for (const OptionText& option : group.options)
      if (const std::size_t own = 4 + display_width(option.flags()); own <= widest)
        column = std::max(column, own);
  if (width < narrow) column = 6;  // too narrow for two columns: the sentences stand below
  std::string text = "Usage: " + wrapped("isr " + command.usage, width - 7, 7) + "\n\n" +
                     wrapped(command.about, width) + "\n";
  for (const OptionGroup& group : command.groups) {
    text += "\n" + wrapped(group.title, width - 1) + ":\n";
    for (const OptionText& option : group.options) {
      const std::string flags = "  " + option.flags();
      const bool beside = display_width(flags) + 2 <= column;
      text += beside ? padded(flags, column) : flags + "\n" + std::string(column, ' ');
      text += wrapped(option.sentence(), width - column, column) + "\n";
    }
  }
  return text;
}

}  // namespace isr
