#include "experiments/window_map.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "experiments/flow_window.h"
#include "experiments/jobs.h"
#include "experiments/limits.h"
#include "experiments/synthetic_problem.h"
#include "solver/dense_newton.h"
#include "solver/newton_flow.h"

namespace isr {
namespace {

FlowWindow flow_window(const SyntheticProblem& problem, const PreparedMatrixPtr& matrix, int depth,
                       double init, const WindowMapOptions& map, const Cancelled& cancelled) {
  FlowOptions options;
  options.network = {depth, Model::signed_model, init};
  options.end_time = map.last_time;
  options.tolerance = 2e-4;  // from a tiny start the default leaves ripples on the width of a tenth
  NewtonFlow path(make_dense_newton(matrix), problem.y.col(0).cast<double>(), options, cancelled);
  const Eigen::VectorXd truth = problem.truth.cast<double>();
  const auto error = [&](const Eigen::MatrixXd& w) { return std::log2((w.col(0) - truth).squaredNorm()); };
  WindowObserver observer(error, map.good_error);
  while (path.advance() && observer.add(path)) {
  }
  return observer.window();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

WindowCell cell_of(int depth, double init, const std::vector<FlowWindow>& windows) {
  std::vector<double> widths, begins, errors;
  for (const FlowWindow& window : windows) {
    widths.push_back(window.begin > 0 ? std::log10(window.end / window.begin) : 0);
    begins.push_back(window.begin);
    errors.push_back(window.least_error);
  }
  return {depth, init, median(widths), median(begins), median(errors)};
}

template <class T>
void require_ascending(const std::vector<T>& values, const char* option) {
  if (values.empty() ||
      std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) != values.end()) {
    throw UsageError(std::string(option) + " must be a list of ascending values");
  }
}

}  // namespace

void WindowMapOptions::validate() const {
  require_ascending(depths, "depth");
  require_ascending(inits, "init");
  for (int depth : depths) Parametrization{depth, Model::signed_model, inits.front()}.validate();
  experiment.validate();
}

WindowMapOptions window_map_defaults() {
  WindowMapOptions options;
  options.experiment = paper_protocol(Figure::early_stopping_error);
  options.experiment.replicates = 3;
  return options;
}

WindowMap map_windows(const WindowMapOptions& options, const Cancelled& cancelled,
                      const std::function<void(double)>& progress) {
  options.validate();
  require_affordable({options.experiment}, false, true);
  const auto start = std::chrono::steady_clock::now();
  const auto seeds = replicate_seeds(options.experiment);
  std::vector<SyntheticProblem> problems;
  std::vector<PreparedMatrixPtr> matrices;
  for (std::uint32_t seed : seeds) {
    if (cancelled && cancelled()) return {};
    problems.push_back(make_synthetic_problem(options.experiment, seed));
    matrices.push_back(std::make_shared<PreparedMatrix>(*problems.back().x));
  }
  const std::size_t depths = options.depths.size(), cells = depths * options.inits.size();
  std::vector<std::vector<FlowWindow>> windows(cells, std::vector<FlowWindow>(seeds.size()));
  std::vector<Job> jobs;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const int depth = options.depths[cell % depths];
    const double init = options.inits[cell / depths];
    for (std::size_t r = 0; r < seeds.size(); ++r) {
      jobs.push_back({static_cast<double>(depth), [&, cell, depth, init, r] {
                        windows[cell][r] =
                            flow_window(problems[r], matrices[r], depth, init, options, cancelled);
                      }});
    }
  }
  run_jobs(std::move(jobs), cancelled, progress);
  WindowMap map;
  map.options = options;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    map.cells.push_back(cell_of(options.depths[cell % depths], options.inits[cell / depths], windows[cell]));
  }
  map.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return map;
}

Chart window_chart(const WindowMap& map) {
  const WindowMapOptions& options = map.options;
  Panel width;
  width.x = {.label = "depth N"};
  width.y = {.label = "initialization w₀", .log = true};
  width.heat_map = HeatMap{};
  width.heat_map->x.assign(options.depths.begin(), options.depths.end());
  width.heat_map->y = options.inits;
  Panel error = width;
  width.title = "Width of the window";
  width.heat_map->name = "decades of time";
  width.heat_map->decimals = 2;
  error.title = "Least error along the path";
  error.heat_map->name = "log₂ ‖w − w*‖²";
  error.heat_map->decimals = 1;
  for (const WindowCell& cell : map.cells) {
    width.heat_map->values.push_back(cell.width > 0 ? cell.width : std::numeric_limits<double>::quiet_NaN());
    error.heat_map->values.push_back(cell.least_error);
  }
  Chart chart;
  char text[160];
  std::snprintf(text, sizeof text,
                "Gradient flow with error ‖w − w*‖² below %.4g (grey: never):  n = %td, p = %td, σ = %.4g",
                std::exp2(options.good_error), options.experiment.n, options.experiment.p,
                options.experiment.noise);
  chart.title = text;
  chart.panels = {width, error};
  chart.share_y = true;
  chart.panel_width = 260;
  chart.panel_height = 190;
  return chart;
}

}  // namespace isr
