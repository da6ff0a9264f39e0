#include "solver/reweighted_flow.h"

#include <algorithm>
#include <cmath>

#include "base/chunks.h"
#include "base/error.h"

namespace isr {
namespace {

using Eigen::VectorXd;

constexpr float least_weight = 1e-30f;  // of the models that keep weights positive
constexpr double first_share = 1e-2;    // see first_step

double dot(const float* a, const float* b, Index count) {
  return sum_chunks<double>(static_cast<std::size_t>(count), [&](std::size_t first, std::size_t last) {
    const auto length = static_cast<Index>(last - first);
    return static_cast<double>(Eigen::Map<const Eigen::VectorXf>(a + first, length)
                                   .dot(Eigen::Map<const Eigen::VectorXf>(b + first, length)));
  });
}

// x ← beta·x + d
void scale_and_add(float* x, float beta, const float* d, Index count) {
  for_chunks(static_cast<std::size_t>(count), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) x[i] = d[i] + beta * x[i];
  });
}

// x ← x + alpha·d
void add(float* x, float alpha, const float* d, Index count) {
  for_chunks(static_cast<std::size_t>(count), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) x[i] += alpha * d[i];
  });
}

}  // namespace

ReweightedFlow::ReweightedFlow(const LinearOperator& op, const Eigen::Ref<const Eigen::MatrixXd>& y,
                               const ReweightedOptions& options, const Eigen::MatrixXd* guess,
                               Cancelled cancelled)
    : op_(op),
      options_((options.validate(), options)),
      cancelled_(std::move(cancelled)),
      y_(y.cast<float>()),
      mirror_(options.network),
      signed_(options.network.model == Model::signed_model),
      positive_(!signed_ && options.network.depth > 1),
      diagonal_(options.squared_norms),
      w_(Matrix::Constant(op.cols(), y.cols(), signed_ ? 0.0f : static_cast<float>(options.network.init))),
      lambda_(Matrix::Zero(op.rows(), y.cols())),
      z_(Matrix::Zero(op.cols(), y.cols())),
      target_(op.cols(), y.cols()),
      curvature_(op.cols(), y.cols()),
      right_(op.cols(), y.cols()),
      trial_(op.cols(), y.cols()),
      conjugate_residual_(op.cols(), y.cols()),
      direction_(op.cols(), y.cols()),
      image_(op.cols(), y.cols()),
      residual_(op.rows(), y.cols()),
      rho_(y.cols()) {
  check_measurements(y.rows(), op.rows());
  check_columns("squared_norms", diagonal_.size(), op.cols());
  if (guess) check_columns("guess", guess->rows(), op.cols());
  if (diagonal_.size() == 0) diagonal_ = Eigen::VectorXf::Ones(op.cols());
  transpose(y_, target_);
  set_residual();
  worst_residual_ = largest_residual();
  if (!guess) return;
  w_ = guess->cast<float>();
  if (positive_) w_ = w_.cwiseMax(static_cast<float>(options.network.init));
}

bool ReweightedFlow::advance() {
  if (has_ended()) return false;
  const double half_n = 0.5 * static_cast<double>(op_.rows());  // h = s n / 2
  if (next_s_ == 0) next_s_ = options_.first_step_factor * first_step();
  const double s = std::min(next_s_, (options_.end_time - time_) / half_n);
  if (!implicit_step(s)) return end(cancelled_ && cancelled_() ? Status::cancelled : Status::stalled);
  next_s_ = s * options_.step_growth;
  begin_time_ = time_;
  time_ += s * half_n;
  ++steps_;
  return true;
}

bool ReweightedFlow::end(Status status) {
  status_ = status;
  ended_ = true;
  return false;
}

// Is there a reason not to take another step?
bool ReweightedFlow::has_ended() {
  if (ended_) return true;
  if (time_ >= options_.end_time * (1 - 1e-12))
    end(Status::finished);
  else if (worst_residual_ <= options_.limit_residual)
    end(Status::limit_reached);
  else if (cancelled_ && cancelled_())
    end(Status::cancelled);
  else if (steps_ >= options_.most_steps)
    end(Status::stalled);
  return ended_;
}

// s of the first step: θ of a coefficient of ordinary size is reached where the gradient is a hundredth of
// its largest value at the start.
double ReweightedFlow::first_step() const {
  const double largest = target_.cwiseAbs().maxCoeff();
  if (largest == 0) return 1;
  const double ordinary = std::max(largest, 10 * options_.network.init);
  return std::abs(mirror_.theta(ordinary)) / (first_share * largest);
}

// To the end of a step with this s. False, with everything as it was, when it fails.
bool ReweightedFlow::implicit_step(double s) {
  constexpr double beyond_rounding = 1.5;  // the flow never raises the residual
  kept_w_ = w_;
  bool good = true;
  for (int i = 0; good && i < options_.majorizations; ++i) {
    const double change = solve_majorized(s);
    good = std::isfinite(change) && !(cancelled_ && cancelled_());
    if (change < options_.tolerance) break;
  }
  double worst = worst_residual_;
  if (good) {
    set_residual();
    worst = largest_residual();
    good = worst <= beyond_rounding * worst_residual_;
  }
  if (!good) {
    w_ = kept_w_;
    set_residual();
    return false;
  }
  worst_residual_ = worst;
  lambda_ -= static_cast<float>(s) * residual_;  // λ ← λ − s (Xw − y), z = Xᵀλ
  transpose(lambda_, z_);
  return true;
}

// q/s and the right-hand side b of (diag(q)/s + XᵀX) w = b at the current w.
void ReweightedFlow::majorize(double s) {
  for_chunks(static_cast<std::size_t>(w_.size()), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const double w = w_.data()[i];
      double q, shift = 0;
      if (signed_) {
        q = mirror_.secant(w);
      } else {
        q = mirror_.slope(w);
        shift = q * w - mirror_.theta(w);
      }
      curvature_.data()[i] = static_cast<float>(q / s);
      right_.data()[i] = target_.data()[i] + static_cast<float>((z_.data()[i] + shift) / s);
    }
  });
}

// out = (diag(q)/s + XᵀX) x
void ReweightedFlow::product(const Matrix& x, Matrix& out) {
  multiply(x, residual_);
  transpose(residual_, out);
  for_chunks(static_cast<std::size_t>(x.size()), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) out.data()[i] += curvature_.data()[i] * x.data()[i];
  });
}

// Moves w to the minimum of the parabolas, about; returns the relative change of w.
double ReweightedFlow::solve_majorized(double s) {
  majorize(s);
  trial_ = w_;
  product(trial_, image_);
  conjugate_residual_ = right_ - image_;
  rho_.setZero();
  precondition();
  rho_start_ = rho_;
  const Index p = op_.cols();
  for (int i = 0; i < options_.conjugate_gradients; ++i) {
    if ((rho_.array() <= 1e-8 * rho_start_.array()).all()) break;
    product(direction_, image_);
    for (Index c = 0; c < y_.cols(); ++c) {
      const double curvature = dot(direction_.col(c).data(), image_.col(c).data(), p);
      const auto alpha = static_cast<float>(curvature > 0 ? rho_[c] / curvature : 0);
      add(trial_.col(c).data(), alpha, direction_.col(c).data(), p);
      add(conjugate_residual_.col(c).data(), -alpha, image_.col(c).data(), p);
    }
    precondition();
  }
  return accept();
}

// With M = diag(q/s + ‖X_j‖²): the new ρ = rᵀM⁻¹r, and direction ← M⁻¹r + (ρ/ρ_old)·direction, or M⁻¹r where
// ρ_old is 0. The image of the last direction is needed no more: M⁻¹r takes its place.
void ReweightedFlow::precondition() {
  const Index p = op_.cols();
  for (Index c = 0; c < y_.cols(); ++c) {
    const double old = rho_[c];
    float* const scaled = image_.col(c).data();
    rho_[c] = sum_chunks<double>(static_cast<std::size_t>(p), [&](std::size_t begin, std::size_t end) {
      const auto first = static_cast<Index>(begin), count = static_cast<Index>(end - begin);
      const auto r = conjugate_residual_.col(c).segment(first, count);
      Eigen::Map<Eigen::VectorXf> m(scaled + first, count);
      m = r.array() / (curvature_.col(c).segment(first, count) + diagonal_.segment(first, count)).array();
      return static_cast<double>(r.dot(m));
    });
    const auto beta = static_cast<float>(old > 0 ? rho_[c] / old : 0);
    if (beta == 0)
      direction_.col(c) = image_.col(c);
    else
      scale_and_add(direction_.col(c).data(), beta, scaled, p);
  }
}

// Takes the trial as the new w; where the model keeps coefficients positive, none falls below a tenth of what
// it was, nor out of the range of single precision.
double ReweightedFlow::accept() {
  if (positive_) trial_ = trial_.cwiseMax(0.1f * w_).cwiseMax(least_weight);
  const double change = (trial_ - w_).norm() / std::max(1e-30, static_cast<double>(trial_.norm()));
  w_.swap(trial_);
  return change;
}

void ReweightedFlow::multiply(const Matrix& w, Matrix& y) {
  ++products_;
  op_.apply(w, y);
}

void ReweightedFlow::transpose(const Matrix& y, Matrix& w) {
  ++products_;
  op_.adjoint(y, w);
}

void ReweightedFlow::set_residual() {
  multiply(w_, residual_);
  residual_ -= y_;
}

double ReweightedFlow::largest_residual() const {
  double worst = 0;
  for (Index b = 0; b < y_.cols(); ++b) {
    const double norm = y_.col(b).norm();
    const double relative = residual_.col(b).norm() / (norm > 0 ? norm : 1.0);
    if (!(relative <= worst)) worst = relative;  // keeps NaN
  }
  return worst;
}

std::optional<Certificate> ReweightedFlow::certificate() const {
  Certificate certificate{worst_residual_, 0, 0};
  Matrix gradient(op_.cols(), y_.cols());
  op_.adjoint(residual_, gradient);
  for (Index b = 0; b < y_.cols(); ++b) {
    double differences = 0, squares = 0;
    for (Index j = 0; j < op_.cols(); ++j) {
      const double theta = mirror_.theta(w_(j, b));
      differences += (theta - z_(j, b)) * (theta - z_(j, b));
      squares += theta * theta;
    }
    if (squares > 0)
      certificate.map_mismatch = std::max(certificate.map_mismatch, std::sqrt(differences / squares));
    const double norm = residual_.col(b).norm(), size = w_.col(b).cwiseAbs().maxCoeff();
    for (Index j = 0; norm > 0 && j < op_.cols(); ++j) {
      // A positive weight may be held at 0 by a gradient that would push it below.
      const bool held = positive_ && gradient(j, b) > 0;
      const double share = held ? w_(j, b) / size : 1, length = std::sqrt(diagonal_[j]);
      if (length > 0)
        certificate.stationarity =
            std::max(certificate.stationarity, std::abs(gradient(j, b)) * share / (length * norm));
    }
  }
  return certificate;
}

void ReweightedOptions::validate() const {
  network.validate();
  if (!(end_time >= 0)) throw UsageError("time must not be negative; got " + std::to_string(end_time));
  if (!(limit_residual > 0 && limit_residual < 1))
    throw UsageError("the residual of the limit must lie between 0 and 1; got " +
                     std::to_string(limit_residual));
  if (!(first_step_factor > 0)) throw UsageError("the factor of the first step must be positive");
  if (!(step_growth >= 1)) throw UsageError("the growth of the steps must be at least 1");
  if (most_steps < 1 || majorizations < 1 || conjugate_gradients < 1)
    throw UsageError("the flow needs at least one step, one system and one iteration");
}

}  // namespace isr
