// Moments of a path: even in log τ, and closer where the solution changes fast.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "solver/flow_path.h"
#include "solver/mirror_map.h"

namespace isr {

// w at ascending flow times.
struct SampledPath {
  std::vector<double> times;       // τ > 0
  std::vector<double> residuals;   // ‖Xw − y‖/‖y‖ on the solver's measurements
  std::vector<Eigen::VectorXf> w;  // p each
};

// Collects the moments of a gradient flow from its steps (an observer for gradient_flow), by dense output.
class PathSampler {
 public:
  // per_decade: at least this many moments while τ grows tenfold. most_change: and so many that w changes by
  // about this share of its norm from one to the next, but at most `most_per_step` within a step of the flow.
  PathSampler(const MirrorMap& map, int per_decade, double most_change, int most_per_step)
      : map_(map), per_decade_(per_decade), most_change_(most_change), most_per_step_(most_per_step) {}

  // Takes the next step of the flow. Its end is always a moment.
  void add(const FlowSegment& segment);

  SampledPath take() { return std::move(path_); }

 private:
  const MirrorMap& map_;
  int per_decade_;
  double most_change_;
  int most_per_step_;
  SampledPath path_;
};

}  // namespace isr
