#include "report/chart_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace isr {

namespace {

constexpr double kLineHeight = 13;       // of a line of text
constexpr double kCharacterWidth = 5.6;  // on average, a little generous
constexpr double kLegendSample = 34;     // the piece of line before each name
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Characters of UTF-8, not bytes.
double characters(const std::string& text) {
  return static_cast<double>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

double longest(const std::vector<std::string>& names) {
  double most = 0;
  for (const std::string& name : names) most = std::max(most, characters(name));
  return most;
}

double text_lines(const std::string& text) {
  return text.empty() ? 0 : 1 + static_cast<double>(std::count(text.begin(), text.end(), '\n'));
}

// The range that holds all values that the axis can show.
struct Extent {
  bool log;
  Range range{kInfinity, -kInfinity};

  void add(double value) {
    if (!std::isfinite(value) || (log && value <= 0)) return;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  void add(const std::vector<double>& values) {
    for (double value : values) add(value);
  }
};

// Room around the data, and something to draw when there are none.
Range padded(Range range, const Axis& axis, double margin) {
  if (range.low > range.high) range = axis.log ? Range{1, 10} : Range{0, 1};
  if (axis.log) {
    const double factor = range.low == range.high ? 2 : std::pow(range.high / range.low, margin);
    range = {range.low / factor, range.high * factor};
  } else {
    const double room =
        range.low == range.high ? std::max(1.0, std::abs(range.low)) / 2 : margin * (range.high - range.low);
    range = {range.low - room, range.high + room};
  }
  return {axis.low.value_or(range.low), axis.high.value_or(range.high)};
}

Range cells_range(const std::vector<double>& centres, const Axis& axis) {
  const auto edges = cell_edges(centres, axis.log);
  return {axis.low.value_or(edges.front()), axis.high.value_or(edges.back())};
}

Range x_range(const Panel& panel) {
  if (panel.heat_map) return cells_range(panel.heat_map->x, panel.x);
  Extent extent{panel.x.log};
  bool marks = false;
  for (const Series& series : panel.series) {
    extent.add(series.x);
    marks = marks || series.marks != Marks::none;
  }
  return padded(extent.range, panel.x, marks ? 0.05 : 0);
}

Range y_range(const Panel& panel) {
  if (panel.heat_map) return cells_range(panel.heat_map->y, panel.y);
  Extent extent{panel.y.log};
  for (const Series& series : panel.series) {
    extent.add(series.y);
    extent.add(series.lower);
    extent.add(series.upper);
  }
  for (const Level& level : panel.levels) extent.add(level.y);
  return padded(extent.range, panel.y, 0.06);
}

// A part of the plotting area, in fractions of its width and height.
struct Box {
  double x0, x1, y0, y1;

  bool holds(double x, double y) const { return x >= x0 && x <= x1 && y >= y0 && y <= y1; }
};

double fraction(double value, Range range, bool log) {
  return log ? std::log(value / range.low) / std::log(range.high / range.low)
             : (value - range.low) / (range.high - range.low);
}

// The length of the series' line within the box.
double hidden_length(const Series& series, const Panel& panel, const PanelLayout& place, const Box& box) {
  double hidden = 0;
  const auto at_x = [&](std::size_t i) { return fraction(series.x[i], place.x, panel.x.log); };
  const auto at_y = [&](std::size_t i) { return fraction(series.y[i], place.y, panel.y.log); };
  for (std::size_t i = 0; i + 1 < series.x.size(); ++i) {
    const double x = at_x(i), dx = at_x(i + 1) - x, y = at_y(i), dy = at_y(i + 1) - y;
    const double length = std::hypot(dx, dy);
    if (!std::isfinite(length)) continue;
    const int pieces = std::clamp(static_cast<int>(length * 100), 1, 100);
    for (int piece = 0; piece < pieces; ++piece) {
      const double t = (piece + 0.5) / pieces;
      if (box.holds(x + t * dx, y + t * dy)) hidden += length / pieces;
    }
  }
  return hidden;
}

double hidden_length(const Panel& panel, const PanelLayout& place, const Box& box) {
  double hidden = 0;
  for (const Series& series : panel.series) hidden += hidden_length(series, panel, place, box);
  for (const Level& level : panel.levels) {
    const double y = fraction(level.y, place.y, panel.y.log);
    if (y >= box.y0 && y <= box.y1) hidden += box.x1 - box.x0;
  }
  for (const Annotation& note : panel.annotations) {
    if (box.holds(fraction(note.x, place.x, panel.x.log), fraction(note.y, place.y, panel.y.log)))
      hidden += 1;
  }
  return hidden;
}

std::string best_corner(const Panel& panel, const PanelLayout& place) {
  struct Corner {
    const char* words;
    double x, y;  // where the legend's box is in the room that is left: 0 to 1
  };
  constexpr std::array<Corner, 8> kCorners{{{"top right", 1, 1},
                                            {"top left", 0, 1},
                                            {"bottom right", 1, 0},
                                            {"bottom left", 0, 0},
                                            {"center right", 1, 0.5},
                                            {"center left", 0, 0.5},
                                            {"top center", 0.5, 1},
                                            {"bottom center", 0.5, 0}}};
  const auto names = legend_names(panel);
  const double count = static_cast<double>(names.size());
  const double w =
      std::min(1.0, (kLegendSample + kCharacterWidth * longest(names) + 6) / (place.right - place.left));
  const double h = std::min(1.0, (kLineHeight * count + 8) / (place.top - place.bottom));
  const char* best = kCorners.front().words;
  double least = kInfinity;
  for (const Corner& corner : kCorners) {
    const double x = corner.x * (1 - w), y = corner.y * (1 - h);
    const double hidden = hidden_length(panel, place, {x, x + w, y, y + h});
    if (hidden < least) {
      least = hidden;
      best = corner.words;
    }
  }
  return best;
}

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// Room around each plotting area; the same for all, so that they line up.
struct Margins {
  double left = 34, right = 22, below = 20, above = 8;  // right: half of the last tick's label
};

Margins margins(const Chart& chart) {
  Margins room;
  for (const Panel& panel : chart.panels) {
    if (!panel.y.label.empty()) room.left = std::max(room.left, 36 + kLineHeight * text_lines(panel.y.label));
    room.below = std::max(room.below, 20 + kLineHeight * text_lines(panel.x.label));
    room.above = std::max(room.above, 8 + kLineHeight * text_lines(panel.title));
    if (panel.heat_map) room.right = 70;
  }
  return room;
}

// Columns and height of the legend below the panels; returns the room that it takes.
double lay_out_legend(const Chart& chart, ChartLayout& layout) {
  if (chart.legend != Legend::below) return 4;
  for (const Panel& panel : chart.panels) {
    for (const std::string& name : legend_names(panel)) add_new(layout.legend, name);
  }
  const double each = kLegendSample + 10 + kCharacterWidth * longest(layout.legend);
  const int fit = std::max(1, static_cast<int>(layout.width / each));
  const int count = std::max(1, static_cast<int>(layout.legend.size()));
  const int rows = (count + fit - 1) / fit;
  layout.legend_columns = (count + rows - 1) / rows;
  const double height = kLineHeight * rows + 10;
  layout.legend_middle = height / 2;
  return height;
}

}  // namespace

std::vector<std::string> legend_names(const Panel& panel) {
  std::vector<std::string> names;
  for (const Series& series : panel.series) add_new(names, series.name);
  for (const Level& level : panel.levels) add_new(names, level.name);
  for (const Window& window : panel.windows) add_new(names, window.name);
  return names;
}

std::vector<double> cell_edges(const std::vector<double>& centres, bool log) {
  std::vector<double> at(centres);
  if (log) std::transform(at.begin(), at.end(), at.begin(), [](double v) { return std::log(v); });
  const std::size_t count = at.size();
  const double first = count > 1 ? (at[1] - at[0]) / 2 : 0.5;
  const double last = count > 1 ? (at[count - 1] - at[count - 2]) / 2 : 0.5;
  std::vector<double> edges{at.front() - first};
  for (std::size_t i = 0; i + 1 < count; ++i) edges.push_back((at[i] + at[i + 1]) / 2);
  edges.push_back(at.back() + last);
  if (log) std::transform(edges.begin(), edges.end(), edges.begin(), [](double v) { return std::exp(v); });
  return edges;
}

std::vector<double> linear_ticks(Range range, int most) {
  const double rough = (range.high - range.low) / most;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> ticks;
  const double slack = 1e-9 * (range.high - range.low);
  for (double k = std::ceil((range.low - slack) / step); k * step <= range.high + slack; ++k) {
    ticks.push_back(k * step + 0.0);  // + 0.0: no negative zero
  }
  return ticks;
}

std::string tick_label(double value) {
  const double size = std::abs(value);
  const bool extreme = size >= 1e9 || (size > 0 && size < 1e-4);
  const std::string digits = extreme       ? formatted("%.3g", size)
                             : size >= 1e6 ? formatted("%.6g M", size / 1e6)
                                           : formatted("%.6g", size);
  std::string label = value < 0 ? "−" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t left = std::min(digits.find('.'), digits.size()) - i;  // digits before the point
    if (i > 0 && size >= 1000 && size < 1e6 && left == 3) label += ',';
    label += digits[i];
  }
  return label;
}

ChartLayout lay_out(const Chart& chart) {
  const int count = static_cast<int>(chart.panels.size());
  const int columns = chart.columns > 0 ? std::min(chart.columns, count) : count;
  const int rows = (count + columns - 1) / columns;
  const Margins room = margins(chart);
  const double cell_width = room.left + chart.panel_width + room.right;
  const double cell_height = room.above + chart.panel_height + room.below;
  const double title = chart.title.empty() ? 2 : 6 + 16 * text_lines(chart.title);

  ChartLayout layout;
  layout.width = columns * cell_width;
  layout.height = title + rows * cell_height + lay_out_legend(chart, layout);
  for (int i = 0; i < count; ++i) {
    const Panel& panel = chart.panels[static_cast<std::size_t>(i)];
    PanelLayout place;
    place.left = (i % columns) * cell_width + room.left;
    place.right = place.left + chart.panel_width;
    place.top = layout.height - title - (i / columns) * cell_height - room.above;
    place.bottom = place.top - chart.panel_height;
    place.x = x_range(panel);
    place.y = y_range(panel);
    place.legend_corner = best_corner(panel, place);
    layout.panels.push_back(place);
  }
  return layout;
}

}  // namespace isr
