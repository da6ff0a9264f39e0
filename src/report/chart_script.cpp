#include "report/chart_script.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/text.h"
#include "report/chart_layout.h"

namespace isr {

namespace {

constexpr const char* kBlack = "#222222";

std::string script_number(double value) {
  return formatted("%.10g", value);
}

int colour_of(const Series& series, int position) {
  return series.colour >= 0 ? series.colour : position % kInk;
}

std::string dash_pattern(Dash dash, int colour) {
  switch (dash) {
    case Dash::solid:
      return "solid";
    case Dash::dashed:
      return "(9,3)";
    case Dash::dotted:
      return "(2,3)";
    case Dash::dash_dot:
      return "(9,3,2,3)";
    case Dash::automatic:
    case Dash::none:
      break;
  }
  const std::string pattern = colour < kInk ? line_styles[static_cast<std::size_t>(colour)].dash : "";
  return pattern.empty() ? "solid" : "(" + pattern + ")";
}

std::string colour_name(int colour) {
  return colour == kInk ? "black" : "colour_" + std::to_string(colour);
}

constexpr const char* kPoint = "pt 7 ps 0.45";

// Width, dashes and colour of a line.
std::string stroke(double weight, Dash dash, int colour) {
  return "lw " + script_number(weight) + " dt " + dash_pattern(dash, colour) + " lc rgb " +
         colour_name(colour);
}

std::string line_style(const Series& series, int colour) {
  const std::string point = series.marks == Marks::none ? "" : std::string(" ") + kPoint;
  if (series.dash == Dash::none) return "with points" + point + " lc rgb " + colour_name(colour);
  return (point.empty() ? "with lines " : "with linespoints ") + stroke(series.weight, series.dash, colour) +
         point;
}

std::string tick_commands(const char* axis, const std::vector<Tick>& ticks) {
  std::string places;
  for (const Tick& tick : ticks) {
    places += (places.empty() ? "" : ", ") + gnuplot_quoted(tick.label) + ' ' + script_number(tick.at);
    if (tick.minor) places += " 1";
  }
  return std::string(places.empty() ? "  unset " : "  set ") + axis + "tics" +
         (places.empty() ? "" : " (" + places + ")") + "\n";
}

std::string screen(double x, double y, const ChartLayout& layout) {
  return "screen " + script_number(x / layout.width) + ", screen " + script_number(y / layout.height);
}

std::string text_command(const PlacedText& text, const ChartLayout& layout) {
  return "  set label " + gnuplot_quoted(text.text) + " noenhanced at " + screen(text.x, text.y, layout) +
         (text.centred ? " center" : " left") + (text.upright ? " rotate by 90" : "") +
         " font 'DejaVu Sans," + script_number(text.size) + "' tc rgb " + colour_name(text.colour) + "\n";
}

std::string window_commands(const Panel& panel) {
  std::ostringstream out;
  for (const Window& window : panel.windows) {
    out << "  set object rectangle from first " << script_number(window.from) << ", graph 0 to first "
        << script_number(window.to)
        << ", graph 1 fc rgb window_fill fs solid border lc rgb window_edge lw 0.5 behind\n";
  }
  return out.str();
}

std::string place_commands(const PanelLayout& place, const ChartLayout& layout) {
  std::ostringstream out;
  out << "  set lmargin at screen " << script_number(place.left / layout.width) << "; set rmargin at screen "
      << script_number(place.right / layout.width) << "\n"
      << "  set bmargin at screen " << script_number(place.bottom / layout.height)
      << "; set tmargin at screen " << script_number(place.top / layout.height) << "\n"
      << "  set xrange [" << script_number(place.x.low) << ":" << script_number(place.x.high)
      << "]; set yrange [" << script_number(place.y.low) << ":" << script_number(place.y.high) << "]\n";
  return out.str();
}

std::string heat_map_setup(const PanelLayout& place, const ChartLayout& layout) {
  std::ostringstream out;
  out << "  set border 15; unset grid; set cbrange [" << script_number(place.colours.low) << ":"
      << script_number(place.colours.high) << "]\n"
      << "  set colorbox user origin " << screen(place.right + kColourBarGap, place.bottom, layout)
      << " size " << screen(kColourBarWidth, place.top - place.bottom, layout) << "\n"
      << tick_commands("cb", place.colour_ticks)
      << "  set object rectangle from graph 0,0 to graph 1,1 fc rgb '#DDDDDD' fs solid noborder behind\n";
  return out.str();
}

// The clauses of the plot command that draw the cells and, when asked for, the value in each: in white on
// the dark part of the palette, in black on the light one; where they change, both have a contrast of 4.6.
std::string heat_map_clauses(const HeatMap& map, Range colours, const std::string& file) {
  const std::string data = "    " + gnuplot_quoted(file) + " skip 1 using ";
  std::string out = data +
                    "1:2:4:5:6:7:($3) with boxxyerror fc palette lw 0.5 "
                    "fs solid border lc rgb 'white', \\\n";
  if (map.decimals < 0) return out;
  const std::string change = script_number(colours.low + 0.42 * (colours.high - colours.low));
  const std::string text = "cell_text($3, " + std::to_string(map.decimals) + ")";
  const auto print = [&](const std::string& condition, const char* colour) {
    out += data + "1:2:(" + condition + " ? " + text + " : '') with labels font cell_font tc rgb '" + colour +
           "', \\\n";
  };
  print("$3 < " + change, "white");
  print("$3 >= " + change, "black");
  return out;
}

// The bands, then the lines over them. `row` is the CSV row where the panel's data begin; it moves past them.
std::string series_clauses(const Panel& panel, std::size_t& row) {
  std::string bands, lines;
  int position = 0;
  for (const Series& series : panel.series) {
    const int colour = colour_of(series, position++);
    if (series.x.empty()) continue;
    const std::string rows = "    data skip 1 every ::" + std::to_string(row) +
                             "::" + std::to_string(row + series.x.size() - 1) + " using ";
    row += series.x.size();
    if (!series.lower.empty()) {
      bands += rows + "3:5:6 with filledcurves fc rgb " + colour_name(colour) +
               " fs transparent solid 0.2 noborder, \\\n";
    }
    if (series.outlined)
      lines += rows + "3:4 with lines lw " + script_number(series.weight + 1.6) + " lc rgb 'white', \\\n";
    lines += rows + "3:4 " + line_style(series, colour) + ", \\\n";
  }
  return bands + lines;
}

std::string terminal_commands(const std::string& name, ChartFormats formats) {
  std::ostringstream out;
  out << "do for [format in '" << (formats.png ? "png " : "") << (formats.pdf ? "pdf " : "")
      << (formats.svg ? "svg" : "") << "'] {\n"
      << "  if (format eq 'png') { set terminal pngcairo size 2*width,2*height font base_font fontscale 1.5 "
         "linewidth 2 pointscale 2 background 'white' }\n"
      << "  if (format eq 'pdf') { set terminal pdfcairo size width/72.,height/72. font base_font fontscale "
         "0.75 "
         "linewidth 2 pointscale 1 background 'white' }\n"
      << "  if (format eq 'svg') { set terminal svg size width,height dynamic font base_font linewidth 1 "
         "background 'white' }\n"
      << "  set output " << gnuplot_quoted(name + ".") << ".format\n";
  return out.str();
}

// Everything that is the same for all panels of all formats.
std::string style_commands(const ChartLayout& layout, const std::string& name) {
  std::ostringstream out;
  out << "# Draws " << name << ".png, .pdf and .svg from the data in " << name
      << ".csv. To restyle, edit and run\n"
      << "#   gnuplot " << name << ".gp\n"
      << "set encoding utf8\nset datafile separator comma\n"
      << "data = " << gnuplot_quoted(name + ".csv") << "\n"
      << "width = " << script_number(std::ceil(layout.width))
      << "; height = " << script_number(std::ceil(layout.height)) << "  # points\n"
      << "base_font = 'DejaVu Sans," << kLabelSize << "'; small_font = 'DejaVu Sans," << kSmallSize
      << "'; cell_font = 'DejaVu Sans," << kCellSize << "'\n";
  for (int i = 0; i < kInk; ++i)
    out << colour_name(i) << " = '" << line_styles[static_cast<std::size_t>(i)].on_white << "'\n";
  out << colour_name(kInk) << " = '" << kBlack << "'\n"
      << "window_fill = '#E4EAF1'; window_edge = '#B8C4D2'\n"
      << "set palette defined (0 '#440154', 1 '#414487', 2 '#2A788E', 3 '#22A884', 4 '#7AD151', 5 "
         "'#FDE725')\n"
      << "minus(text) = text[1:1] eq '-' ? '−'.text[2:*] : text\n"
      << "cell_text(x, decimals) = minus(sprintf('%.'.decimals.'f', abs(x) < 0.5*10**-decimals ? 0 : x))\n"
      << "axes_style = \"set border 3 lw 0.6 lc rgb '#444444'; set xtics nomirror; set ytics nomirror; set "
         "tics out scale 0.6,0.35 font '\".small_font.\"'; "
         "set grid xtics ytics lt 1 lw 0.35 lc rgb '#E3E3E3'\"\n"
      << "set samples 2; unset key\n\n";
  return out.str();
}

// Titles and labels, the whole chart's: set once, for they would be drawn again with every panel.
std::string text_commands(const ChartLayout& layout) {
  std::string out;
  for (const PlacedText& text : layout.texts) out += text_command(text, layout);
  return out;
}

std::string panel_commands(const Chart& chart, const ChartLayout& layout, std::size_t index,
                           const std::string& map_file, std::size_t& row) {
  const Panel& panel = chart.panels[index];
  const PanelLayout& place = layout.panels[index];
  std::ostringstream out;
  out << "  # " << index + 1 << "\n"
      << "  unset label; unset object; unset logscale; eval axes_style\n"
      << (index == 0 ? text_commands(layout) : "") << place_commands(place, layout);
  if (panel.x.log) out << "  set logscale x\n";
  if (panel.y.log) out << "  set logscale y\n";
  out << tick_commands("x", place.x_ticks) << tick_commands("y", place.y_ticks) << window_commands(panel);
  if (panel.heat_map) out << heat_map_setup(place, layout);
  out << "  plot \\\n";
  if (panel.heat_map) out << heat_map_clauses(*panel.heat_map, place.colours, map_file);
  out << series_clauses(panel, row);
  for (const Level& level : panel.levels) {
    out << "    " << script_number(level.y) << " with lines " << stroke(1, level.dash, level.colour)
        << ", \\\n";
  }
  out << "    NaN\n";
  if (panel.heat_map) out << "  unset colorbox\n";
  return out.str();
}

std::string rectangle(double left, double right, double middle, double half, const std::string& style,
                      const ChartLayout& layout) {
  return "  set object rectangle from " + screen(left, middle - half, layout) + " to " +
         screen(right, middle + half, layout) + " " + style + "\n";
}

// That of the series of this name; black where they have different colours, each its panel's.
int legend_colour(const Chart& chart, const std::string& name, int first) {
  for (const Panel& panel : chart.panels) {
    int position = 0;
    for (const Series& series : panel.series)
      if (colour_of(series, position++) != first && series.name == name) return kInk;
  }
  return first;
}

// The sample before a name in the legend: a piece of what the first panel that has the name draws.
std::string sample_commands(const Chart& chart, const LegendEntry& entry, const ChartLayout& layout) {
  const double left = entry.x, right = entry.x + kLegendSample, y = entry.y;
  const auto line = [&](double weight, Dash dash, int colour) {
    return "  set arrow from " + screen(left, y, layout) + " to " + screen(right, y, layout) + " nohead " +
           stroke(weight, dash, colour) + "\n";
  };
  for (const Panel& panel : chart.panels) {
    int position = 0;
    for (const Series& series : panel.series) {
      const int own = colour_of(series, position++);
      if (series.name != entry.name) continue;
      const int colour = legend_colour(chart, series.name, own);
      std::string out;
      if (!series.lower.empty())
        out += rectangle(left, right, y, 3,
                         "fc rgb " + colour_name(colour) + " fs transparent solid 0.2 noborder", layout);
      if (series.dash != Dash::none) out += line(series.weight, series.dash, colour);
      if (series.marks != Marks::none)
        out += "  set label '' at " + screen((left + right) / 2, y, layout) + " point " + kPoint +
               " lc rgb " + colour_name(colour) + "\n";
      return out;
    }
    for (const Level& level : panel.levels)
      if (level.name == entry.name) return line(1, level.dash, level.colour);
    for (const Window& window : panel.windows)
      if (window.name == entry.name)
        return rectangle(left, right, y, 3, "fc rgb window_fill fs solid border lc rgb window_edge lw 0.5",
                         layout);
  }
  return "";
}

// A plot of nothing but the legend.
std::string legend_commands(const Chart& chart, const ChartLayout& layout) {
  std::ostringstream out;
  out << "  # the legend\n"
      << "  unset label; unset object; unset logscale; unset border; unset tics; unset grid\n"
      << "  set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0; set tmargin at screen "
         "1\n  set xrange [0:1]; set yrange [0:1]\n";
  for (const LegendEntry& entry : layout.legend) {
    out << sample_commands(chart, entry, layout)
        << text_command({.text = entry.name,
                         .size = kSmallSize,
                         .x = entry.x + kLegendSample + kLegendGap,
                         .y = entry.y,
                         .centred = false},
                        layout);
  }
  out << "  plot NaN\n  unset arrow\n";
  return out.str();
}

}  // namespace

std::string gnuplot_quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "''";
    } else if (c == '\n') {
      quoted += "'.\"\\n\".'";
    } else {
      quoted += c;
    }
  }
  return quoted + '\'';
}

std::string chart_script(const Chart& chart, const std::string& name, ChartFormats formats) {
  const ChartLayout layout = lay_out(chart);
  std::ostringstream out;
  out << style_commands(layout, name) << terminal_commands(name, formats) << "  set multiplot\n";
  std::size_t row = 0, maps = 0;
  for (std::size_t i = 0; i < chart.panels.size(); ++i) {
    if (chart.panels[i].heat_map) ++maps;
    out << panel_commands(chart, layout, i, heat_map_file(name, maps), row);
  }
  if (!layout.legend.empty()) out << legend_commands(chart, layout);
  out << "  unset multiplot\n  set output\n}\n";
  return out.str();
}

}  // namespace isr
