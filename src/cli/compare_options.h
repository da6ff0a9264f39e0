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
  bool init_given = false;                               // --init was on the command line
  std::int64_t iterations = 10000;                       // of gd
  std::string stop = "holdout:10%";                      // see parse_stop
  int frames = 0;                                        // moments per path; 0: by the size of the pictures
  ComparisonOutputs outputs;

  void add_to(CommandLine& command_line);
  void validate() const;  // throws UsageError
  Model model(const std::string& basis) const;
  // One part in so many is held out; 0: the rule holds nothing out.
  int hold_out_folds() const;
  bool holds_out() const { return hold_out_folds() > 0; }
  nlohmann::ordered_json describe() const;
};

}  // namespace isr
