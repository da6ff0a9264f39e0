#include "solver/dense_newton.h"

#include <cblas.h>

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

class DenseSystem : public NewtonSystem {
 public:
  explicit DenseSystem(PreparedMatrixPtr matrix) : matrix_(std::move(matrix)) { use_one_blas_thread(); }

  Index rows() const override { return matrix_->matrix().rows(); }
  Index cols() const override { return matrix_->matrix().cols(); }
  void apply(const VectorXd& w, VectorXd& y) const override {
    multiply(matrix_->matrix(), CblasNoTrans, w, y);
  }
  void adjoint(const VectorXd& lambda, VectorXd& z) const override {
    multiply(matrix_->matrix(), CblasTrans, lambda, z);
  }
  double accuracy() const override { return std::numeric_limits<double>::epsilon(); }
  double factor_cost() const override { return 10; }

 protected:
  PreparedMatrixPtr matrix_;
  ScaledCholesky cholesky_;
};

// n <= p.
class WideSystem final : public DenseSystem {
 public:
  using DenseSystem::DenseSystem;

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
  MatrixXd weighted_, hessian_;
};

// n > p: M⁻¹ = I − s·X D^½ (I + s·D^½ XᵀX D^½)⁻¹ D^½ Xᵀ.
class TallSystem final : public DenseSystem {
 public:
  using DenseSystem::DenseSystem;

  void factor(const VectorXd& slope, double s) override {
    root_ = (s * slope).cwiseSqrt();
    small_ = root_.asDiagonal() * matrix_->gram() * root_.asDiagonal();
    small_.diagonal().array() += 1;
    cholesky_.factor(small_);
  }

  // x = (I + D'^½ G D'^½)⁻¹ D'^½ Xᵀr with D' = sD;   d = r − X D'^½ x
  void solve(const NewtonRightSide& right, double, VectorXd& d, VectorXd& dz) override {
    r_ = -right.pull - right.s * right.residual;
    adjoint(r_, dz);
    x_ = root_.cwiseProduct(dz);
    cholesky_.solve(x_);
    step_ = root_.cwiseProduct(x_);
    apply(step_, d);
    d = r_ - d;
    // D'^½ dz = x, without the cancellation of Xᵀd.
    for (Index j = 0; j < dz.size(); ++j)
      dz[j] = root_[j] > 1e-100 ? x_[j] / root_[j] : dz[j] - matrix_->gram().col(j).dot(step_);
  }

 private:
  MatrixXd small_;
  VectorXd root_, r_, x_, step_;
};

}  // namespace

PreparedMatrix::PreparedMatrix(Eigen::MatrixXd x) : x_(std::move(x)) {
  if (x_.rows() > x_.cols()) gram_ = x_.transpose() * x_;
}

std::unique_ptr<NewtonSystem> make_dense_newton(PreparedMatrixPtr matrix) {
  if (matrix->matrix().rows() > matrix->matrix().cols())
    return std::make_unique<TallSystem>(std::move(matrix));
  return std::make_unique<WideSystem>(std::move(matrix));
}

}  // namespace isr
