// One implicit stage of the gradient flow: a strongly convex problem in λ, solved by damped Newton steps.
#pragma once

#include <Eigen/Core>

#include "solver/mirror_map.h"
#include "solver/newton_system.h"

namespace isr {

// A point of the flow. All four belong together.
struct FlowState {
  Eigen::VectorXd lambda;    // in the coordinates of the system
  MirrorMap::Point point;    // of z = Xᵀλ
  MirrorValues values;       // w, D and the magnitudes there
  Eigen::VectorXd residual;  // Xw − y, its reachable part
};

// F(λ) = Σ_j [ψ*(z_j) + ψ*(−z_j)] − yᵀλ with z = Xᵀλ (nonnegative: the first term alone): the convex function
// whose gradient flow, slowed by 2/n, is the flow of λ. ∇F = Xw − y; Hessian X D Xᵀ.
class FlowProblem {
 public:
  FlowProblem(const MirrorMap& map, const NewtonSystem& system, const Eigen::VectorXd& y);

  FlowState start() const;  // λ = 0

  // state ← λ + step·d, dz = Xᵀd.
  void advance(FlowState& state, const Eigen::VectorXd& d, const Eigen::VectorXd& dz, double step) const;

  // The residual that belongs to state.values.w.
  void set_residual(FlowState& state) const;

  // Xᵀ(Xw − y); valid until the next call.
  const Eigen::VectorXd& gradient(const FlowState& state) const;

  // F at this point.
  double potential(const FlowState& state) const;

  // ‖Xw − y‖/‖y‖ (‖Xw‖ when y = 0), and the same without the part of y that lies outside range(X).
  double relative_residual(const FlowState& state) const;
  double reachable_residual(const FlowState& state) const { return state.residual.norm() / scale_; }

  // The relative size of the change of w that dz makes: the larger of ‖D dz‖/‖m‖ and a tenth of the root mean
  // square of D dz/m, m the magnitudes. The second part keeps weights that are still tiny, and will grow,
  // exact.
  double change(const MirrorValues& values, const Eigen::VectorXd& dz) const;

  const MirrorMap& map() const { return map_; }
  const NewtonSystem& system() const { return system_; }
  double scale() const { return scale_; }  // ‖y‖, or 1 when y = 0

 private:
  const MirrorMap& map_;
  const NewtonSystem& system_;
  Eigen::VectorXd y_;  // the reachable part, in the coordinates of the system
  double outside_;     // the norm of the rest
  double scale_;
  mutable Eigen::VectorXd gradient_;
};

// What line_search writes to; kept from one search to the next, so that none takes memory.
struct LineSearchSpace {
  MirrorMap::Point point;
  Eigen::VectorXd w;
};

// The minimum over 0 < a <= 1 of φ with φ'(a) = slope + a·curvature + s·Σ_j (w_j(a) − w_j(0)) dz_j, which
// increases: the exact line search along dz, stopped when |φ'| is a tenth of what it was. Stays inside the
// domain. slope = φ'(0) < 0. The returned step never has φ' > 0 beyond that tenth, so φ always falls.
double line_search(const MirrorMap& map, const MirrorMap::Point& point, const Eigen::VectorXd& w,
                   const Eigen::VectorXd& dz, double s, double slope, double curvature,
                   LineSearchSpace& space);

// A vector of the space of λ, and its image z = Xᵀλ.
struct DualVector {
  Eigen::VectorXd lambda, z;
};

struct NewtonCounts {
  int factorizations = 0;
  int solves = 0;
};

// Solves stages one after the other; keeps the last factorization as long as it serves.
class ImplicitStage {
 public:
  ImplicitStage(const FlowProblem& problem, NewtonSystem& system);

  // Moves `state` to argmin ½‖λ − c‖² + s·F(λ), where pull = λ − c at the given state, and moves along. First
  // tries the direction `guess`. `tolerance` bounds the relative change of w that is left. False when
  // rounding ended it far from there.
  bool solve(FlowState& state, DualVector& pull, double s, const DualVector& guess, double tolerance);

  // e ← Xᵀ(I + s·X D Xᵀ)⁻¹ e with the last factorization.
  void filter(const DualVector& e, Eigen::VectorXd& z);

  const NewtonCounts& counts() const { return counts_; }

 private:
  const FlowProblem& problem_;
  NewtonSystem& system_;
  NewtonCounts counts_;
  double factored_s_ = 0;
  DualVector direction_;
  Eigen::VectorXd none_;
  LineSearchSpace space_;
};

}  // namespace isr
