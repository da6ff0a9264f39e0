// The linear algebra of the gradient flow, for one right-hand side: products with X and Newton systems.
#pragma once

#include <Eigen/Core>

namespace isr {

// pull + s·residual, and Xᵀ·pull. References live during the call only.
struct NewtonRightSide {
  const Eigen::VectorXd& pull;      // n
  const Eigen::VectorXd& z_pull;    // p, Xᵀ·pull
  const Eigen::VectorXd& residual;  // n
  double s;
};

// Solves with M = I + s·X D Xᵀ, D diagonal and nonnegative. Not shared between threads: each solve has its
// own.
class NewtonSystem {
 public:
  virtual ~NewtonSystem() = default;

  virtual Eigen::Index rows() const = 0;  // n, or the rank of X where the system works in range(X)
  virtual Eigen::Index cols() const = 0;  // p
  virtual Eigen::Index measurements() const { return rows(); }  // n

  virtual void apply(const Eigen::VectorXd& w, Eigen::VectorXd& y) const = 0;         // y = X w
  virtual void adjoint(const Eigen::VectorXd& lambda, Eigen::VectorXd& z) const = 0;  // z = Xᵀ λ

  virtual const Eigen::VectorXd& squared_column_norms() const = 0;  // ‖X_j‖², p; may be estimates

  // The part of the measurements that some w can reach, in the coordinates of this system, and back: y' = Qᵀy
  // and λ = Qλ' with an orthonormal basis Q of range(X). Only y' moves w. The default is Q = I.
  virtual Eigen::VectorXd project(const Eigen::VectorXd& y) const { return y; }
  virtual Eigen::VectorXd lift(const Eigen::VectorXd& lambda) const { return lambda; }

  // Makes M the matrix of the next solves: D (p values, >= 0) and s > 0.
  virtual void factor(const Eigen::VectorXd& slope, double s) = 0;

  // How far the matrix of the next solves may be off from M, as a share of it; where the method is iterative,
  // its tolerance comes in addition.
  virtual double inexactness() const { return 0; }

  // d = −M⁻¹(pull + s·residual) and dz = Xᵀd, to the relative accuracy `tolerance` where the method is
  // iterative. z_pull = Xᵀ·pull is given too: methods that work in the space of z need no pull, which suffers
  // from cancellation where s is large. This s may differ from the one of M.
  virtual void solve(const NewtonRightSide& right, double tolerance, Eigen::VectorXd& d,
                     Eigen::VectorXd& dz) = 0;

  // The relative accuracy of products with X: about 1e-16 for a matrix in double precision, 1e-7 for an
  // operator in single precision. Residuals below it cannot be reached.
  virtual double accuracy() const = 0;

  // How many solves a factorization costs: a method that pays little for a new M (conjugate gradients)
  // says 1.
  virtual double factor_cost() const = 0;
};

}  // namespace isr
