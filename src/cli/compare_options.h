// The options of `isr compare`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/recovery.h"
#include "experiments/compare_paths.h"
#include "report/compare_report.h"

namespace isr {

struct CompareOptions {
  SourceOptions source;
  MeasurementOptions measurement;
  OutputOptions output;

  PathsToCompare paths;                                  // but for what is bound below as text
  List<int> depths{paths.depths};                        //
  List<double> noises{paths.noises};                     // σ
  bool signed_model = false, nonnegative_model = false;  // neither: see RecoverOptions
  std::string solver = to_string(paths.recover.solver);  // flow or gd
  std::string stop = to_string(paths.recover.stop);      // see parse_stop
  std::string demo;                                      // a prepared comparison; empty: none
  ComparisonOutputs outputs;
  bool dry_run = false;

  void add_to(CommandLine& command_line);
  // Fills in what the demo sets and the user did not. Throws UsageError for an unknown one.
  void prepare(const CommandLine& command_line);
  void validate() const;                 // throws UsageError
  PathsToCompare to_compare() const;     // all but the command
  SolverOptions solver_options() const;  // for the memory that a path takes
  nlohmann::ordered_json describe() const;
};

}  // namespace isr
