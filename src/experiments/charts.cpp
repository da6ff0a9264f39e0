#include "experiments/charts.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace isr {
namespace {

// What depends on the depth is drawn in the depth's colour, here as everywhere; all else in grey or black.
constexpr int control_colour = style_of_depth(1);
constexpr int drawn_points = 1000;

std::string number(double value) {
  return formatted("%.4g", value);
}

// One value for all depths, or nothing when they differ.
std::string common_init(const std::vector<DepthRun>& runs) {
  for (const DepthRun& run : runs) {
    if (run.init != runs.front().init) return "";
  }
  return ", w₀ = " + scientific(runs.front().init);
}

std::string measurements(const ExperimentOptions& options) {
  std::string text = "n = " + std::to_string(options.n) + ", p = " + std::to_string(options.p);
  if (!options.signal.empty()) text += ", k = " + std::to_string(options.signal.size());
  return text + ", σ = " + number(options.noise);
}

const char* heading(Figure figure) {
  switch (figure) {
    case Figure::convergence:
      return "Convergence";
    case Figure::initialization:
      return "A large initialization";
    case Figure::early_stopping_coordinates:
    case Figure::early_stopping_error:
      return "The early-stopping window";
    case Figure::incremental:
      return "Incremental learning";
    case Figure::kernel:
      return "The kernel regime";
  }
  return "";
}

std::string panel_title(const DepthRun& run, const std::optional<std::pair<double, double>>& window) {
  std::string title = "N = " + std::to_string(run.depth);
  if (window) title += ",  window size = " + grouped(window->second - window->first);
  return title;
}

bool all_equal(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

// The curves of the support: alike and of one name where all coordinates are, else each with its own name.
void add_support(const CoordinatePath& path, const std::vector<double>& signal, Panel& panel) {
  const bool alike = all_equal(signal);
  for (std::size_t i = 0; i < path.support.size(); ++i) {
    Series series;
    series.x = path.iteration;
    series.y = path.support[i];
    series.colour = style_of_depth(path.run.depth);
    series.dash = Dash::solid;
    if (alike) {
      series.name = i == 0 ? "wᵢ on the support" : "";
      series.weight = 1.1;
    } else {
      constexpr Dash dashes[] = {Dash::solid, Dash::dashed, Dash::dash_dot, Dash::dotted};
      series.dash = dashes[i % 4];
      series.weight = 1.6;
      series.name = "w* = " + number(signal[i]);
    }
    panel.series.push_back(std::move(series));
  }
}

void add_off_support(const CoordinatePath& path, Panel& panel) {
  Series series;
  series.name = "largest wⱼ off the support";
  series.x = path.iteration;
  for (const OffSupport& off : path.off_support) series.y.push_back(off.largest);
  series.colour = control_colour;
  series.dash = Dash::dashed;
  series.weight = 1.8;
  panel.series.push_back(std::move(series));
}

void add_flow(const CoordinatePath& flow, Panel& panel) {
  const auto add = [&](std::vector<double> y) {
    Series series;
    series.name = "gradient flow";
    series.x = flow.iteration;
    series.y = std::move(y);
    series.colour = kInk;
    series.dash = Dash::dotted;
    series.weight = 0.9;
    panel.series.push_back(std::move(series));
  };
  for (const auto& coordinate : flow.support) add(coordinate);
  std::vector<double> off;
  for (const OffSupport& point : flow.off_support) off.push_back(point.largest);
  add(std::move(off));
}

Panel coordinate_panel(const CoordinatePath& path, const CoordinatePath* flow,
                       const ExperimentOptions& options) {
  const bool shows_window = options.figure == Figure::early_stopping_coordinates;
  const double largest = *std::max_element(options.signal.begin(), options.signal.end());
  Panel panel;
  panel.title = panel_title(path.run, shows_window ? path.window() : std::nullopt);
  panel.title_colour = style_of_depth(path.run.depth);
  panel.x = {.label = "iteration t", .low = 0, .high = static_cast<double>(path.run.iterations)};
  panel.y = {.label = "coordinate of w", .low = -0.05 * largest, .high = 1.25 * largest};
  add_support(path, options.signal, panel);
  add_off_support(path, panel);
  if (flow) add_flow(*flow, panel);
  std::vector<double> values = options.signal;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  for (double value : values) panel.levels.push_back({.name = "w*", .y = value});
  if (!shows_window) return panel;
  panel.levels.push_back(
      {.name = "bound ⁴√w₀", .y = path.noise_bound(), .colour = kInk, .dash = Dash::dash_dot});
  if (const auto window = path.window()) {
    panel.windows.push_back({window->first, window->second, "early-stopping window"});
  }
  return panel;
}

// Of at most about drawn_points points of the curve, the median and quartiles.
Series median_series(const ErrorCurve& curve, const std::string& name, int colour, Dash dash) {
  Series series;
  series.name = name;
  series.colour = colour;
  series.dash = dash;
  const std::size_t stride = std::max<std::size_t>(1, curve.iteration.size() / drawn_points);
  for (std::size_t i = 0; i < curve.iteration.size(); i += stride) {
    series.x.push_back(curve.iteration[i]);
    series.y.push_back(curve.error[i].median);
    series.lower.push_back(curve.error[i].lower);
    series.upper.push_back(curve.error[i].upper);
  }
  return series;
}

Series reference_series(const Quartiles& error, const std::string& name, const DepthRun& run, int colour,
                        Dash dash) {
  const double end = static_cast<double>(run.iterations);
  return {.name = name,
          .x = {0, end},
          .y = {error.median, error.median},
          .lower = {error.lower, error.lower},
          .upper = {error.upper, error.upper},
          .colour = colour,
          .dash = dash,
          .weight = 1.2};
}

}  // namespace

Chart coordinate_chart(const CoordinateStudy& study) {
  Chart chart;
  const ExperimentOptions& options = study.options;
  chart.title = std::string(heading(options.figure)) + ":  " + measurements(options);
  chart.title += common_init(options.runs);
  chart.share_y = true;
  for (std::size_t i = 0; i < study.paths.size(); ++i) {
    const CoordinatePath* flow = study.flow.empty() ? nullptr : &study.flow[i];
    chart.panels.push_back(coordinate_panel(study.paths[i], flow, options));
  }
  return chart;
}

Chart error_chart(const ErrorStudy& study) {
  Chart chart;
  const ExperimentOptions& options = study.options;
  const bool shows_window = options.figure == Figure::early_stopping_error;
  chart.title = std::string(heading(options.figure)) + ":  " + measurements(options);
  chart.title += common_init(options.runs) + ", " + std::to_string(options.replicates) + " replicates";
  chart.share_y = true;
  for (std::size_t i = 0; i < study.curves.size(); ++i) {
    const ErrorCurve& curve = study.curves[i];
    Panel panel;
    panel.title = panel_title(curve.run, shows_window ? curve.window : std::nullopt);
    panel.title_colour = style_of_depth(curve.run.depth);
    panel.x = {.label = "iteration t", .low = 0, .high = static_cast<double>(curve.run.iterations)};
    panel.y = {.label = "log₂ ‖w − w*‖²"};
    panel.series.push_back(median_series(curve, "gradient descent (median, quartiles)",
                                         style_of_depth(curve.run.depth), Dash::solid));
    if (!study.flow.empty()) {
      Series flow = median_series(study.flow[i], "gradient flow (median)", kInk, Dash::dotted);
      flow.lower.clear();
      flow.upper.clear();
      panel.series.push_back(std::move(flow));
    }
    panel.series.push_back(reference_series(study.references.least_squares, "least squares", curve.run,
                                            control_colour, Dash::dashed));
    panel.series.push_back(reference_series(study.references.ridge, "ridge, 5-fold cross-validated",
                                            curve.run, control_colour, Dash::dash_dot));
    if (shows_window && curve.window) {
      panel.windows.push_back({curve.window->first, curve.window->second, "early-stopping window"});
    }
    chart.panels.push_back(std::move(panel));
  }
  return chart;
}

void draw_figures(const Suite& suite, const std::string& folder) {
  const std::size_t coordinates = suite.coordinates.size();
  parallel_for(coordinates + suite.errors.size(), [&](std::size_t i) {
    if (i < coordinates) {
      const CoordinateStudy& study = *suite.coordinates[i];
      write_chart(coordinate_chart(study), folder, to_string(study.options.figure));
    } else {
      const ErrorStudy& study = *suite.errors[i - coordinates];
      write_chart(error_chart(study), folder, to_string(study.options.figure));
    }
  });
}

}  // namespace isr
