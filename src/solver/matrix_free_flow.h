// The gradient flow of the depth-N network on problems too large for matrices, such as pictures: in single
// precision, by products with the operator alone, all columns at once.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <limits>

#include "sensing/linear_operator.h"
#include "solver/parametrization.h"
#include "solver/path.h"

namespace isr {

struct MatrixFreeFlowOptions {
  Parametrization network;  // depth, model, init

  // The flow time τ at which to end, > 0; infinity: when limit_residual is reached.
  double end_time = std::numeric_limits<double>::infinity();

  // The limit counts as reached when ‖Xw − y‖ <= limit_residual·‖y‖ in every column. > 0. Single precision
  // does not carry below some 1e-5.
  double limit_residual = 1e-4;

  // Length in τ of the first step; 0: chosen from the measurements, about where the largest coefficients
  // stand out.
  double first_step = 0;
  double first_step_factor = 1;  // times that length, > 0; below 1: to see more of the beginning
  double step_growth = 5;        // each implicit step is this much longer than the one before; >= 1
  int most_steps = 16;           // then Status::stalled
  int majorizations = 15;        // at most so many reweighted systems for each step; >= 1
  int conjugate_gradients = 8;   // iterations for each system, >= 1; the next one goes on where it ends
  double tolerance = 3e-3;  // a step is done when a system changes w by less than this, relative to ‖w‖

  // Throws UsageError when a value is out of range.
  void validate() const;
};

// Where the columns of X stand beside each other.
struct ColumnScaling {
  // s: coefficient j of the result is s_j times the network's w_j, as if column j of X were s_j times as
  // long. Larger: expected larger, found earlier, at lower cost. Empty: all 1.
  Eigen::VectorXf scale;
  // ‖X_j‖², about, before that scaling; the preconditioner. Empty: all equal to 1.
  Eigen::VectorXf squared_norms;
};

struct MatrixFreeFlowResult {
  Status status = Status::limit_reached;
  Eigen::MatrixXf w;     // p × B, s∘(network's w)
  double flow_time = 0;  // τ reached
  int steps = 0;
  int products = 0;                   // with X or Xᵀ, all columns in one
  Eigen::VectorXd relative_residual;  // B
  // ‖θ(w) − Xᵀλ‖/‖θ(w)‖ for each column: how far the solution is from the manifold on which the flow lives.
  // At 0, with residual 0, w is exactly the flow's limit.
  Eigen::VectorXd mirror_mismatch;
};

// Called after each step with the pixels' coefficients (p × B, as in the result); false ends the flow.
using FlowStepObserver =
    std::function<bool(int step, double flow_time, const Eigen::MatrixXf& w, double residual)>;

// Follows dλ/dτ = −(2/n)(X w(Xᵀλ) − y) from λ = 0 by implicit Euler steps of growing length. A step of length
// h, with s = 2h/n, is the convex problem
//     min over w   ∫θ(w) − z_kᵀw + (s/2)‖Xw − y‖²,      z_k = Xᵀλ_k,   λ_{k+1} = λ_k − s(Xw − y),
// solved by majorisation: ∫θ is replaced by parabolas that touch it at the current w (signed: from above, so
// that the objective never rises; nonnegative: Newton's, kept positive), and each system (diag(q) + s XᵀX) w
// = b goes through preconditioned conjugate gradients. Coefficients of very different size move at the same
// speed, which gradient descent cannot offer. The limit does not depend on the steps.
// y: n × B; `start` (p × B, or null) is a guess from which the first step's iteration begins; the result
// depends on it only within the tolerance.
MatrixFreeFlowResult matrix_free_flow(const LinearOperator& op, ConstColumns y,
                                      const MatrixFreeFlowOptions& options, const ColumnScaling& scaling = {},
                                      const Eigen::MatrixXf* start = nullptr,
                                      const FlowStepObserver& observer = {}, const Cancelled& cancelled = {});

}  // namespace isr
