// Cholesky factors of matrices whose entries span many orders of magnitude.
#pragma once

#include "base/dense_algebra.h"

namespace isr {

// A symmetric positive definite matrix, scaled to a unit diagonal before it is factored.
class ScaledCholesky {
 public:
  // M = identity·I + s·P; of P the lower triangle is read.
  struct Matrix {
    double identity, s;
    const Eigen::MatrixXd& products;
  };

  // Factors S M S + shift·I, S = diag(M)^(−1/2). False where a pivot is not positive.
  bool factor(const Matrix& m, double shift, DenseWorkspace& workspace);

  // The same with the smallest shift, above rounding, for which the pivots are positive. Throws Error where
  // the matrix is not finite.
  void factor_near(const Matrix& m, DenseWorkspace& workspace);

  double smallest_pivot() const { return factor_.diagonal().minCoeff(); }

  void solve(Eigen::VectorXd& x) const;

 private:
  Eigen::MatrixXd factor_;
  Eigen::VectorXd scale_;
};

}  // namespace isr
