// The kinds of figures that `isr reproduce` draws, a function and a file each.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"

namespace isr {

// `names` are the figures as typed, of which there is at least one; `options` is what follows them.
struct FigureRequest {
  std::vector<std::string> names;
  Arguments options;
  std::string command;  // as typed, for results
};

std::vector<std::string> figure_words();  // the names of all figures

int reproduce_mnist(const FigureRequest& request);      // mnist alone, with all options of recovery
int reproduce_synthetic(const FigureRequest& request);  // any of the others (and mnist by its protocol)
int reproduce_window(const FigureRequest& request);     // the map of the early-stopping window

// The MNIST figure by the paper's protocol, into the folder; nothing on stdout.
void draw_mnist_figure(const std::string& folder, const std::string& command);

}  // namespace isr
