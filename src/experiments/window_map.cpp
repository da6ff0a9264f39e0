#include "experiments/window_map.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "experiments/jobs.h"
#include "experiments/synthetic_problem.h"
#include "solver/dense_newton.h"
#include "solver/newton_flow.h"

namespace isr {
namespace {

// Watches the error at the ends of the flow's steps, and finds its passages of the level between them.
class WindowObserver {
 public:
  WindowObserver(const Eigen::VectorXf& truth, double level) : truth_(truth.cast<double>()), level_(level) {}

  // Takes the last step; false when the window is over.
  bool add(const Path& path) {
    const double end = path.end_time(), error = error_at(path, end);
    const bool good = error < level_;
    if (good != good_) {
      window_.end = passage(path);
      if (window_.begin == 0) window_.begin = window_.end;
    }
    if (good) window_.end = end;
    good_ = good;
    if (error < window_.least_error) {
      window_.least_error = error;
      best_time_ = end;
    }
    // Over when nothing good, or nothing better, has come for long.
    constexpr double patience = 3;
    return end < patience * std::max(best_time_, window_.end) || end < 1;
  }

  const FlowWindow& window() const { return window_; }

 private:
  double error_at(const Path& path, double time) {
    path.w_at(time, w_);
    return std::log2((w_.col(0) - truth_).squaredNorm());
  }

  // The time within the step at which the error passes the level, to a thousandth of the step.
  double passage(const Path& path) {
    double low = path.begin_time(), high = path.end_time();
    for (int i = 0; i < 10; ++i) {
      const double middle = (low + high) / 2;
      ((error_at(path, middle) < level_) == good_ ? low : high) = middle;
    }
    return high;
  }

  Eigen::VectorXd truth_;
  double level_;
  Eigen::MatrixXd w_;
  bool good_ = false;
  double best_time_ = 0;
  FlowWindow window_{0, 0, std::numeric_limits<double>::infinity()};
};

FlowWindow flow_window(const SyntheticProblem& problem, const PreparedMatrixPtr& matrix, int depth,
                       double init, const WindowMapOptions& map, const Cancelled& cancelled) {
  FlowOptions options;
  options.network = {depth, Model::signed_model, init};
  options.end_time = map.last_time;
  options.tolerance = 2e-4;  // from a tiny start the default leaves ripples on the width of a tenth
  NewtonFlow path(make_dense_newton(matrix), problem.y.col(0).cast<double>(), options, cancelled);
  WindowObserver observer(problem.truth, map.good_error);
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
  const auto start = std::chrono::steady_clock::now();
  const auto seeds = replicate_seeds(options.experiment);
  std::vector<SyntheticProblem> problems;
  std::vector<PreparedMatrixPtr> matrices;
  for (std::uint32_t seed : seeds) {
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
  run_jobs(std::move(jobs), progress);
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
