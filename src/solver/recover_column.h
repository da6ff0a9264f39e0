// One column of a recovery: what the flow and gradient descent each make of a stopping rule. Used by
// Recoverer.
#pragma once

#include "solver/error_curve.h"
#include "solver/folds.h"
#include "solver/recover.h"

namespace isr {

// One column to solve, and for whom.
struct ColumnTask {
  Recoverer& recoverer;
  const RecoverOptions& options;
  Eigen::VectorXf y;                                      // n
  std::function<double(const Eigen::VectorXf& w)> truth;  // empty but for the rule oracle
  const Cancelled& cancelled;
};

// The mean squared error on the rows that `fold` holds out, along the path on the rows it keeps. Ends where
// the path does, or when the error has clearly turned.
ErrorCurve flow_fold_curve(const ColumnTask& task, const Fold& fold);
ErrorCurve descent_fold_curve(const ColumnTask& task, const Fold& fold);

// Follows the rule of the task. `hold_out`: where the held-out error was least, for the rules that use it.
Recovery recover_by_flow(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out);
Recovery recover_by_descent(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out);

// The residual that the rule asks for, relative to ‖y‖: of `residual`, and `discrepancy` with a factor t. 0:
// none.
double residual_goal(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out);

// σ of the noise of a measurement: the rule's, the caller's, or the one estimated by hold-out.
double noise_level(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out);

// A vector of n random signs, always the same for this number: along it the measurements are perturbed to
// find the effective degrees of freedom of a solver's path, df = eᵀ(Xw(y + εe) − Xw(y))/ε (Ramani, Blu and
// Unser 2008).
Eigen::VectorXf risk_probe(Index n, int number);
inline constexpr int risk_probes = 2;
inline constexpr double risk_perturbation = 0.3;  // ε/σ

}  // namespace isr
