// Moments of a path: even in log τ, and closer where the solution changes fast.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "solver/path.h"

namespace isr {

// w at ascending flow times.
struct SampledPath {
  std::vector<double> times;       // τ > 0
  std::vector<double> residuals;   // ‖Xw − y‖/‖y‖, of the worst column
  std::vector<Eigen::MatrixXf> w;  // p × columns each
};

// Collects the moments of a path from its steps; between the ends of a step where the path interpolates.
class PathSampler {
 public:
  // per_decade: at least this many moments while τ grows tenfold. most_change: and so many that w changes by
  // about this share of its norm from one to the next, but at most `most_per_step` within a step.
  PathSampler(int per_decade, double most_change, int most_per_step)
      : per_decade_(per_decade), most_change_(most_change), most_per_step_(most_per_step) {}

  // Moments that must be among them: flow times, and the first with residuals this small.
  void want_time(double time) { times_.push_back(time); }
  void want_residual(double residual) { residuals_.push_back(residual); }

  // Takes the last step of the path. Its end is always a moment.
  void add(const Path& path);

  SampledPath take() { return std::move(path_); }

 private:
  void add_between(const Path& path, double end_residual);
  void keep(double time, double residual, const Eigen::MatrixXd& w);

  int per_decade_;
  double most_change_;
  int most_per_step_;
  std::vector<double> times_, residuals_;
  double last_residual_ = 1;
  Eigen::MatrixXd w_, end_w_, last_w_;
  SampledPath path_;
};

}  // namespace isr
