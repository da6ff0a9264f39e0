// Orthogonal matching pursuit.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <optional>
#include <vector>

namespace isr {

struct OmpOptions {
  std::optional<Eigen::Index> columns;  // at most this many columns; not given: min(n, p)
  double residual = 1e-6;               // stop when ‖Aw − y‖ <= residual · ‖y‖
};

struct OmpResult {
  std::vector<Eigen::Index> support;  // in the order of choice
  Eigen::VectorXd values;             // w on it
  double relative_residual = 1;       // ‖Aw − y‖ / ‖y‖ (0 when y = 0)
  bool converged = false;             // reached `residual`

  Eigen::VectorXd w(Eigen::Index p) const;
};

// Called after each column chosen with the support and the values on it; false stops there.
using OmpObserver = std::function<bool(const std::vector<Eigen::Index>&, const Eigen::VectorXd&)>;

// Pati, Rezaiifar, Krishnaprasad 1993: at each step the column of A (n × p) with the largest |a_jᵀr| / ‖a_j‖
// joins the support, and y is projected on the columns chosen (updated QR). norms: the lengths of the
// columns. Also ends when no column outside the support has anything in common with the residual.
OmpResult omp(const Eigen::MatrixXd& a, const Eigen::VectorXd& norms, const Eigen::VectorXd& y,
              const OmpOptions& options = {}, const OmpObserver& observer = {});

}  // namespace isr
