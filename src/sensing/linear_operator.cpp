#include "sensing/linear_operator.h"

#include "sensing/random.h"

#include <algorithm>
#include <cmath>

namespace isr {

void LinearOperator::residual_and_gradient(ConstColumns w, ConstColumns y, Columns r, Columns g) const {
  apply(w, r);
  r -= y;
  adjoint(r, g);
}

namespace {

// Calls apply(unit vectors first … first + count − 1 of `size`, image) for all of them, some at a time, and
// hands image to keep(first, image).
template <class Apply, class Keep>
void for_unit_vectors(Index size, Index image_size, const Apply& apply, const Keep& keep) {
  constexpr Index chunk = 64;
  for (Index first = 0; first < size; first += chunk) {
    const Index count = std::min(chunk, size - first);
    Eigen::MatrixXf unit = Eigen::MatrixXf::Zero(size, count), image(image_size, count);
    for (Index j = 0; j < count; ++j) unit(first + j, j) = 1;
    apply(unit, image);
    keep(first, image);
  }
}

}  // namespace

Eigen::MatrixXd LinearOperator::dense() const {
  Eigen::MatrixXd matrix(rows(), cols());
  if (rows() < cols())
    for_unit_vectors(
        rows(), cols(), [&](ConstColumns y, Columns x) { adjoint(y, x); },
        [&](Index first, const Eigen::MatrixXf& x) {
          matrix.middleRows(first, x.cols()) = x.transpose().cast<double>();
        });
  else
    for_unit_vectors(
        cols(), rows(), [&](ConstColumns x, Columns y) { apply(x, y); },
        [&](Index first, const Eigen::MatrixXf& y) {
          matrix.middleCols(first, y.cols()) = y.cast<double>();
        });
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

double mean_squared_column(const LinearOperator& op) {
  const auto n = static_cast<double>(op.rows()), p = static_cast<double>(op.cols());
  if (op.tight_frame_constant() > 0) return op.tight_frame_constant() * n / p;
  RandomStream stream = RandomStream::named(0, "column length");
  const Eigen::MatrixXf signs =
      Eigen::MatrixXf::NullaryExpr(op.cols(), 1, [&] { return stream.below(2) == 1 ? 1.0f : -1.0f; });
  Eigen::MatrixXf y(op.rows(), 1);
  op.apply(signs, y);
  return y.cast<double>().squaredNorm() / p;
}

}  // namespace isr
