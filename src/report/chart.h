// Charts for papers, in one house style: a small declarative model, drawn by gnuplot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/line_styles.h"

namespace isr {

// Every text below is plain UTF-8, shown as it is ("log₂ ‖w − w*‖²", "10⁻⁶"); it may hold any character,
// and "\n" starts a new line. Lengths are in points (1/72 inch). A NaN among the y values breaks the line.

// One axis of a panel.
struct Axis {
  std::string label{};           // empty: none, and no room is kept for it
  bool log = false;              // logarithmic (base 10); then only positive values are drawn
  std::optional<double> low{};   // the range; default: what the data need, with a small margin
  std::optional<double> high{};  //
};

// Black, solid: the colour after the last of line_styles.
inline constexpr int kInk = static_cast<int>(line_styles.size());

enum class Dash { automatic, solid, dashed, dotted, dash_dot, none };  // none: marks only

enum class Marks { none, dots };

// A line (and/or marks), with an optional shaded band from `lower` to `upper`.
struct Series {
  std::string name{};            // in the legend, and the CSV; an empty name is not in the legend
  std::vector<double> x{}, y{};  // as long as each other
  std::vector<double> lower{};   // empty, or as long as x: the band (say, quartiles)
  std::vector<double> upper{};   // as `lower`
  int colour = -1;               // of line_styles, or kInk; −1: the panel's next one
  Dash dash =
      Dash::automatic;  // automatic: goes with the colour, so that a grey print still tells them apart
  double weight = 1.4;  // line width
  Marks marks = Marks::none;
  bool outlined = false;  // a white edge, so that the line is seen on every colour of a heat map
};

// A horizontal line across the panel, thin, named in the legend.
struct Level {
  std::string name{};
  double y = 0;
  int colour = kInk;  // as in Series
  Dash dash = Dash::dotted;
};

// A vertical strip of the panel, shaded behind the curves.
struct Window {
  double from = 0;
  double to = 0;
  std::string name{};  // in the legend, when not empty
};

// A grid of coloured cells; a panel that has one draws it beneath everything else, with a colour bar.
struct HeatMap {
  std::string name{};            // of the values: on the colour bar, and the CSV
  std::vector<double> x{}, y{};  // the centres of the columns and rows, increasing
  std::vector<double> values{};  // y.size() rows of x.size(), row after row; NaN: no value (a grey cell)
  std::optional<double> low{};   // the colours' range; default: the least and the greatest value
  std::optional<double> high{};  //
  int decimals = -1;             // >= 0: also print each value in its cell
};

// One plot: axes and what is drawn between them.
struct Panel {
  std::string title{};
  int title_colour = kInk;  // as in Series
  Axis x{}, y{};
  std::vector<Series> series{};
  std::vector<Level> levels{};
  std::vector<Window> windows{};
  std::optional<HeatMap> heat_map{};
};

// A figure: panels, row after row, and below them a legend with each name once.
struct Chart {
  std::string title{};  // above all panels; may be empty
  std::vector<Panel> panels{};
  int columns = 0;           // panels in a row; 0: all in one row
  bool share_y = false;      // all panels show one quantity: one range, its numbers left of each row alone
  double panel_width = 200;  // of the plotting area alone; larger where the values in a heat map need it
  double panel_height = 150;
};

// Which pictures to draw.
struct ChartFormats {
  bool png = true;  // 2 pixels a point
  bool pdf = true;
  bool svg = true;
};

// Throws Error, saying what to install, when gnuplot cannot be run. For a long run to ask before it starts.
void require_gnuplot();

// Draws the chart into `directory`, which exists: NAME.png, NAME.pdf, NAME.svg, the data NAME.csv and the
// script NAME.gp that made the pictures (`gnuplot NAME.gp`, in that folder, draws them again: edit it to
// restyle). The CSV has a row per point: panel, series, x, y, lower, upper; a heat map's cells are in
// NAME-map.csv (NAME-map-2.csv for the second panel's, and so on). Each file appears whole or not at all.
// Throws Error when the chart is inconsistent (no panel, sizes that differ, a colour that is not in the
// palette), a file cannot be written, or gnuplot is missing or fails. May be called from several threads.
void write_chart(const Chart& chart, const std::string& directory, const std::string& name,
                 ChartFormats formats = {});

}  // namespace isr
