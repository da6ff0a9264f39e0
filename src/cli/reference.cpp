#include "cli/reference.h"

#include <sstream>

namespace isr {
namespace {

struct ExitStatus {
  const char* number;
  const char* meaning;
};

constexpr ExitStatus exit_statuses[] = {
    {"0", "done"},
    {"1", "failed; a message on standard error says what, where and what to do"},
    {"2", "wrong usage"},
    {"130", "interrupted (Ctrl-C)"},
    {"143", "terminated"}};

struct Variable {
  const char* name;
  std::string meaning;
};

std::vector<Variable> variables(const Reference& reference) {
  std::string sets;
  for (const std::string& set : reference.instruction_sets) sets += (sets.empty() ? "" : ", ") + set;
  return {{"ISR_SIMD", "use no better instruction set than this, for tests: " + sets},
          {"ISR_MNIST_DIR", "folder of the MNIST files"},
          {"COLUMNS", "width of help and tables where standard output is no terminal"},
          {"NO_COLOR", "where it is set, nothing on the terminal is coloured or bold"}};
}

// roff: a backslash, a leading dot or quote, and "-" where it is no hyphen, mean something.
std::string roff(const std::string& text) {
  std::string plain = text, escaped;
  const std::string norm = "‖";  // roff has no such letter
  for (std::size_t at = 0; (at = plain.find(norm, at)) != std::string::npos;)
    plain.replace(at, norm.size(), "||");
  for (const char c : plain) {
    if ((c == '.' || c == '\'') && (escaped.empty() || escaped.back() == '\n')) escaped += "\\&";
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else
      escaped += c;
  }
  return escaped;
}

std::string markdown(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '_' || c == '<') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The paragraphs of an `about` as one; lines that begin with spaces stay.
void put_about(std::ostream& out, const std::string& about) {
  std::istringstream lines(about);
  for (std::string line; std::getline(lines, line);)
    out << (line.starts_with(' ') ? ".br\n" : "") << roff(line) << "\n";
}

}  // namespace

std::string manual_page(const Reference& reference) {
  std::ostringstream out;
  out << ".\\\" Made by isr help --as man.\n"
      << ".TH ISR 1 \"\" \"isr " << reference.version << "\" \"User Commands\"\n"
      << ".SH NAME\nisr \\- recovers images from a few random linear measurements\n"
      << ".SH SYNOPSIS\n.B isr\n.I COMMAND\n[\\fIOPTION\\fR ...]\n"
      << ".SH DESCRIPTION\n"
      << roff(reference.about) << "\n.SH COMMANDS\n";
  for (const ReferenceCommand& command : reference.commands)
    out << ".TP\n.B " << roff(command.name) << "\n" << roff(command.summary) << "\n";
  out << ".TP\n.B help \\fR[\\fICOMMAND\\fR]\nlist the commands, or the options of one\n";
  for (const ReferenceCommand& command : reference.commands)
    for (const ReferenceForm& form : command.forms) {
      out << ".SH \"ISR " << command.name << (form.first_word.empty() ? "" : " " + form.first_word) << "\"\n"
          << ".B isr " << roff(form.text.usage) << "\n.PP\n";
      put_about(out, form.text.about);
      for (const OptionGroup& group : form.text.groups) {
        out << ".SS \"" << roff(group.title) << "\"\n";
        for (const OptionText& option : group.options) {
          out << ".TP\n.B "
              << (option.letter ? "\\-" + std::string(1, option.letter) + "\\fR, \\fB" : std::string())
              << "\\-\\-" << roff(option.name)
              << (option.value.empty() ? "" : " \\fI" + roff(option.value) + "\\fR") << "\n"
              << roff(option.sentence()) << "\n";
        }
      }
    }
  out << ".SH ENVIRONMENT\n";
  for (const Variable& variable : variables(reference))
    out << ".TP\n.B " << variable.name << "\n" << roff(variable.meaning) << "\n";
  out << ".SH \"EXIT STATUS\"\n";
  for (const ExitStatus& status : exit_statuses)
    out << ".TP\n.B " << status.number << "\n" << status.meaning << "\n";
  out << ".SH \"SEE ALSO\"\nJ. Li, T. V. Nguyen, C. Hegde and R. K. W. Wong,\n"
         ".I Implicit Sparse Regularization: The Impact of Depth and Early Stopping,\nNeurIPS 2021, arXiv "
         "2108.05574.\n";
  return out.str();
}

std::string markdown_page(const Reference& reference) {
  std::ostringstream out;
  out << "# Commands\n\nMade by `isr help --as markdown`; `isr help COMMAND` and `man isr` say the same.\n\n"
      << "| command | what |\n|---|---|\n";
  for (const ReferenceCommand& command : reference.commands)
    out << "| [`isr " << command.name << "`](#isr-" << command.name << ") | " << markdown(command.summary)
        << " |\n";
  for (const ReferenceCommand& command : reference.commands)
    for (const ReferenceForm& form : command.forms) {
      out << "\n## isr " << command.name << (form.first_word.empty() ? "" : " " + form.first_word)
          << "\n\n    isr " << form.text.usage << "\n\n"
          << markdown(form.text.about) << "\n";
      for (const OptionGroup& group : form.text.groups) {
        out << "\n| " << markdown(group.title) << " | |\n|---|---|\n";
        for (const OptionText& option : group.options) {
          std::string flags = option.flags();
          for (std::size_t at = 0; (at = flags.find('|', at)) != std::string::npos; at += 2)
            flags.insert(at, "\\");
          out << "| `" << flags << "` | " << markdown(option.sentence()) << " |\n";
        }
      }
    }
  out << "\n## Environment\n\n| variable | what |\n|---|---|\n";
  for (const Variable& variable : variables(reference))
    out << "| `" << variable.name << "` | " << markdown(variable.meaning) << " |\n";
  out << "\n## Exit status\n\n| status | means |\n|---|---|\n";
  for (const ExitStatus& status : exit_statuses)
    out << "| " << status.number << " | " << status.meaning << " |\n";
  return out.str();
}

}  // namespace isr
