// Beyond the paper: how wide the early-stopping window is, over depths and initializations, by the flow.
#pragma once

#include <functional>
#include <vector>

#include "experiments/jobs.h"
#include "experiments/protocol.h"
#include "report/chart.h"

namespace isr {

struct WindowMapOptions {
  // n, p, signal, noise, seed and replicates, as of early-stopping-error; its runs are not used.
  ExperimentOptions experiment;
  std::vector<int> depths = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  std::vector<double> inits = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1};  // w0, ascending
  // A recovery is good while log2 ‖w − w*‖² is below this level: −4 is an error of 1/16, for ‖w*‖² = 5.
  double good_error = -4;
  double last_time = 1e12;  // τ at which the flow is given up

  // Throws UsageError when a list is empty or not ascending, or a value is out of range.
  void validate() const;
};

// The paper's problem with 3 replicates.
WindowMapOptions window_map_defaults();

// Medians over the replicates.
struct WindowCell {
  int depth = 1;
  double init = 0;
  double width = 0;        // log10(end/begin), in decades of time; 0: no good recovery
  double begin = 0;        // τ; 0: no good recovery
  double least_error = 0;  // log2
};

struct WindowMap {
  WindowMapOptions options;
  std::vector<WindowCell> cells;  // init by init, depth by depth
  double seconds = 0;
};

WindowMap map_windows(const WindowMapOptions& options, const Cancelled& cancelled = {},
                      const Progress& progress = {});

// Two heat maps: the width of the window, and the least error.
Chart window_chart(const WindowMap& map);

}  // namespace isr
