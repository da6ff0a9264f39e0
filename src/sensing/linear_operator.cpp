#include "sensing/linear_operator.h"

#include <algorithm>
#include <cmath>

namespace isr {

void LinearOperator::residual_and_gradient(ConstColumns w, ConstColumns y, Columns r, Columns g) const {
  apply(w, r);
  r -= y;
  adjoint(r, g);
}

Eigen::MatrixXd LinearOperator::dense() const {
  constexpr Index chunk = 64;
  Eigen::MatrixXd matrix(rows(), cols());
  Eigen::MatrixXf unit(cols(), std::min(chunk, cols())), image(rows(), std::min(chunk, cols()));
  for (Index first = 0; first < cols(); first += chunk) {
    const Index count = std::min(chunk, cols() - first);
    unit.setZero();
    for (Index j = 0; j < count; ++j) unit(first + j, j) = 1;
    apply(unit.leftCols(count), image.leftCols(count));
    matrix.middleCols(first, count) = image.leftCols(count).cast<double>();
  }
  return matrix;
}

double squared_norm_estimate(const LinearOperator& op, double tolerance, int iterations) {
  if (op.tight_frame_constant() > 0) return op.tight_frame_constant();
  // A start with no symmetry that a structured operator could annihilate.
  Eigen::MatrixXf x = Eigen::VectorXf::NullaryExpr(
      op.cols(), [](Index i) { return 1.0f + 0.5f * std::sin(0.7f * static_cast<float>(i % 1009)); });
  Eigen::MatrixXf y(op.rows(), 1);
  double estimate = 0;
  for (int i = 0; i < iterations; ++i) {
    x /= x.norm();
    op.apply(x, y);
    op.adjoint(y, x);
    const double next = x.norm();
    if (next == 0) return 0;
    const bool settled = std::abs(next - estimate) <= 0.1 * tolerance * next;
    estimate = next;
    if (settled) break;
  }
  return estimate;
}

}  // namespace isr
