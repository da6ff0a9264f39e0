// The options of `isr compare`.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/recovery.h"
#include "report/compare_report.h"

namespace isr {

struct CompareOptions {
  SourceOptions source;
  MeasurementOptions measurement;
  OutputOptions output;

  List<int> depths{{1, 2, 3, 5}};
  std::optional<List<double>> inits;                     // w0; not given: see RecoverOptions
  List<double> noises{{0}};                              // σ
  bool signed_model = false, nonnegative_model = false;  // neither: see RecoverOptions
  std::string solver = "flow";                           // flow or gd
  double step = 5e-3;                                    // C: iterations = τ/η, η = C/N²
  std::int64_t iterations = 10000;                       // of gd
  std::string stop = "holdout:10%";                      // see parse_stop
  std::string demo;                                      // a prepared comparison; empty: none
  int frames = 0;                                        // moments per path; 0: by the size of the pictures
  ComparisonOutputs outputs;

  void add_to(CommandLine& command_line);
  // Fills in what the demo sets and the user did not. Throws UsageError for an unknown one.
  void prepare(const CommandLine& command_line);
  void validate() const;                   // throws UsageError
  RecoverOptions recover_options() const;  // of the first depth and start
  SolverOptions solver_options() const;    // for the memory that a path takes
  bool holds_out() const;                  // the rule holds measurements out
  nlohmann::ordered_json describe() const;
};

}  // namespace isr
