// Least squares and ridge regression through products with the operator alone.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

struct CglsOptions {
  double ridge = 0;  // λ >= 0 of ‖Aw − y‖² + λ‖w‖²
  double tolerance = 1e-6;  // stop when ‖Aᵀr − λw‖ <= tolerance · ‖Aᵀy‖ in every column (single precision)
  int iterations = 1000;  // at most
};

struct CglsResult {
  Eigen::MatrixXf w;  // p × B
  int iterations = 0;
  bool converged = false;
};

// Conjugate gradients on the normal equations (Hestenes and Stiefel 1952), started at 0: with λ = 0 it tends
// to the least-squares solution of least norm. All columns of y (n × B) advance together, each with its own
// coefficients. With orthonormal rows (tight_frame_constant) one step is exact.
CglsResult cgls(const LinearOperator& op, ConstColumns y, const CglsOptions& options = {});

}  // namespace isr
