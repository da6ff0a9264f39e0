#include "solver/newton_flow.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "solver/flow_limit.h"

namespace isr {
namespace {

using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double longest_step = 1e100;
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

// to = factor·from
void set(DualVector& to, double factor, const DualVector& from) {
  to.lambda = factor * from.lambda;
  to.z = factor * from.z;
}

// Cubic Hermite weights of (value at 1 − value at 0), slope at 0 and slope at 1, for x in [0, 1].
struct Hermite {
  double difference, slope0, slope1;
  explicit Hermite(double x)
      : difference(x * x * (3 - 2 * x)), slope0(x * (1 - x) * (1 - x)), slope1(x * x * (x - 1)) {}
};

// What a step has between its ends.
struct Between {
  const MirrorMap& map;
  const MirrorMap::Point& begin;
  const VectorXd &dz, &slope0, &slope1;  // z(end) − z(begin), and dz/dτ at both
  double begin_time, end_time;

  MirrorMap::Point at(double time) const {
    const double h = end_time - begin_time, x = (time - begin_time) / h;
    const Hermite weight(x);
    const VectorXd shift =
        weight.difference * dz + (h * weight.slope0) * slope0 + (h * weight.slope1) * slope1;
    MirrorMap::Point point;
    map.move(begin, shift, 1, point);
    if (!map.inside(point)) map.move(begin, dz, x, point);  // the domain is convex
    return point;
  }
};

class NewtonStep final : public PathStep {
 public:
  NewtonStep(const Between& step, MirrorMap::Point end)
      : map_(step.map),
        begin_(step.begin),
        end_(std::move(end)),
        dz_(step.dz),
        slope0_(step.slope0),
        slope1_(step.slope1),
        begin_time_(step.begin_time),
        end_time_(step.end_time) {}

  void w_at(double time, Eigen::MatrixXd& w) const override {
    VectorXd column;
    if (!(time < end_time_))
      map_.weights(end_, column);
    else if (!(time > begin_time_))
      map_.weights(begin_, column);
    else
      map_.weights(Between{map_, begin_, dz_, slope0_, slope1_, begin_time_, end_time_}.at(time), column);
    w = column;
  }

 private:
  const MirrorMap map_;
  const MirrorMap::Point begin_, end_;
  const VectorXd dz_, slope0_, slope1_;
  const double begin_time_, end_time_;
};

}  // namespace

NewtonFlow::NewtonFlow(std::unique_ptr<NewtonSystem> system, const VectorXd& y, const FlowOptions& options,
                       Cancelled cancelled)
    : options_((options.validate(), options)),
      cancelled_(std::move(cancelled)),
      map_(options.network),
      system_(std::move(system)),
      y_((check_measurements(y.size(), system_->measurements()), y)),
      problem_(map_, *system_, y_),
      stage_(problem_, *system_),
      rate_(2 / static_cast<double>(y.size())),
      limit_residual_(std::max(options.limit_residual, 10 * system_->accuracy())),
      state_(problem_.start()),
      begin_(state_) {
  slope_.lambda = -rate_ * state_.residual;
  system_->adjoint(slope_.lambda, slope_.z);
}

bool NewtonFlow::advance() {
  if (next_step_ == 0) next_step_ = first_step();
  while (!has_ended()) {
    if (std::isfinite(options_.end_time) && problem_.reachable_residual(state_) <= limit_residual_) {
      rest();
      return true;
    }
    const double left = options_.end_time - time_, h = next_step_;
    const double used = h >= left ? left : std::min(h, left / 2 < h ? left / 2 : h);
    const double error = try_step(used);
    const double factor = std::isfinite(error) ? 0.9 * std::pow(std::max(error, 1e-9), -1.0 / 3) : 0.25;
    if (error <= 1) {
      accept(used);
      // A small change is not worth a new factorization, but to many steps.
      constexpr int many = 8;
      if (used == h && (factor <= 0.95 || factor >= 1.2 || ++steps_alike_ >= many)) {
        const double most = rejected_in_turn_ > 0 ? 1 : 8;  // what was too long for this is for the next too
        next_step_ = std::min(used * std::clamp(factor, 0.2, most), longest_step);
        steps_alike_ = 0;
      }
      rejected_in_turn_ = 0;
      return true;
    }
    ++rejected_;
    next_step_ = used * std::clamp(factor, 0.1, ++rejected_in_turn_ > 1 ? 0.5 : 0.8);
    if (!(time_ + next_step_ > time_)) return end(Status::stalled);
  }
  return false;
}

bool NewtonFlow::end(Status status) {
  status_ = status;
  ended_ = true;
  return false;
}

// The limit is reached before the time: w stays until then.
void NewtonFlow::rest() {
  begin_ = state_;
  set(slope_, 0, slope_);
  set(begin_slope_, 0, slope_);
  dz_.setZero(system_->cols());
  begin_time_ = time_;
  time_ = options_.end_time;
  ++steps_;
  at_rest_ = true;
}

// Is there a reason not to take another step?
bool NewtonFlow::has_ended() {
  if (ended_) return true;
  const double reachable = problem_.reachable_residual(state_);
  const bool to_limit = std::isinf(options_.end_time);
  // NOLINTNEXTLINE(bugprone-branch-clone): what is asked first matters.
  if (!std::isfinite(reachable)) {
    end(Status::stalled);
  } else if (time_ >= options_.end_time) {
    end(at_rest_ ? limit_status(problem_, state_, limit_residual_) : Status::finished);
  } else if (to_limit && reachable <= limit_residual_) {
    end(limit_status(problem_, state_, limit_residual_));
  } else if (to_limit && settled(problem_, state_)) {
    end(Status::inconsistent);
  } else if (cancelled_ && cancelled_()) {
    end(Status::cancelled);
  } else if (steps_ >= options_.most_steps || factorizations() >= options_.most_newton) {
    end(Status::stalled);
  }
  return ended_;
}

void NewtonFlow::finish() {
  // Long steps need Newton systems solved to the end; conjugate gradients in single precision follow the
  // path.
  if (steps_ > 0 || std::isfinite(options_.end_time) || system_->factor_cost() <= 1) return Path::finish();
  FlowLimit limit = flow_limit(*system_, y_, options_, cancelled_);
  steps_ = limit.steps;
  factorizations_ = limit.factorizations;
  state_ = begin_ = std::move(limit.state);
  if (limit.status == Status::limit_reached || limit.status == Status::inconsistent)
    begin_time_ = time_ = infinity;
  end(limit.status);
}

// The time in which the fastest weight leaves its start, or the stiffest direction decays by a tenth.
double NewtonFlow::first_step() const {
  const double push = slope_.z.cwiseAbs().maxCoeff();
  if (push == 0) return std::isfinite(options_.end_time) ? options_.end_time : 1;
  VectorXd decay;
  system_->apply(state_.values.slope.cwiseProduct(slope_.z), decay);
  double h = 0.1 * slope_.lambda.norm() / (rate_ * decay.norm());
  if (map_.network().depth > 1) h = std::min(h, 0.1 / (map_.rate() * push));
  return h;
}

// Takes a step of size h from state_ to trial_; returns the error estimate over the tolerance.
double NewtonFlow::try_step(double h) {
  const double s = rate_ * gamma_ * h;
  const double stage_tolerance = 0.01 * options_.tolerance;
  trial_ = state_;
  // Stage 1: k1 = f(λ0 + γh·k1), guessed as f(λ0).
  set(pull_, 0, slope_);
  set(guess_, gamma_ * h, slope_);
  if (!stage_.solve(trial_, pull_, s, guess_, stage_tolerance)) return infinity;
  set(k1_, 1 / (gamma_ * h), pull_);
  // Stage 2: λ1 = λ0 + (1 − γ)h·k1 + γh·k2, guessed with k2 = k1_.
  set(pull_, h * (2 * gamma_ - 1), k1_);
  set(guess_, h * (1 - gamma_), k1_);
  if (!stage_.solve(trial_, pull_, s, guess_, stage_tolerance)) return infinity;
  // The flow never raises the residual: rounding does, where λ runs away since no w fits.
  const double before = problem_.reachable_residual(state_), after = problem_.reachable_residual(trial_);
  if (!(after <= (1 + options_.tolerance) * before)) return infinity;
  set(trial_slope_, 1 / (gamma_ * h), pull_);  // from the stage equation: no error of f is amplified
  dz_ = (h * (1 - gamma_)) * k1_.z + pull_.z;
  const ErrorWeights weight;
  guess_.lambda =
      h * (weight.start * slope_.lambda + weight.first * k1_.lambda + weight.second * trial_slope_.lambda);
  guess_.z = h * (weight.start * slope_.z + weight.first * k1_.z + weight.second * trial_slope_.z);
  stage_.filter(guess_, error_);
  return problem_.change(trial_.values, error_) / options_.tolerance;
}

void NewtonFlow::accept(double h) {
  begin_time_ = time_;
  time_ = options_.end_time - time_ <= h ? options_.end_time : time_ + h;
  ++steps_;
  std::swap(begin_, state_), std::swap(state_, trial_);
  std::swap(begin_slope_, slope_), std::swap(slope_, trial_slope_);
}

MirrorMap::Point NewtonFlow::point_at(double time) const {
  if (!(time < time_)) return state_.point;
  if (!(time > begin_time_)) return begin_.point;
  return Between{map_, begin_.point, dz_, begin_slope_.z, slope_.z, begin_time_, time_}.at(time);
}

std::shared_ptr<const PathStep> NewtonFlow::kept_step() const {
  const Between step{map_, begin_.point, dz_, begin_slope_.z, slope_.z, begin_time_, time_};
  return std::make_shared<NewtonStep>(step, state_.point);
}

void NewtonFlow::w_at(double time, Eigen::MatrixXd& w) const {
  VectorXd column;
  map_.weights(point_at(time), column);
  w = column;
}

double NewtonFlow::residual_at(double time) const {
  if (!(time < time_)) return problem_.relative_residual(state_);
  FlowState between;
  map_.weights(point_at(time), between.values.w);
  problem_.set_residual(between);
  return problem_.relative_residual(between);
}

std::optional<Certificate> NewtonFlow::certificate() const {
  return certify(problem_, state_);
}

void FlowOptions::validate() const {
  network.validate();
  if (!(end_time >= 0)) throw UsageError("time must not be negative; got " + std::to_string(end_time));
  if (!(tolerance > 0 && tolerance <= 0.5))
    throw UsageError("tolerance must satisfy 0 < tolerance <= 0.5; got " + std::to_string(tolerance));
  if (!(limit_residual > 0 && limit_residual < 1))
    throw UsageError("the residual of the limit must lie between 0 and 1; got " +
                     std::to_string(limit_residual));
}

}  // namespace isr
