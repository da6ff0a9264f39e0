#include "solver/implicit_stage.h"

#include <algorithm>
#include <cmath>

namespace isr {

FlowProblem::FlowProblem(const MirrorMap& map, const NewtonSystem& system, const Eigen::VectorXd& y)
    : map_(map),
      system_(system),
      y_(system.project(y)),
      outside_((y - system.lift(y_)).norm()),
      scale_(y.norm() > 0 ? y.norm() : 1) {}

FlowState FlowProblem::start() const {
  FlowState state;
  state.lambda = Eigen::VectorXd::Zero(system_.rows());
  state.point = map_.start(system_.cols());
  map_.evaluate(state.point, state.values);
  set_residual(state);
  return state;
}

void FlowProblem::advance(FlowState& state, const Eigen::VectorXd& d, const Eigen::VectorXd& dz,
                          double step) const {
  state.lambda += step * d;
  map_.move(state.point, dz, step, state.point);
  map_.evaluate(state.point, state.values);
  set_residual(state);
}

void FlowProblem::set_residual(FlowState& state) const {
  system_.apply(state.values.w, state.residual);
  state.residual -= y_;
}

const Eigen::VectorXd& FlowProblem::gradient(const FlowState& state) const {
  system_.adjoint(state.residual, gradient_);
  return gradient_;
}

double FlowProblem::potential(const FlowState& state) const {
  return map_.potential(state.point) - y_.dot(state.lambda);
}

double FlowProblem::relative_residual(const FlowState& state) const {
  return std::hypot(state.residual.norm(), outside_) / scale_;
}

double FlowProblem::change(const MirrorValues& values, const Eigen::VectorXd& dz) const {
  constexpr double elementwise_weight = 0.1;
  double squares = 0, relative_squares = 0, magnitudes = 0;
  for (Eigen::Index j = 0; j < dz.size(); ++j) {
    const double change = values.slope[j] * dz[j], magnitude = values.magnitude[j];
    squares += change * change;
    magnitudes += magnitude * magnitude;
    if (magnitude > 0) relative_squares += (change / magnitude) * (change / magnitude);
  }
  const double whole = magnitudes > 0 ? std::sqrt(squares / magnitudes) : std::sqrt(squares);
  if (map_.network().depth == 1) return whole;
  return std::max(whole, elementwise_weight * std::sqrt(relative_squares / static_cast<double>(dz.size())));
}

double line_search(const MirrorMap& map, const MirrorMap::Point& point, const Eigen::VectorXd& w,
                   const Eigen::VectorXd& dz, double s, double slope, double curvature,
                   LineSearchSpace& space) {
  constexpr double to_boundary = 0.99, accepted = 0.1;
  const auto phi_slope = [&](double a) {
    map.move(point, dz, a, space.point);
    map.weights(space.point, space.w);
    const double value = slope + a * curvature + s * (space.w - w).dot(dz);
    return std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  };
  // The slope increases with a: bracket its zero between low (slope < 0) and high (slope > 0).
  double low = 0, low_slope = slope, a = std::min(1.0, to_boundary * map.largest_step(point, dz));
  double high = 0, high_slope = 0;
  for (int iteration = 0; iteration < 200; ++iteration) {
    const double value = phi_slope(a);
    if (value <= 0 && high == 0) return a;
    if (std::abs(value) <= accepted * -slope) return a;
    if (value > 0) {
      high = a, high_slope = value;
    } else {
      low = a, low_slope = value;
    }
    // The secant where both ends are usable, kept off the ends; else the middle, by ratio when far apart.
    if (std::isfinite(high_slope) && high_slope < 1e3 * -slope && iteration % 4 != 3) {
      const double secant = low - low_slope * (high - low) / (high_slope - low_slope);
      a = std::clamp(secant, low + 0.05 * (high - low), high - 0.05 * (high - low));
    } else {
      a = low > 0 && high > 4 * low ? std::sqrt(low * high) : low + (low > 0 ? 0.5 : 0.1) * (high - low);
    }
    if (!(a > low && a < high)) break;
  }
  return low;
}

ImplicitStage::ImplicitStage(const FlowProblem& problem, NewtonSystem& system)
    : problem_(problem), system_(system) {}

bool ImplicitStage::solve(FlowState& state, DualVector& pull, double s, const DualVector& guess,
                          double tolerance) {
  constexpr int most_iterations = 100;
  constexpr double good_contraction = 0.3, inexact = 0.05;
  // The step along a direction, by exact line search on ½‖λ − c‖² + s·F(λ), whose slope there is given.
  const auto move = [&](const DualVector& direction, double slope) {
    const double step = line_search(problem_.map(), state.point, state.values.w, direction.z, s, slope,
                                    direction.lambda.squaredNorm(), space_);
    if (step == 0) return step;
    problem_.advance(state, direction.lambda, direction.z, step);
    pull.lambda += step * direction.lambda;
    pull.z += step * direction.z;
    return step;
  };
  if (const double slope = (pull.lambda + s * state.residual).dot(guess.lambda); slope < 0)
    move(guess, slope);

  const bool exact = system_.factor_cost() > 1;
  // Steps that no longer shrink have met the accuracy of X; what they still change must not matter.
  constexpr int usual_iterations = 12;
  const double negligible = exact ? std::sqrt(tolerance) : 50 * tolerance;
  bool fresh = false;
  bool renew = !exact || !(factored_s_ > 0.6 * s && factored_s_ < 1.6 * s);
  double previous = 0;  // relative change made by the step before, 0: none
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    if (renew) {
      system_.factor(state.values.slope, s);
      factored_s_ = s;
      ++counts_.factorizations;
      renew = false, fresh = true;
    }
    system_.solve({pull.lambda, pull.z, state.residual, s}, inexact, direction_.lambda, direction_.z);
    ++counts_.solves;
    const double size = problem_.change(state.values, direction_.z);
    // φ'(0) = −dᵀM d of a Newton step, free of the cancellation in the gradient; a chord step has the latter.
    const double slope =
        fresh ? -direction_.lambda.squaredNorm() - s * direction_.z.cwiseAbs2().dot(state.values.slope)
              : (pull.lambda + s * state.residual).dot(direction_.lambda);
    const double step = slope < 0 ? move(direction_, slope) : 0;
    if (step == 0) {
      if (fresh) return size <= negligible;
      renew = true;
      continue;
    }
    if (step == 1) {
      // What is left: the square of a fresh Newton step and what its matrix was off; contraction times the
      // step otherwise.
      const double contraction = previous > 0 ? std::min(1.0, size / previous) : exact ? 1 : 4 * inexact;
      const double left =
          size * (fresh && exact ? std::min(1.0, std::max(4 * size, system_.inexactness())) : contraction);
      if (left <= tolerance || (!exact && iteration > usual_iterations && left <= negligible)) return true;
    }
    renew = !exact || step < 1 || (previous > 0 && size > good_contraction * previous);
    fresh = false;
    previous = size;
  }
  return false;
}

void ImplicitStage::filter(const DualVector& e, Eigen::VectorXd& z) {
  none_.setZero(e.lambda.size());
  system_.solve({e.lambda, e.z, none_, 0}, 0.1, direction_.lambda, z);
  z = -z;
  ++counts_.solves;
}

}  // namespace isr
