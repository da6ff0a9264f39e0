// A sweep that takes a second, for tests.
#pragma once

#include <filesystem>
#include <sstream>
#include <string>

#include "sweep/outcomes.h"
#include "sweep/run.h"

namespace isr {

// 3 signals × 3 numbers of measurements × 2 noises × 2 seeds, by depths 2 and 3 and NNLS: 108 solves.
inline SweepDefinition small_sweep() {
  SweepDefinition definition;
  definition.sources = "sparse:k=2,5,9,p=48";
  definition.subjects = parse_sparse_source("sparse:k=2,5,9,p=48");
  definition.values["measurements"] = {"25%", "50%", "30"};
  definition.values["noise"] = {"0", "0.01"};
  definition.values["seed"] = {"1", "2"};
  definition.values["depth"] = {"2", "3"};
  definition.methods = {"nnls"};
  return definition;
}

inline std::string exported(const std::filesystem::path& file) {
  std::ostringstream text;
  export_results(*open_sweep(file), ExportFormat::csv, "", false, text);
  return text.str();
}

}  // namespace isr
