// X D Xᵀ, kept from one D to the next: of D only what has changed is added.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "base/dense_algebra.h"

namespace isr {

class KeptProducts {
 public:
  // Keeps a reference to X, n × p.
  explicit KeptProducts(const Eigen::MatrixXd& x) : x_(x), weights_(Eigen::VectorXd::Zero(x.cols())) {}

  // Brings it to D = diag(weights), but for weights that are off by at most this share of theirs, or whose
  // part in s·X D Xᵀ is off by less than half of it beside the 1 on the diagonal of I + s·X D Xᵀ. 0: to D
  // itself. squared_norms: ‖X_j‖². Returns the lower triangle.
  const Eigen::MatrixXd& update(const Eigen::VectorXd& weights, double s, double share,
                                const Eigen::VectorXd& squared_norms);

 private:
  void add(const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& weights, double sign);

  const Eigen::MatrixXd& x_;
  Eigen::MatrixXd products_, columns_, change_;  // lower triangles
  Eigen::VectorXd weights_, changes_;            // D of products_
  double largest_sum_ = 0;
  DenseWorkspace workspace_;
};

}  // namespace isr
