// Where everything in a chart goes: texts are measured, and room is made for them. For chart.cpp and
// chart_script.cpp alone. Lengths are in points, from the lower left corner of the canvas.
#pragma once

#include <string>
#include <vector>

#include "report/chart.h"

namespace isr {

struct Range {
  double low = 0;
  double high = 1;
};

// Font sizes.
inline constexpr double kHeadSize = 12, kTitleSize = 10.5, kLabelSize = 10, kSmallSize = 9, kCellSize = 8;

// A line of text around a point: to its right, or centred on it; upright ones run from below to above.
struct PlacedText {
  std::string text;
  double size;
  double x, y;  // of the middle of its height
  bool centred = true;
  bool upright = false;
  int colour = kInk;
};

// A mark on an axis. Without a label it is a small one, or one whose numbers stand at another panel.
struct Tick {
  double at = 0;
  std::string label{};
  bool minor = false;
};

// The plotting area of a panel, its ranges and ticks.
struct PanelLayout {
  double left, right, bottom, top;
  Range x, y;
  std::vector<Tick> x_ticks, y_ticks;
  Range colours;  // of a heat map
  std::vector<Tick> colour_ticks;
};

// An entry of the legend: a sample of the line, centred on y, and the name right of it.
struct LegendEntry {
  std::string name;
  double x, y;  // the left end of the sample
};

struct ChartLayout {
  double width = 0, height = 0;  // of the canvas
  std::vector<PanelLayout> panels;
  std::vector<PlacedText> texts;  // titles and labels: all but the numbers on the axes and the legend
  std::vector<LegendEntry> legend;
};

inline constexpr double kLegendSample = 26, kLegendGap = 6;  // the sample, and from it to the name

// A colour bar stands this far right of its panel, and is this wide.
inline constexpr double kColourBarGap = 8, kColourBarWidth = 9;

// The names in the legend of a panel, in order, each once.
std::vector<std::string> legend_names(const Panel& panel);

ChartLayout lay_out(const Chart& chart);

// The edges of the cells around increasing centres: midway (in the logarithm, for a logarithmic axis).
std::vector<double> cell_edges(const std::vector<double>& centres, bool log);

// Ticks for a linear range: 1, 2 or 5 times a power of ten apart, at most about `most` of them.
std::vector<double> linear_ticks(Range range, int most);

// Ticks for a logarithmic range: whole powers of ten with small marks between, fewer where they would be more
// than `most`; in a short range 1, 2 and 5 times the powers.
std::vector<Tick> log_ticks(Range range, int most);

// A tick's label: 2,500 rather than 2.5e+03; 1.5 M from a million on; 10⁻³.
std::string tick_label(double value);

// A value printed in a cell of a heat map.
std::string cell_text(double value, int decimals);

}  // namespace isr
