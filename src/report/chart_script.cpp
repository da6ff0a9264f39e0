#include "report/chart_script.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "report/chart_layout.h"

namespace isr {

namespace {

// Dashes go with colours, so that a grey print still tells the lines apart.
constexpr const char* kColours[kChartColours] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                 "#E69F00", "#56B4E9", "#222222"};
constexpr const char* kDashes[kChartColours] = {"solid",  "(9,3)", "(2,3)", "(9,3,2,3)",
                                                "(16,3)", "(5,3)", "solid"};

std::string number(double value) {
  std::ostringstream text;
  text.precision(10);
  text << value;
  return text.str();
}

int colour_of(const Series& series, int position) {
  return series.colour >= 0 ? series.colour : position % kChartColours;
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
  return kDashes[colour];
}

std::string colour_name(int colour) {
  return "colour_" + std::to_string(colour);
}

std::string line_style(const Series& series, int colour) {
  const std::string point = " pt 7 ps 0.45";
  std::string style = "with points";
  if (series.dash != Dash::none) {
    style = (series.marks == Marks::none ? "with lines lw " : "with linespoints lw ") +
            number(series.weight) + " dt " + dash_pattern(series.dash, colour);
  }
  return style + (series.marks == Marks::none ? "" : point) + " lc rgb " + colour_name(colour);
}

std::string level_style(const Level& level) {
  return "with lines lw 1 dt " + dash_pattern(level.dash, level.colour) + " lc rgb " +
         colour_name(level.colour);
}

// A legend entry for each of `names` that this panel has, in its order.
std::string legend_entries(const Panel& panel, const std::vector<std::string>& names) {
  std::string entries;
  std::vector<std::string> done;
  const auto add = [&](const std::string& name, const std::string& style) {
    const bool wanted = std::find(names.begin(), names.end(), name) != names.end();
    if (!wanted || std::find(done.begin(), done.end(), name) != done.end()) return;
    done.push_back(name);
    entries += "    keyentry " + style + " title " + gnuplot_quoted(name) + " noenhanced, \\\n";
  };
  int position = 0;
  for (const Series& series : panel.series) {
    add(series.name, line_style(series, colour_of(series, position++)));
  }
  for (const Level& level : panel.levels) add(level.name, level_style(level));
  for (const Window& window : panel.windows) {
    add(window.name, "with boxes fc rgb window_fill fs solid border lc rgb window_edge");
  }
  return entries;
}

std::string tick_commands(const char* axis, const Axis& settings, Range range, int most) {
  std::ostringstream out;
  if (settings.log) {
    const double decades = std::log10(range.high / range.low);
    out << "  set logscale " << axis << "\n";
    if (decades >= 1.5) {
      const int every = static_cast<int>(std::ceil(decades / most));
      out << "  set format " << axis << " '10^{%T}'; set " << axis << "tics 1e" << every << "; "
          << (every == 1 ? "set m" : "unset m") << axis << "tics\n";
      return out.str();
    }
  }
  out << "  unset m" << axis << "tics; set " << axis << "tics (";
  std::string separator;
  std::vector<double> ticks;
  if (settings.log) {
    for (double power = std::pow(10, std::floor(std::log10(range.low))); power <= range.high; power *= 10) {
      for (double factor : {1, 2, 5}) ticks.push_back(power * factor);
    }
  } else {
    ticks = linear_ticks(range, most);
  }
  for (double tick : ticks) {
    out << separator << gnuplot_quoted(tick_label(tick)) << ' ' << number(tick);
    separator = ", ";
  }
  out << ")\n";
  return out.str();
}

std::string label_commands(const Panel& panel) {
  std::ostringstream out;
  const auto text = [](const std::string& words) { return gnuplot_quoted(words) + " noenhanced"; };
  out << "  set title " << text(panel.title) << " font title_font offset 0,-0.6\n"
      << "  set xlabel " << text(panel.x.label) << " offset 0,0.2\n"
      << "  set ylabel " << text(panel.y.label) << " offset 0.9,0\n";
  for (const Annotation& note : panel.annotations) {
    constexpr const char* kAnchors[] = {"left", "center", "right"};
    out << "  set label " << gnuplot_quoted(note.text) << " noenhanced at first " << number(note.x)
        << ", first " << number(note.y) << ' ' << kAnchors[static_cast<int>(note.anchor)]
        << " font small_font textcolor rgb " << colour_name(note.colour) << " front\n";
  }
  return out.str();
}

std::string window_commands(const Panel& panel) {
  std::ostringstream out;
  for (const Window& window : panel.windows) {
    out << "  set object rectangle from first " << number(window.from) << ", graph 0 to first "
        << number(window.to)
        << ", graph 1 fc rgb window_fill fs solid border lc rgb window_edge lw 0.5 behind\n";
  }
  return out.str();
}

std::string place_commands(const PanelLayout& place, const ChartLayout& layout) {
  std::ostringstream out;
  out << "  set lmargin at screen " << number(place.left / layout.width) << "; set rmargin at screen "
      << number(place.right / layout.width) << "\n"
      << "  set bmargin at screen " << number(place.bottom / layout.height) << "; set tmargin at screen "
      << number(place.top / layout.height) << "\n"
      << "  set xrange [" << number(place.x.low) << ":" << number(place.x.high) << "]; set yrange ["
      << number(place.y.low) << ":" << number(place.y.high) << "]\n";
  return out.str();
}

Range colour_range(const HeatMap& map) {
  Range range{INFINITY, -INFINITY};
  for (double value : map.values) {
    if (!std::isfinite(value)) continue;
    range = {std::min(range.low, value), std::max(range.high, value)};
  }
  if (range.low > range.high) range = {0, 1};
  if (range.low == range.high) range.high = range.low + 1;
  return {map.low.value_or(range.low), map.high.value_or(range.high)};
}

std::string heat_map_setup(const HeatMap& map, const PanelLayout& place, const ChartLayout& layout) {
  const Range range = colour_range(map);
  std::ostringstream out;
  out << "  set border 15; unset grid; unset mxtics; unset mytics; set cbrange [" << number(range.low) << ":"
      << number(range.high) << "]\n"
      << "  set colorbox user origin screen " << number((place.right + 8) / layout.width) << ", screen "
      << number(place.bottom / layout.height) << " size screen " << number(9 / layout.width) << ", screen "
      << number((place.top - place.bottom) / layout.height) << "\n"
      << "  set cblabel " << gnuplot_quoted(map.name) << " noenhanced offset 0.3,0\n"
      << "  set object rectangle from graph 0,0 to graph 1,1 fc rgb '#DDDDDD' fs solid noborder behind\n";
  return out.str();
}

// The clauses of the plot command that draw the cells and, when asked for, the value in each: in white on
// the dark lower half of the palette, in black on the upper.
std::string heat_map_clauses(const HeatMap& map, const std::string& file) {
  const std::string data = "    " + gnuplot_quoted(file) + " skip 1 using ";
  std::string out = data +
                    "1:2:4:5:6:7:($3) with boxxyerror fc palette lw 0.5 "
                    "fs solid border lc rgb 'white' notitle, \\\n";
  if (map.decimals < 0) return out;
  const Range range = colour_range(map);
  const std::string middle = number((range.low + range.high) / 2);
  const std::string text = "sprintf('%." + std::to_string(map.decimals) + "f', abs($3) < 0.5e-" +
                           std::to_string(map.decimals) + " ? 0 : $3)";
  const auto print = [&](const std::string& condition, const char* colour) {
    out += data + "1:2:(" + condition + " ? " + text + " : '') with labels font cell_font tc rgb '" + colour +
           "' notitle, \\\n";
  };
  print("$3 < " + middle, "white");
  print("$3 >= " + middle, "black");
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
               " fs transparent solid 0.2 noborder notitle, \\\n";
    }
    lines += rows + "3:4 " + line_style(series, colour) + " notitle, \\\n";
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
      << "width = " << number(std::ceil(layout.width)) << "; height = " << number(std::ceil(layout.height))
      << "  # points\n"
      << "base_font = 'DejaVu Sans,10'; small_font = 'DejaVu Sans,9'; cell_font = 'DejaVu Sans,8'\n"
      << "title_font = 'DejaVu Sans,10.5'; head_font = 'DejaVu Sans,12'\n";
  for (int i = 0; i < kChartColours; ++i) out << colour_name(i) << " = '" << kColours[i] << "'\n";
  out << "window_fill = '#E4EAF1'; window_edge = '#B8C4D2'\n"
      << "set palette defined (0 '#440154', 1 '#414487', 2 '#2A788E', 3 '#22A884', 4 '#7AD151', 5 "
         "'#FDE725')\n"
      << "axes_style = \"set border 3 lw 0.6 lc rgb '#444444'; set xtics nomirror; set ytics nomirror; set "
         "tics out scale 0.6,0.35 font "
         "'\".small_font.\"'; "
         "set grid xtics ytics lt 1 lw 0.35 lc rgb '#E3E3E3'\"\n"
      << "set samples 2\n\n";
  return out.str();
}

std::string heading_commands(const Chart& chart, const ChartLayout& layout) {
  if (chart.title.empty()) return "";
  return "  set label " + gnuplot_quoted(chart.title) + " noenhanced at screen 0.5, screen " +
         number(1 - 13 / layout.height) + " center font head_font\n";
}

std::string panel_commands(const Chart& chart, const ChartLayout& layout, std::size_t index,
                           const std::string& map_file, std::size_t& row) {
  const Panel& panel = chart.panels[index];
  const PanelLayout& place = layout.panels[index];
  const bool legend = chart.legend == Legend::in_panels;
  std::ostringstream out;
  out << "  # " << index + 1 << "\n"
      << "  unset label; unset object; unset logscale; eval axes_style\n"
      << (index == 0 ? heading_commands(chart, layout) : "") << place_commands(place, layout)
      << tick_commands("x", panel.x, place.x, panel.heat_map ? 12 : 5)
      << tick_commands("y", panel.y, place.y, panel.heat_map ? 12 : 6) << label_commands(panel)
      << window_commands(panel);
  out << "  set key " << place.legend_corner << " Left reverse samplen 2.4 spacing 1.1 font small_font\n";
  if (panel.heat_map) out << heat_map_setup(*panel.heat_map, place, layout);
  out << "  plot \\\n";
  if (legend) out << legend_entries(panel, legend_names(panel));
  if (panel.heat_map) out << heat_map_clauses(*panel.heat_map, map_file);
  out << series_clauses(panel, row);
  for (const Level& level : panel.levels) {
    out << "    " << number(level.y) << ' ' << level_style(level) << " notitle, \\\n";
  }
  out << "    NaN notitle\n";
  if (panel.heat_map) out << "  unset colorbox\n";
  return out.str();
}

// The legend below the panels: a plot of nothing but entries.
std::string legend_commands(const Chart& chart, const ChartLayout& layout) {
  std::vector<std::string> left = layout.legend;
  std::ostringstream out;
  out << "  # the legend\n"
      << "  unset label; unset object; unset logscale; unset border; unset tics; unset title; unset grid\n"
      << "  unset xlabel; unset ylabel; set xrange [0:1]; set yrange [0:1]\n"
      << "  set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0; set tmargin at screen "
         "1\n"
      << "  set key at screen 0.5, screen " << number(layout.legend_middle / layout.height)
      << " center center horizontal maxcols " << layout.legend_columns
      << " Left reverse samplen 2.4 spacing 1.1 font small_font\n"
      << "  plot \\\n";
  for (const Panel& panel : chart.panels) {
    out << legend_entries(panel, left);
    for (const std::string& name : legend_names(panel)) std::erase(left, name);
  }
  out << "    NaN notitle\n";
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
