// The lasso through products with the operator alone.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

struct FistaOptions {
  bool nonnegative = false;  // w >= 0
  double tolerance = 1e-4;  // stop when (objective − dual bound) <= tolerance · (1/2n)‖y‖² in every column
  int iterations = 2000;  // at most
  double squared_norm = 0;  // ‖A‖², an upper bound; 0: 1.02 · squared_norm_estimate (exact for tight frames)
};

struct FistaResult {
  Eigen::MatrixXf w;    // p × B
  Eigen::VectorXd gap;  // B: (objective − dual bound) / ((1/2n)‖y‖²), at or above the true suboptimality
  int iterations = 0;
  bool converged = false;
};

// Minimises (1/2n) ‖Aw − y‖² + λ_b ‖w‖₁ for every column b of y (n × B): accelerated proximal gradients
// (Beck and Teboulle 2009), restarted where the momentum turns against the step (O'Donoghue and Candès 2015).
// λ: B values > 0. `start` (p × B) begins a path over λ where the last one ended; null: w = 0.
FistaResult fista(const LinearOperator& op, ConstColumns y, const Eigen::VectorXd& lambda,
                  const FistaOptions& options = {}, const Eigen::MatrixXf* start = nullptr);

// The least λ for which w = 0 is the lasso's solution, for each column: ‖Aᵀy‖∞ / n (nonnegative: max Aᵀy /
// n).
Eigen::VectorXd largest_lambda(const LinearOperator& op, ConstColumns y, bool nonnegative = false);

}  // namespace isr
