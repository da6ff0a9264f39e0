#include "solver/flow_limit.h"

#include <algorithm>
#include <cmath>

namespace isr {
namespace {

using Eigen::VectorXd;

// The growth beyond which a Newton step is rejected, and that below which the next may be longer.
constexpr double growth_rejected = 2, growth_moderate = 1, growth_small = 0.5;
constexpr double growth_share = 0.01;  // weights below this share of the largest may grow freely

class LimitSolver {
 public:
  LimitSolver(NewtonSystem& system, const VectorXd& y, const FlowOptions& options)
      : options_(options),
        map_(options.network),
        system_(system),
        problem_(map_, system, y),
        state_(problem_.start()) {}

  FlowResult run(const Cancelled& cancelled) {
    system_.adjoint(state_.residual, correlation_);
    const double push = correlation_.cwiseAbs().maxCoeff();
    // The size of an implicit step in which the fastest weight leaves its start.
    s_ = push > 0 ? 1 / (std::max(map_.rate(), map_.network().depth == 1 ? 1.0 : 0.0) * push) : 1;
    Status status = Status::stalled;
    while (result_.newton_factorizations < options_.most_newton) {
      if (cancelled && cancelled()) {
        status = Status::cancelled;
        break;
      }
      if (residual() <= options_.limit_residual) {
        status = Status::limit_reached;
        break;
      }
      if (!advance()) break;
    }
    return finish(status);
  }

 private:
  double residual() const { return problem_.relative_residual(state_); }

  // One factorization and the steps that it is good for. False: no progress is possible.
  bool advance() {
    constexpr int most_chords = 5;
    constexpr double worthwhile =
        0.8;  // a further step with the same factor should reduce the residual so far
    system_.factor(state_.values.slope, s_);
    ++result_.newton_factorizations;
    double growth = 0;
    for (int chord = 0; chord < most_chords; ++chord) {
      const double before = residual();
      system_.solve(state_.residual, 0.1, d_, dz_);  // d = −(μI + X D Xᵀ)⁻¹ ∇F, μ = 1/s
      ++result_.newton_solves;
      d_ *= -s_, dz_ *= -s_;
      growth = map_.growth(state_.point, state_.values, dz_, growth_share);
      if (growth > growth_rejected) {
        if (chord == 0) s_ /= std::min(growth, 100.0);
        return s_ > 0;
      }
      const double slope = state_.residual.dot(d_);
      if (!(slope < 0)) return chord > 0;
      const double step = line_search(map_, state_.point, state_.values.w, dz_, 1, slope, 0);
      if (step == 0) return chord > 0;
      problem_.advance(state_, d_, dz_, step);
      ++result_.steps;
      if (residual() <= options_.limit_residual || residual() > worthwhile * before || step < 0.9 ||
          growth > 0.3)
        break;
    }
    if (growth < growth_small) {
      s_ = std::min(s_ * 10, 1e200);
    } else if (growth < growth_moderate) {
      s_ *= 3;
    }
    return true;
  }

  FlowResult finish(Status status) {
    result_.status = status;
    result_.flow_time = status == Status::limit_reached || status == Status::inconsistent
                            ? std::numeric_limits<double>::infinity()
                            : 0;
    result_.certificate = certify(problem_, state_);
    result_.w = std::move(state_.values.w);
    result_.lambda = std::move(state_.lambda);
    return std::move(result_);
  }

  const FlowOptions& options_;
  MirrorMap map_;
  NewtonSystem& system_;
  FlowProblem problem_;
  FlowState state_;
  double s_ = 0;
  VectorXd d_, dz_, correlation_;
  FlowResult result_;
};

}  // namespace

double flow_drift(const FlowProblem& problem, const FlowState& state, const VectorXd& z_slope, double time) {
  const VectorXd dz = time * z_slope;
  const MirrorValues& values = state.values;
  const double scale = values.magnitude.norm();
  const double change = values.slope.cwiseProduct(dz).norm();
  return std::max(problem.map().growth(state.point, values, dz, 0), scale > 0 ? change / scale : change);
}

FlowCertificate certify(const FlowProblem& problem, const FlowState& state) {
  FlowCertificate certificate;
  VectorXd image, z, again;
  problem.system().apply(state.values.w, image);
  const double scale = problem.y().norm();
  certificate.residual = (image - problem.y()).norm() / (scale > 0 ? scale : 1);
  problem.system().adjoint(state.lambda, z);
  problem.map().weights(problem.map().point(z), again);
  const double size = state.values.w.norm();
  certificate.map_mismatch = (again - state.values.w).norm() / (size > 0 ? size : 1);
  return certificate;
}

FlowResult flow_limit(NewtonSystem& system, const VectorXd& y, const FlowOptions& options,
                      const Cancelled& cancelled) {
  return LimitSolver(system, y, options).run(cancelled);
}

}  // namespace isr
