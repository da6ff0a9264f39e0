#include "solver/matrix_free_flow.h"

#include <algorithm>
#include <cmath>

#include "base/chunks.h"
#include "base/error.h"
#include "solver/scalar_mirror.h"

namespace isr {
namespace {

using Matrix = Eigen::MatrixXf;

double dot(const float* a, const float* b, Index count) {
  return sum_chunks(static_cast<std::size_t>(count), [&](std::size_t first, std::size_t last) {
    const auto length = static_cast<Index>(last - first);
    return static_cast<double>(Eigen::Map<const Eigen::VectorXf>(a + first, length)
                                   .dot(Eigen::Map<const Eigen::VectorXf>(b + first, length)));
  });
}

class Flow {
 public:
  Flow(const LinearOperator& op, ConstColumns y, const MatrixFreeFlowOptions& options,
       const ColumnScaling& scaling)
      : op_(op),
        y_(y),
        options_(options),
        mirror_(options.network),
        signed_(options.network.model == Model::signed_model),
        positive_(!signed_ && options.network.depth > 1),
        p_(op.cols()),
        columns_(y.cols()),
        scale_(scaling.scale),
        diagonal_(scaling.squared_norms),
        w_(Matrix::Constant(p_, columns_, signed_ ? 0.0f : static_cast<float>(options.network.init))),
        lambda_(Matrix::Zero(op.rows(), columns_)),
        z_(Matrix::Zero(p_, columns_)),
        target_(p_, columns_),
        curvature_(p_, columns_),
        residual_(op.rows(), columns_) {
    if (scale_.size() == 0) scale_ = Eigen::VectorXf::Ones(p_);
    if (diagonal_.size() == 0) diagonal_ = Eigen::VectorXf::Ones(p_);
    diagonal_.array() *= scale_.array().square();
    transposed(y_, target_);
  }

  void start_from(const Matrix& w) {
    w_ = w.array().colwise() / scale_.array();
    if (positive_) w_ = w_.cwiseMax(static_cast<float>(options_.network.init));
  }

  // s of the first step: θ of a coefficient of ordinary size is reached where the gradient is a hundredth of
  // its largest value at the start.
  double first_step() const {
    const double largest = target_.cwiseAbs().maxCoeff();
    if (largest == 0) return 1;
    const double ordinary = std::max(largest, 10 * options_.network.init);
    return std::abs(mirror_.theta(ordinary)) / (first_share * largest);
  }

  void implicit_step(double s, const Cancelled& cancelled) {
    for (int i = 0; i < options_.majorizations; ++i) {
      if (cancelled && cancelled()) return;
      if (solve_majorized(s) < options_.tolerance) break;
    }
    // λ ← λ − s (Xw − y), z = Xᵀλ
    multiplied(w_, residual_);
    residual_ -= y_;
    lambda_ -= static_cast<float>(s) * residual_;
    transposed(lambda_, z_);
  }

  double worst_residual() const {
    double worst = 0;
    for (Index b = 0; b < columns_; ++b) worst = std::max(worst, relative_residual(b));
    return worst;
  }

  double relative_residual(Index b) const {
    const double norm = y_.col(b).norm();
    return norm > 0 ? residual_.col(b).norm() / norm : residual_.col(b).norm();
  }

  double mirror_mismatch(Index b) const {
    double squares = 0;
    const double differences =
        sum_chunks(static_cast<std::size_t>(p_), [&](std::size_t first, std::size_t last) {
          double sum = 0;
          for (auto j = static_cast<Index>(first); j < static_cast<Index>(last); ++j)
            sum += std::pow(mirror_.theta(w_(j, b)) - z_(j, b), 2);
          return sum;
        });
    for (Index j = 0; j < p_; ++j) squares += std::pow(mirror_.theta(w_(j, b)), 2);
    return squares > 0 ? std::sqrt(differences / squares) : 0;
  }

  Matrix solution() const { return w_.array().colwise() * scale_.array(); }
  int products() const { return products_; }

 private:
  static constexpr double first_share = 1e-2;

  void multiplied(const Matrix& w, Matrix& y) {
    ++products_;
    Matrix scaled = w.array().colwise() * scale_.array();
    op_.apply(scaled, y);
  }

  void transposed(ConstColumns y, Matrix& x) {
    ++products_;
    op_.adjoint(y, x);
    x.array().colwise() *= scale_.array();
  }

  // q and the right-hand side b of (diag(q) + s XᵀX) w = b at the current w.
  void majorize(double s, Matrix& b) {
    b = z_ + static_cast<float>(s) * target_;
    for_chunks(static_cast<std::size_t>(w_.size()), [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        const double w = w_.data()[i];
        double q;
        if (signed_) {
          q = mirror_.secant(w);
        } else {
          q = mirror_.slope(w);
          b.data()[i] += static_cast<float>(q * w - mirror_.theta(w));
        }
        curvature_.data()[i] = static_cast<float>(q);
      }
    });
  }

  // Moves w to the minimum of the parabolas, about; returns the relative change of w.
  double solve_majorized(double s) {
    Matrix b;
    majorize(s, b);
    Matrix w = w_, work(p_, columns_);
    const auto product = [&](const Matrix& x, Matrix& out) {  // (diag(q) + s XᵀX) x
      multiplied(x, residual_);
      transposed(residual_, out);
      for_chunks(static_cast<std::size_t>(x.size()), [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i)
          out.data()[i] = curvature_.data()[i] * x.data()[i] + static_cast<float>(s) * out.data()[i];
      });
    };
    product(w, work);
    Matrix r = b - work, direction(p_, columns_);
    b.resize(0, 0);
    Eigen::VectorXd rho = precondition(s, r, direction, nullptr);
    const Eigen::VectorXd rho_start = rho;
    for (int i = 0; i < options_.conjugate_gradients; ++i) {
      if ((rho.array() <= 1e-8 * rho_start.array()).all()) break;
      product(direction, work);
      for (Index c = 0; c < columns_; ++c) {
        const double curvature = dot(direction.col(c).data(), work.col(c).data(), p_);
        const auto alpha = static_cast<float>(curvature > 0 ? rho[c] / curvature : 0);
        update(w.col(c).data(), alpha, direction.col(c).data());
        update(r.col(c).data(), -alpha, work.col(c).data());
      }
      rho = precondition(s, r, direction, &rho);
    }
    return accept(w);
  }

  void update(float* x, float alpha, const float* d) const {
    for_chunks(static_cast<std::size_t>(p_), [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) x[i] += alpha * d[i];
    });
  }

  // With M = diag(q + s‖X_j‖²): the new ρ = rᵀM⁻¹r, and direction ← M⁻¹r + (ρ/ρ_old)·direction.
  Eigen::VectorXd precondition(double s, const Matrix& r, Matrix& direction,
                               const Eigen::VectorXd* old) const {
    Eigen::VectorXd rho(columns_);
    for (Index c = 0; c < columns_; ++c) {
      const float* residual = r.col(c).data();
      const float* q = curvature_.col(c).data();
      const auto inverse = [&](std::size_t i) {
        return residual[i] / (q[i] + static_cast<float>(s) * diagonal_[static_cast<Index>(i)]);
      };
      rho[c] = sum_chunks(static_cast<std::size_t>(p_), [&](std::size_t first, std::size_t last) {
        double sum = 0;
        for (std::size_t i = first; i < last; ++i) sum += static_cast<double>(residual[i]) * inverse(i);
        return sum;
      });
      const auto beta = static_cast<float>(old && (*old)[c] > 0 ? rho[c] / (*old)[c] : 0);
      float* d = direction.col(c).data();
      for_chunks(static_cast<std::size_t>(p_), [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) d[i] = inverse(i) + (beta == 0 ? 0 : beta * d[i]);
      });
    }
    return rho;
  }

  // Takes the new w; where the model keeps coefficients positive, none falls below a tenth of what it was,
  // nor out of the range of single precision.
  double accept(Matrix& w) {
    if (positive_) w = w.cwiseMax(0.1f * w_).cwiseMax(1e-30f);
    const double change = (w - w_).norm() / std::max(1e-30, static_cast<double>(w.norm()));
    w_.swap(w);
    return change;
  }

  const LinearOperator& op_;
  const Matrix y_;
  const MatrixFreeFlowOptions& options_;
  const ScalarMirror mirror_;
  const bool signed_, positive_;
  const Index p_, columns_;
  Eigen::VectorXf scale_;     // s
  Eigen::VectorXf diagonal_;  // of XᵀX, about, after scaling
  Matrix w_;                  // the network's, before scaling
  Matrix lambda_, z_;         // z = Xᵀλ
  Matrix target_;             // Xᵀy
  Matrix curvature_;          // q
  Matrix residual_;           // Xw − y after a step
  int products_ = 0;
};

}  // namespace

void MatrixFreeFlowOptions::validate() const {
  network.validate();
  if (!(end_time > 0)) throw UsageError("the flow time must be positive");
  if (!(limit_residual > 0)) throw UsageError("the residual of the limit must be positive");
  if (!(first_step >= 0)) throw UsageError("the first step must be at least 0");
  if (!(first_step_factor > 0)) throw UsageError("the factor of the first step must be positive");
  if (!(step_growth >= 1)) throw UsageError("the growth of the steps must be at least 1");
  if (most_steps < 1 || majorizations < 1 || conjugate_gradients < 1)
    throw UsageError("the flow needs at least one step, one system and one iteration");
}

MatrixFreeFlowResult matrix_free_flow(const LinearOperator& op, ConstColumns y,
                                      const MatrixFreeFlowOptions& options, const ColumnScaling& scaling,
                                      const Matrix* start, const FlowStepObserver& observer,
                                      const Cancelled& cancelled) {
  options.validate();
  Flow flow(op, y, options, scaling);
  if (start) flow.start_from(*start);
  MatrixFreeFlowResult result;
  result.status = Status::stalled;
  const double half_n = 0.5 * static_cast<double>(op.rows());  // h = s n / 2
  const double first =
      options.first_step > 0 ? options.first_step / half_n : options.first_step_factor * flow.first_step();
  for (double s = first; result.steps < options.most_steps; s *= options.step_growth) {
    s = std::min(s, (options.end_time - result.flow_time) / half_n);
    flow.implicit_step(s, cancelled);
    ++result.steps;
    result.flow_time += s * half_n;
    const bool stop =
        observer && !observer(result.steps, result.flow_time, flow.solution(), flow.worst_residual());
    if (cancelled && cancelled())
      result.status = Status::cancelled;
    else if (stop)
      result.status = Status::stopped_by_rule;
    else if (result.flow_time >= options.end_time * (1 - 1e-12))
      result.status = Status::finished;
    else if (flow.worst_residual() <= options.limit_residual)
      result.status = Status::limit_reached;
    else
      continue;
    break;
  }
  result.w = flow.solution();
  result.products = flow.products();
  result.relative_residual.resize(y.cols());
  result.mirror_mismatch.resize(y.cols());
  for (Index b = 0; b < y.cols(); ++b) {
    result.relative_residual[b] = flow.relative_residual(b);
    result.mirror_mismatch[b] = flow.mirror_mismatch(b);
  }
  return result;
}

}  // namespace isr
