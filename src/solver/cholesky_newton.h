// What Newton systems by Cholesky factorization have in common.
#pragma once

#include <limits>

#include "base/dense_algebra.h"
#include "solver/newton_system.h"
#include "solver/scaled_cholesky.h"

namespace isr {

// Are the rows of X independent, beyond doubt? By the pivots of products = X Xᵀ (lower triangle), rows scaled
// to unit norm.
bool has_independent_rows(const Eigen::MatrixXd& products, DenseWorkspace& workspace);

// Makes x a matrix of full row rank, Qᵀx, and returns Q, an orthonormal basis of range(x), n × rank; where
// its rows are independent it stays as it is, and Q, the identity, is empty.
Eigen::MatrixXd reduce_to_range(Eigen::MatrixXd& x);

// Factors I + s·X D Xᵀ of X with full row rank.
class CholeskyNewton : public NewtonSystem {
 public:
  // Keeps references to Q (see reduce_to_range) and to ‖X_j‖².
  CholeskyNewton(const Eigen::MatrixXd& basis, const Eigen::VectorXd& squared_column_norms)
      : basis_(basis), squared_column_norms_(squared_column_norms) {}

  Eigen::Index measurements() const final { return basis_.size() > 0 ? basis_.rows() : rows(); }
  const Eigen::VectorXd& squared_column_norms() const final { return squared_column_norms_; }
  double accuracy() const final { return std::numeric_limits<double>::epsilon(); }
  double factor_cost() const final { return 10; }
  Eigen::VectorXd project(const Eigen::VectorXd& y) const final;
  Eigen::VectorXd lift(const Eigen::VectorXd& lambda) const final;
  void factor(const Eigen::VectorXd& slope, double s) final;
  void solve(const NewtonRightSide& right, double tolerance, Eigen::VectorXd& d, Eigen::VectorXd& dz) final;

 protected:
  // X D Xᵀ, D = diag(slope), its lower triangle, so near that I + s·X D Xᵀ is off by inexactness() of itself.
  virtual const Eigen::MatrixXd& products(const Eigen::VectorXd& slope, double s,
                                          DenseWorkspace& workspace) = 0;

 private:
  const Eigen::MatrixXd& basis_;
  const Eigen::VectorXd& squared_column_norms_;
  ScaledCholesky cholesky_;
  DenseWorkspace workspace_;
};

}  // namespace isr
