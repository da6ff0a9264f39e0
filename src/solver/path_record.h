// A path kept as a whole, to be looked at anywhere afterwards.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "base/api.h"
#include "solver/path.h"

namespace isr {

// Memory: some 7 p values a step where the path interpolates, p × columns values otherwise.
class ISR_API PathRecord {
 public:
  // Takes the last step of the path: call it after each, as a PathObserver.
  void add(const Path& path);

  // The ends of the steps, τ ascending from 0, and ‖Xw − y‖/‖y‖ of the worst column there.
  const std::vector<double>& times() const { return times_; }
  const std::vector<double>& residuals() const { return residuals_; }

  // w at τ, p × columns: by the path's own interpolation (see NewtonFlow), where it has none on the straight
  // line between the ends of a step; beyond the last step its end. Throws UsageError for a time that is
  // negative or NaN, or when there is no step.
  Eigen::MatrixXd w_at(double time) const;

 private:
  struct Kept {
    std::shared_ptr<const PathStep> step;
    Eigen::MatrixXd end_w;  // without a step
  };

  std::vector<double> times_, residuals_;
  Eigen::MatrixXd start_;
  std::vector<Kept> steps_;
};

}  // namespace isr
