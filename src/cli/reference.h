// All commands with their options in other forms than help: the manual page, data/docs/commands.md,
// completions.
#pragma once

#include <string>
#include <vector>

#include "cli/option_texts.h"

namespace isr {

// A command with one set of options: "recover", or "reproduce window".
struct ReferenceForm {
  std::string first_word;  // after the command's name; empty: none
  CommandText text;
};

struct ReferenceCommand {
  std::string name, summary;
  std::vector<std::string> words;    // that may come first: figures of reproduce
  std::vector<ReferenceForm> forms;  // at least one
};

struct Reference {
  std::string version, about;
  std::vector<ReferenceCommand> commands;
  std::vector<std::string> instruction_sets;  // values of ISR_SIMD
};

std::string manual_page(const Reference& reference);    // roff, for man
std::string markdown_page(const Reference& reference);  // data/docs/commands.md

// Scripts that complete commands, options and their values.
std::string bash_completions(const Reference& reference);
std::string zsh_completions(const Reference& reference);
std::string fish_completions(const Reference& reference);

}  // namespace isr
