// The CSV files of a chart.
#include <cmath>

#include "base/foreign_text.h"
#include "base/text.h"
#include "report/chart_layout.h"
#include "report/chart_script.h"

namespace isr {

namespace {

std::string data_number(double value) {
  return formatted("%.9g", value);
}

}  // namespace

std::string csv_quoted(const std::string& field) {
  std::string line = field;
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';  // a row is a line: the script counts lines
  return csv_text(line);
}

std::string chart_csv(const Chart& chart) {
  std::string csv = "panel,series,x,y,lower,upper\n";
  for (const Panel& panel : chart.panels) {
    const std::string panel_field = csv_quoted(panel.title) + ',';
    for (const Series& series : panel.series) {
      const std::string names = panel_field + csv_quoted(series.name) + ',';
      for (std::size_t i = 0; i < series.x.size(); ++i) {
        csv += names + data_number(series.x[i]) + ',' + data_number(series.y[i]) + ',';
        if (!series.lower.empty()) csv += data_number(series.lower[i]);
        csv += ',';
        if (!series.upper.empty()) csv += data_number(series.upper[i]);
        csv += '\n';
      }
    }
  }
  return csv;
}

std::string heat_map_csv(const Panel& panel) {
  const HeatMap& map = *panel.heat_map;
  const auto x = cell_edges(map.x, panel.x.log), y = cell_edges(map.y, panel.y.log);
  std::string csv = "x,y,value,x_low,x_high,y_low,y_high\n";
  for (std::size_t row = 0; row < map.y.size(); ++row) {
    for (std::size_t col = 0; col < map.x.size(); ++col) {
      const double fields[] = {map.x[col], map.y[row], map.values[row * map.x.size() + col],
                               x[col],     x[col + 1], y[row],
                               y[row + 1]};
      for (double field : fields) csv += (std::isnan(field) ? "" : data_number(field)) + ',';
      csv.back() = '\n';
    }
  }
  return csv;
}

std::string heat_map_file(const std::string& name, std::size_t map_number) {
  std::string file = name + "-map";
  if (map_number > 1) file.append("-").append(std::to_string(map_number));
  return file.append(".csv");
}

}  // namespace isr
