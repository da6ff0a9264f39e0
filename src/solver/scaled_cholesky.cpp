#include "solver/scaled_cholesky.h"

#include <limits>

#include "base/error.h"

namespace isr {

using Eigen::Index;

bool ScaledCholesky::factor(const Matrix& m, double shift, DenseWorkspace& workspace) {
  const Index n = m.products.rows();
  scale_ = (m.identity + m.s * m.products.diagonal().array()).sqrt().inverse().matrix();
  factor_.resize(n, n);
  for (Index j = 0; j < n; ++j) {
    const Index below = n - j - 1;
    factor_(j, j) = 1 + shift;
    factor_.col(j).tail(below) =
        (m.s * scale_[j] * scale_.tail(below).array() * m.products.col(j).tail(below).array()).matrix();
  }
  return cholesky(factor_, workspace) == n;
}

void ScaledCholesky::factor_near(const Matrix& m, DenseWorkspace& workspace) {
  // A pivot lost to rounding: a larger multiple of the identity, still far below the entries.
  for (double shift = 4 * std::numeric_limits<double>::epsilon(); !factor(m, shift, workspace); shift *= 16)
    if (!(shift < 1)) throw Error("a Newton matrix of the gradient flow is not finite");
}

void ScaledCholesky::solve(Eigen::VectorXd& x) const {
  x.array() *= scale_.array();
  solve_lower(factor_, x);
  solve_lower_transposed(factor_, x);
  x.array() *= scale_.array();
}

}  // namespace isr
