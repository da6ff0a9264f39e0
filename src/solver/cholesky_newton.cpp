#include "solver/cholesky_newton.h"

#include <Eigen/QR>
#include <algorithm>

namespace isr {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool has_independent_rows(const MatrixXd& products, DenseWorkspace& workspace) {
  constexpr double smallest_pivot = 1e-6;
  ScaledCholesky cholesky;
  return products.diagonal().minCoeff() > 0 && cholesky.factor({0, 1, products}, 0, workspace) &&
         cholesky.smallest_pivot() > smallest_pivot;
}

MatrixXd reduce_to_range(MatrixXd& x) {
  if (x.rows() <= x.cols()) {
    MatrixXd products;
    DenseWorkspace workspace;
    weighted_syrk(x, VectorXd::Ones(x.cols()), products, workspace);
    if (has_independent_rows(products, workspace)) return {};
  }
  const Eigen::ColPivHouseholderQR<MatrixXd> qr(x);
  const Index rank = std::max<Index>(qr.rank(), 1);
  if (rank == x.rows()) return {};
  MatrixXd basis = qr.householderQ() * MatrixXd::Identity(x.rows(), rank);
  x = (basis.transpose() * x).eval();
  return basis;
}

VectorXd CholeskyNewton::project(const VectorXd& y) const {
  return basis_.size() > 0 ? VectorXd(basis_.transpose() * y) : y;
}

VectorXd CholeskyNewton::lift(const VectorXd& lambda) const {
  return basis_.size() > 0 ? VectorXd(basis_ * lambda) : lambda;
}

void CholeskyNewton::factor(const VectorXd& slope, double s) {
  cholesky_.factor_near({1, s, products(slope, s, workspace_)}, workspace_);
}

void CholeskyNewton::solve(const NewtonRightSide& right, double, VectorXd& d, VectorXd& dz) {
  d = -right.pull - right.s * right.residual;
  cholesky_.solve(d);
  adjoint(d, dz);
}

}  // namespace isr
