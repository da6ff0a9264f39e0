// The limit τ → ∞ of the gradient flow, without following its path.
#pragma once

#include "solver/gradient_flow.h"
#include "solver/implicit_stage.h"

namespace isr {

// Below this drift (see flow_drift) the flow has settled, whatever its residual.
inline constexpr double settled_drift = 1e-6;

// The larger of: the relative growth of the fastest growing weight, and the relative change of w, that the
// flow would make in a further time `time` at its present rate dz/dτ = z_slope. It vanishes at the limit
// only.
double flow_drift(const FlowProblem& problem, const FlowState& state, const Eigen::VectorXd& z_slope,
                  double time);

// Recomputes the residual of w and the mismatch of w and w(Xᵀλ) from scratch.
FlowCertificate certify(const FlowProblem& problem, const FlowState& state);

// The limit: the minimiser of F(λ) (see FlowProblem), or, when F has none, the point that its gradient flow
// tends to. Regularised Newton steps (μI + X D Xᵀ)d = −∇F with exact line search: each is an implicit Euler
// step of the flow of size n/(2μ), and μ falls as fast as the growth of the weights allows.
FlowResult flow_limit(NewtonSystem& system, const Eigen::VectorXd& y, const FlowOptions& options,
                      const Cancelled& cancelled);

}  // namespace isr
