#include "baselines/column_factor.h"

#include <Eigen/Jacobi>
#include <algorithm>

namespace isr {

void ColumnFactor::reserve(Index columns) {
  if (columns <= q_.cols()) return;
  const Index capacity = std::min(a_.rows(), std::max<Index>(2 * q_.cols(), 32));
  q_.conservativeResize(a_.rows(), capacity);
  r_.conservativeResize(capacity, capacity);
}

bool ColumnFactor::append(Index j) {
  const Index k = size();
  if (k == a_.rows()) return false;
  reserve(k + 1);
  const auto q = q_.leftCols(k);
  Eigen::VectorXd column = a_.col(j);
  const double length = column.norm();
  Eigen::VectorXd along = q.transpose() * column;
  column -= q * along;
  const Eigen::VectorXd correction = q.transpose() * column;  // once more, for what rounding left
  column -= q * correction;
  const double rest = column.norm();
  if (!(rest > 1e-9 * length)) return false;
  q_.col(k) = column / rest;
  r_.row(k).head(k).setZero();
  r_.col(k).head(k) = along + correction;
  r_(k, k) = rest;
  chosen_.push_back(j);
  return true;
}

void ColumnFactor::remove(Index position) {
  const Index k = size();
  for (Index i = position; i + 1 < k; ++i) r_.col(i).head(k) = r_.col(i + 1).head(k);
  for (Index i = position; i + 1 < k; ++i) {
    // Rows i, i+1 of R and the same columns of Q: brings the entry below the diagonal back to zero.
    Eigen::JacobiRotation<double> rotation;
    rotation.makeGivens(r_(i, i), r_(i + 1, i), &r_(i, i));
    r_(i + 1, i) = 0;
    if (i + 2 < k) r_.middleCols(i + 1, k - 2 - i).applyOnTheLeft(i, i + 1, rotation.adjoint());
    q_.applyOnTheRight(i, i + 1, rotation);
  }
  chosen_.erase(chosen_.begin() + position);
}

Eigen::VectorXd ColumnFactor::project(const Eigen::VectorXd& y) const {
  return q_.leftCols(size()).transpose() * y;
}

Eigen::VectorXd ColumnFactor::expand(const Eigen::VectorXd& d) const {
  return q_.leftCols(size()) * d;
}

Eigen::VectorXd ColumnFactor::times(const Eigen::VectorXd& w) const {
  return r_.topLeftCorner(size(), size()).triangularView<Eigen::Upper>() * w;
}

Eigen::VectorXd ColumnFactor::solve(const Eigen::VectorXd& d) const {
  return r_.topLeftCorner(size(), size()).triangularView<Eigen::Upper>().solve(d);
}

Eigen::VectorXd ColumnFactor::solve_transposed(const Eigen::VectorXd& d) const {
  return r_.topLeftCorner(size(), size()).triangularView<Eigen::Upper>().transpose().solve(d);
}

}  // namespace isr
