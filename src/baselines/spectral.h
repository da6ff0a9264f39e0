// Least squares and ridge regression from one singular value decomposition.
#pragma once

#include <Eigen/Core>

namespace isr {

// A = U diag(s) Vᵀ for a dense A (n × p) of any shape and rank. Singular values below max(n, p)·ε·s_max count
// as zero.
class SpectralFactor {
 public:
  // Throws Error when A holds a value that is not finite.
  explicit SpectralFactor(const Eigen::MatrixXd& a);

  // The least-squares solution of least norm: w = V diag(1/s) Uᵀ y.
  Eigen::VectorXd least_squares(const Eigen::VectorXd& y) const;

  // argmin ‖Aw − y‖² + λ‖w‖²: w = V diag(s / (s² + λ)) Uᵀ y.  λ > 0.
  Eigen::VectorXd ridge(const Eigen::VectorXd& y, double lambda) const;

  // Generalised cross-validation (Golub, Heath, Wahba 1979): n ‖(I − H) y‖² / tr(I − H)², where H y = A w of
  // ridge regression. Invariant under rotations of the measurements; leave-one-out where all H_ii are equal.
  double gcv(const Eigen::VectorXd& y, double lambda) const;

  // The λ that minimises gcv, to three digits, within [1e-12, 1e4] · s_max². `at_end` tells when no minimum
  // lies inside: the measurements ask for no ridge at all (lower end), or for w = 0 (upper).
  struct Choice {
    double lambda = 0;
    bool at_lower_end = false, at_upper_end = false;
  };
  Choice choose_ridge(const Eigen::VectorXd& y) const;

  Eigen::Index rank() const { return rank_; }
  const Eigen::VectorXd& singular_values() const { return s_; }  // descending

 private:
  struct Parts {            // of the measurements y
    Eigen::ArrayXd inside;  // Uᵀy
    double outside;         // ‖y − U Uᵀy‖²
  };
  Parts parts(const Eigen::VectorXd& y) const;
  double gcv(const Parts& y, double lambda) const;

  Eigen::MatrixXd u_, vt_;
  Eigen::VectorXd s_;
  Eigen::Index rank_ = 0;
};

}  // namespace isr
