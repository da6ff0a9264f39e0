#include "solver/scaled_cholesky.h"

#include <limits>

#include "base/error.h"

namespace isr {

using Eigen::Index;

bool ScaledCholesky::factor(const Eigen::MatrixXd& matrix, double shift, DenseWorkspace& workspace) {
  const Index n = matrix.rows();
  scale_ = matrix.diagonal().cwiseSqrt().cwiseInverse();
  factor_.resize(n, n);
  for (Index j = 0; j < n; ++j)
    factor_.col(j).tail(n - j) =
        (scale_[j] * scale_.tail(n - j).array() * matrix.col(j).tail(n - j).array()).matrix();
  factor_.diagonal().array() += shift;
  return cholesky(factor_, workspace) == n;
}

void ScaledCholesky::factor_near(const Eigen::MatrixXd& matrix, DenseWorkspace& workspace) {
  // A pivot lost to rounding: a larger multiple of the identity, still far below the entries.
  for (double shift = 4 * std::numeric_limits<double>::epsilon(); !factor(matrix, shift, workspace);
       shift *= 16)
    if (!(shift < 1)) throw Error("a Newton matrix of the gradient flow is not finite");
}

void ScaledCholesky::solve(Eigen::VectorXd& x) const {
  x.array() *= scale_.array();
  solve_lower(factor_, x);
  solve_lower_transposed(factor_, x);
  x.array() *= scale_.array();
}

}  // namespace isr
