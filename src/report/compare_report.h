// The outputs of `isr compare`.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "report/comparison.h"
#include "report/output_directory.h"

namespace isr {

// The outputs that take time and are not always wanted.
struct ComparisonOutputs {
  bool charts = true;  // charts/, needs gnuplot
  bool film = true;    // film.webp
};

// {"version", "command", "options", "peak_memory_bytes", "findings", "results"}: a result for each path with
// its window and what is measured at each of its stops.
nlohmann::ordered_json comparison_document(const Comparison& comparison,
                                           const nlohmann::ordered_json& options);

// Writes compare.html; figure.png and figure.pdf (each picture at its best time); results.csv (a row per path
// and stop), results.json (`document`) and paths.csv (a row per moment); charts/ and film.webp as asked for.
// Returns the names.
std::vector<std::string> write_comparison(const OutputDirectory& out, const Comparison& comparison,
                                          const nlohmann::ordered_json& document,
                                          const ComparisonOutputs& outputs = {});

// The table and the findings, for people.
void print_comparison(std::ostream& out, const Comparison& comparison, std::size_t width = 0);

}  // namespace isr
