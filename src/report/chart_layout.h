// Where everything in a chart goes. For chart.cpp and chart_script.cpp alone.
#pragma once

#include <string>
#include <vector>

#include "report/chart.h"

namespace isr {

struct Range {
  double low = 0;
  double high = 1;
};

// The plotting area of a panel, and its ranges.
struct PanelLayout {
  double left, right, bottom, top;  // from the lower left corner of the canvas, in points
  Range x, y;
  std::string legend_corner;  // in gnuplot's words, such as "top right"
};

struct ChartLayout {
  double width = 0, height = 0;  // of the canvas, in points
  std::vector<PanelLayout> panels;
  std::vector<std::string> legend;  // the names in the legend below the panels
  int legend_columns = 0;
  double legend_middle = 0;  // its height on the canvas
};

// The names in the legend of a panel, in order, each once.
std::vector<std::string> legend_names(const Panel& panel);

ChartLayout lay_out(const Chart& chart);

// The edges of the cells around increasing centres: midway (in the logarithm, for a logarithmic axis).
std::vector<double> cell_edges(const std::vector<double>& centres, bool log);

// Ticks for a linear range: 1, 2 or 5 times a power of ten apart, at most about `most` of them.
std::vector<double> linear_ticks(Range range, int most);

// A tick's label: 2,500 rather than 2.5e+03; 1.5 M from a million on.
std::string tick_label(double value);

}  // namespace isr
