#include "cli/commands.h"

#include <Eigen/Core>
#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <new>
#include <sstream>

#include "base/instruction_set.h"
#include "base/parallel.h"
#include "base/wrapped_text.h"
#include "cli/figures.h"
#include "cli/reference.h"
#include "cli/terminal.h"
#include "report/gnuplot.h"
#include "report/output_directory.h"

namespace isr {
namespace {

constexpr Command commands[] = {
    {"reproduce", "draw the figures of Li, Nguyen, Hegde and Wong (NeurIPS 2021)", reproduce,
     "convergence|window"},
    {"recover", "measure images (simulated) and recover them at several depths", recover},
    {"compare", "compare depths over time, on one page for the browser", compare},
    {"playground", "write a live page: draw, measure, and watch depth at work in the browser", playground},
    {"measure", "write simulated measurements to a folder that holds no truth", measure},
    {"solve", "recover images from measurements alone: a folder, or arrays of your own", solve},
    {"sweep", "recover at every combination of many values, on one machine or many; phase diagrams", sweep,
     "plot|export|merge"},
};

std::string choices(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "|") + name;
  return text;
}

constexpr const char* about_isr =
    "Recovers images from a few random linear measurements by implicit sparse regularization, gradient "
    "descent on w = u^N − v^N with no penalty.";

std::string usage(std::size_t width) {
  constexpr std::size_t column = 13;
  std::string text =
      "isr " ISR_VERSION "\n" + wrapped(about_isr, width) + "\n\n" + "Usage: isr COMMAND [OPTION ...]\n\n";
  const auto line = [&](const std::string& name, const std::string& summary) {
    text += "  " + padded(name, column - 2) + wrapped(summary, width - column, column) + "\n";
  };
  for (const Command& command : commands) line(command.name, command.summary);
  line("help", "the options of a command: isr help recover");
  return text + "\n" +
         wrapped("Environment: ISR_SIMD=" + choices(compiled_instruction_sets()) +
                     ": use no better instruction set (for tests)",
                 width, 2) +
         "\n" +
         wrapped("Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated.", width, 2) +
         "\n";
}

constexpr std::size_t usage_width = 100;

void print_version() {
  std::cout << "isr " ISR_VERSION "\n"
            << "instruction set: " << instruction_set() << ", of " << choices(compiled_instruction_sets())
            << "\n"
            << "linear algebra: isr's own kernels (no BLAS), Eigen " << EIGEN_WORLD_VERSION << "."
            << EIGEN_MAJOR_VERSION << "." << EIGEN_MINOR_VERSION << "\n"
#ifdef __clang__
            << "compiler: Clang " __clang_version__
#else
            << "compiler: GCC " __VERSION__
#endif
            << ", " ISR_BUILD_TYPE "\n"
            << "threads: " << thread_count() << "\n";
}

const Command& command_named(const std::string& name) {
  const auto* command = std::find_if(std::begin(commands), std::end(commands),
                                     [&](const Command& c) { return name == c.name; });
  if (command != std::end(commands)) return *command;
  std::vector<std::string> names{"help", "version"};
  for (const Command& other : commands) names.emplace_back(other.name);
  throw UsageError("\"" + name + "\" is no command" +
                   advice(nearest_word(name, names), "isr help lists them"));
}

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream in(list);
  for (std::string word; std::getline(in, word, '|');) words.push_back(word);
  return words;
}

Reference reference() {
  Reference reference{ISR_VERSION, about_isr, {}, compiled_instruction_sets()};
  for (const Command& command : commands) {
    ReferenceCommand listed{command.name, command.summary, words_of(command.forms), {}};
    if (command.run == reproduce) listed.words = figure_words();
    listed.forms.push_back({"", declared_by(command)});
    for (const std::string& word : words_of(command.forms))
      listed.forms.push_back({word, declared_by(command, {word})});
    reference.commands.push_back(std::move(listed));
  }
  return reference;
}

// isr help [COMMAND ...], or isr help --as FORM.
int help(const Arguments& arguments) {
  if (arguments.empty()) {
    std::cout << usage(terminal_width(usage_width));
    return 0;
  }
  if (arguments[0] != "--as") {
    Arguments rest(arguments.begin() + 1, arguments.end());
    rest.emplace_back("--help");
    return command_named(arguments[0]).run(rest);
  }
  const std::string form = arguments.size() == 2 ? arguments[1] : "";
  if (form == "man")
    std::cout << manual_page(reference());
  else if (form == "markdown")
    std::cout << markdown_page(reference());
  else if (form == "bash")
    std::cout << bash_completions(reference());
  else if (form == "zsh")
    std::cout << zsh_completions(reference());
  else if (form == "fish")
    std::cout << fish_completions(reference());
  else
    throw UsageError("isr help --as must be followed by man, markdown, bash, zsh or fish");
  return 0;
}

int dispatch(const Arguments& arguments) {
  if (arguments.empty()) {
    std::cerr << usage(usage_width);
    return 2;
  }
  const std::string& name = arguments[0];
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (name == "--help" || name == "-h" || name == "help") return help(rest);
  if (name == "--version" || name == "version") {
    print_version();
    return 0;
  }
  const Command& command = command_named(name);
  limit_instruction_set();  // a wrong ISR_SIMD ends the command before it works
  return command.run(rest);
}

// What a process that ends in the middle of its work must not leave.
bool abandon() {
  end_gnuplots();
  return OutputDirectory::abandon_all();
}

// Signals end children and calls of the system too: what follows from that is no failure.
int failed(const std::string& why, int status) {
  if (interrupted()) return interrupted_status(abandon());
  std::cerr << "isr: " << in_terms_of_options(why) << "\n";
  return status;
}

}  // namespace

int run_program(const Arguments& arguments) {
  open_standard_streams();
  try {
    catch_signals(abandon);
    const int status = dispatch(arguments);
    std::cout.flush();
    if (!std::cout && output_is_closed()) return 128 + SIGPIPE;
    if (!std::cout) throw Error("cannot write to standard output");
    return status;
  } catch (const Interrupted&) {
    return interrupted_status(abandon());
  } catch (const UsageError& error) {
    return failed(error.what(), 2);
  } catch (const std::bad_alloc&) {
    return failed("out of memory; choose a smaller image or fewer measurements", 1);
  } catch (const std::exception& error) {
    return failed(error.what(), 1);
  }
}

}  // namespace isr
