#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/wrapped_text.h"
#include "cli/commands.h"
#include "cli/figures.h"

namespace isr {
namespace {

struct FigureName {
  const char* name;
  const char* summary;
};

constexpr FigureName figure_names[] = {
    {"mnist", "recovery of three digits by depths 2, 3 and 5 (the default)"},
    {"convergence", "coordinates along the path: depths 2, 3, 5"},
    {"initialization", "a large initialization: depths 2, 3, 10"},
    {"early-stopping", "both of early-stopping-coordinates and early-stopping-error"},
    {"early-stopping-coordinates", "the early-stopping window by coordinates: depths 2, 3, 4"},
    {"early-stopping-error", "the early-stopping window by the error of 30 replicates: depths 2, 3, 4"},
    {"incremental", "incremental learning of w* = 1, 2, 3, 4: depths 2, 3, 5"},
    {"kernel", "an initialization so large that descent acts like ridge: depths 2, 3, 4"},
    {"all", "all of the above"},
    {"window", "beyond the paper: a map of the early-stopping window, depths 1 to 10, w₀ 1e-8 to 1e-1"},
};

bool is_figure(const std::string& word) {
  return std::any_of(std::begin(figure_names), std::end(figure_names),
                     [&](const FigureName& figure) { return word == figure.name; });
}

bool wants_help(const Arguments& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

void print_figures() {
  constexpr std::size_t column = 30;
  const std::size_t width = terminal_width(100);
  const std::size_t indent = width < 72 ? 6 : column;
  std::cout << "Usage: isr reproduce [FIGURE ...] [OPTION ...]\n\n"
            << wrapped(
                   "Draws the figures of Li, Nguyen, Hegde and Wong (NeurIPS 2021), by the paper's protocol "
                   "unless options say otherwise. isr help reproduce FIGURE lists a figure's options.",
                   width)
            << "\n\n";
  for (const FigureName& figure : figure_names)
    std::cout << (indent == column ? padded(std::string("  ") + figure.name, column)
                                   : std::string("  ") + figure.name + "\n" + std::string(indent, ' '))
              << wrapped(figure.summary, width - indent, indent) << "\n";
}

// A word before the options that is like a figure's name, and no picture.
void check_word(const Arguments& words) {
  if (words.empty() || words[0].starts_with('-') || std::filesystem::exists(words[0])) return;
  const std::string nearest = nearest_word(words[0], figure_words());
  if (!nearest.empty()) throw UsageError("\"" + words[0] + "\" is no figure; did you mean " + nearest + "?");
}

}  // namespace

std::vector<std::string> figure_words() {
  std::vector<std::string> words;
  for (const FigureName& figure : figure_names) words.emplace_back(figure.name);
  return words;
}

int reproduce(const Arguments& arguments) {
  const auto end = std::find_if_not(arguments.begin(), arguments.end(), is_figure);
  FigureRequest request{
      {arguments.begin(), end}, {end, arguments.end()}, command_text("reproduce", arguments)};
  check_word(request.options);
  if (request.names.empty() && wants_help(request.options)) {
    print_figures();
    return 0;
  }
  if (request.names.empty()) request.names = {"mnist"};
  const auto named = [&](const char* name) {
    return std::find(request.names.begin(), request.names.end(), name) != request.names.end();
  };
  if (named("window") && request.names.size() > 1) {
    throw UsageError("window is a figure of its own: isr reproduce window");
  }
  if (named("window")) return reproduce_window(request);
  if (named("mnist") && request.names.size() == 1) return reproduce_mnist(request);
  return reproduce_synthetic(request);
}

}  // namespace isr
