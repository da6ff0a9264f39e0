// All synthetic experiments of a run: set up together, run together, so that the threads are never idle.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "experiments/coordinate_study.h"
#include "experiments/error_study.h"
#include "experiments/jobs.h"

namespace isr {

struct SuiteOptions {
  std::vector<ExperimentOptions> experiments;
  PathSolver solver = PathSolver::descent;
  bool overlay_flow = false;  // also follow the flow, for the same figures
};

struct Suite {
  SuiteOptions options;
  std::vector<std::unique_ptr<CoordinateStudy>> coordinates;
  std::vector<std::unique_ptr<ErrorStudy>> errors;
  // early-stopping-error again from a start a hundred times larger, for the claims; else null.
  std::unique_ptr<ErrorStudy> larger_start;
  double seconds = 0;  // wall time

  const CoordinateStudy* coordinate_study(Figure figure) const;  // null when not run
  const ErrorStudy* error_study(Figure figure) const;
};

inline constexpr double larger_start_factor = 100;

// Makes the problems and runs everything. After `cancelled` the results are incomplete. Throws UsageError for
// options out of range, and as require_affordable does.
Suite run_suite(const SuiteOptions& options, const Cancelled& cancelled = {}, const Progress& progress = {});

}  // namespace isr
