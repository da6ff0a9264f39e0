#include "report/compare_charts.h"

#include <cmath>
#include <limits>

#include "base/text.h"

namespace isr {
namespace {

struct Range {
  double low, high;
};

struct Quantity {
  const char* title;
  const char* label;
  bool log;
  double (*value)(const PathMoment&);
};

const Quantity quantities[] = {
    {"PSNR", "dB", false, [](const PathMoment& m) { return m.psnr; }},
    {"Relative error", "‖w − w*‖ / ‖w*‖", true, [](const PathMoment& m) { return m.relative_error; }},
    {"Residual", "‖Xw − y‖ / ‖y‖", true, [](const PathMoment& m) { return m.residual; }},
    {"Held-out residual", "", true, [](const PathMoment& m) { return m.held_out_residual; }},
    {"Largest off the support", "max |w|", true, [](const PathMoment& m) { return m.off_support; }},
    {"Smallest on the support", "min |w|", true, [](const PathMoment& m) { return m.on_support; }},
    {"Support size", "|w| above 0.01", false,
     [](const PathMoment& m) { return static_cast<double>(m.support); }},
};

// Only finite values, and positive ones on a log axis, can be drawn.
double drawable(double value, bool log) {
  return std::isfinite(value) && (!log || value > 0) ? value : std::numeric_limits<double>::quiet_NaN();
}

// The moments up to the settled time: what follows is one point, the limit.
std::size_t drawn_moments(const ComparedPath& path) {
  std::size_t count = 0;
  while (count < path.moments.size() && path.moments[count].flow_time <= path.settled_time) ++count;
  return std::max<std::size_t>(count, 2);
}

Series line_of(const ComparedPath& path, const Quantity& quantity, int colour) {
  Series series;
  series.name = "N = " + std::to_string(path.depth);
  series.colour = colour;
  for (std::size_t i = 0; i < std::min(drawn_moments(path), path.moments.size()); ++i) {
    series.x.push_back(path.moments[i].flow_time);
    series.y.push_back(drawable(quantity.value(path.moments[i]), quantity.log));
  }
  return series;
}

Series stops_of(const ComparedPath& path, const ComparedRule& rule, const Quantity& quantity, int colour) {
  Series series;
  series.colour = colour;
  series.dash = Dash::none;
  series.marks = Marks::dots;
  if (path.stops.contains(rule.key)) {
    const PathMoment& moment = path.at(rule.key);
    series.x.push_back(std::min(moment.flow_time, path.settled_time));
    series.y.push_back(drawable(quantity.value(moment), quantity.log));
  }
  return series;
}

bool empty(const Series& series) {
  for (const double y : series.y)
    if (!std::isnan(y)) return false;
  return true;
}

// The least value, but no more than ten decades below the greatest: coordinates on the support may vanish.
double lowest_drawn(const std::vector<Series>& lines) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const auto& line : lines)
    for (const double y : line.y) {
      low = std::fmin(low, y);
      high = std::fmax(high, y);
    }
  return std::max(0.8 * low, 1e-10 * high);
}

Panel panel_of(const Comparison& comparison, std::size_t image, std::size_t variant,
               const Quantity& quantity) {
  Panel panel;
  panel.title = quantity.title;
  panel.x = {.label = "flow time τ", .log = true};
  panel.y = {.label = quantity.label, .log = quantity.log};
  const ComparedPath* best = nullptr;
  for (std::size_t d = 0; d < comparison.depths.size(); ++d) {
    const ComparedPath& path = comparison.path(image, variant, d);
    const int colour = style_of_depth(path.depth);
    if (Series line = line_of(path, quantity, colour); !empty(line)) panel.series.push_back(std::move(line));
    if (!best || path.at("oracle").psnr > best->at("oracle").psnr) best = &path;
    for (const auto& rule : comparison.rules)
      if (Series stop = stops_of(path, rule, quantity, colour); rule.key != "limit" && !empty(stop))
        panel.series.push_back(std::move(stop));
  }
  if (quantity.log) panel.y.low = lowest_drawn(panel.series);
  panel.windows.push_back({best->moments[best->window.first].flow_time,
                           std::min(best->moments[best->window.last].flow_time, best->settled_time),
                           "window, N = " + std::to_string(best->depth)});
  return panel;
}

// Off the support grey and dotted on every panel; on it in the depth's colour, which has no name of its own.
constexpr int off_support_colour = style_of_depth(1);

void add_traces(Panel& panel, const ComparedPath& path, const Eigen::MatrixXf& values, int colour,
                Dash dash) {
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    Series series;
    series.colour = colour;
    series.dash = dash;
    series.weight = 0.8;
    for (std::size_t t = 0; t < std::min(drawn_moments(path), path.moments.size()); ++t) {
      series.x.push_back(path.moments[t].flow_time);
      series.y.push_back(values(i, static_cast<Eigen::Index>(t)));
    }
    panel.series.push_back(std::move(series));
  }
}

Range range_of(const CoordinateTraces& traces, std::size_t first) {
  Range range{0, 0};
  for (const Eigen::MatrixXf* values : {&traces.on, &traces.off}) {
    if (values->size() == 0) continue;
    const auto part = values->rightCols(values->cols() - static_cast<Eigen::Index>(first));
    range = {std::min<double>(range.low, part.minCoeff()), std::max<double>(range.high, part.maxCoeff())};
  }
  return range;
}

// Where the coordinates of all depths are worth seeing: their values from the best time on, with some room.
// At greater depths some shoot far beyond at first, which would flatten everything else.
Range seen_values(const Comparison& comparison, std::size_t image, std::size_t variant) {
  Range seen{0, 0};
  for (std::size_t d = 0; d < comparison.depths.size(); ++d) {
    const ComparedPath& path = comparison.path(image, variant, d);
    const Range range = range_of(path.coordinates, path.stops.at("oracle"));
    seen = {std::min(seen.low, range.low), std::max(seen.high, range.high)};
  }
  const double room = std::max(0.3 * (seen.high - seen.low), 1e-3);
  return {seen.low - room, seen.high + room};
}

// " (down to −3, up to 21)": what the panel does not hold, or nothing.
std::string beyond(const CoordinateTraces& traces, Range seen) {
  const Range range = range_of(traces, 0);
  std::string text;
  if (range.low < seen.low) text = "down to " + scientific(range.low, 2);
  if (range.high > seen.high) text += (text.empty() ? "up to " : ", up to ") + scientific(range.high, 2);
  return text.empty() ? "" : " (" + text + ")";
}

// A line of the legend alone.
Series named(const std::string& name, int colour, Dash dash) {
  return {.name = name, .colour = colour, .dash = dash, .weight = 0.8};
}

Chart coordinates_chart(const Comparison& comparison, std::size_t image, std::size_t variant) {
  Chart chart;
  chart.columns = 2;
  chart.share_y = true;
  const Range seen = seen_values(comparison, image, variant);
  double first = std::numeric_limits<double>::infinity(), last = 0;
  for (std::size_t d = 0; d < comparison.depths.size(); ++d) {
    const ComparedPath& path = comparison.path(image, variant, d);
    const int colour = style_of_depth(path.depth);
    Panel panel;
    panel.title = "N = " + std::to_string(path.depth) + beyond(path.coordinates, seen);
    panel.title_colour = colour;
    panel.y = {.label = "coordinates of w", .low = seen.low, .high = seen.high};
    panel.series = {named("on the support", kInk, Dash::solid),
                    named("off the support", off_support_colour, Dash::dotted)};
    add_traces(panel, path, path.coordinates.off, off_support_colour, Dash::dotted);
    add_traces(panel, path, path.coordinates.on, colour, Dash::solid);
    chart.panels.push_back(std::move(panel));
    const std::size_t drawn = std::min(drawn_moments(path), path.moments.size());
    first = std::min(first, path.moments.front().flow_time);
    last = std::max(last, path.moments[drawn - 1].flow_time);
  }
  for (Panel& panel : chart.panels)
    panel.x = {.label = "flow time τ", .log = true, .low = first, .high = last};
  return chart;
}

}  // namespace

std::vector<std::pair<std::string, Chart>> comparison_charts(const Comparison& comparison) {
  std::vector<std::pair<std::string, Chart>> charts;
  for (std::size_t i = 0; i < comparison.images.size(); ++i)
    for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
      const std::string& label = comparison.variants[v].label;
      const std::string number =
          std::to_string(i + 1) + (comparison.variants.size() > 1 ? "-" + std::to_string(v + 1) : "");
      const std::string title = display_name(comparison.images[i]) + (label.empty() ? "" : ", " + label);
      Chart chart;
      chart.columns = 4;
      for (const Quantity& quantity : quantities)
        if (Panel panel = panel_of(comparison, i, v, quantity); !panel.series.empty())
          chart.panels.push_back(std::move(panel));
      Chart coordinates = coordinates_chart(comparison, i, v);
      chart.title = title + ": dots are the best time (oracle) and the stops of the rules";
      coordinates.title = title;
      charts.emplace_back("path-" + number, std::move(chart));
      charts.emplace_back("coordinates-" + number, std::move(coordinates));
    }
  return charts;
}

}  // namespace isr
