#include "solver/matrix_free_newton.h"

#include <algorithm>
#include <cmath>

#include "sensing/random.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;
using Eigen::VectorXd;

class MatrixFreeSystem final : public NewtonSystem {
 public:
  MatrixFreeSystem(const LinearOperator& op, VectorXd column_norms, const MatrixFreeOptions& options)
      : op_(op),
        options_(options),
        column_norms_(std::move(column_norms)),
        short_(op.rows(), 1),
        long_(op.cols(), 1) {}

  Index rows() const override { return op_.rows(); }
  Index cols() const override { return op_.cols(); }
  const VectorXd& squared_column_norms() const override { return column_norms_; }
  double accuracy() const override { return 1e-7; }
  double factor_cost() const override { return 1; }

  // Scaled to unit size on the way in, so that nothing over- or underflows in single precision.
  void apply(const VectorXd& w, VectorXd& y) const override {
    const double scale = scale_of(w);
    long_ = (w / scale).cast<float>();
    op_.apply(long_, short_);
    y = scale * short_.col(0).cast<double>();
  }
  void adjoint(const VectorXd& lambda, VectorXd& z) const override {
    const double scale = scale_of(lambda);
    short_ = (lambda / scale).cast<float>();
    op_.adjoint(short_, long_);
    z = scale * long_.col(0).cast<double>();
  }

  void factor(const VectorXd& slope, double s) override {
    root_ = (s * slope).cwiseSqrt();
    inverse_diagonal_ = (1 + root_.array().square() * column_norms_.array()).inverse();
  }

  void solve(const NewtonRightSide& right, double tolerance, VectorXd& d, VectorXd& dz) override {
    adjoint(right.residual, dz);
    gradient_ = right.z_pull + right.s * dz;
    right_ = -root_.cwiseProduct(gradient_);
    conjugate_gradients(right_, tolerance);
    // A weight with a small D has hardly a part in the norm that conjugate gradients reduce: there the
    // equation itself, with the other weights in place, gives a better dz. One damped Jacobi sweep.
    for (Index j = 0; j < dz.size(); ++j) {
      const double damping = inverse_diagonal_[j] * inverse_diagonal_[j];
      dz[j] = root_[j] > 1e-150 ? (x_[j] + damping * residual_[j]) / root_[j] : -gradient_[j];
    }
    step_ = root_.cwiseAbs2().cwiseProduct(dz);  // s·D dz
    apply(step_, image_);
    d = -right.pull - right.s * right.residual - image_;
  }

 private:
  static double scale_of(const VectorXd& v) {
    const double largest = v.cwiseAbs().maxCoeff();
    return largest > 0 ? largest : 1;
  }

  void multiply(const VectorXd& in, VectorXd& out) {  // (I + D^½ XᵀX D^½) in, s being part of D
    step_ = root_.cwiseProduct(in);
    apply(step_, image_);
    adjoint(image_, out);
    out = in + root_.cwiseProduct(out);
  }

  void conjugate_gradients(const VectorXd& b, double tolerance) {
    x_ = VectorXd::Zero(b.size());
    residual_ = b;
    preconditioned_ = inverse_diagonal_.cwiseProduct(residual_);
    direction_ = preconditioned_;
    double rho = residual_.dot(preconditioned_);
    const double goal = tolerance * tolerance * rho;
    for (int i = 0; i < options_.most_iterations && rho > goal && rho > 0; ++i) {
      multiply(direction_, product_);
      const double curvature = direction_.dot(product_);
      if (!(curvature > 0)) break;
      const double step = rho / curvature;
      x_ += step * direction_;
      residual_ -= step * product_;
      preconditioned_ = inverse_diagonal_.cwiseProduct(residual_);
      const double next = residual_.dot(preconditioned_);
      direction_ = preconditioned_ + (next / rho) * direction_;
      rho = next;
    }
  }

  const LinearOperator& op_;
  MatrixFreeOptions options_;
  VectorXd column_norms_, root_, inverse_diagonal_;
  VectorXd gradient_, right_, x_, residual_, preconditioned_, direction_, product_, step_, image_;
  mutable MatrixXf short_, long_;
};

}  // namespace

std::unique_ptr<NewtonSystem> make_matrix_free_newton(const LinearOperator& op, VectorXd column_norms,
                                                      const MatrixFreeOptions& options) {
  return std::make_unique<MatrixFreeSystem>(op, std::move(column_norms), options);
}

VectorXd squared_column_norms(const LinearOperator& op) {
  if (VectorXd known = op.known_squared_norms(); known.size() > 0) return known;
  constexpr Index exact_up_to = 4096, probes = 64;
  const Index n = op.rows(), p = op.cols();
  VectorXd norms = VectorXd::Zero(p);
  if (std::min(n, p) <= exact_up_to && n * p <= exact_up_to * exact_up_to) {
    // The rows of X, a few at a time: Xᵀ times unit vectors.
    for (Index first = 0; first < n; first += probes) {
      const Index count = std::min(probes, n - first);
      MatrixXf unit = MatrixXf::Zero(n, count), rows(p, count);
      for (Index i = 0; i < count; ++i) unit(first + i, i) = 1;
      op.adjoint(unit, rows);
      norms += rows.cast<double>().rowwise().squaredNorm();
    }
    return norms;
  }
  RandomStream random = RandomStream::named(0, "column norms");
  MatrixXf signs(n, 1), sums(p, 1);
  for (Index probe = 0; probe < probes; ++probe) {
    for (Index i = 0; i < n; ++i) signs(i, 0) = random.uniform() < 0.5 ? -1.0f : 1.0f;
    op.adjoint(signs, sums);
    norms += sums.col(0).cast<double>().cwiseAbs2() / static_cast<double>(probes);
  }
  return norms;
}

}  // namespace isr
