// The limit τ → ∞ of the gradient flow, without following its path.
#pragma once

#include "solver/newton_flow.h"

namespace isr {

// The largest cosine between the residual r = Xw − y and a column of X: max_j |X_jᵀr| / (‖X_j‖‖r‖).
// Nonnegative, N ≥ 2: a gradient X_jᵀr > 0, against which w_j can only shrink, counts with the larger of
// w_j/max w and 1e-4·w_j‖X_j‖/‖r‖, a share of what is missing. 0 at a least-squares fit.
double stationarity(const FlowProblem& problem, const FlowState& state);

// The status of a flow whose reachable residual is at most limit_residual: limit_reached, or inconsistent
// when the measurements have a part outside range(X).
Status limit_status(const FlowProblem& problem, const FlowState& state, double limit_residual);

// Is w a least-squares fit, to rounding? Then the flow has settled, whatever its residual.
bool settled(const FlowProblem& problem, const FlowState& state);

// The residual of w, the mismatch of w and w(Xᵀλ), recomputed from scratch, and the stationarity.
Certificate certify(const FlowProblem& problem, const FlowState& state);

struct FlowLimit {
  Status status = Status::stalled;  // limit_reached, inconsistent, stalled or cancelled
  FlowState state;                  // the best point reached
  int steps = 0, factorizations = 0;
};

// The limit: the minimiser of F(λ) (see FlowProblem), or, when F has none, the point that its gradient flow
// tends to. Regularised Newton steps (μI + X D Xᵀ)d = −∇F with exact line search: each is an implicit Euler
// step of the flow of size n/(2μ), and μ falls as fast as the growth of the weights allows.
FlowLimit flow_limit(NewtonSystem& system, const Eigen::VectorXd& y, const FlowOptions& options,
                     const Cancelled& cancelled);

}  // namespace isr
