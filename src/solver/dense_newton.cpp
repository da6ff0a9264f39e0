#include "solver/dense_newton.h"

#include <cblas.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "base/error.h"

// LAPACK's Cholesky factorization, which OpenBLAS brings along (its C interface it does not, on Debian).
extern "C" void dpotrf_(const char* triangle, const int* n, double* a, const int* lda, int* info);

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// The threads are ours (parallel_for): BLAS computes on the calling one.
void use_one_blas_thread() {
  static std::once_flag once;
  std::call_once(once, [] { openblas_set_num_threads(1); });
}

// A symmetric positive definite matrix, scaled to a unit diagonal before it is factored: its entries may span
// many orders of magnitude.
class ScaledCholesky {
 public:
  // Factors the lower triangle of `matrix`, which it takes over.
  void factor(MatrixXd& matrix) {
    const Index n = matrix.rows();
    scale_ = matrix.diagonal().cwiseSqrt().cwiseInverse();
    for (Index j = 0; j < n; ++j) matrix.col(j).tail(n - j).array() *= scale_[j] * scale_.tail(n - j).array();
    // A pivot lost to rounding: a larger multiple of the identity, still far below the entries.
    for (double shift = 4 * std::numeric_limits<double>::epsilon();; shift *= 16) {
      factor_ = matrix;
      factor_.diagonal().array() += shift;
      const int size = static_cast<int>(n);
      int info = 0;
      dpotrf_("L", &size, factor_.data(), &size, &info);
      if (info == 0) return;
      if (!(shift < 1)) throw Error("a Newton matrix of the gradient flow is not finite");
    }
  }

  void solve(VectorXd& x) const {
    x.array() *= scale_.array();
    const auto size = static_cast<int>(factor_.rows());
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, size, factor_.data(), size, x.data(),
                1);
    cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, size, factor_.data(), size, x.data(), 1);
    x.array() *= scale_.array();
  }

 private:
  MatrixXd factor_;
  VectorXd scale_;
};

void multiply(const MatrixXd& x, CBLAS_TRANSPOSE transpose, const VectorXd& in, VectorXd& out) {
  out.resize(transpose == CblasNoTrans ? x.rows() : x.cols());
  cblas_dgemv(CblasColMajor, transpose, static_cast<int>(x.rows()), static_cast<int>(x.cols()), 1, x.data(),
              static_cast<int>(x.rows()), in.data(), 1, 0, out.data(), 1);
}

class DenseSystem final : public NewtonSystem {
 public:
  explicit DenseSystem(PreparedMatrixPtr matrix) : matrix_(std::move(matrix)) { use_one_blas_thread(); }

  Index rows() const override { return matrix_->matrix().rows(); }
  Index cols() const override { return matrix_->matrix().cols(); }
  Index measurements() const override {
    return matrix_->basis().size() > 0 ? matrix_->basis().rows() : rows();
  }
  void apply(const VectorXd& w, VectorXd& y) const override {
    multiply(matrix_->matrix(), CblasNoTrans, w, y);
  }
  void adjoint(const VectorXd& lambda, VectorXd& z) const override {
    multiply(matrix_->matrix(), CblasTrans, lambda, z);
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
    const MatrixXd& x = matrix_->matrix();
    const Index n = x.rows(), p = x.cols();
    weighted_.resize(n, p);
    for (Index j = 0; j < p; ++j) weighted_.col(j) = std::sqrt(s * slope[j]) * x.col(j);
    hessian_.resize(n, n);
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, static_cast<int>(n), static_cast<int>(p), 1,
                weighted_.data(), static_cast<int>(n), 0, hessian_.data(), static_cast<int>(n));
    hessian_.diagonal().array() += 1;
    cholesky_.factor(hessian_);
  }

  void solve(const NewtonRightSide& right, double, VectorXd& d, VectorXd& dz) override {
    d = -right.pull - right.s * right.residual;
    cholesky_.solve(d);
    adjoint(d, dz);
  }

 private:
  PreparedMatrixPtr matrix_;
  ScaledCholesky cholesky_;
  MatrixXd weighted_, hessian_;
};

// Are the rows of x independent, beyond doubt? By the pivots of the Cholesky factorization of x xᵀ, rows
// scaled to unit norm.
bool has_independent_rows(const MatrixXd& x) {
  constexpr double smallest_pivot = 1e-6;
  if (x.rows() > x.cols()) return false;
  const VectorXd norms = x.rowwise().norm();
  if (norms.minCoeff() == 0) return false;
  const MatrixXd scaled = norms.cwiseInverse().asDiagonal() * x;
  const Eigen::LLT<MatrixXd> factor(scaled * scaled.transpose());
  return factor.info() == Eigen::Success && factor.matrixLLT().diagonal().minCoeff() > smallest_pivot;
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
