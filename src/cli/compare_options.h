// The options of `isr compare`.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/recovery.h"
#include "report/compare_report.h"
#include "solver/parametrization.h"

namespace isr {

struct CompareOptions {
  SourceOptions source;
  MeasurementOptions measurement;
  OutputOptions output;

  List<int> depths{{1, 2, 3, 5}};
  List<double> inits{{1e-3}};                            // w0
  List<double> noises{{0}};                              // σ
  bool signed_model = false, nonnegative_model = false;  // neither: as the basis says
  std::string solver = "flow";                           // flow or gd
  double step = 5e-3;                                    // C: iterations = τ/η, η = C/N²
  std::int64_t iterations = 10000;                       // of gd
  std::string stop = "hold-out";                         // hold-out, discrepancy or none
  int frames = 0;                                        // moments per path; 0: by the size of the pictures
  ComparisonOutputs outputs;

  void add_to(CommandLine& command_line);
  void validate() const;  // throws UsageError
  Model model() const;
  double hold_out_share() const { return stop == "hold-out" ? 0.1 : 0; }  // of the measurements
  nlohmann::ordered_json describe() const;
};

}  // namespace isr
