// Least squares and ridge regression through products with the operator alone.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

struct CglsOptions {
  double tolerance = 1e-6;  // stop when ‖Aᵀr − λw‖ <= tolerance · ‖Aᵀy‖ in every column (single precision)
  int iterations = 1000;  // at most
};

struct CglsResult {
  Eigen::MatrixXf w;  // p × B
  int iterations = 0;
  bool converged = false;
};

// Minimises ‖Aw − y‖² + λ_b ‖w‖² for every column b of y (n × B); λ: B values >= 0. Conjugate gradients on
// the normal equations (Hestenes and Stiefel 1952), started at 0: with λ = 0 it tends to the least-squares
// solution of least norm. All columns advance together, each with its own coefficients. With orthonormal rows
// (tight_frame_constant) one step is exact.
CglsResult cgls(const LinearOperator& op, ConstColumns y, const Eigen::VectorXd& lambda,
                const CglsOptions& options = {});

}  // namespace isr
