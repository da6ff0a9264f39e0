#include "solver/flow_limit.h"

#include <algorithm>
#include <cmath>

namespace isr {
namespace {

using Eigen::VectorXd;

// The growth beyond which a Newton step is rejected, and that below which the next may be longer.
constexpr double growth_rejected = 100, growth_moderate = 20, growth_small = 8;
constexpr double growth_share = 0.1;  // weights below this share of the largest may grow freely

// Below this residual a step cut short without success asks for a larger μ, not a smaller one.
constexpr double late_residual = 1e-4;

// Growth by rounding errors alone, beyond which λ is too long.
constexpr double growth_noise = 1e-6;

// The homotopy in the start w0: from this share of the size of w, by this factor, once the residual is so
// small.
constexpr double first_level = 0.1, level_ratio = 0.03, level_residual = 0.03;

// The growth beyond which the move that a smaller start takes is shortened. Near the threshold of recovery
// almost as many weights must be held as λ has values, and the whole move may raise one of the others by
// twenty orders of magnitude. A short move leaves w smaller than it was, which the next steps mend.
constexpr double growth_at_new_start = 3;

class LimitSolver {
 public:
  LimitSolver(NewtonSystem& system, const VectorXd& y, const FlowOptions& options)
      : options_(options),
        map_(options.network),
        system_(system),
        problem_(map_, system, y),
        state_(problem_.start()),
        none_(VectorXd::Zero(system.rows())),
        z_none_(VectorXd::Zero(system.cols())) {}

  FlowLimit run(const Cancelled& cancelled) {
    begin();
    Status status = Status::stalled;
    while (result_.factorizations < options_.most_newton) {
      if (cancelled && cancelled()) {
        status = Status::cancelled;
        break;
      }
      if (!at_final_start()) {
        if (residual() <= level_residual || !progressing() || settled(problem_, state_)) lower_init();
        if (at_final_start()) continue;
      } else if (residual() <= options_.limit_residual) {
        status = limit_status(problem_, state_, options_.limit_residual);
        break;
      } else if (settled(problem_, state_)) {
        status = Status::inconsistent;
        break;
      }
      const bool useful = advance() || retreat();
      if (!at_final_start()) {
        if (!useful) lower_init();
      } else if (!useful || !progressing()) {
        break;
      }
    }
    return finish(status);
  }

 private:
  // A small start makes the barrier of a deep network steep. So the limit is found for a larger start first,
  // and followed as the start shrinks to the one asked for: the homotopy of interior-point methods. The limit
  // of a start does not depend on how it is reached.
  void begin() {
    VectorXd correlation;
    system_.adjoint(state_.residual, correlation);
    const double push = correlation.cwiseAbs().maxCoeff();
    if (map_.network().depth > 1 && push > 0) {
      VectorXd image;
      system_.apply(correlation, image);
      // The size of w along Xᵀy that fits best.
      const double size = push * correlation.squaredNorm() / image.squaredNorm();
      if (const double first = first_level * size; first > options_.network.init) {
        Parametrization network = options_.network;
        network.init = first;
        map_ = MirrorMap(network);
        state_ = problem_.start();
      }
    }
    s_ = push > 0 ? 1 / (map_.rate() * push) : 1;  // the step in which the fastest weight leaves its start
  }

  // The start becomes w0' < w0 while w stays, as far as the domain allows: λ is rescaled so that every q
  // stays, then moved by the weighted least-squares solution of  Xᵀdλ = what keeps w  (weights D).
  void lower_init() {
    Parametrization network = map_.network();
    const double before = network.init;
    network.init = std::max(options_.network.init, level_ratio * before);
    if (network.init < 3 * options_.network.init) network.init = options_.network.init;
    const MirrorMap lower(network);
    VectorXd target(system_.cols());
    if (network.depth == 2) {
      // u² = w0·exp(4z): z = log(w0/w0')/4 more.
      const double shift = std::log(before / network.init) / 4;
      for (Eigen::Index j = 0; j < target.size(); ++j)
        target[j] = state_.point.plus[j] > 0 || map_.network().model == Model::nonnegative ? shift : -shift;
    } else {
      // q ∝ u^(2−N)/w0^((2−N)/N): smaller by this factor at the same u.
      const double factor = std::pow(network.init / before, (network.depth - 2.0) / network.depth);
      const bool is_signed = network.model == Model::signed_model;
      for (Eigen::Index j = 0; j < target.size(); ++j) {
        const double plus = state_.point.plus[j];
        const bool down = is_signed && state_.point.minus[j] < plus;
        const double q = down ? state_.point.minus[j] : plus;
        target[j] = q < 1 ? (down ? -1 : 1) * (1 - factor) / lower.rate() * q : 0;
      }
      state_.lambda *= map_.rate() / lower.rate();
    }
    VectorXd pull, z_pull;
    system_.factor(state_.values.slope, s_);
    ++result_.factorizations;
    system_.apply(state_.values.slope.cwiseProduct(target), pull);
    pull *= -s_;
    system_.adjoint(pull, z_pull);
    system_.solve({pull, z_pull, state_.residual, 0}, 0.1, d_, dz_);

    map_ = lower;
    best_residual_ = std::numeric_limits<double>::infinity();
    best_at_ = result_.factorizations;
    retreats_ = 0;
    map_.evaluate(state_.point, state_.values);
    const double growth = map_.growth(state_.point, state_.values, dz_, growth_share);
    move(std::min({1.0, 0.9 * map_.largest_step(state_.point, dz_), growth_at_new_start / growth}));
  }

  // Along d, by a shorter step where this one leaves the range of numbers.
  void move(double step) {
    constexpr double least = 1e-6;
    kept_ = state_;
    problem_.advance(state_, d_, dz_, step);
    while (!std::isfinite(residual())) {
      step = step > least ? step / 4 : 0;
      state_ = kept_;
      problem_.advance(state_, d_, dz_, step);
      if (step == 0) return;
    }
  }

  double residual() const { return problem_.reachable_residual(state_); }
  bool at_final_start() const { return map_.network().init <= options_.network.init; }

  // The growth that the rounding errors of dz = Xᵀd, about eps·‖X_j‖‖d‖, make.
  double rounding_growth() {
    rounding_ = (4 * system_.accuracy() * d_.norm()) * problem_.system().squared_column_norms().cwiseSqrt();
    return map_.growth(state_.point, state_.values, rounding_, growth_share);
  }

  // After a step that rounding made useless: shorter ones, a few times.
  bool retreat() {
    constexpr int most_retreats = 6;
    s_ /= 100;
    return ++retreats_ <= most_retreats;
  }

  // Has the residual fallen by a hundredth within the last factorizations?
  bool progressing() {
    const int patience = at_final_start() ? 30 : 8;
    if (residual() < 0.99 * best_residual_) {
      best_residual_ = residual();
      best_at_ = result_.factorizations;
      if (at_final_start()) best_ = state_;
    }
    return result_.factorizations - best_at_ <= patience;
  }

  // One factorization and the steps that it is good for. False: no progress is possible.
  bool advance() {
    const int most_chords = system_.factor_cost() > 1 ? 5 : 1;
    constexpr double worthwhile =
        0.8;  // a further step with the same factor should reduce the residual so far
    system_.factor(state_.values.slope, s_);
    ++result_.factorizations;
    double growth = 0;
    const double first = residual();
    for (int chord = 0; chord < most_chords; ++chord) {
      const double before = residual();
      system_.solve({none_, z_none_, state_.residual, s_}, 0.1, d_, dz_);  // d = −(μI + X D Xᵀ)⁻¹ ∇F, μ = 1/s

      if (const double noise = rounding_growth(); noise > growth_noise) {
        // No w of the model fits, and λ runs to infinity: as far as rounding lets it.
        s_ *= 0.1 * growth_noise / noise;
        longest_ = s_;
        if (chord == 0) return s_ > 0;
        break;
      }
      growth = map_.growth(state_.point, state_.values, dz_, growth_share);
      if (growth > growth_rejected) {
        if (chord == 0) s_ /= std::min(growth, 100.0);
        return s_ > 0;
      }
      const double slope = chord == 0 ? -d_.squaredNorm() / s_ - dz_.cwiseAbs2().dot(state_.values.slope)
                                      : state_.residual.dot(d_);
      if (!(slope < 0)) return chord > 0;
      const double step = line_search(map_, state_.point, state_.values.w, dz_, 1, slope, 0, space_);
      if (step == 0) return chord > 0;
      step_ = step;
      move(step);
      ++result_.steps;
      if (residual() <= options_.limit_residual || residual() > worthwhile * before || step < 0.9 ||
          growth > 0.3)
        break;
    }
    if (step_ < 0.5 && residual() < late_residual && residual() > 0.9 * first) {
      s_ *= 0.1;
    } else if (growth < growth_small) {
      s_ = std::min(s_ * 10, longest_);
    } else if (growth < growth_moderate) {
      s_ = std::min(s_ * 3, longest_);
    }
    return true;
  }

  FlowLimit finish(Status status) {
    result_.status = status;
    // Where rounded measurements lie just outside of what the model can fit, λ runs away and the residual
    // goes up and down.
    if (status == Status::stalled && best_.lambda.size() > 0 && !(residual() <= best_residual_))
      state_ = std::move(best_);
    result_.state = std::move(state_);
    return std::move(result_);
  }

  const FlowOptions& options_;
  MirrorMap map_;
  NewtonSystem& system_;
  FlowProblem problem_;
  FlowState state_, kept_, best_;   // best_: of least residual, at the start asked for
  double s_ = 0, longest_ = 1e200;  // 1/μ, and its bound
  double best_residual_ = std::numeric_limits<double>::infinity();
  double step_ = 1;  // the last one
  int best_at_ = 0, retreats_ = 0;
  const VectorXd none_, z_none_;
  VectorXd d_, dz_, rounding_;
  LineSearchSpace space_;
  FlowLimit result_;
};

}  // namespace

double stationarity(const FlowProblem& problem, const FlowState& state) {
  constexpr double residual_weight = 1e-4;
  const VectorXd& gradient = problem.gradient(state);
  const VectorXd& norms = problem.system().squared_column_norms();
  const Parametrization& network = problem.map().network();
  const bool both_ways = network.model == Model::signed_model || network.depth == 1;
  const double size = state.values.w.cwiseAbs().maxCoeff(), residual = state.residual.norm();
  double largest = 0;
  for (Eigen::Index j = 0; j < gradient.size(); ++j) {
    if (norms[j] == 0) continue;
    const double norm = std::sqrt(norms[j]);
    // A nonnegative weight may be held at 0 by a gradient that would push it below.
    double share = 1;
    if (!both_ways && gradient[j] > 0) {
      const double of_weights = state.values.w[j] / std::max(size, problem.scale() / norm);
      const double of_residual = residual_weight * state.values.w[j] * norm / residual;
      share = std::min(1.0, std::max(of_weights, of_residual));
    }
    largest = std::max(largest, std::abs(gradient[j]) * share / norm);
  }
  return residual > 0 ? largest / residual : 0;
}

Status limit_status(const FlowProblem& problem, const FlowState& state, double limit_residual) {
  return problem.relative_residual(state) <= 2 * limit_residual ? Status::limit_reached
                                                                : Status::inconsistent;
}

bool settled(const FlowProblem& problem, const FlowState& state) {
  constexpr double negligible = 1e-7;
  return stationarity(problem, state) <= std::max(negligible, 100 * problem.system().accuracy());
}

Certificate certify(const FlowProblem& problem, const FlowState& state) {
  Certificate certificate;
  certificate.residual = problem.relative_residual(state);
  // Of the whole residual, the part that no w reaches included.
  const double reachable = problem.reachable_residual(state);
  certificate.stationarity =
      reachable > 0 ? stationarity(problem, state) * reachable / certificate.residual : 0;
  VectorXd z, again;
  problem.system().adjoint(state.lambda, z);
  problem.map().weights(problem.map().point(z), again);
  const double size = state.values.w.norm();
  const double mismatch = (again - state.values.w).norm() / (size > 0 ? size : 1);
  certificate.map_mismatch = std::isfinite(mismatch) ? mismatch : std::numeric_limits<double>::infinity();
  return certificate;
}

FlowLimit flow_limit(NewtonSystem& system, const VectorXd& y, const FlowOptions& options,
                     const Cancelled& cancelled) {
  return LimitSolver(system, y, options).run(cancelled);
}

}  // namespace isr
