#include "solver/dense_newton.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/dense_algebra.h"
#include "base/error.h"
#include "solver/kept_products.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// A symmetric positive definite matrix, scaled to a unit diagonal before it is factored: its entries may span
// many orders of magnitude.
class ScaledCholesky {
 public:
  // Factors S M S + shift·I, S = diag(M)^(−1/2); of M the lower triangle is read. False where a pivot is not
  // positive.
  bool factor(const MatrixXd& matrix, double shift, DenseWorkspace& workspace) {
    const Index n = matrix.rows();
    scale_ = matrix.diagonal().cwiseSqrt().cwiseInverse();
    factor_.resize(n, n);
    for (Index j = 0; j < n; ++j)
      factor_.col(j).tail(n - j) =
          (scale_[j] * scale_.tail(n - j).array() * matrix.col(j).tail(n - j).array()).matrix();
    factor_.diagonal().array() += shift;
    return cholesky(factor_, workspace) == n;
  }

  double smallest_pivot() const { return factor_.diagonal().minCoeff(); }

  void solve(VectorXd& x) const {
    x.array() *= scale_.array();
    solve_lower(factor_, x);
    solve_lower_transposed(factor_, x);
    x.array() *= scale_.array();
  }

 private:
  MatrixXd factor_;
  VectorXd scale_;
};

// Where vectors are short, what is saved by Newton matrices that are only nearly right is more than what
// further iterations with them cost.
#ifdef __EMSCRIPTEN__
constexpr double usual_share = 0.25;
#else
constexpr double usual_share = 0;
#endif

class DenseSystem final : public NewtonSystem {
 public:
  explicit DenseSystem(PreparedMatrixPtr matrix) : matrix_(std::move(matrix)), kept_(matrix_->matrix()) {}

  Index rows() const override { return matrix_->matrix().rows(); }
  Index cols() const override { return matrix_->matrix().cols(); }
  Index measurements() const override {
    return matrix_->basis().size() > 0 ? matrix_->basis().rows() : rows();
  }
  void apply(const VectorXd& w, VectorXd& y) const override { multiply(matrix_->matrix(), w, y); }
  void adjoint(const VectorXd& lambda, VectorXd& z) const override {
    multiply_transposed(matrix_->matrix(), lambda, z);
  }
  const VectorXd& squared_column_norms() const override { return matrix_->squared_column_norms(); }
  double accuracy() const override { return std::numeric_limits<double>::epsilon(); }
  double factor_cost() const override { return 10; }

  VectorXd project(const VectorXd& y) const override {
    return matrix_->basis().size() > 0 ? VectorXd(matrix_->basis().transpose() * y) : y;
  }
  VectorXd lift(const VectorXd& lambda) const override {
    return matrix_->basis().size() > 0 ? VectorXd(matrix_->basis() * lambda) : lambda;
  }

  void factor(const VectorXd& slope, double s) override {
    if (usual_share > 0) {
      // Factored again in the same stage: the matrix was not good enough.
      share_ = s == s_ ? 0.25 * share_ : usual_share;
      s_ = s;
      hessian_ = s * kept_.update(slope, s, share_, squared_column_norms());
    } else {
      weights_ = s * slope;
      weighted_syrk(matrix_->matrix(), weights_, hessian_, workspace_);
    }
    hessian_.diagonal().array() += 1;
    // A pivot lost to rounding: a larger multiple of the identity, still far below the entries.
    for (double shift = 4 * std::numeric_limits<double>::epsilon();
         !cholesky_.factor(hessian_, shift, workspace_); shift *= 16)
      if (!(shift < 1)) throw Error("a Newton matrix of the gradient flow is not finite");
  }

  void solve(const NewtonRightSide& right, double, VectorXd& d, VectorXd& dz) override {
    d = -right.pull - right.s * right.residual;
    cholesky_.solve(d);
    adjoint(d, dz);
  }

 private:
  PreparedMatrixPtr matrix_;
  KeptProducts kept_;
  ScaledCholesky cholesky_;
  MatrixXd hessian_;
  VectorXd weights_;
  DenseWorkspace workspace_;
  double share_ = usual_share, s_ = 0;
};

// Are the rows of x independent, beyond doubt? By the pivots of the Cholesky factorization of x xᵀ, rows
// scaled to unit norm.
bool has_independent_rows(const MatrixXd& x) {
  constexpr double smallest_pivot = 1e-6;
  if (x.rows() > x.cols()) return false;
  MatrixXd products;
  DenseWorkspace workspace;
  weighted_syrk(x, VectorXd::Ones(x.cols()), products, workspace);
  ScaledCholesky cholesky;
  return products.diagonal().minCoeff() > 0 && cholesky.factor(products, 0, workspace) &&
         cholesky.smallest_pivot() > smallest_pivot;
}

}  // namespace

PreparedMatrix::PreparedMatrix(MatrixXd x) : x_(std::move(x)) {
  if (!x_.allFinite()) throw Error("the measurement matrix has entries that are not finite");
  if (!has_independent_rows(x_)) {
    const Eigen::ColPivHouseholderQR<MatrixXd> qr(x_);
    const Index rank = std::max<Index>(qr.rank(), 1);
    if (rank < x_.rows()) {
      basis_ = qr.householderQ() * MatrixXd::Identity(x_.rows(), rank);
      x_ = (basis_.transpose() * x_).eval();
    }
  }
  column_norms_ = x_.colwise().squaredNorm().transpose();
}

std::unique_ptr<NewtonSystem> make_dense_newton(PreparedMatrixPtr matrix) {
  return std::make_unique<DenseSystem>(std::move(matrix));
}

}  // namespace isr
