// Where a rule ends a path: what it says of itself, or what hold-out and the coupled bootstrap find out.
#pragma once

#include <vector>

#include "sensing/folds.h"
#include "solver/recover.h"
#include "solver/shared_systems.h"

namespace isr {

// Reading a path, to see where something is predicted best: that needs no more digits than these.
inline constexpr double reading_tolerance = 1e-2, reading_residual = 1e-5;

class StopChoice {
 public:
  // Keeps references.
  StopChoice(const SharedSystems& systems, const Cancelled& cancelled, const PathProgress& progressed)
      : systems_(systems), cancelled_(cancelled), progressed_(progressed) {}

  // Where the rule ends the path of y (n × channels). Fills in what was found out about it.
  StoppingPoint point(const Plan& plan, const Eigen::MatrixXd& y, const Scaling& units,
                      Recovery& found) const;

 private:
  double step_size(const Plan& plan, const Eigen::MatrixXd& y, const Scaling& units) const;
  StoppingPoint discrepancy(const Plan& plan, const Eigen::MatrixXd& y, const Scaling& units,
                            Recovery& found) const;

  // Where measurements that were kept back are predicted best. `relative`, where given, becomes ‖Xw − y‖/‖y‖
  // over all of them along the path.
  HoldOutChoice hold_out(const Plan& plan, const Eigen::MatrixXd& y, const Scaling& units,
                         HeldOutCurve* relative = nullptr) const;
  HoldOutChoice hold_out(const Plan& plan, const std::vector<Fold>& folds, const Eigen::MatrixXd& y,
                         const Scaling& units, double rough_residual, HeldOutCurve* relative) const;
  HeldOutCurve read_fold(const Plan& plan, const Fold& fold, const Eigen::MatrixXd& y, const Scaling& units,
                         const Goal& goal) const;

  // Where the risk is least by CoupledBootstrap, for noise of this σ; plans without rounds, one column.
  HoldOutChoice least_risk(const Plan& plan, const Eigen::MatrixXd& y, double sigma,
                           const Scaling& units) const;

  const SharedSystems& systems_;
  const Cancelled& cancelled_;
  const PathProgress& progressed_;
};

}  // namespace isr
