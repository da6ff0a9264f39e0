#include "solver/implicit_stage.h"

#include <algorithm>
#include <cmath>

namespace isr {

FlowProblem::FlowProblem(const MirrorMap& map, const NewtonSystem& system, const Eigen::VectorXd& y)
    : map_(map), system_(system), y_(y), y_norm_(y.norm()) {}

FlowState FlowProblem::start() const {
  FlowState state;
  state.lambda = Eigen::VectorXd::Zero(system_.rows());
  state.point = map_.start(system_.cols());
  map_.evaluate(state.point, state.values);
  system_.apply(state.values.w, state.residual);
  state.residual -= y_;
  return state;
}

void FlowProblem::advance(FlowState& state, const Eigen::VectorXd& d, const Eigen::VectorXd& dz,
                          double step) const {
  state.lambda += step * d;
  map_.move(state.point, dz, step, state.point);
  map_.evaluate(state.point, state.values);
  system_.apply(state.values.w, state.residual);
  state.residual -= y_;
}

double FlowProblem::potential(const FlowState& state) const {
  return map_.potential(state.point) - y_.dot(state.lambda);
}

double FlowProblem::relative_residual(const FlowState& state) const {
  return state.residual.norm() / (y_norm_ > 0 ? y_norm_ : 1);
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
                   const Eigen::VectorXd& dz, double s, double slope, double curvature) {
  constexpr double to_boundary = 0.99, accepted = 0.1;
  MirrorMap::Point trial;
  Eigen::VectorXd trial_w;
  const auto phi_slope = [&](double a) {
    map.move(point, dz, a, trial);
    map.weights(trial, trial_w);
    const double value = slope + a * curvature + s * (trial_w - w).dot(dz);
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

void ImplicitStage::move(FlowState& state, Eigen::VectorXd& pull, const Eigen::VectorXd& d,
                         const Eigen::VectorXd& dz, double step, Eigen::VectorXd& dz_sum) const {
  problem_.advance(state, d, dz, step);
  pull += step * d;
  dz_sum += step * dz;
}

bool ImplicitStage::solve(FlowState& state, Eigen::VectorXd& pull, double s, const Eigen::VectorXd& guess,
                          const Eigen::VectorXd& guess_dz, double tolerance, Eigen::VectorXd& dz_sum) {
  constexpr int most_iterations = 100;
  constexpr double good_contraction = 0.3, inexact = 0.05;
  const auto search = [&](const Eigen::VectorXd& d, const Eigen::VectorXd& dz, double slope) {
    return line_search(problem_.map(), state.point, state.values.w, dz, s, slope, d.squaredNorm());
  };
  gradient_ = pull + s * state.residual;
  if (guess.size() > 0) {
    if (const double slope = gradient_.dot(guess); slope < 0) {
      move(state, pull, guess, guess_dz, search(guess, guess_dz, slope), dz_sum);
      gradient_ = pull + s * state.residual;
    }
  }
  bool fresh = false;
  bool renew = !(factored_s_ > 0.6 * s && factored_s_ < 1.6 * s);
  double previous = 0;  // relative change made by the step before, 0: none
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    if (renew) {
      system_.factor(state.values.slope, s);
      factored_s_ = s;
      ++counts_.factorizations;
      renew = false, fresh = true;
    }
    system_.solve(gradient_, inexact, d_, dz_);
    ++counts_.solves;
    d_ = -d_, dz_ = -dz_;
    const double size = problem_.change(state.values, dz_);
    const double slope = gradient_.dot(d_);
    if (!(slope < 0)) {
      if (fresh) return size <= std::sqrt(tolerance);
      renew = true;
      continue;
    }
    const double step = search(d_, dz_, slope);
    if (step == 0) {
      if (fresh) return size <= std::sqrt(tolerance);
      renew = true;
      continue;
    }
    move(state, pull, d_, dz_, step, dz_sum);
    gradient_ = pull + s * state.residual;
    const double contraction = previous > 0 ? size / previous : 1;
    if (step == 1) {
      // What is left: the square of a fresh Newton step; contraction times the step otherwise.
      const double left = fresh && system_.factor_cost() > 1 ? size * std::min(1.0, 4 * size)
                                                             : size * std::min(1.0, contraction);
      if (left <= tolerance) return true;
    }
    renew = step < 1 || (previous > 0 && contraction > good_contraction) || system_.factor_cost() <= 1;
    fresh = false;
    previous = size;
  }
  return false;
}

void ImplicitStage::filter(const Eigen::VectorXd& e, Eigen::VectorXd& dz) {
  system_.solve(e, 0.1, d_, dz);
  ++counts_.solves;
}

}  // namespace isr
