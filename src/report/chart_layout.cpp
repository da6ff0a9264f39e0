#include "report/chart_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/text.h"
#include "report/drawing.h"

namespace isr {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kGap = 6;  // between things that must not touch

// gnuplot sets the numbers of an axis apart from it by its own measure of a character, a little different in
// each kind of picture; these are the largest distances, from the axis to the far side of a text.
constexpr double kNumbersBelow = 26;  // of the numbers below the x axis
constexpr double kNumbersAside = 12;  // of the gap between the y axis and its numbers
constexpr double kNumbersAtBar = 13;  // of the gap between a colour bar and its numbers

double line_height(double size) {
  return 1.3 * size;
}

double widest(const std::vector<Tick>& ticks, double size) {
  double most = 0;
  for (const Tick& tick : ticks) most = std::max(most, text_width(tick.label, size));
  return most;
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

// The y range of each panel; where they share the axis, one that holds them all.
std::vector<Range> y_ranges(const Chart& chart) {
  std::vector<Range> ranges;
  Range all{kInfinity, -kInfinity};
  for (const Panel& panel : chart.panels) {
    ranges.push_back(y_range(panel));
    all = {std::min(all.low, ranges.back().low), std::max(all.high, ranges.back().high)};
  }
  if (chart.share_y) ranges.assign(ranges.size(), all);
  return ranges;
}

// On a logarithmic axis powers of ten are written as such: 10⁻², 0.1, 1, 10, 10².
std::string log_label(double value) {
  const int power = static_cast<int>(std::lround(std::log10(value)));
  const bool exact = std::abs(value / std::pow(10.0, power) - 1) < 1e-9;
  return exact && std::abs(power) > 1 ? power_of_ten(power) : tick_label(value);
}

std::vector<Tick> labelled(const std::vector<double>& values) {
  std::vector<Tick> ticks;
  for (const double value : values) ticks.push_back({value, tick_label(value)});
  return ticks;
}

double position(double value, Range range, bool log) {
  return log ? std::log(value / range.low) / std::log(range.high / range.low)
             : (value - range.low) / (range.high - range.low);
}

// The room along the axis that a number takes.
double extent(const Tick& tick, bool across) {
  return across ? text_width(tick.label, kSmallSize) : line_height(kSmallSize);
}

// Whether the numbers stand clear of each other along an axis of this length.
bool fits(const std::vector<Tick>& ticks, const Axis& axis, Range range, double length, bool across) {
  double end = -kInfinity;
  for (const Tick& tick : ticks) {
    if (tick.label.empty()) continue;
    const double at = length * position(tick.at, range, axis.log), half = extent(tick, across) / 2;
    if (at - half < end) return false;
    end = at + half + (across ? kGap : 0);
  }
  return true;
}

// As many ticks as there is room for. `cells`: the centres of a heat map's cells, which get the ticks.
std::vector<Tick> ticks_of(const Axis& axis, Range range, double length, bool across, int most,
                           const std::vector<double>& cells) {
  for (int count = cells.empty() ? most : static_cast<int>(cells.size()); count > 1; --count) {
    std::vector<Tick> ticks;
    if (cells.empty()) {
      ticks = axis.log ? log_ticks(range, count) : labelled(linear_ticks(range, count));
    } else {
      const std::size_t every =
          (cells.size() + static_cast<std::size_t>(count) - 1) / static_cast<std::size_t>(count);
      for (std::size_t i = 0; i < cells.size(); i += every)
        ticks.push_back({cells[i], axis.log ? log_label(cells[i]) : tick_label(cells[i])});
    }
    if (fits(ticks, axis, range, length, across)) return ticks;
  }
  return {};
}

// ---- texts ------------------------------------------------------------------------------------------------

double widest(const std::vector<std::string>& lines, double size) {
  double most = 0;
  for (const std::string& line : lines) most = std::max(most, text_width(line, size));
  return most;
}

// The lines, centred on x, the first one's upper edge at `top`; returns the lower edge of the last.
double place_lines(std::vector<PlacedText>& texts, const std::vector<std::string>& lines, double size,
                   double x, double top, int colour = kInk) {
  for (const std::string& line : lines) {
    texts.push_back({.text = line, .size = size, .x = x, .y = top - line_height(size) / 2, .colour = colour});
    top -= line_height(size);
  }
  return top;
}

// The lines, upright and centred on y, the first one's left edge at `left`.
void place_upright(std::vector<PlacedText>& texts, const std::vector<std::string>& lines, double left,
                   double y) {
  for (const std::string& line : lines) {
    texts.push_back(
        {.text = line, .size = kLabelSize, .x = left + line_height(kLabelSize) / 2, .y = y, .upright = true});
    left += line_height(kLabelSize);
  }
}

// ---- panels -----------------------------------------------------------------------------------------------

// A panel before it has its place: what is drawn at its axes, and the room that this takes around it.
struct Draft {
  PanelLayout layout;
  std::vector<std::string> title, x_label, y_label, bar_label;
  double left = 0, right = 0, below = 0, above = 0;
};

std::vector<std::string> strings(const HeatMap& map) {
  std::vector<std::string> texts;
  for (const double value : map.values)
    if (map.decimals >= 0 && std::isfinite(value)) texts.push_back(cell_text(value, map.decimals));
  return texts;
}

// The size of all plotting areas: as asked for, or larger, so that the values in the cells of heat maps fit.
struct Size {
  double width, height;
};

Size panel_size(const Chart& chart) {
  Size size{chart.panel_width, chart.panel_height};
  for (const Panel& panel : chart.panels) {
    if (!panel.heat_map) continue;
    const Range x = x_range(panel), y = y_range(panel);
    const double width = widest(strings(*panel.heat_map), kCellSize) + 4, height = line_height(kCellSize);
    const auto narrowest = [](const std::vector<double>& edges, Range range, bool log) {
      double least = 1;
      for (std::size_t i = 1; i < edges.size(); ++i)
        least = std::min(least, position(edges[i], range, log) - position(edges[i - 1], range, log));
      return least;
    };
    if (panel.heat_map->decimals < 0) continue;
    size.width =
        std::max(size.width, width / narrowest(cell_edges(panel.heat_map->x, panel.x.log), x, panel.x.log));
    size.height =
        std::max(size.height, height / narrowest(cell_edges(panel.heat_map->y, panel.y.log), y, panel.y.log));
  }
  return size;
}

Range colour_range(const HeatMap& map) {
  Extent extent{false};
  extent.add(map.values);
  Range range = extent.range;
  if (range.low > range.high) range = {0, 1};
  if (range.low == range.high) range.high = range.low + 1;
  return {map.low.value_or(range.low), map.high.value_or(range.high)};
}

// How far the numbers of the x axis reach beyond its two ends.
Range overhang(const std::vector<Tick>& ticks, const Axis& axis, Range range, double width) {
  Range beyond{0, 0};
  for (const Tick& tick : ticks) {
    const double at = width * position(tick.at, range, axis.log),
                 half = text_width(tick.label, kSmallSize) / 2;
    beyond = {std::max(beyond.low, half - at), std::max(beyond.high, at + half - width)};
  }
  return beyond;
}

Draft draft_of(const Panel& panel, Range y, Size size, bool numbers_left) {
  Draft draft;
  PanelLayout& layout = draft.layout;
  const HeatMap* map = panel.heat_map ? &*panel.heat_map : nullptr;
  layout.x = x_range(panel);
  layout.y = y;
  layout.x_ticks = ticks_of(panel.x, layout.x, size.width, true, 5, map ? map->x : std::vector<double>{});
  layout.y_ticks = ticks_of(panel.y, layout.y, size.height, false, 6, map ? map->y : std::vector<double>{});
  draft.title = wrapped_text(panel.title, kTitleSize, size.width);
  draft.x_label = wrapped_text(panel.x.label, kLabelSize, size.width);
  if (numbers_left) {
    draft.y_label = wrapped_text(panel.y.label, kLabelSize, size.height);
    draft.left = kNumbersAside + widest(layout.y_ticks, kSmallSize);
  } else {
    for (Tick& tick : layout.y_ticks) tick.label.clear();
  }
  if (!draft.y_label.empty())
    draft.left += kGap + line_height(kLabelSize) * static_cast<double>(draft.y_label.size());
  if (map) {
    layout.colours = colour_range(*map);
    layout.colour_ticks = ticks_of({}, layout.colours, size.height, false, 6, {});
    draft.bar_label = wrapped_text(map->name, kLabelSize, size.height);
    draft.right = kColourBarGap + kColourBarWidth + kNumbersAtBar + widest(layout.colour_ticks, kSmallSize) +
                  kGap + line_height(kLabelSize) * static_cast<double>(draft.bar_label.size());
  }
  const Range beyond = overhang(layout.x_ticks, panel.x, layout.x, size.width);
  const double wide =
      (std::max(widest(draft.title, kTitleSize), widest(draft.x_label, kLabelSize)) - size.width) / 2;
  const double tall =
      (std::max(widest(draft.y_label, kLabelSize), widest(draft.bar_label, kLabelSize)) - size.height) / 2;
  draft.left = std::max({draft.left, beyond.low, wide}) + kGap;
  draft.right = std::max({draft.right, beyond.high, wide}) + kGap;
  draft.below =
      std::max(kNumbersBelow + line_height(kLabelSize) * static_cast<double>(draft.x_label.size()), tall);
  draft.above =
      std::max(kGap + line_height(kTitleSize) * static_cast<double>(draft.title.size()), tall) + kGap;
  return draft;
}

void place_panel(ChartLayout& chart, const Draft& draft, const Panel& panel, double left, double top,
                 Size size) {
  PanelLayout layout = draft.layout;
  layout.left = left;
  layout.right = left + size.width;
  layout.top = top;
  layout.bottom = top - size.height;
  const double x = (layout.left + layout.right) / 2, y = (layout.bottom + layout.top) / 2;
  const double title = line_height(kTitleSize) * static_cast<double>(draft.title.size());
  place_lines(chart.texts, draft.title, kTitleSize, x, top + kGap + title, panel.title_colour);
  place_lines(chart.texts, draft.x_label, kLabelSize, x, layout.bottom - kNumbersBelow);
  const auto lines = [](const auto& label) {
    return line_height(kLabelSize) * static_cast<double>(label.size());
  };
  place_upright(chart.texts, draft.y_label,
                left - kNumbersAside - widest(layout.y_ticks, kSmallSize) - kGap - lines(draft.y_label), y);
  place_upright(chart.texts, draft.bar_label,
                layout.right + kColourBarGap + kColourBarWidth + kNumbersAtBar +
                    widest(layout.colour_ticks, kSmallSize) + kGap,
                y);
  chart.panels.push_back(std::move(layout));
}

// ---- the legend -------------------------------------------------------------------------------------------

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::vector<std::string> legend_names(const Chart& chart) {
  std::vector<std::string> names;
  for (const Panel& panel : chart.panels)
    for (const std::string& name : legend_names(panel)) add_new(names, name);
  return names;
}

// Names in rows, as many columns as fit beside each other.
struct LegendTable {
  std::vector<double> columns;  // their widths
  std::size_t rows = 0;

  LegendTable(const std::vector<std::string>& names, double width) {
    for (std::size_t count = names.size(); count > 0; --count) {
      columns.assign(count, 0);
      for (std::size_t i = 0; i < names.size(); ++i)
        columns[i % count] = std::max(
            columns[i % count], kLegendSample + kLegendGap + text_width(names[i], kSmallSize) + 3 * kGap);
      rows = (names.size() + count - 1) / count;
      if (this->width() <= width) return;
    }
  }
  double width() const { return std::accumulate(columns.begin(), columns.end(), 0.0); }
  double height() const {
    return rows == 0 ? 0 : line_height(kSmallSize) * static_cast<double>(rows) + 2 * kGap;
  }
};

void place_legend(ChartLayout& layout, const std::vector<std::string>& names, const LegendTable& table) {
  double x = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t row = i / table.columns.size(), column = i % table.columns.size();
    x = column == 0 ? (layout.width - table.width() + 3 * kGap) / 2 : x;
    const double y = table.height() - kGap - (static_cast<double>(row) + 0.5) * line_height(kSmallSize);
    layout.legend.push_back({names[i], x, y});
    x += table.columns[column];
  }
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

std::vector<Tick> log_ticks(Range range, int most) {
  const double low = std::log10(range.low), high = std::log10(range.high), decades = high - low;
  const bool few = decades < 1.5;  // powers alone would be one or two
  const int every = std::max(1, static_cast<int>(std::ceil(decades / most)));
  std::vector<Tick> ticks;
  for (int k = static_cast<int>(std::floor(low)); k <= high + 1e-9; ++k) {
    for (int factor = 1; factor < 10; ++factor) {
      const double value = factor * std::pow(10.0, k);
      if (value < range.low * (1 - 1e-9) || value > range.high * (1 + 1e-9)) continue;
      if (few && (factor == 1 || factor == 2 || factor == 5))
        ticks.push_back({value, tick_label(value)});
      else if (!few && factor == 1 && k % every == 0)
        ticks.push_back({value, log_label(value)});
      else if (factor == 1 || every == 1)
        ticks.push_back({value, "", true});
    }
  }
  return ticks;
}

std::string tick_label(double value) {
  const double size = std::abs(value);
  const std::string sign = value < 0 ? "−" : "";
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return sign + scientific(size, 3);
  if (size >= 1e6) return sign + formatted("%.6g M", size / 1e6);
  const std::string digits = formatted("%.6g", size);
  if (size < 1000) return sign + digits;
  const std::size_t point = std::min(digits.find('.'), digits.size());
  return sign + digits.substr(0, point - 3) + ',' + digits.substr(point - 3);
}

std::string cell_text(double value, int decimals) {
  const std::string text = fixed(value, decimals);
  const bool zero = text.find_first_of("123456789") == std::string::npos;
  return with_minus_signs(zero ? fixed(0, decimals) : text);
}

ChartLayout lay_out(const Chart& chart) {
  const std::size_t count = chart.panels.size();
  const std::size_t columns =
      chart.columns > 0 ? std::min(static_cast<std::size_t>(chart.columns), count) : count;
  const std::size_t rows = (count + columns - 1) / columns;
  const Size size = panel_size(chart);
  const std::vector<Range> y = y_ranges(chart);

  std::vector<Draft> drafts;
  std::vector<double> left(columns), right(columns), below(rows), above(rows);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = i / columns, column = i % columns;
    drafts.push_back(draft_of(chart.panels[i], y[i], size, !chart.share_y || column == 0));
    const Draft& draft = drafts.back();
    left[column] = std::max(left[column], draft.left);
    right[column] = std::max(right[column], draft.right);
    below[row] = std::max(below[row], draft.below);
    above[row] = std::max(above[row], draft.above);
  }
  const auto sum = [](const std::vector<double>& rooms) {
    return std::accumulate(rooms.begin(), rooms.end(), 0.0);
  };
  const std::vector<std::string> names = legend_names(chart);
  const double panels_width = static_cast<double>(columns) * size.width + sum(left) + sum(right);
  const auto head = wrapped_text(chart.title, kHeadSize, panels_width - 2 * kGap);
  const double head_height = line_height(kHeadSize) * static_cast<double>(head.size()) + kGap;

  ChartLayout layout;
  layout.width = std::max({panels_width, widest(head, kHeadSize) + 2 * kGap, LegendTable(names, 0).width()});
  const LegendTable legend(names, layout.width);
  layout.height = head_height + sum(above) + sum(below) + static_cast<double>(rows) * size.height +
                  legend.height() + kGap;
  double top = place_lines(layout.texts, head, kHeadSize, layout.width / 2, layout.height - kGap);
  for (std::size_t row = 0; row < rows; ++row) {
    top -= above[row];
    double x = (layout.width - panels_width) / 2;
    for (std::size_t column = 0; column < columns && row * columns + column < count; ++column) {
      const std::size_t i = row * columns + column;
      x += left[column];
      place_panel(layout, drafts[i], chart.panels[i], x, top, size);
      x += size.width + right[column];
    }
    top -= size.height + below[row];
  }
  place_legend(layout, names, legend);
  return layout;
}

}  // namespace isr
