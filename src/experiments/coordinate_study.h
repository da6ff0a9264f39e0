// Single coordinates along the path: when the support is learned, and when noise is fitted.
#pragma once

#include <optional>
#include <vector>

#include "experiments/jobs.h"
#include "experiments/path.h"

namespace isr {

// The largest wrong coordinate, max_j w_j over j off the support, as the authors' code takes it, and the
// paper's ‖e‖∞ = max_j |w_j|.
struct OffSupport {
  double largest = 0;    // max w_j
  double magnitude = 0;  // max |w_j|
};

// What is kept of one path. Iterations that were not reached are empty.
struct CoordinatePath {
  DepthRun run;
  Status status = Status::finished;
  double seconds = 0;

  std::vector<double> iteration;             // of the points kept
  std::vector<std::vector<double>> support;  // [coordinate][point]
  std::vector<OffSupport> off_support;       // [point]

  std::optional<double> learned;           // first iteration with max |w_i − w*_i| < 0.1 on the support
  std::optional<double> noise_fitted;      // first with max_j w_j > w0^(1/4) off it
  std::optional<double> magnitude_fitted;  // first with max_j |w_j| > w0^(1/4) off it
  std::vector<std::optional<double>> ninety_percent;  // first with w_i >= 0.9 w*_i
  OffSupport when_learned;                            // at `learned`
  double least_error = 0;                             // min ‖w − w*‖² along the path
  double least_error_iteration = 0;

  double noise_bound() const;  // w0^(1/4)

  // [learned, noise_fitted]: empty unless it is learned first. A path that never fits noise ends it.
  std::optional<std::pair<double, double>> window() const;
};

struct CoordinateStudy {
  ExperimentOptions options;
  SyntheticProblem problem;
  std::vector<CoordinatePath> paths;  // one for each of options.runs
  std::vector<CoordinatePath> flow;   // as paths, by the flow; empty without overlay
};

// The path of one depth.
CoordinatePath trace_coordinates(const SyntheticProblem& problem, const ExperimentOptions& options,
                                 const DepthRun& run, PathSolver solver, const Cancelled& cancelled = {});

// Appends a job for each depth; `study` has its options and stays where it is until they have run.
void add_jobs(CoordinateStudy& study, PathSolver solver, bool overlay_flow, const Cancelled& cancelled,
              std::vector<Job>& jobs);

// Seconds that gradient descent takes, about.
double expected_seconds(const ExperimentOptions& options, const DepthRun& run);

}  // namespace isr
