#include "solver/gradient_flow.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "base/error.h"
#include "solver/flow_limit.h"
#include "solver/implicit_stage.h"

namespace isr {
namespace {

using Eigen::VectorXd;

const double gamma_ = 1 - 1 / std::sqrt(2.0);

// Weights of f(λ0), k1, k2 in the error estimate: the third-order quadrature on the nodes 0, γ, 1 minus the
// method's own weights 0, 1 − γ, γ.
struct ErrorWeights {
  double start, first, second;
  ErrorWeights() {
    const double at_gamma = 1 / (6 * gamma_ * (1 - gamma_));
    const double at_one = (1.0 / 3 - gamma_ / 2) / (1 - gamma_);
    start = 1 - at_gamma - at_one;
    first = at_gamma - (1 - gamma_);
    second = at_one - gamma_;
  }
};

DualVector operator*(double factor, const DualVector& v) {
  return {factor * v.lambda, factor * v.z};
}

class Integrator {
 public:
  Integrator(NewtonSystem& system, const VectorXd& y, const FlowOptions& options)
      : options_(options),
        map_(options.network),
        system_(system),
        problem_(map_, system, y),
        stage_(problem_, system),
        rate_(2 / static_cast<double>(y.size())),
        limit_residual_(std::max(options.limit_residual, 10 * system.accuracy())),
        state_(problem_.start()) {
    slope_.lambda = -rate_ * state_.residual;
    system_.adjoint(slope_.lambda, slope_.z);
  }

  FlowResult run(const FlowObserver& observer, const Cancelled& cancelled) {
    if (options_.keep_path) path_ = std::make_shared<FlowPath>(options_.network);
    if (path_) path_->append(0, state_.lambda, slope_.lambda, problem_.relative_residual(state_));
    double h = first_step();
    Status status = Status::finished;
    while (true) {
      if (time_ >= options_.end_time) break;
      if (const auto ended = limit_status()) {
        status = *ended;
        break;
      }
      if (cancelled && cancelled()) {
        status = Status::cancelled;
        break;
      }
      if (result_.steps >= options_.most_steps || stage_.counts().factorizations >= options_.most_newton) {
        status = Status::stalled;
        break;
      }
      const double left = options_.end_time - time_;
      const double used = h >= left ? left : std::min(h, left / 2 < h ? left / 2 : h);
      const double error = try_step(used);
      const double factor = std::isfinite(error) ? 0.9 * std::pow(std::max(error, 1e-9), -1.0 / 3) : 0.25;
      if (!(error <= 1)) {
        ++result_.rejected;
        h = used * std::clamp(factor, 0.1, 0.8);
        if (!(time_ + h > time_)) {
          status = Status::stalled;
          break;
        }
        continue;
      }
      accept(used);
      // Small changes are not worth a new factorization.
      if (used == h && !(factor > 0.95 && factor < 1.2)) h = used * std::clamp(factor, 0.2, 8.0);
      if (observer && !observer(segment_)) {
        status = Status::stopped_by_rule;
        break;
      }
    }
    return finish(status);
  }

 private:
  // The time in which the fastest weight leaves its start, or the stiffest direction decays by a tenth.
  double first_step() const {
    const double push = slope_.z.cwiseAbs().maxCoeff();
    if (push == 0) return std::isfinite(options_.end_time) ? options_.end_time : 1;
    VectorXd decay;
    system_.apply(state_.values.slope.cwiseProduct(slope_.z), decay);
    double h = 0.1 * slope_.lambda.norm() / (rate_ * decay.norm());
    if (map_.network().depth > 1) h = std::min(h, 0.1 / (map_.rate() * push));
    return h;
  }

  // Takes a step of size h from state_ to trial_; returns the error estimate over the tolerance.
  double try_step(double h) {
    const double s = rate_ * gamma_ * h;
    const double stage_tolerance = 0.01 * options_.tolerance;
    trial_ = state_;
    // Stage 1: k1 = f(λ0 + γh·k1), guessed as f(λ0).
    pull_ = {VectorXd::Zero(system_.rows()), VectorXd::Zero(system_.cols())};
    guess_ = gamma_ * h * slope_;
    if (!stage_.solve(trial_, pull_, s, guess_, stage_tolerance)) return infinity;
    const DualVector k1 = (1 / (gamma_ * h)) * pull_;
    // Stage 2: λ1 = λ0 + (1 − γ)h·k1 + γh·k2, guessed with k2 = k1.
    pull_ = (h * (2 * gamma_ - 1)) * k1;
    guess_ = (h * (1 - gamma_)) * k1;
    if (!stage_.solve(trial_, pull_, s, guess_, stage_tolerance)) return infinity;
    next_slope_ = (1 / (gamma_ * h)) * pull_;  // from the stage equation: no error of f is amplified
    dz_ = (h * (1 - gamma_)) * k1.z + pull_.z;
    const ErrorWeights weight;
    guess_.lambda =
        h * (weight.start * slope_.lambda + weight.first * k1.lambda + weight.second * next_slope_.lambda);
    guess_.z = h * (weight.start * slope_.z + weight.first * k1.z + weight.second * next_slope_.z);
    stage_.filter(guess_, error_);
    return problem_.change(trial_.values, error_) / options_.tolerance;
  }

  void accept(double h) {
    segment_.begin_time = time_;
    time_ = options_.end_time - time_ <= h ? options_.end_time : time_ + h;
    segment_.end_time = time_;
    segment_.step = ++result_.steps;
    segment_.begin = state_.point, segment_.end = trial_.point;
    segment_.begin_w = state_.values.w, segment_.end_w = trial_.values.w;
    segment_.begin_residual = problem_.relative_residual(state_);
    segment_.end_residual = problem_.relative_residual(trial_);
    segment_.dz = dz_;
    segment_.begin_slope = slope_.z, segment_.end_slope = next_slope_.z;
    std::swap(state_, trial_);
    std::swap(slope_, next_slope_);
    if (path_) path_->append(time_, state_.lambda, slope_.lambda, segment_.end_residual);
  }

  std::optional<Status> limit_status() const {
    if (std::isfinite(options_.end_time)) return {};
    if (problem_.reachable_residual(state_) <= limit_residual_)
      return isr::limit_status(problem_, state_, limit_residual_);
    if (settled(problem_, state_)) return Status::inconsistent;
    return {};
  }

  FlowResult finish(Status status) {
    result_.status = status;
    result_.flow_time = time_;
    result_.newton_factorizations = stage_.counts().factorizations;
    result_.newton_solves = stage_.counts().solves;
    result_.certificate = certify(problem_, state_);
    result_.w = std::move(state_.values.w);
    result_.lambda = system_.lift(state_.lambda);
    result_.path = path_;
    return std::move(result_);
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();

  const FlowOptions& options_;
  MirrorMap map_;
  NewtonSystem& system_;
  FlowProblem problem_;
  ImplicitStage stage_;
  double rate_;            // 2/n
  double limit_residual_;  // the one asked for, or what the accuracy of X allows
  double time_ = 0;
  FlowState state_, trial_;
  DualVector slope_, next_slope_;  // dλ/dτ at state_ and trial_
  DualVector pull_, guess_;
  VectorXd dz_, error_;  // z(trial_) − z(state_); the error estimate in z
  FlowSegment segment_;
  std::shared_ptr<FlowPath> path_;
  FlowResult result_;
};

}  // namespace

void FlowOptions::validate() const {
  network.validate();
  if (!(end_time >= 0)) throw UsageError("--time must not be negative; got " + std::to_string(end_time));
  if (!(tolerance > 0 && tolerance <= 0.5))
    throw UsageError("--tolerance must satisfy 0 < tolerance <= 0.5; got " + std::to_string(tolerance));
  if (!(limit_residual > 0 && limit_residual < 1))
    throw UsageError("the residual of the limit must lie between 0 and 1; got " +
                     std::to_string(limit_residual));
}

FlowResult gradient_flow(NewtonSystem& system, const VectorXd& y, const FlowOptions& options,
                         const FlowObserver& observer, const Cancelled& cancelled) {
  options.validate();
  // Long steps need Newton systems solved to the end; conjugate gradients in single precision follow the
  // path.
  if (!options.follow_path && std::isinf(options.end_time) && system.factor_cost() > 1)
    return flow_limit(system, y, options, cancelled);
  return Integrator(system, y, options).run(observer, cancelled);
}

}  // namespace isr
