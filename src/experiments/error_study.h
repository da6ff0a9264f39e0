// The error over replicates of an experiment: medians, quartiles, and the early-stopping window.
#pragma once

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "experiments/jobs.h"
#include "experiments/path.h"

namespace isr {

// Quartiles of a sample, by linear interpolation between the order statistics, as NumPy's percentile.
struct Quartiles {
  double lower = 0;
  double median = 0;
  double upper = 0;
};

// The sample is not empty.
Quartiles quartiles(std::vector<float> sample);

// log2 ‖w − w*‖² along the paths of one depth.
struct ErrorCurve {
  DepthRun run;
  double seconds = 0;             // of processor time, all replicates
  int diverged = 0;               // replicates that did
  std::vector<double> iteration;  // of the points kept: all, or 25,000 evenly spaced ones
  std::vector<Quartiles> error;   // over the replicates, at the points

  double minimum = std::numeric_limits<double>::quiet_NaN();  // of the median; NaN: all diverged
  double minimum_iteration = 0;                               //
  double minimum_deviation = 0;  // standard error of the median there: 1.2533 s/√replicates
  // First and last point with median < minimum + 0.5.
  std::optional<std::pair<double, double>> window;
};

// log2 ‖w − w*‖² of known methods on the same problems.
struct ReferenceErrors {
  Quartiles least_squares;  // of least norm
  Quartiles ridge;          // λ by 5-fold cross-validation
};

// The paths of one depth while they are run: log2 ‖w − w*‖² at the points kept.
struct ReplicateErrors {
  std::vector<std::vector<double>> iteration;  // [replicate][point]
  std::vector<std::vector<float>> error;       // [replicate][point]
  std::vector<double> seconds;                 // [replicate]
};

struct ErrorStudy {
  ExperimentOptions options;
  std::vector<SyntheticProblem> problems;  // a replicate each
  std::vector<ErrorCurve> curves;          // a depth each
  std::vector<ErrorCurve> flow;            // the same by the flow; empty without overlay
  bool compare = true;                     // also run the known methods
  ReferenceErrors references;              // when compared

  std::vector<ReplicateErrors> paths, flow_paths;       // [depth], until finish()
  std::vector<float> least_squares_error, ridge_error;  // [replicate], until finish()
};

// Appends jobs for each depth and replicate, and for the known methods; `study` has its options and problems
// and stays where it is until finish().
void add_jobs(ErrorStudy& study, PathSolver solver, bool overlay_flow, const Cancelled& cancelled,
              std::vector<Job>& jobs);

// After the jobs: summarises the replicates and frees them.
void finish(ErrorStudy& study);

// Replicates that diverged are left out and counted; the curve is empty when all did.
ErrorCurve summarize(const DepthRun& run, const ReplicateErrors& paths);

// w = argmin ‖Xw − y‖² + λ‖w‖², λ of 100 values in equal ratios, by 5-fold cross-validation.
Eigen::VectorXd cross_validated_ridge(const Eigen::MatrixXd& x, const Eigen::VectorXd& y);

}  // namespace isr
