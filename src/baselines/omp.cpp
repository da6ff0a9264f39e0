#include "baselines/omp.h"

#include <algorithm>
#include <cmath>

#include "base/dense_algebra.h"
#include "baselines/column_factor.h"

namespace isr {

Eigen::VectorXd OmpResult::w(Eigen::Index p) const {
  Eigen::VectorXd full = Eigen::VectorXd::Zero(p);
  for (std::size_t i = 0; i < support.size(); ++i) full(support[i]) = values(static_cast<Eigen::Index>(i));
  return full;
}

OmpResult omp(const Eigen::MatrixXd& a, const Eigen::VectorXd& norms, const Eigen::VectorXd& y,
              const OmpOptions& options, const OmpObserver& observer) {
  OmpResult result;
  ColumnFactor factor(a);
  Eigen::VectorXd residual = y, correlation(a.cols());
  Eigen::VectorXd along(std::min(a.rows(), a.cols()));  // Qᵀy
  std::vector<char> excluded(static_cast<std::size_t>(a.cols()), 0);
  const double length = y.norm();
  const Eigen::Index most = std::min(options.columns.value_or(along.size()), along.size());
  for (;;) {
    result.relative_residual = length > 0 ? residual.norm() / length : 0;
    result.converged = result.relative_residual <= options.residual;
    if (result.converged || factor.size() == most) break;

    multiply_transposed(a, residual, correlation);
    Eigen::Index best = -1;
    double best_cosine = 1e-14 * length;
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      if (excluded[static_cast<std::size_t>(j)] || norms(j) == 0) continue;
      const double cosine = std::abs(correlation(j)) / norms(j);
      if (cosine <= best_cosine) continue;
      best_cosine = cosine;
      best = j;
    }
    if (best < 0) break;
    excluded[static_cast<std::size_t>(best)] = 1;
    if (!factor.append(best)) continue;
    const auto direction = factor.last_direction();
    along(factor.size() - 1) = direction.dot(residual);
    residual -= along(factor.size() - 1) * direction;
    if (observer && !observer(factor.columns(), factor.solve(along.head(factor.size())))) break;
  }
  result.support = factor.columns();
  result.values = factor.solve(along.head(factor.size()));
  return result;
}

}  // namespace isr
