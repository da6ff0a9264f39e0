// A chart as text: the data as CSV and the gnuplot script. For chart.cpp alone.
#pragma once

#include <string>

#include "report/chart.h"

namespace isr {

// Quotes a text for gnuplot so that nothing in it is interpreted.
std::string gnuplot_quoted(const std::string& text);

// Quotes a field for CSV (RFC 4180), where that is needed.
std::string csv_quoted(const std::string& field);

// A row per point of each series: panel, series, x, y, lower, upper.
std::string chart_csv(const Chart& chart);

// A row per cell: x, y, value, x_low, x_high, y_low, y_high; no value leaves its field
// empty. The panel has a heat map.
std::string heat_map_csv(const Panel& panel);

// The name of the file for the panel's heat map.
std::string heat_map_file(const std::string& name, std::size_t map_number);

// The script that reads NAME.csv and draws the formats.
std::string chart_script(const Chart& chart, const std::string& name, ChartFormats formats);

}  // namespace isr
