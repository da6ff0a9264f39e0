#include "solver/reweighted_flow.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/chunks.h"
#include "base/error.h"
#include "solver/secant_kernel.h"

namespace isr {
namespace {

using Eigen::VectorXd;

constexpr float least_weight = 1e-30f;  // of the models that keep weights positive
constexpr double first_share = 1e-2;    // see first_step

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
      system_residual_(op.cols(), y.cols()),
      direction_(op.cols(), y.cols()),
      direction_image_(op.cols(), y.cols()),
      preconditioned_(op.cols(), y.cols()),
      image_(op.cols(), y.cols()),
      residual_(op.rows(), y.cols()) {
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
  const int apart = positive_ ? 8 : 3;     // iterations between reweightings: positive weights begin anew
  kept_w_ = w_;
  begin_system(s);
  bool good = true;
  double change = 0;
  for (int i = 1; good && i <= options_.most_iterations; ++i) {
    change += iterate();
    if (i % apart != 0) continue;
    good = std::isfinite(change) && !(cancelled_ && cancelled_());
    if (change < apart * options_.tolerance) break;
    change = 0;
    reweight(s);
  }
  if (positive_) keep_positive();
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

SystemVectors ReweightedFlow::vectors(Index column) {
  const auto of = [&](Matrix& matrix) { return matrix.col(column).data(); };
  return {of(w_),         of(system_residual_), of(curvature_),      diagonal_.data(),
          of(direction_), of(direction_image_), of(preconditioned_), of(image_)};
}

// The system (diag(q)/s + XᵀX) w = b at the current w, without a direction; its residual by products.
void ReweightedFlow::begin_system(double s) {
  if (positive_) reweighted_ = w_;
  multiply(w_, residual_);
  transpose(residual_, image_);
  direction_.setZero();
  direction_image_.setZero();
  for (Index column = 0; column < w_.cols(); ++column) {
    const SystemVectors v = vectors(column);
    const float *const target = target_.col(column).data(), *const z = z_.col(column).data();
    for_chunks(static_cast<std::size_t>(w_.rows()), [&](std::size_t first, std::size_t last) {
      if (signed_) scaled_secants(options_.network, 1 / s, v.w + first, last - first, v.c + first);
      for (std::size_t i = first; i < last; ++i) {
        double shift = 0;
        if (!signed_) {
          const double w = v.w[i], q = mirror_.slope(w);
          v.c[i] = static_cast<float>(q / s);
          shift = q * w - mirror_.theta(w);
        }
        const float b = target[i] + static_cast<float>((z[i] + shift) / s);
        v.r[i] = b - v.image[i] - v.c[i] * v.w[i];
      }
    });
  }
}

// The parabolas at the new w. Those that keep weights positive have other right-hand sides too.
void ReweightedFlow::reweight(double s) {
  if (positive_) {
    keep_positive();
    begin_system(s);
  }
  if (!signed_) return;
  constexpr std::size_t piece = 2048;
  for (Index column = 0; column < w_.cols(); ++column) {
    const SystemVectors v = vectors(column);
    for_chunks(static_cast<std::size_t>(w_.rows()), [&](std::size_t begin, std::size_t end) {
      std::array<float, piece> changed;
      for (std::size_t first = begin; first < end; first += piece) {
        const std::size_t last = std::min(end, first + piece);
        scaled_secants(options_.network, 1 / s, v.w + first, last - first, changed.data());
        change_diagonal(v, changed.data(), first, last);
      }
    });
  }
}

// An iteration of conjugate gradients on all columns; returns the largest relative change of w. The direction
// is M⁻¹r + β·(the last one), M = diag(q/s + ‖X_j‖²), with the β that makes the two conjugate.
double ReweightedFlow::iterate() {
  const auto count = static_cast<std::size_t>(w_.rows());
  for (Index column = 0; column < w_.cols(); ++column) {
    const SystemVectors v = vectors(column);
    for_chunks(count, [&](std::size_t first, std::size_t last) { precondition(v, first, last); });
  }
  multiply(preconditioned_, residual_);
  transpose(residual_, image_);
  double change = 0;
  for (Index column = 0; column < w_.cols(); ++column) {
    const SystemVectors v = vectors(column);
    const auto products = sum_chunks<SystemProducts>(
        count, [&](std::size_t first, std::size_t last) { return complete_image(v, first, last); });
    const double beta =
        products.direction_direction > 0 ? -products.image_direction / products.direction_direction : 0;
    const double curvature = products.image_preconditioned +
                             beta * (2 * products.image_direction + beta * products.direction_direction);
    const double slope = products.r_preconditioned + beta * products.r_direction;
    const double alpha = curvature > 0 ? slope / curvature : 0;
    const auto sizes = sum_chunks<StepSizes>(count, [&](std::size_t first, std::size_t last) {
      return take_step(v, static_cast<float>(beta), static_cast<float>(alpha), first, last);
    });
    const double relative = std::sqrt(sizes.step / std::max(1e-60, sizes.w));
    if (!(relative <= change)) change = relative;  // keeps NaN
  }
  return change;
}

// No weight falls below a tenth of what it was, nor out of the range of single precision.
void ReweightedFlow::keep_positive() {
  w_ = w_.cwiseMax(0.1f * reweighted_).cwiseMax(least_weight);
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
  if (most_steps < 1 || most_iterations < 1)
    throw UsageError("the flow needs at least one step and one iteration");
  if (!(tolerance > 0)) throw UsageError("the tolerance must be positive");
}

}  // namespace isr
